// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Every property that is a number, and what says who and which. */
@MessageDriven(
        name = "Settings",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.settings"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "messageSelector", propertyValue = "kind = 'mine'"),
            @ActivationConfigProperty(propertyName = "userName", propertyValue = "ee-bean"),
            @ActivationConfigProperty(propertyName = "password", propertyValue = "ee-secret"),
            @ActivationConfigProperty(propertyName = "minSessions", propertyValue = "4"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "8"),
            @ActivationConfigProperty(propertyName = "maxDeliveries", propertyValue = "2"),
            @ActivationConfigProperty(propertyName = "redeliveryDelay", propertyValue = "100"),
            @ActivationConfigProperty(propertyName = "retryDelay", propertyValue = "20"),
            @ActivationConfigProperty(propertyName = "maxRetryDelay", propertyValue = "500")
        })
public class Settings implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("Settings", message);
    }
}
