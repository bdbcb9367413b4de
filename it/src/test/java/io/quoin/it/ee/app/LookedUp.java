// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Names of the application server for everything, and nothing said of what they stand for. */
@MessageDriven(
        name = "LookedUp",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = "jms/eeLookedUp"),
            @ActivationConfigProperty(propertyName = "connectionFactoryLookup", propertyValue = "jms/quoin")
        })
public class LookedUp implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("LookedUp", message);
    }
}
