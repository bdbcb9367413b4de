// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples.ee;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Takes each order exactly once: it is removed from its queue, booked in the database and confirmed on another queue in one distributed transaction, whatever
 * crashes meanwhile.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destination", propertyValue = OrderDesk.ORDERS),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "4")
        })
public class OrderBooking implements MessageListener {
    private static final String CONFIRMATIONS = "confirmations";

    @Inject
    @JMSConnectionFactory("jms/quoin")
    private JMSContext messaging;

    @Resource(name = "jdbc/orders")
    private DataSource database;

    @Override
    public void onMessage(Message message) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO booked (text, message) VALUES (?, ?)")) {
            String order = message.getBody(String.class);
            insert.setString(1, order);
            insert.setString(2, message.getJMSMessageID());
            insert.executeUpdate();
            messaging.createProducer().send(messaging.createQueue(CONFIRMATIONS), "booked: " + order);
        } catch (SQLException | JMSException e) {
            // Rolls everything back; the order comes again, and after ten times goes to the queue DLQ.orders.
            throw new EJBException(e);
        }
    }
}
