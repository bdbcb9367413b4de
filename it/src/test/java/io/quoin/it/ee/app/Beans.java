// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Beans that differ in how they are activated. Each counts under its own name. */
final class Beans {
    private Beans() {}

    /** The simplest bean: a destination, and nothing else but its type. */
    @MessageDriven(
            name = "Plain",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.plain"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
            })
    public static class Plain implements MessageListener {
        @Override
        public void onMessage(Message message) {
            Work.on("Plain", message);
        }
    }

    /** Many sessions, and few instances in the server's pool. */
    @MessageDriven(
            name = "ManyA",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.many.a"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
                @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "64")
            })
    public static class ManyA implements MessageListener {
        @Override
        public void onMessage(Message message) {
            Work.on("ManyA", message);
        }
    }

    /** As {@link ManyA}, beside it. */
    @MessageDriven(
            name = "ManyB",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.many.b"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
                @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "64")
            })
    public static class ManyB implements MessageListener {
        @Override
        public void onMessage(Message message) {
            Work.on("ManyB", message);
        }
    }

    /** A topic and ten sessions. */
    @MessageDriven(
            name = "TenOfATopic",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.topic"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
                @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "10")
            })
    public static class TenOfATopic implements MessageListener {
        @Override
        public void onMessage(Message message) {
            Work.on("TenOfATopic", message);
        }
    }

    /** A durable subscription with a client id. */
    @MessageDriven(
            name = "DurableWithId",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.topic"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
                @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
                @ActivationConfigProperty(propertyName = "clientId", propertyValue = "ee-client"),
                @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "with-id")
            })
    public static class DurableWithId implements MessageListener {
        @Override
        public void onMessage(Message message) {
            Work.on("DurableWithId", message);
        }
    }

    /** A durable subscription without a client id, and a selector. */
    @MessageDriven(
            name = "DurableWithout",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.topic"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
                @ActivationConfigProperty(propertyName = "subscriptionDurability", propertyValue = "Durable"),
                @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "without-id"),
                @ActivationConfigProperty(propertyName = "messageSelector", propertyValue = "colour = 'red'")
            })
    public static class DurableWithout implements MessageListener {
        @Override
        public void onMessage(Message message) {
            Work.on("DurableWithout", message);
        }
    }

    /** Transactions of its own, and lazy acknowledgement; no more than one session, under the name that others use. */
    @MessageDriven(
            name = "OwnTransactions",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.own"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
                @ActivationConfigProperty(propertyName = "acknowledgeMode", propertyValue = "Dups-ok-acknowledge"),
                @ActivationConfigProperty(propertyName = "maxSession", propertyValue = "1")
            })
    @TransactionManagement(TransactionManagementType.BEAN)
    public static class OwnTransactions implements MessageListener {
        @Override
        public void onMessage(Message message) {
            Work.on("OwnTransactions", message);
        }
    }

    /** No transaction at all. */
    @MessageDriven(
            name = "NoTransaction",
            activationConfig = {
                @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.none"),
                @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
            })
    public static class NoTransaction implements MessageListener {
        @Override
        @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
        public void onMessage(Message message) {
            Work.on("NoTransaction", message);
        }
    }
}
