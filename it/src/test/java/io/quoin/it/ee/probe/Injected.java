// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.probe;

import jakarta.annotation.Resource;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import java.util.function.Consumer;

/** A bean with container-managed transactions and an injected context. */
@Stateless
public class Injected {
    @Inject
    @JMSConnectionFactory(Probes.INJECTED)
    private JMSContext messaging;

    @Inject
    @JMSConnectionFactory(Probes.INJECTED)
    private JMSContext same;

    @Resource
    private SessionContext session;

    /** Sends in the caller's transaction or a new one. */
    public void send(String queue, String text) {
        messaging.createProducer().send(messaging.createQueue(queue), text);
    }

    /** Sends in a transaction that is rolled back. */
    public void sendAndRollBack(String queue, String text) {
        send(queue, text);
        session.setRollbackOnly();
    }

    /** Sends without a transaction. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void sendOutside(String queue, String text) {
        send(queue, text);
    }

    /** Sends by both injected contexts. */
    public void sendByBoth(String queue, String first, String second) {
        messaging.createProducer().send(messaging.createQueue(queue), first);
        same.createProducer().send(same.createQueue(queue), second);
    }

    /** Receives in a transaction. */
    public String receive(String queue, long withinMs) {
        return messaging.createConsumer(messaging.createQueue(queue)).receiveBody(String.class, withinMs);
    }

    /** Receives in a transaction that is rolled back. */
    public String receiveAndRollBack(String queue, long withinMs) {
        String text = receive(queue, withinMs);
        session.setRollbackOnly();
        return text;
    }

    /** Calls this with the injected context. */
    public void with(Consumer<JMSContext> action) {
        action.accept(messaging);
    }
}
