// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

/** Receives; latency counts from the stamp of the send. */
final class Consumer extends Worker {

    private static final long POLL_MS = 100;

    Consumer(Connector connector, BenchPlan plan, Phase phase, int number) {
        super(connector, plan, phase, number);
    }

    @Override
    void work(Connection connection, Session session, Destination destination)
            throws JMSException, InterruptedException {
        try (MessageConsumer consumer = session.createConsumer(destination)) {
            connection.start();
            phase.ready();
            long received = 0;
            while (phase.isReceiving()) {
                Message message = consumer.receive(POLL_MS);
                if (message instanceof BytesMessage stamped && stamped.getBodyLength() >= BenchPlan.STAMP_BYTES) {
                    count(System.nanoTime() - stamped.readLong());
                    received++;
                    if (plan.transactionSize() > 0 && received % plan.transactionSize() == 0) {
                        session.commit();
                    }
                }
            }
            if (plan.transactionSize() > 0) {
                session.commit();
            }
        }
    }
}
