// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends to groups by chance at a steady rate, and records what was confirmed. After a failure it goes on with the next message of a group, so that the one that failed is there once or not at all.
 *
 * <p>Thread: its own, from {@link #start} to {@link #join}.
 */
final class Producer {
    private static final long REOPEN_AFTER_MS = 50;
    private static final long JOIN_WITHIN_S = 60;
    private static final int TRANSACTION_MAX = 6;
    private static final int ROLLBACK_ONE_IN = 5;
    private static final int VOLATILE_ONE_IN = 8;

    private final Provider provider;
    private final int number;
    private final boolean transacted;
    private final EventLog log;
    private final SplittableRandom random;
    private final int[] sequences;
    private final long pauseNs;
    private final Thread thread;
    private volatile boolean stopping;

    Producer(Provider provider, int number, int groups, int messagesPerSecond, EventLog log, long seed) {
        this.provider = provider;
        this.number = number;
        this.transacted = number % 4 == 3;
        this.log = log;
        this.random = new SplittableRandom(seed + number);
        this.sequences = new int[groups];
        this.pauseNs = TimeUnit.SECONDS.toNanos(1) / messagesPerSecond;
        this.thread = new Thread(this::run, "producer-" + number);
    }

    Producer start() {
        thread.start();
        return this;
    }

    void stop() {
        stopping = true;
    }

    void join() throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(JOIN_WITHIN_S));
        if (thread.isAlive()) {
            AssertionError stuck = new AssertionError(thread.getName() + " does not end; it is at:");
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
    }

    private void run() {
        while (!stopping) {
            try (Connection connection = provider.connectionFactory().createConnection();
                    Session session = connection.createSession(
                            transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
                    MessageProducer producer = session.createProducer(session.createQueue(provider.queue()))) {
                while (!stopping) {
                    if (transacted) {
                        transaction(session, producer);
                    } else {
                        MessageId id = send(session, producer);
                        log.add(Kind.SENT, -1, id);
                    }
                }
            } catch (JMSException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REOPEN_AFTER_MS));
            }
        }
    }

    private MessageId send(Session session, MessageProducer producer) throws JMSException {
        LockSupport.parkNanos(pauseNs);
        int group = random.nextInt(sequences.length);
        MessageId id = new MessageId(number, group, sequences[group]++);
        boolean persistent = random.nextInt(VOLATILE_ONE_IN) > 0;
        producer.setDeliveryMode(persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
        log.add(Kind.SENDING, -1, id, 0, persistent ? Event.PERSISTENT : 0);
        producer.send(GroupMessage.of(session, id));
        return id;
    }

    private void transaction(Session session, MessageProducer producer) throws JMSException {
        List<MessageId> ids = new ArrayList<>();
        int size = 1 + random.nextInt(TRANSACTION_MAX);
        for (int i = 0; i < size; i++) {
            ids.add(send(session, producer));
        }
        if (random.nextInt(ROLLBACK_ONE_IN) == 0) {
            session.rollback();
            ids.forEach(id -> log.add(Kind.ABORTED, -1, id));
            return;
        }
        try {
            session.commit();
            ids.forEach(id -> log.add(Kind.SENT, -1, id));
        } catch (TransactionRolledBackException e) {
            ids.forEach(id -> log.add(Kind.ABORTED, -1, id));
        }
    }
}
