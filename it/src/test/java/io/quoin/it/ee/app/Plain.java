// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** The simplest bean: a destination, and nothing else but its type. */
@MessageDriven(
        name = "Plain",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.plain"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class Plain implements MessageListener {
    @Override
    public void onMessage(Message message) {
        Work.on("Plain", message);
    }
}
