// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Sends; latency counts from the call, or from when a send was due, until the provider has confirmed it. */
final class Producer extends Worker {

    private final BenchPlan.Sending sending;
    private final Semaphore window;
    private final RandomGenerator random;

    Producer(SharedConnections connections, BenchPlan plan, Phase phase, int number, int connection) {
        super(connections, plan, phase, number, connection);
        this.sending = plan.sending();
        this.window = new Semaphore(sending.window());
        this.random = RandomGenerator.of("L64X128MixRandom");
    }

    @Override
    void work(Connection connection, Session session) throws JMSException, InterruptedException {
        MessageProducer[] producers = producers(session);
        UnitOfWork unit = UnitOfWork.of(session, plan.work());
        byte[] body = new byte[sending.bodyBytes()];
        ByteBuffer stamp = ByteBuffer.wrap(body);
        double intervalNs = sending.ratePerSecond() == 0
                ? 0
                : TimeUnit.SECONDS.toNanos(1) * (double) sending.producers() / sending.ratePerSecond();
        phase.ready();
        long beganNs = System.nanoTime();
        for (long sent = 0; phase.claim() && failure() == null; sent++) {
            long fromNs = intervalNs > 0 ? awaitDue(beganNs + (long) (sent * intervalNs)) : System.nanoTime();
            if (!phase.awaitRoom()) {
                break;
            }
            if (intervalNs == 0) {
                fromNs = System.nanoTime();
            }
            stamp.putLong(0, fromNs);
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(body);
            if (sending.groups() > 0) {
                message.setStringProperty("JMSXGroupID", "group-" + random.nextInt(sending.groups()));
            }
            send(unit, producers[producers.length == 1 ? 0 : random.nextInt(producers.length)], message, fromNs);
        }
        window.acquire(sending.window());
        unit.end();
    }

    private MessageProducer[] producers(Session session) throws JMSException {
        int first = plan.destinations().uniform() ? 0 : number;
        int count = plan.destinations().uniform() ? plan.destinations().count() : 1;
        MessageProducer[] producers = new MessageProducer[count];
        for (int i = 0; i < count; i++) {
            producers[i] = session.createProducer(destination(session, first + i));
            producers[i].setDeliveryMode(sending.persistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
        }
        return producers;
    }

    private void send(UnitOfWork unit, MessageProducer producer, Message message, long fromNs)
            throws JMSException, InterruptedException {
        if (sending.window() == 1) {
            unit.before();
            producer.send(message);
            unit.after();
            count(System.nanoTime() - fromNs);
        } else {
            window.acquire();
            producer.send(message, new Completion(fromNs));
        }
    }

    /**
     * Waits until a send is due; returns from when it counts: a producer that is late counts from when it was due, whatever
     * kept it, and one that is on time from when it woke up, so that the timer's error is not the provider's.
     */
    private static long awaitDue(long dueNs) {
        long nowNs = System.nanoTime();
        if (nowNs - dueNs >= 0) {
            return dueNs;
        }
        while (nowNs - dueNs < 0) {
            LockSupport.parkNanos(dueNs - nowNs);
            nowNs = System.nanoTime();
        }
        return nowNs;
    }

    private final class Completion implements CompletionListener {

        private final long fromNs;

        Completion(long fromNs) {
            this.fromNs = fromNs;
        }

        @Override
        public void onCompletion(Message message) {
            count(System.nanoTime() - fromNs);
            window.release();
        }

        @Override
        public void onException(Message message, Exception exception) {
            fail(exception);
            window.release();
        }
    }
}
