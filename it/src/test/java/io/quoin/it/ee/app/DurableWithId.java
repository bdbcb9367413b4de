// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

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
public class DurableWithId implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("DurableWithId", message);
    }
}
