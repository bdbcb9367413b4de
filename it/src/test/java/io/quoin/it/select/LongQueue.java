// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.select;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;

/**
 * A queue with very many persistent messages of 100 bytes: {@value #RED} of them are red, evenly spread, the others grey; each
 * has a number and a correlation id of its own.
 */
final class LongQueue {
    static final String NAME = "long";
    static final int RED = 100;

    private static final int BODY_BYTES = 100;
    private static final int COMMIT_EVERY = 1_000;
    private static final long RECEIVE_MS = 30_000;

    private LongQueue() {}

    /** Sends so many messages; returns how many a second. */
    static double fill(Connection connection, int messages) throws JMSException {
        long began = System.nanoTime();
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            MessageProducer producer = session.createProducer(session.createQueue(NAME));
            byte[] body = new byte[BODY_BYTES];
            int every = messages / RED;
            for (int i = 0; i < messages; i++) {
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(body);
                message.setIntProperty("number", i);
                message.setStringProperty("colour", i % every == every - 1 ? "red" : "grey");
                message.setJMSCorrelationID("request-" + i);
                producer.send(message);
                if (i % COMMIT_EVERY == COMMIT_EVERY - 1) {
                    session.commit();
                }
            }
            session.commit();
        }
        return messages / seconds(began);
    }

    /** Receives so many messages without keeping any; returns the seconds until the last one was there. */
    static double look(String url, String selector, int count) throws JMSException {
        try (Connection connection = new QuoinConnectionFactory(url).createConnection();
                Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            Queue queue = session.createQueue(NAME);
            connection.start();
            long began = System.nanoTime();
            MessageConsumer consumer = session.createConsumer(queue, selector);
            receive(consumer, count);
            double took = seconds(began);
            session.rollback();
            return took;
        }
    }

    /** Receives so many messages without a selector, for good; returns how many a second. */
    static double drain(String url, int count) throws JMSException {
        try (Connection connection = new QuoinConnectionFactory(url).createConnection();
                Session session = connection.createSession()) {
            connection.start();
            MessageConsumer consumer = session.createConsumer(session.createQueue(NAME));
            receive(consumer, 1);
            long began = System.nanoTime();
            receive(consumer, count);
            return count / seconds(began);
        }
    }

    private static void receive(MessageConsumer consumer, int count) throws JMSException {
        for (int i = 0; i < count; i++) {
            if (consumer.receive(RECEIVE_MS) == null) {
                throw new AssertionError("Only " + i + " of " + count + " messages came within " + RECEIVE_MS + " ms");
            }
        }
    }

    static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }
}
