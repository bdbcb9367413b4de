// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One producer or consumer: a thread and a session. */
abstract class Worker implements Runnable {

    /** Longer than anything that is worth telling apart. */
    private static final long LATENCY_MAX_NS = TimeUnit.MINUTES.toNanos(2);

    private final SharedConnections connections;
    private final int connection;
    private final Histogram latencyNs = new Histogram(LATENCY_MAX_NS, 3);
    final BenchPlan plan;
    final Phase phase;
    final int number;
    private final LongAdder total = new LongAdder();
    private final LongAdder measured = new LongAdder();
    private volatile @Nullable Throwable failure;

    /**
     * @param number among the producers or the consumers
     * @param connection among all of both
     */
    Worker(SharedConnections connections, BenchPlan plan, Phase phase, int number, int connection) {
        this.connections = connections;
        this.connection = connection;
        this.plan = plan;
        this.phase = phase;
        this.number = number;
    }

    @Override
    public final void run() {
        try {
            Connection shared = connections.of(connection);
            try (Session session = session(shared)) {
                work(shared, session);
            }
        } catch (JMSException | RuntimeException | InterruptedException | LinkageError e) {
            // A linkage error: a provider of an older version of the API lacks methods, or its class path is not
            // complete.
            failure = e;
        } finally {
            phase.failed(); // of no effect if it was ready before
        }
    }

    private Session session(Connection shared) throws JMSException {
        if (plan.work().xa()) {
            return ((XAConnection) shared).createXASession();
        }
        return plan.work().size() > 0
                ? shared.createSession(Session.SESSION_TRANSACTED)
                : shared.createSession(plan.receiving().ackMode());
    }

    /** Sets itself up, calls {@link Phase#ready}, and works until the phase says that it is over. */
    abstract void work(Connection connection, Session session) throws JMSException, InterruptedException;

    final Destination destination(Session session, int at) throws JMSException {
        String name = plan.destinations().name(at);
        return plan.destinations().topic() ? session.createTopic(name) : session.createQueue(name);
    }

    /** Called by one thread of the worker only, the one on which its messages end. */
    final void count(long latency) {
        total.increment();
        if (phase.isMeasuring()) {
            measured.increment();
            latencyNs.recordValue(Math.max(0, Math.min(latency, LATENCY_MAX_NS)));
        }
    }

    final long total() {
        return total.sum();
    }

    final long measured() {
        return measured.sum();
    }

    /** To be read when the worker has ended. */
    final Histogram latencyNs() {
        return latencyNs;
    }

    final void fail(Exception cause) {
        failure = cause;
    }

    final @Nullable Throwable failure() {
        return failure;
    }
}
