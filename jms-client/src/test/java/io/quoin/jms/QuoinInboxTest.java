// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.message.MessageContext;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.jms.message.QuoinTextMessage;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuoinInboxTest {

    private static final int THREADS = 4;

    private final JdbcDataSource database = new JdbcDataSource();
    private Connection connection;
    private QuoinInbox inbox;

    @BeforeEach
    void open() throws SQLException {
        database.setURL("jdbc:h2:mem:inbox;LOCK_TIMEOUT=20000");
        connection = database.getConnection();
        connection.setAutoCommit(false);
        inbox = new QuoinInbox(database, "billing");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void aMessageIsAcceptedOnceItsTransactionIsCommitted() throws Exception {
        assertThat(inbox.accept(connection, message("ID:1"))).isTrue();
        connection.commit();
        assertThat(inbox.accept(connection, message("ID:1"))).isFalse();
        assertThat(inbox.accept(connection, message("ID:2"))).isTrue();
    }

    @Test
    void aMessageWhoseTransactionWasRolledBackIsNew() throws Exception {
        assertThat(inbox.accept(connection, message("ID:1"))).isTrue();
        connection.rollback();
        assertThat(inbox.accept(connection, message("ID:1"))).isTrue();
    }

    @Test
    void eachSubscriptionHasAMemoryOfItsOwn() throws Exception {
        QuoinInbox other = new QuoinInbox(database, "shipping");
        assertThat(inbox.accept(connection, message("ID:1"))).isTrue();
        assertThat(other.accept(connection, message("ID:1"))).isTrue();
    }

    @Test
    void workBeforeARepetitionIsKept() throws Exception {
        try (Statement effects = connection.createStatement()) {
            effects.executeUpdate("CREATE TABLE effects (n INT)");
            inbox.accept(connection, message("ID:1"));
            connection.commit();
            effects.executeUpdate("INSERT INTO effects VALUES (1)");
            assertThat(inbox.accept(connection, message("ID:1"))).isFalse();
            connection.commit();
            try (ResultSet count = effects.executeQuery("SELECT COUNT(*) FROM effects")) {
                count.next();
                assertThat(count.getInt(1)).isOne();
            }
        }
    }

    @Test
    void ofManyWhoGetTheSameMessageAtOnceOneAcceptsIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        for (int round = 0; round < 50; round++) {
            Message message = message("ID:" + round);
            List<Callable<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                tries.add(() -> acceptAndCommit(message));
            }
            int accepted = 0;
            for (Future<Boolean> one : threads.invokeAll(tries)) {
                accepted += one.get() ? 1 : 0;
            }
            assertThat(accepted).isOne();
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private boolean acceptAndCommit(Message message) throws SQLException, JMSException {
        try (Connection own = database.getConnection()) {
            own.setAutoCommit(false);
            boolean accepted = inbox.accept(own, message);
            own.commit();
            return accepted;
        }
    }

    @Test
    void whatIsOldIsForgottenAndNothingElse() throws Exception {
        Instant then = Instant.parse("2026-01-01T00:00:00Z");
        QuoinInbox early = new QuoinInbox(database, "billing", Clock.fixed(then, ZoneOffset.UTC));
        early.accept(connection, message("ID:1"));
        new QuoinInbox(database, "shipping", Clock.fixed(then, ZoneOffset.UTC)).accept(connection, message("ID:1"));
        connection.commit();
        Clock later = Clock.fixed(then.plus(Duration.ofDays(7)), ZoneOffset.UTC);
        QuoinInbox late = new QuoinInbox(database, "billing", later);
        late.accept(connection, message("ID:2"));
        connection.commit();
        assertThat(late.forgetOlderThan(Duration.ofDays(7))).isZero();
        assertThat(late.forgetOlderThan(Duration.ofDays(6))).isOne();
        assertThat(late.accept(connection, message("ID:1"))).isTrue();
        assertThat(late.accept(connection, message("ID:2"))).isFalse();
    }

    @Test
    void aConnectionThatCommitsByItselfIsRefusedBeforeAnythingIsWritten() throws Exception {
        try (Connection automatic = database.getConnection()) {
            assertThatThrownBy(() -> inbox.accept(automatic, message("ID:1")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("QN-3010")
                    .hasMessageContaining("billing");
        }
        assertThat(inbox.accept(connection, message("ID:1"))).isTrue();
    }

    @Test
    void aMessageWithoutAnIdIsRefused() {
        assertThatThrownBy(() -> inbox.accept(connection, message(null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("QN-3010");
    }

    @Test
    void aNameThatDoesNotFitTheTableIsRefused() {
        assertThatThrownBy(() -> new QuoinInbox(database, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuoinInbox(database, "x".repeat(256)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static QuoinMessage message(String id) throws JMSException {
        QuoinMessage message = new QuoinTextMessage(MessageContext.DEFAULT);
        message.setJMSMessageID(id);
        return message;
    }
}
