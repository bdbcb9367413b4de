// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnection;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    private static final int PURGES = LONG ? 5 : 2;
    private static final double PURGE_S = 1;

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

            measure(probe, calm, "the making of indexes", () -> repeat(i -> makeIndex(connection, i)));
            measure(
                    probe,
                    calm,
                    "consumers that use an index, one after the other",
                    () -> repeat(i -> useIndex(connection, i)));
            measure(probe, calm, "selectors that look at every message", () -> repeat(i -> scan(connection, i)));
            measure(probe, calm, "full browses", () -> repeat(i -> browse(connection)));
            Histogram purges = new Histogram(3);
            purges.add(probe.during(() -> purge(connection)));
            for (int i = 1; i < PURGES; i++) {
                LongQueue.fill(connection, MESSAGES);
                purges.add(probe.during(() -> purge(connection)));
            }
            check("purges", purges, calm);
        }
    }

    /** Goes on with it for as long as a 99th percentile needs. */
    private static Void repeat(Step step) throws JMSException {
        long began = System.nanoTime();
        for (int i = 0; LongQueue.seconds(began) < CALM_S; i++) {
            step.take(i);
        }
        return null;
    }

    private interface Step {
        void take(int i) throws JMSException;
    }

    private static void measure(Probe probe, Histogram calm, String what, Callable<?> action) throws Exception {
        check(what, probe.during(action), calm);
    }

    private static void check(String what, Histogram times, Histogram calm) {
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

    /**
     * Has an index made of all messages: what is asked for is the last of them, or not there. A queue keeps four indexes, so that
     * the first of these properties has none any more when it is its turn again.
     */
    private static void makeIndex(Connection connection, int i) throws JMSException {
        int last = MESSAGES - 1 - i; // another one each time: what is rolled back ten times is a dead letter
        List<String> selectors = List.of(
                "number = " + last,
                "JMSCorrelationID = 'request-" + last + "'",
                "size = 'medium'",
                "colour = 'green'",
                "price = 1");
        look(connection, selectors.get(i % selectors.size()), i % selectors.size() < 2);
    }

    private static void useIndex(Connection connection, int i) throws JMSException {
        look(connection, "JMSCorrelationID = 'request-" + i % MESSAGES + "'", true);
    }

    private static void scan(Connection connection, int i) throws JMSException {
        look(connection, "number + " + i + " = " + (MESSAGES - 1), true);
    }

    private static void look(Connection connection, String selector, boolean finds) throws JMSException {
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(LongQueue.NAME), selector)) {
            Message found = finds ? consumer.receive(30_000) : consumer.receiveNoWait();
            assertThat(found != null).as(selector).isEqualTo(finds);
            session.rollback();
        }
    }

    private static void browse(Connection connection) throws JMSException {
        try (Session session = connection.createSession();
                QueueBrowser browser = session.createBrowser(session.createQueue(LongQueue.NAME))) {
            int found = 0;
            for (Enumeration<?> left = browser.getEnumeration(); left.hasMoreElements(); left.nextElement()) {
                found++;
            }
            assertThat(found).isEqualTo(MESSAGES);
        }
    }

    /** And what the server goes on with after it has answered. */
    private static Void purge(Connection connection) throws JMSException, InterruptedException {
        ((QuoinConnection) connection).administer("queue.purge", Map.of("name", LongQueue.NAME));
        return pause(PURGE_S);
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
}
