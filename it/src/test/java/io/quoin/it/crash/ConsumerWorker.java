// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.crash;

import io.quoin.it.check.History;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Receives, and acknowledges some messages at a time by {@code acknowledge()} or {@code commit()}; records what was confirmed. */
final class ConsumerWorker extends Worker {
    private static final long RECEIVE_TIMEOUT_MS = 200;
    private static final int BATCH_MAX = 40;

    private record Received(int producer, int sequence) {}

    private final String queue;
    private final boolean transacted;
    private final SplittableRandom random;

    ConsumerWorker(String url, History history, String queue, int number, boolean transacted, long seed) {
        super("consumer-" + number, url, history);
        this.queue = queue;
        this.transacted = transacted;
        this.random = new SplittableRandom(seed + number);
    }

    @Override
    void work(Connection connection) throws JMSException {
        Session session =
                connection.createSession(transacted ? Session.SESSION_TRANSACTED : Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
        int number = history.newConsumer();
        while (!stopping()) {
            receiveSome(session, consumer, number);
        }
    }

    private void receiveSome(Session session, MessageConsumer consumer, int number) throws JMSException {
        List<Received> batch = new ArrayList<>();
        int size = 1 + random.nextInt(BATCH_MAX);
        Message last = null;
        while (batch.size() < size) {
            Message message = consumer.receive(RECEIVE_TIMEOUT_MS);
            if (message == null) {
                break;
            }
            last = message;
            Received received = new Received(Payload.producer(message), Payload.sequence(message));
            history.received(
                    number,
                    received.producer(),
                    received.sequence(),
                    message.getJMSRedelivered(),
                    Payload.intact(message));
            batch.add(received);
        }
        if (last != null) {
            if (transacted) {
                session.commit();
            } else {
                last.acknowledge();
            }
            batch.forEach(r -> history.acknowledged(number, r.producer(), r.sequence()));
        }
    }
}
