// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

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
public class DurableWithout implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("DurableWithout", message);
    }
}
