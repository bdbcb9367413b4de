// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.hasty;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Waits for no server, and throws away what it gets. */
@MessageDriven(
        name = "Hasty",
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = "ee.hasty"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "failFast", propertyValue = "true")
        })
public class Hasty implements MessageListener {
    @Override
    public void onMessage(Message message) {
        try {
            message.getBody(String.class);
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
