// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Exactly-once effects in a database, without XA: remembers the messages that a subscription has worked on in a table of the
 * application's own database, in the application's own JDBC transaction. Effect and memory are committed together or not
 * at all, so a message that comes again, flagged as redelivered, is recognised.
 *
 * <pre>{@code
 * QuoinInbox inbox = new QuoinInbox(dataSource, "billing");
 * consumer.setMessageListener(message -> {
 *     try (Connection connection = dataSource.getConnection()) {
 *         connection.setAutoCommit(false);
 *         if (inbox.accept(connection, message)) {
 *             bill(connection, message);
 *         }
 *         connection.commit();
 *     } ...
 * });
 * }</pre>
 *
 * <p>The message has to be acknowledged after the commit and not before: by automatic acknowledgement with a listener that
 * throws if the commit fails, by {@code acknowledge()}, or by the commit of a transacted session. The table is
 * {@value #TABLE}, made when it is first needed. Works with every provider whose messages have ids.
 *
 * <p>Thread-safe: it has no state of its own but the names.
 */
public final class QuoinInbox {

    /** The table: {@code subscription}, {@code message_id} (together the primary key) and {@code accepted_at_ms},
     * milliseconds since 1970. */
    public static final String TABLE = "quoin_inbox";

    private static final int NAME_CHARS_MAX = 255;
    /** The class of SQL states that stands for a violated constraint, here the primary key. */
    private static final String CONSTRAINT_VIOLATED = "23";

    private final DataSource dataSource;
    private final String subscription;
    private final Clock clock;

    /**
     * Creates the table where there is none.
     *
     * @param dataSource the application's database
     * @param subscription who works on the messages, 1 to 255 characters: each name has a memory of its own. All instances
     *     of an application that share the work use the same name
     * @throws SQLException if the table is missing and cannot be created
     */
    public QuoinInbox(DataSource dataSource, String subscription) throws SQLException {
        this(dataSource, subscription, Clock.systemUTC());
    }

    QuoinInbox(DataSource dataSource, String subscription, Clock clock) throws SQLException {
        if (subscription.isEmpty() || subscription.length() > NAME_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "The name of an inbox has 1 to " + NAME_CHARS_MAX + " characters, not " + subscription.length());
        }
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.subscription = subscription;
        this.clock = clock;
        createTable();
    }

    /**
     * Remembers the message in the transaction of {@code connection}. If another transaction works on the same message at the
     * same time, waits until that one has ended, as long as the database lets it.
     *
     * @param connection with a transaction of the application, which it commits or rolls back after its own work
     * @return true if the application has to work on the message; false if that was done and committed before
     * @throws JMSException if the message has no id, or the connection commits every statement by itself
     * @throws SQLException if the database fails; the transaction should then be rolled back
     */
    public boolean accept(Connection connection, Message message) throws JMSException, SQLException {
        String id = message.getJMSMessageID();
        if (id == null) {
            throw JmsErrors.of(
                    ErrorCode.INBOX_UNUSABLE,
                    "A message without an id cannot be recognised by the inbox " + subscription
                            + ": its producer has switched message ids off");
        }
        if (connection.getAutoCommit()) {
            throw JmsErrors.of(
                    ErrorCode.INBOX_UNUSABLE,
                    "The inbox " + subscription + " was given a connection that commits every statement by itself");
        }
        if (isKnown(connection, id)) {
            return false;
        }
        // Some databases give up the whole transaction when a key exists: with the savepoint the application can go on.
        Savepoint before = connection.setSavepoint();
        try {
            insert(connection, id);
            return true;
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith(CONSTRAINT_VIOLATED)) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    /**
     * Forgets messages that were accepted longer ago than {@code age}, in a transaction of its own. A message that comes again
     * after that is taken for a new one, so the age should be well above the time that a message can wait
     * for its redelivery: days rather than minutes.
     *
     * @return how many were forgotten
     */
    public int forgetOlderThan(Duration age) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM " + TABLE + " WHERE subscription = ? AND accepted_at_ms < ?")) {
            delete.setString(1, subscription);
            delete.setLong(2, clock.instant().minus(age).toEpochMilli());
            int forgotten = delete.executeUpdate();
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return forgotten;
        }
    }

    private boolean isKnown(Connection connection, String id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT 1 FROM " + TABLE + " WHERE subscription = ? AND message_id = ?")) {
            select.setString(1, subscription);
            select.setString(2, id);
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        }
    }

    private void insert(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + TABLE + " (subscription, message_id, accepted_at_ms) VALUES (?, ?, ?)")) {
            insert.setString(1, subscription);
            insert.setString(2, id);
            insert.setLong(3, clock.millis());
            insert.executeUpdate();
        }
    }

    private void createTable() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (tableExists(connection)) {
                return;
            }
            boolean commitsItself = connection.getAutoCommit();
            try (Statement create = connection.createStatement()) {
                create.executeUpdate("CREATE TABLE " + TABLE
                        + " (subscription VARCHAR(255) NOT NULL, message_id VARCHAR(255) NOT NULL,"
                        + " accepted_at_ms BIGINT NOT NULL, PRIMARY KEY (subscription, message_id))");
                if (!commitsItself) {
                    connection.commit();
                }
            } catch (SQLException e) {
                if (!commitsItself) {
                    connection.rollback();
                }
                // Somebody else may have been faster.
                if (!tableExists(connection)) {
                    throw e;
                }
            }
        }
    }

    /** Asks for the name as the database writes it: some keep what is not quoted in capitals, some in small letters. */
    private static boolean tableExists(Connection connection) throws SQLException {
        String name = connection.getMetaData().storesUpperCaseIdentifiers() ? TABLE.toUpperCase(Locale.ROOT) : TABLE;
        try (ResultSet found = connection
                .getMetaData()
                .getTables(connection.getCatalog(), connection.getSchema(), name, new String[] {"TABLE"})) {
            return found.next();
        }
    }
}
