// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** One of two beans that share a subscription, which is not durable. */
@MessageDriven(
        name = "SharedTwo",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.shared"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "both"),
            @ActivationConfigProperty(propertyName = "shareSubscription", propertyValue = "true")
        })
public class SharedTwo implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("SharedTwo", message);
    }
}
