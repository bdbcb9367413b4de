// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.exactlyonce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever kills the consumer: with {@code QuoinInbox}, what it does in its database for each message is done exactly once. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class InboxIT {

    static final String QUEUE = "effects?maxDeliveries=0";

    private static final int KILLS = Integer.getInteger("quoin.kills", Boolean.getBoolean("quoin.long") ? 100 : 5);
    private static final int MESSAGES_A_KILL = 400;
    private static final long KILL_WITHIN_MS = 120;

    @TempDir
    Path folder;

    @Test
    void effectsInH2HappenExactlyOnce() throws Exception {
        // Without the delay a commit of H2 is in the file when it returns, as a kill demands.
        killTheConsumerOfEffectsIn("jdbc:h2:file:" + folder.resolve("h2") + ";WRITE_DELAY=0");
    }

    @Test
    void effectsInPostgresHappenExactlyOnce() throws Exception {
        try (EmbeddedPostgres postgres = postgres()) {
            killTheConsumerOfEffectsIn(postgres.getJdbcUrl("postgres", "postgres"));
        }
    }

    private static EmbeddedPostgres postgres() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException | IllegalStateException e) {
            System.out.println("SKIP the inbox with PostgreSQL: it does not run on this machine: " + e);
            return abort("PostgreSQL does not run here: " + e);
        }
    }

    private void killTheConsumerOfEffectsIn(String database) throws SQLException, IOException, JMSException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Effects.create(database);
        int sent = 0;
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                JMSContext context = new QuoinConnectionFactory(server.url()).createContext()) {
            for (int kill = 0; kill < KILLS; kill++) {
                sent = send(context, sent);
                killWhileItWorks(server.url(), database, random.nextLong(KILL_WITHIN_MS));
            }
            sent = send(context, sent);
            JavaProcess.Ended last = JavaProcess.main(InboxConsumer.class, server.url(), database);
            assertThat(last.exitCode()).as(last.errors()).isZero();
        }
        int repeated = Effects.number(database, "SELECT COUNT(*) FROM " + Effects.REPEATED);
        System.out.println(KILLS + " kills of a consumer with an inbox, " + sent + " messages, " + repeated
                + " came again and were recognised, seed " + seed);
        assertThat(Effects.number(database, "SELECT COUNT(*) FROM " + Effects.DONE))
                .isEqualTo(sent);
        assertThat(Effects.number(database, "SELECT COUNT(DISTINCT number) FROM " + Effects.DONE))
                .isEqualTo(sent);
        assertThat(repeated).as("messages that came again").isPositive();
    }

    private static int send(JMSContext context, int sent) throws JMSException {
        for (int number = sent; number < sent + MESSAGES_A_KILL; number++) {
            Message message = context.createMessage();
            message.setIntProperty("number", number);
            context.createProducer().send(context.createQueue(QUEUE), message);
        }
        return sent + MESSAGES_A_KILL;
    }

    private static void killWhileItWorks(String url, String database, long afterMs) throws IOException {
        Process consumer = JavaProcess.begin(InboxConsumer.class, url, database);
        try (BufferedReader lines = consumer.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).as("first line of the consumer").isEqualTo("working");
            // The moment of the kill is what is tried, so nothing is waited for.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMs));
        } finally {
            consumer.destroyForcibly().onExit().join();
        }
    }
}
