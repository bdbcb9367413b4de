// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is done to a long queue (selectors, a browser that goes through all of it, a purge) and what another queue of the
 * server notices: 100,000 messages, 1,000,000 with {@code -Plong}, or as many as {@code quoin.messages} says. Percentiles are
 * printed; what is asserted leaves room for a machine with other work.
 */
class NeighboursOfALongQueueIT {
    private static final boolean LONG = Boolean.getBoolean("quoin.long");
    private static final int MESSAGES = Integer.getInteger("quoin.messages", LONG ? 1_000_000 : 100_000);
    private static final double WARM_UP_S = LONG ? 5 : 2;
    private static final double CALM_S = LONG ? 10 : 3;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void doNotNoticeWhatIsDoneToIt() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Probe probe = new Probe(server.url())) {
            LongQueue.fill(connection, MESSAGES);
            connection.start();
            probe.during(() -> pause(WARM_UP_S));
            Histogram calm = probe.during(() -> pause(CALM_S));
            print("nothing", calm, calm);

            measure(probe, calm, "the making of three indexes", () -> {
                LongQueue.look(server.url(), "number = 7", 1);
                LongQueue.look(server.url(), "JMSCorrelationID = 'request-7'", 1);
                return LongQueue.look(server.url(), "colour = 'red'", 1);
            });
            measure(probe, calm, "a thousand consumers that use them", () -> {
                for (int i = 0; i < 1_000; i++) {
                    look(connection, "JMSCorrelationID = 'request-" + i + "'");
                }
                return null;
            });
            measure(probe, calm, "selectors that look at every message", () -> {
                long began = System.nanoTime();
                for (int i = 1; LongQueue.seconds(began) < CALM_S; i++) {
                    LongQueue.look(server.url(), "number + " + i + " = " + MESSAGES, 1);
                }
                return null;
            });
            measure(probe, calm, "a full browse", () -> browse(connection));
            try (Purge purge = new Purge(server.url())) {
                measure(probe, calm, "a purge", purge::confirm);
            }
        }
    }

    private static void measure(Probe probe, Histogram calm, String what, Callable<?> action) throws Exception {
        Histogram times = probe.during(action);
        print(what, times, calm);
        assertThat(times.getValueAtPercentile(99))
                .as("99th percentile during %s, µs", what)
                .isLessThan(1_000_000);
    }

    private static Void pause(double seconds) throws InterruptedException {
        assertThat(new CountDownLatch(1).await((long) (seconds * 1_000), TimeUnit.MILLISECONDS))
                .isFalse();
        return null;
    }

    private static void look(Connection connection, String selector) throws JMSException {
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(LongQueue.NAME), selector)) {
            assertThat(consumer.receive(30_000)).isNotNull();
            session.rollback();
        }
    }

    private static int browse(Connection connection) throws JMSException {
        try (Session session = connection.createSession();
                QueueBrowser browser = session.createBrowser(session.createQueue(LongQueue.NAME))) {
            int found = 0;
            for (Enumeration<?> left = browser.getEnumeration(); left.hasMoreElements(); left.nextElement()) {
                found++;
            }
            assertThat(found).isEqualTo(MESSAGES);
            return found;
        }
    }

    private static void print(String what, Histogram times, Histogram calm) {
        System.out.println(String.format(
                Locale.ROOT,
                "neighbours of a long queue: %6d µs p50, %6d µs p99 (%.1f times), %6d µs max of %d messages during %s",
                times.getValueAtPercentile(50),
                times.getValueAtPercentile(99),
                (double) times.getValueAtPercentile(99) / calm.getValueAtPercentile(99),
                times.getMaxValue(),
                times.getTotalCount(),
                what));
    }

    /** {@code quoin queue purge}, which has started and asks whether it is meant. */
    private static final class Purge implements AutoCloseable {
        private static final String QUESTION = "[y/N]";

        private final Process process;

        Purge(String url) throws IOException {
            process = new ProcessBuilder(ServerProcess.command(
                            List.of("-XX:TieredStopAtLevel=1"),
                            List.of("queue", "purge", LongQueue.NAME, "--url", url)))
                    .redirectErrorStream(true)
                    .start();
            StringBuilder said = new StringBuilder();
            InputStream output = process.getInputStream();
            while (said.indexOf(QUESTION) < 0) {
                int next = output.read();
                assertThat(next).as("the end of: %s", said).isNotNegative();
                said.append((char) next);
            }
        }

        Void confirm() throws IOException, InterruptedException {
            try (OutputStream input = process.getOutputStream()) {
                input.write("y\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return pause(1); // the server goes on with it after it has answered
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
