// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.exactlyonce;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several senders, each of which sends the same messages with ids of their own, while the server is killed: each is stored once. */
class DedupIT {

    private static final int IDS = 1_000;
    private static final int SENDERS = 4;
    private static final int IN_ONE_TRANSACTION = 40;
    private static final int KILLS = 3;
    private static final String QUEUE = "orders?dedupWindow=1h";

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void eachIdIsStoredOnceWhoeverSendsItAndWhateverIsKilled() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(SENDERS);
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            AtomicInteger sent = new AtomicInteger();
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                boolean transacted = i % 2 == 0;
                senders.add(pool.submit(() -> send(server.url(), transacted, sent)));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                awaitAtLeast(sent, kill * IDS * SENDERS / (KILLS + 1));
                server.kill();
                server.restart();
            }
            for (Future<?> sender : senders) {
                sender.get();
            }
            assertThat(received(server.url()))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, IDS).boxed().toList());
        } finally {
            pool.shutdownNow();
        }
    }

    private static void send(String url, boolean transacted, AtomicInteger sent) {
        try (JMSContext context = new QuoinConnectionFactory(url)
                .createContext(transacted ? JMSContext.SESSION_TRANSACTED : JMSContext.AUTO_ACKNOWLEDGE)) {
            Queue queue = context.createQueue(QUEUE);
            int step = transacted ? IN_ONE_TRANSACTION : 1;
            int at = 0;
            while (at < IDS) {
                for (int id = at; id < at + step; id++) {
                    producer(context, id).send(queue, "order " + id);
                }
                if (!transacted || commits(context)) {
                    at += step;
                    sent.addAndGet(step);
                }
            }
        }
    }

    private static JMSProducer producer(JMSContext context, int id) {
        return context.createProducer()
                .setProperty("JMS_Quoin_DedupId", "order-" + id)
                .setProperty("number", id);
    }

    /** Whether the transaction was committed; if it was rolled back, it is to be repeated. */
    private static boolean commits(JMSContext context) {
        try {
            context.commit();
            return true;
        } catch (TransactionRolledBackRuntimeException e) {
            return false;
        }
    }

    private static void awaitAtLeast(AtomicInteger counter, int wanted) {
        long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (counter.get() < wanted) {
            assertThat(System.nanoTime() - endNs)
                    .as("waited for %d of %d", wanted, counter.get())
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static List<Integer> received(String url) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        try (JMSContext context = new QuoinConnectionFactory(url).createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(QUEUE))) {
            for (Message m = consumer.receive(2_000); m != null; m = consumer.receive(500)) {
                numbers.add(m.getIntProperty("number"));
            }
        }
        return numbers;
    }
}
