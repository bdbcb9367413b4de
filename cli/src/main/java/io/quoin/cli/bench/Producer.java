// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends; latency counts from the call, or from when a send was due, until the provider has confirmed it. */
final class Producer extends Worker {

    private final Semaphore window;

    Producer(Connector connector, BenchPlan plan, Phase phase, int number) {
        super(connector, plan, phase, number);
        this.window = new Semaphore(plan.window());
    }

    @Override
    void work(Connection connection, Session session, Destination destination)
            throws JMSException, InterruptedException {
        byte[] body = new byte[plan.bodyBytes()];
        ByteBuffer stamp = ByteBuffer.wrap(body);
        double intervalNs = plan.ratePerSecond() == 0
                ? 0
                : TimeUnit.SECONDS.toNanos(1) * (double) plan.producers() / plan.ratePerSecond();
        try (MessageProducer producer = session.createProducer(destination)) {
            producer.setDeliveryMode(plan.persistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
            phase.ready();
            long beganNs = System.nanoTime();
            for (long sent = 0; phase.isSending() && failure() == null; sent++) {
                long fromNs = System.nanoTime();
                if (intervalNs > 0) {
                    long dueNs = beganNs + (long) (sent * intervalNs);
                    waitUntil(dueNs);
                    fromNs = dueNs;
                }
                stamp.putLong(0, fromNs);
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(body);
                send(session, producer, message, fromNs, sent);
            }
            window.acquire(plan.window());
            if (plan.transactionSize() > 0) {
                session.commit();
            }
        }
    }

    private void send(Session session, MessageProducer producer, Message message, long fromNs, long sent)
            throws JMSException, InterruptedException {
        if (plan.transactionSize() > 0) {
            producer.send(message);
            if ((sent + 1) % plan.transactionSize() == 0) {
                session.commit();
            }
            count(System.nanoTime() - fromNs);
        } else if (plan.window() == 1) {
            producer.send(message);
            count(System.nanoTime() - fromNs);
        } else {
            window.acquire();
            producer.send(message, new Completion(fromNs));
        }
    }

    private static void waitUntil(long dueNs) {
        for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
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
