// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.HaltAt;
import io.quoin.it.process.HaltingServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.XAJMSContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Receive, insert and send in one JTA transaction, while the application or the server is killed: at every operation of the
 * server's disk while a transaction is completed, before and after every call with which Narayana completes it, and at any
 * moment. At the end each message has led to exactly one row and one message, and nothing is in doubt.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class NarayanaIT {

    private static final boolean IS_LONG = Boolean.getBoolean("quoin.long");
    /** At random moments, besides those at certain ones. */
    private static final int KILLS = Integer.getInteger("quoin.kills", IS_LONG ? 300 : 3);
    /** Before and after prepare and commit of JMS and of the database. */
    private static final int MOMENTS = 8;
    /** How many of these are tried in the ordinary run. */
    private static final int MOMENTS_TRIED = 2;

    private static final int MESSAGES_A_KILL = 60;
    private static final long KILL_WITHIN_MS = 500;

    /** More than one transaction needs. */
    private static final int OPERATIONS_MAX = 50;

    private static final long SEED = Long.getLong("quoin.seed", System.nanoTime());

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private int kills;
    private int sent;

    @Test
    void rowsEqualMessagesInEqualMessagesOutWhoeverIsKilled() throws Exception {
        String database = "jdbc:h2:file:" + folder.resolve("h2") + ";WRITE_DELAY=0";
        try (Connection connection = DriverManager.getConnection(database);
                Statement create = connection.createStatement()) {
            create.execute("CREATE TABLE done (number INT NOT NULL)");
        }
        Application application = transferAndKill(MOMENTS, database);
        assertThat(rows(database))
                .as("rows, seed %d; %s", SEED, application)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, sent).boxed().toList());
    }

    @Test
    void withoutADatabaseOneCommitInOnePhaseDoesIt() throws Exception {
        transferAndKill(2, "jdbc:h2:mem:unused", "jms");
    }

    /** @param moments at which an application can end while it completes a transaction */
    private Application transferAndKill(int moments, String database, String... more) throws Exception {
        Application application = new Application(folder, database, more);
        // An application that was killed together with the server does not come back as who it was: it is not waited
        // for long.
        try (ServerProcess server =
                ServerProcess.startMain(HaltingServer.class, folder.resolve("data"), "--session-restart-grace", "1s")) {
            try (JMSContext sender = new QuoinXAConnectionFactory(Application.url(server)).createContext()) {
                haltTheServer(server, application, sender);
                haltTheApplication(server, application, sender, moments);
                killAtRandom(server, application, sender);
                application.runToItsEnd(server, sent);
            }
            check(server, application);
        } finally {
            application.kill();
        }
        System.out.println(kills + " kills of application or server, " + sent + " messages, seed " + SEED);
        return application;
    }

    /** At every operation of its disk between the first word of a completion and its end. */
    private void haltTheServer(ServerProcess server, Application application, JMSContext sender) throws Exception {
        application.begin(server, "data=" + server.data());
        for (HaltAt.Moment moment : HaltAt.Moment.values()) {
            HaltAt at = new HaltAt(moment, 1);
            while (isHalted(server, application, sender, at)) {
                at = at.next();
                assertThat(at.number()).isLessThan(OPERATIONS_MAX);
            }
            application.tell("a transaction is complete before " + at);
            assertThat(at.number())
                    .as("%s: operations; %s", moment, application)
                    .isGreaterThan(1);
        }
        application.kill();
    }

    /** Whether a transaction has come to that operation; one that could not be committed does not count. */
    private boolean isHalted(ServerProcess server, Application application, JMSContext sender, HaltAt at)
            throws Exception {
        boolean halted;
        int committed;
        int before = application.committed();
        do {
            int cycles = application.cycles();
            HaltingServer.plan(server.data(), at);
            // What is done again from before may end the server before this is answered.
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(sender, 1));
            application.await(
                    () -> application.cycles() > cycles || !server.process().isAlive());
            committed = application.committed();
            // A server that answers now has not halted, and does not halt any more.
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> send(sender, 1));
            application.await(() -> asking.isDone() || !server.process().isAlive());
            halted = !server.process().isAlive();
            if (halted) {
                HaltingServer.cancel(server.data());
                assertThat(server.process().exitValue()).isEqualTo(HaltingServer.HALTED);
                application.tell("the server has halted at " + at);
                kills++;
                server.restart();
                application.await(() -> application.cycles() > cycles);
            }
            sending.join();
            asking.join();
        } while (!halted && committed == before);
        return halted;
    }

    private void haltTheApplication(ServerProcess server, Application application, JMSContext sender, int moments)
            throws Exception {
        IntStream tried = IS_LONG
                ? IntStream.rangeClosed(1, moments)
                : random.ints(MOMENTS_TRIED, 1, moments + 1).distinct();
        for (int moment : tried.toArray()) {
            send(sender, 1);
            application.begin(server, "halt=" + moment);
            assertThat(application.end()).as("%s", application).isEqualTo(Transfers.HALTED);
            application.tell("the application has halted at moment " + moment);
            kills++;
        }
    }

    private void killAtRandom(ServerProcess server, Application application, JMSContext sender) throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            send(sender, MESSAGES_A_KILL);
            if (!application.isAlive()) {
                application.begin(server);
            }
            // The moment of the kill is what is tried, so nothing is waited for.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(KILL_WITHIN_MS)));
            boolean isServer = random.nextBoolean();
            application.tell("killing the " + (isServer ? "server" : "application"));
            if (isServer) {
                server.kill();
                server.restart();
            } else {
                application.kill();
            }
            kills++;
        }
        application.kill();
    }

    private void check(ServerProcess server, Application application) throws JMSException {
        List<Integer> received = received(server);
        assertThat(received)
                .as("messages out, seed %d; %s", SEED, application)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, sent).boxed().toList());
        try (XAJMSContext context = new QuoinXAConnectionFactory(server.url()).createXAContext()) {
            assertThat(recovered(context)).as("branches in doubt").isZero();
        }
    }

    private static int recovered(XAJMSContext context) {
        try {
            return context.getXAResource().recover(TMSTARTRSCAN | TMENDRSCAN).length;
        } catch (javax.transaction.xa.XAException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void send(JMSContext sender, int count) {
        for (int i = 0; i < count; i++) {
            sender.createProducer()
                    .setProperty("number", sent)
                    .send(sender.createQueue(Transfers.IN), sender.createMessage());
            sent++;
        }
    }

    private static List<Integer> received(ServerProcess server) throws JMSException {
        List<Integer> numbers = new ArrayList<>();
        try (JMSContext context = new QuoinXAConnectionFactory(server.url()).createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(Transfers.OUT))) {
            for (Message m = consumer.receive(2_000); m != null; m = consumer.receive(200)) {
                numbers.add(m.getIntProperty("number"));
            }
        }
        return numbers;
    }

    private static List<Integer> rows(String database) throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database);
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery("SELECT number FROM done")) {
            while (rows.next()) {
                numbers.add(rows.getInt(1));
            }
        }
        return numbers;
    }
}
