// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.XAJMSContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Receive, insert and send in one JTA transaction, while the application or the server is killed at any moment: at the end
 * each message has led to exactly one row and one message, and nothing is in doubt.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class NarayanaIT {

    private static final int KILLS = Integer.getInteger("quoin.kills", Boolean.getBoolean("quoin.long") ? 300 : 4);
    private static final int MESSAGES_A_KILL = 60;
    private static final long KILL_WITHIN_MS = 1_500;

    @TempDir
    Path folder;

    /** What the applications have said. */
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void rowsEqualMessagesInEqualMessagesOutWhoeverIsKilled() throws Exception {
        String database = "jdbc:h2:file:" + folder.resolve("h2") + ";WRITE_DELAY=0";
        try (Connection connection = DriverManager.getConnection(database);
                Statement create = connection.createStatement()) {
            create.execute("CREATE TABLE done (number INT NOT NULL)");
        }
        int sent = killAtRandom(database);
        assertThat(rows(database)).hasSize(sent).doesNotHaveDuplicates();
    }

    @Test
    void withoutADatabaseOneCommitInOnePhaseDoesIt() throws Exception {
        killAtRandom("jdbc:h2:mem:unused", "jms");
    }

    private int killAtRandom(String database, String... more) throws IOException, JMSException {
        long seed = Long.getLong("quoin.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int sent = 0;
        List<Integer> received;
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            for (int kill = 0; kill < KILLS; kill++) {
                sent = send(server, sent);
                kill(server, random, arguments(server, database, more));
            }
            JavaProcess.Ended last = JavaProcess.main(Transfers.class, arguments(server, database, more));
            assertThat(last.exitCode()).as(last.errors()).isZero();
            told.add("the last one: " + last.output() + last.errors());
            received = received(server);
            told.add(JavaProcess.quoin("queue", "ls", "--url", server.url()).output());
            told.add(JavaProcess.quoin("tx", "ls", "--url", server.url()).output());
            try (XAJMSContext context = new QuoinXAConnectionFactory(server.url()).createXAContext()) {
                assertThat(recovered(context)).as("branches in doubt").isZero();
            }
        }
        System.out.println(KILLS + " kills of application or server, " + sent + " messages, seed " + seed);
        assertThat(received)
                .as("messages out, seed %d; the applications said %s", seed, String.join("\n", told))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, sent).boxed().toList());
        return sent;
    }

    private static int recovered(XAJMSContext context) {
        try {
            return context.getXAResource().recover(TMSTARTRSCAN | TMENDRSCAN).length;
        } catch (javax.transaction.xa.XAException e) {
            throw new IllegalStateException(e);
        }
    }

    private String[] arguments(ServerProcess server, String database, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of(server.url(), database, folder.resolve("log").toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private void kill(ServerProcess server, SplittableRandom random, String... arguments) throws IOException {
        Process application = JavaProcess.begin(Transfers.class, arguments);
        try (BufferedReader lines = application.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.equals("working")) {
                told.add(line);
                line = lines.readLine();
            }
            assertThat(line)
                    .as("the application begins to work; it said %s", told)
                    .isEqualTo("working");
            CompletableFuture<Void> rest = CompletableFuture.runAsync(() -> tell(lines));
            // The moment of the kill is what is tried, so nothing is waited for.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(KILL_WITHIN_MS)));
            if (random.nextBoolean()) {
                told.add("killing the server");
                server.kill();
                server.restart();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(KILL_WITHIN_MS)));
            }
            told.add("killing the application");
            application.destroyForcibly().onExit().join();
            rest.join();
        } finally {
            application.destroyForcibly().onExit().join();
        }
    }

    private void tell(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.add(line);
            }
        } catch (IOException e) {
            told.add("killed: " + e.getMessage());
        }
    }

    private static int send(ServerProcess server, int sent) throws JMSException {
        try (JMSContext context = new QuoinXAConnectionFactory(server.url()).createContext()) {
            for (int number = sent; number < sent + MESSAGES_A_KILL; number++) {
                Message message = context.createMessage();
                message.setIntProperty("number", number);
                context.createProducer().send(context.createQueue(Transfers.IN), message);
            }
        }
        return sent + MESSAGES_A_KILL;
    }

    private static List<Integer> received(ServerProcess server) throws JMSException {
        List<Integer> numbers = new ArrayList<>();
        try (JMSContext context = new QuoinXAConnectionFactory(server.url()).createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(Transfers.OUT))) {
            for (Message m = consumer.receive(2_000); m != null; m = consumer.receive(1_000)) {
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
