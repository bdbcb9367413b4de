// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Receives; latency counts from the stamp of the send. */
final class Consumer extends Worker {

    private static final long POLL_MS = 100;

    private final boolean acknowledges;

    Consumer(SharedConnections connections, BenchPlan plan, Phase phase, int number, int connection) {
        super(connections, plan, phase, number, connection);
        int mode = plan.receiving().ackMode();
        acknowledges =
                plan.work().size() == 0 && mode != Session.AUTO_ACKNOWLEDGE && mode != Session.DUPS_OK_ACKNOWLEDGE;
    }

    @Override
    void work(Connection connection, Session session) throws JMSException, InterruptedException {
        UnitOfWork unit = UnitOfWork.of(session, plan.work());
        if (plan.listens()) {
            listen(connection, session, unit);
        } else {
            receive(connection, session, unit);
        }
    }

    private void receive(Connection connection, Session session, UnitOfWork unit)
            throws JMSException, InterruptedException {
        MessageConsumer consumer = session.createConsumer(destination(session, number));
        connection.start();
        phase.ready();
        while (phase.isReceiving()) {
            unit.before();
            Message message = consumer.receive(POLL_MS);
            if (message != null) {
                received(message, unit);
            }
        }
        unit.end();
    }

    private void listen(Connection connection, Session session, UnitOfWork unit)
            throws JMSException, InterruptedException {
        BenchPlan.Destinations destinations = plan.destinations();
        int step = destinations.uniform() ? plan.receiving().consumers() : destinations.count();
        for (int at = number % destinations.count(); at < destinations.count(); at += step) {
            session.createConsumer(destination(session, at)).setMessageListener(message -> heard(message, unit));
        }
        connection.start();
        phase.ready();
        CountDownLatch never = new CountDownLatch(1);
        while (phase.isReceiving() && failure() == null) {
            boolean ignored = never.await(POLL_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void heard(Message message, UnitOfWork unit) {
        try {
            unit.before();
            received(message, unit);
            if (!phase.isReceiving()) {
                unit.end();
            }
        } catch (JMSException | RuntimeException e) {
            fail(e);
        }
    }

    private void received(Message message, UnitOfWork unit) throws JMSException {
        if (message instanceof BytesMessage stamped && stamped.getBodyLength() >= BenchPlan.STAMP_BYTES) {
            long sentNs = stamped.readLong();
            if (acknowledges) {
                message.acknowledge();
            }
            unit.after();
            count(System.nanoTime() - sentNs);
            phase.received();
        }
    }
}
