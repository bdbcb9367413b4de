// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples.ee;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBException;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.jms.JMSConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Sends orders to the queue and reads what was booked. Each call is a transaction of its own. */
@Stateless
public class OrderDesk {
    /** Where orders go, and where {@link OrderBooking} takes them from. */
    static final String ORDERS = "orders";

    @Inject
    @JMSConnectionFactory("jms/quoin")
    private JMSContext messaging;

    @Resource(name = "jdbc/orders")
    private DataSource database;

    /** Places an order: it is safe on the broker's disk when this returns. Returns the id of its message. */
    public String place(String order) {
        try {
            TextMessage message = messaging.createTextMessage(order);
            messaging.createProducer().send(messaging.createQueue(ORDERS), message);
            return message.getJMSMessageID();
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }

    /** What was booked, a line an order. */
    public List<String> booked() {
        List<String> lines = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT text, message FROM booked ORDER BY number")) {
            while (rows.next()) {
                lines.add(rows.getString(1) + " (" + rows.getString(2) + ")");
            }
            return lines;
        } catch (SQLException e) {
            throw new EJBException(e);
        }
    }
}
