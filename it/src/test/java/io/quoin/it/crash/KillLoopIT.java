// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.check.History;
import io.quoin.it.check.History.Kind;
import io.quoin.it.check.HistoryChecker;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's process is killed again and again under load; the applications' history tells whether a promise was broken. */
class KillLoopIT {
    private static final String QUEUE = "orders";
    private static final int KILLS = Integer.getInteger("quoin.kills", Boolean.getBoolean("quoin.long") ? 200 : 20);
    private static final long SEED = Long.getLong("quoin.seed", System.nanoTime());
    private static final int LIFE_MAX_MS = 800;
    private static final long WORK_WITHIN_S = 60;
    private static final long DRAIN_WITHIN_S = 120;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void nothingConfirmedIsLostAndNothingAcknowledgedComesAgain() throws Exception {
        System.out.println("kill loop: " + KILLS + " kills, seed " + SEED + " (repeat with -Dquoin.seed=" + SEED + ")");
        History history = new History();
        // The workers come back as somebody else, so the server would wait for those that they were, longer than it
        // lives.
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--session-restart-grace", "0")) {
            List<Worker> producers = producers(server.url(), history);
            List<Worker> consumers = consumers(server.url(), history);
            killAgainAndAgain(server, history);
            producers.forEach(Worker::stop);
            for (Worker producer : producers) {
                producer.join();
            }
            awaitDrained(history);
            consumers.forEach(Worker::stop);
            for (Worker consumer : consumers) {
                consumer.join();
            }
            assertThat(isEmpty(server.url())).as("the queue is empty").isTrue();
        }
        System.out.printf(
                "kill loop: %d kills, %d sends confirmed, %d deliveries, %d acknowledged%n",
                KILLS, history.count(Kind.SENT), history.count(Kind.RECEIVED), history.count(Kind.ACKNOWLEDGED));
        assertThat(history.count(Kind.ACKNOWLEDGED)).as("work was done").isGreaterThan(KILLS);
        assertThat(HistoryChecker.check(history))
                .as("violations (seed " + SEED + ")")
                .isEmpty();
    }

    private static List<Worker> producers(String url, History history) {
        List<Worker> workers = new ArrayList<>();
        int[] transactionSizes = {0, 0, 1, 20};
        for (int i = 0; i < transactionSizes.length; i++) {
            workers.add(new ProducerWorker(url, history, QUEUE, i, transactionSizes[i]).start());
        }
        return workers;
    }

    private static List<Worker> consumers(String url, History history) {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(new ConsumerWorker(url, history, QUEUE, i, i % 2 == 0, SEED).start());
        }
        return workers;
    }

    private static void killAgainAndAgain(ServerProcess server, History history) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < KILLS; i++) {
            awaitWork(history);
            // A life of random length is the point of the test; nothing waits for anything here.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LIFE_MAX_MS)));
            server.kill();
            server.restart();
        }
        awaitWork(history);
    }

    /** Waits until this life of the server has confirmed a send. */
    private static void awaitWork(History history) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WORK_WITHIN_S);
        long before = history.count(Kind.SENT);
        while (history.count(Kind.SENT) == before) {
            assertThat(System.nanoTime())
                    .as("a send is confirmed within " + WORK_WITHIN_S + " s")
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Waits until every confirmed send has been acknowledged, or nothing has moved for a while: the checker says what is missing. */
    private static void awaitDrained(History history) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_WITHIN_S);
        long before = -1;
        long now = history.count(Kind.RECEIVED);
        while (now != before && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            before = now;
            now = history.count(Kind.RECEIVED);
        }
    }

    private static boolean isEmpty(String url) throws JMSException {
        try (Connection connection = new QuoinConnectionFactory(url).createConnection()) {
            connection.start();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE));
            return consumer.receiveNoWait() == null;
        }
    }
}
