// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.exactlyonce;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinInbox;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * The application that is killed: writes one row for each message that its inbox accepts, in the inbox's transaction, and
 * acknowledges a few messages at a time, so that a kill nearly always leaves some that are done and not acknowledged.
 * Prints a line at the first message; ends by itself when no more come.
 */
final class InboxConsumer {

    private static final int ACKNOWLEDGED_TOGETHER = 10;
    private static final long IDLE_MS = 2_000;

    private InboxConsumer() {}

    public static void main(String[] args) throws SQLException, JMSException {
        DataSource database = Effects.dataSource(args[1]);
        QuoinInbox inbox = new QuoinInbox(database, "effects");
        try (JMSContext context = new QuoinConnectionFactory(args[0]).createContext(JMSContext.CLIENT_ACKNOWLEDGE);
                Connection connection = database.getConnection();
                JMSConsumer consumer = context.createConsumer(context.createQueue(InboxIT.QUEUE))) {
            connection.setAutoCommit(false);
            int done = 0;
            for (Message m = consumer.receive(IDLE_MS); m != null; m = consumer.receive(IDLE_MS)) {
                boolean accepted = inbox.accept(connection, m);
                write(connection, accepted ? Effects.DONE : Effects.REPEATED, m.getIntProperty("number"));
                connection.commit();
                if (done++ == 0) {
                    System.out.println("working");
                }
                if (done % ACKNOWLEDGED_TOGETHER == 0) {
                    context.acknowledge();
                }
            }
            context.acknowledge();
        }
    }

    private static void write(Connection connection, String table, int number) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
            insert.setInt(1, number);
            insert.executeUpdate();
        }
    }
}
