// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Many sessions, and few instances in the server's pool. */
@MessageDriven(
        name = "ManyA",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.many.a"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "64")
        })
public class ManyA implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("ManyA", message);
    }
}
