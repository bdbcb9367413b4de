// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One producer or consumer: a thread, a connection, a session. Counts are written by that thread. */
abstract class Worker implements Runnable {

    /** Longer than anything that is worth telling apart. */
    private static final long LATENCY_MAX_NS = TimeUnit.MINUTES.toNanos(2);

    private final Connector connector;
    private final int number;
    private final Histogram latencyNs = new ConcurrentHistogram(LATENCY_MAX_NS, 3);
    final BenchPlan plan;
    final Phase phase;
    private final LongAdder total = new LongAdder();
    private final LongAdder measured = new LongAdder();
    private volatile @Nullable Throwable failure;

    Worker(Connector connector, BenchPlan plan, Phase phase, int number) {
        this.connector = connector;
        this.plan = plan;
        this.phase = phase;
        this.number = number;
    }

    @Override
    public final void run() {
        try (Connection connection = connector.connect();
                Session session = plan.transactionSize() > 0
                        ? connection.createSession(Session.SESSION_TRANSACTED)
                        : connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            String name = plan.destinations() == 1
                    ? plan.destination()
                    : plan.destination() + "." + number % plan.destinations();
            work(connection, session, plan.topic() ? session.createTopic(name) : session.createQueue(name));
        } catch (JMSException | RuntimeException | InterruptedException | LinkageError e) {
            // A linkage error: a provider of an older version of the API lacks methods, or its class path is not
            // complete.
            failure = e;
        } finally {
            phase.failed(); // of no effect if it was ready before
        }
    }

    /** Sets itself up, calls {@link Phase#ready}, and works until the phase says that it is over. */
    abstract void work(Connection connection, Session session, Destination destination)
            throws JMSException, InterruptedException;

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
