// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** A topic and ten sessions. */
@MessageDriven(
        name = "TenOfATopic",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.topic"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "10")
        })
public class TenOfATopic implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("TenOfATopic", message);
    }
}
