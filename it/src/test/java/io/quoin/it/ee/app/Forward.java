// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Receives and sends through Quoin, and uses nothing else. */
@MessageDriven(
        name = "Forward",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.forward"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class Forward implements MessageListener {
    @Inject
    @JMSConnectionFactory("jms/quoin")
    private JMSContext messaging;

    @Override
    public void onMessage(Message message) {
        messaging.createProducer().send(messaging.createQueue("ee.forwarded"), message);
        Work.on("Forward", message);
    }
}
