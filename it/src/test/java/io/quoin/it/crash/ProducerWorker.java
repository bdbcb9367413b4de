// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.crash;

import io.quoin.it.check.History;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/** Sends persistent messages, one by one or several in a transaction, and records which were confirmed. */
final class ProducerWorker extends Worker {
    private final String queue;
    private final int producer;
    /** 0: not transacted. */
    private final int transactionSize;

    private int sequence;

    ProducerWorker(String url, History history, String queue, int producer, int transactionSize) {
        super("producer-" + producer, url, history);
        this.queue = queue;
        this.producer = producer;
        this.transactionSize = transactionSize;
    }

    @Override
    void work(Connection connection) throws JMSException {
        boolean transacted = transactionSize > 0;
        Session session = connection.createSession(transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
        MessageProducer sender = session.createProducer(session.createQueue(queue));
        while (!stopping()) {
            int first = sequence;
            for (int i = 0; i < Math.max(1, transactionSize); i++) {
                int next = sequence++;
                history.sending(producer, next);
                sender.send(Payload.message(session, producer, next));
            }
            if (transacted) {
                session.commit();
            }
            for (int confirmed = first; confirmed < sequence; confirmed++) {
                history.sent(producer, confirmed);
            }
        }
    }
}
