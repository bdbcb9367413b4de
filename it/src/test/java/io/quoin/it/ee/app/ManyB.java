// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** As {@link ManyA}, beside it. */
@MessageDriven(
        name = "ManyB",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.many.b"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "64")
        })
public class ManyB implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("ManyB", message);
    }
}
