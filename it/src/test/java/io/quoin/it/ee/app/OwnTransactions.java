// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

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
public class OwnTransactions implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("OwnTransactions", message);
    }
}
