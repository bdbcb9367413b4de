// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Selective consumers on a long queue: 100,000 messages, 1,000,000 with {@code -Plong}, or as many as {@code quoin.messages}
 * says. Times and rates are printed; what is asserted leaves room for a machine with other work.
 */
class SelectiveConsumersIT {
    private static final int MESSAGES =
            Integer.getInteger("quoin.messages", Boolean.getBoolean("quoin.long") ? 1_000_000 : 100_000);
    private static final int DRAINED = MESSAGES / 10; // eight times
    private static final int CONSUMERS = 1_000;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void findTheirMessagesAndSlowNobodyDown() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                Connection connection = new QuoinConnectionFactory(server.url()).createConnection()) {
            double filled = LongQueue.fill(connection, MESSAGES);
            print("%d messages sent, %.0f a second", MESSAGES, filled);
            oneAfterAnother(server.url());
            besideAnother(server.url());
            manyWithOneValueEach(connection);
        }
    }

    private static void oneAfterAnother(String url) throws JMSException {
        double first = LongQueue.look(url, "colour = 'red'", LongQueue.RED);
        double second = LongQueue.look(url, "colour = 'red'", LongQueue.RED);
        double other = LongQueue.look(url, "colour = 'red' AND number >= 0", LongQueue.RED);
        print("colour = 'red': first consumer %.3f s, next %.3f s, another selector %.3f s", first, second, other);
        assertThat(first).isLessThan(30);
        assertThat(second).isLessThan(3);
        double scanned = LongQueue.look(url, "colour LIKE 'r%'", LongQueue.RED);
        double kept = LongQueue.look(url, "colour LIKE 'r%'", LongQueue.RED);
        print("colour LIKE 'r%%': first consumer %.3f s, next %.3f s", scanned, kept);
        assertThat(kept).isLessThan(3);
    }

    private static void besideAnother(String url) throws Exception {
        LongQueue.drain(url, 2 * DRAINED);
        double alone = LongQueue.drain(url, DRAINED);
        double building = drainBeside(url, "number = " + (MESSAGES - 1));
        alone += LongQueue.drain(url, DRAINED);
        double beside = drainBeside(url, "number = " + (MESSAGES - 1));
        double scanning = drainBeside(url, "number + 1 = " + MESSAGES);
        alone = (alone + LongQueue.drain(url, DRAINED)) / 3;
        print(
                "consumer without a selector: %.0f a second alone; %.2f of it while an index is built, %.2f beside a"
                        + " selector that has one, %.2f while a selector looks at every message",
                alone, building / alone, beside / alone, scanning / alone);
    }

    /** Drains while another consumer looks for messages. */
    private static double drainBeside(String url, String selector) throws Exception {
        CompletableFuture<Double> looking = CompletableFuture.supplyAsync(() -> {
            try {
                return LongQueue.look(url, selector, 1);
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        double rate = LongQueue.drain(url, DRAINED);
        looking.get(1, TimeUnit.MINUTES);
        return rate;
    }

    /** The classic form of request and reply: each requestor waits for its own correlation id on one queue of replies. */
    private static void manyWithOneValueEach(Connection connection) throws JMSException {
        connection.start();
        try (Session session = connection.createSession();
                Session replies = connection.createSession()) {
            Queue queue = session.createQueue(LongQueue.NAME);
            List<MessageConsumer> consumers = new ArrayList<>();
            long began = System.nanoTime();
            for (int i = 0; i < CONSUMERS; i++) {
                consumers.add(session.createConsumer(queue, "JMSCorrelationID = 'reply-" + i + "'"));
            }
            double opened = LongQueue.seconds(began);

            MessageProducer producer = replies.createProducer(queue);
            began = System.nanoTime();
            for (int i = 0; i < CONSUMERS; i++) {
                Message reply = replies.createMessage();
                reply.setJMSCorrelationID("reply-" + i);
                producer.send(reply);
            }
            double sent = LongQueue.seconds(began);
            for (MessageConsumer consumer : consumers) {
                assertThat(consumer.receive(30_000)).isNotNull();
            }
            print(
                    "%d consumers of one correlation id each: opened in %.3f s, sending to them took %.3f s, all had"
                            + " theirs after %.3f s",
                    CONSUMERS, opened, sent, LongQueue.seconds(began));
        }
    }

    private static void print(String format, Object... arguments) {
        System.out.println("selective consumers: " + String.format(Locale.ROOT, format, arguments));
    }
}
