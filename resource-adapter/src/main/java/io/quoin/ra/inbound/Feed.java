// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.jms.QuoinConnection;
import io.quoin.jms.QuoinConnectionConsumer;
import io.quoin.jms.QuoinSession;
import io.quoin.jms.QuoinXAConnection;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.resource.spi.work.WorkManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a bean is fed from: one connection, and one consumer at the server, whatever the number of its sessions. It connects
 * again by itself.
 *
 * <p>Thread: any.
 */
final class Feed {

    private static final Logger LOG = System.getLogger(Feed.class.getName());

    /** For a bean to return after it was interrupted, and for the server to answer that all is closed. */
    private static final long LAST_NS = TimeUnit.SECONDS.toNanos(1);

    private final Target target;
    private final boolean transacted;
    private final QuoinConnection connection;
    private final SessionPool pool;
    private final Later later;
    private final Ended ended;
    private volatile @Nullable QuoinConnectionConsumer consumer;
    private volatile @Nullable JMSException end;
    private volatile boolean closing;

    /** Hears that a feed has ended for good. */
    @FunctionalInterface
    interface Ended {

        void accept(Feed feed, JMSException why);
    }

    private Feed(Target target, Endpoints endpoints, boolean transacted, WorkManager works, Later later, Ended ended)
            throws JMSException {
        this.target = target;
        this.transacted = transacted;
        this.later = later;
        this.ended = ended;
        QuoinXAConnectionFactory factory = target.factory();
        this.connection = (QuoinConnection) (transacted ? factory.createXAConnection() : factory.createConnection());
        this.pool = new SessionPool(this, target, endpoints, works, later);
    }

    /** Connects and consumes; nothing is delivered before {@link #start}. */
    static Feed open(
            Target target, Endpoints endpoints, boolean transacted, WorkManager works, Later later, Ended ended)
            throws JMSException {
        Feed feed = new Feed(target, endpoints, transacted, works, later, ended);
        try {
            feed.consume();
            return feed;
        } catch (JMSException | RuntimeException e) {
            feed.abandon();
            throw e;
        }
    }

    private void consume() throws JMSException {
        connection.setExceptionListener(this::onException);
        pool.fill();
        consumer = (QuoinConnectionConsumer) target.consume(connection, pool);
    }

    void start() throws JMSException {
        connection.start();
    }

    /** Why it has ended for good; null as long as it has not. */
    @Nullable
    JMSException end() {
        return end;
    }

    private void onException(JMSException e) {
        QuoinConnectionConsumer from = consumer;
        if (closing) {
            return;
        }
        if (!connection.isAlive() || (from != null && !from.isActive())) {
            end = e;
            ended.accept(this, e);
        } else {
            LOG.log(Level.DEBUG, "Delivery from " + target + " has a problem: " + e.getMessage());
        }
    }

    // --- For the pool

    /** A session for one thread of the bean. */
    QuoinSession createSession() throws JMSException {
        return transacted
                ? (QuoinSession) ((QuoinXAConnection) connection).createXASession()
                : (QuoinSession) connection.createSession(target.acknowledgeMode());
    }

    /** Loads the next message into a session that has just done one, if there is one at hand. */
    boolean loadNext(QuoinSession session) throws JMSException {
        QuoinConnectionConsumer from = consumer;
        return from != null && from.loadNext(session);
    }

    /** As many messages may wait as there are sessions: with those in hand twice as many. */
    void resized(int sessions) {
        QuoinConnectionConsumer from = consumer;
        if (from != null) {
            from.waiting(sessions);
        }
    }

    // --- The end

    /** What nobody has seen goes back; then what is in hand is waited for, and interrupted after {@code deadlineNs}. */
    void close(long deadlineNs) {
        closing = true;
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs + 2 * LAST_NS - System.nanoTime());
        TimerTask limit = later.in(Math.max(1, leftMs), connection::abort);
        try {
            pool.close();
            closeConsumer();
            if (hasReturned(deadlineNs)) {
                pool.release();
                connection.close();
            } else {
                LOG.log(Level.WARNING, "A bean that consumes from " + target + " does not return, and is left alone");
            }
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "A bean's connection to " + target + " was not closed in order: " + e.getMessage());
        } finally {
            limit.cancel();
            connection.abort(); // Nothing is left of one that was closed.
            pool.release();
        }
    }

    private void closeConsumer() {
        QuoinConnectionConsumer from = consumer;
        if (from == null) {
            return;
        }
        try {
            from.close();
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "The consumer of " + target + " was not closed in order: " + e.getMessage());
        }
    }

    private boolean hasReturned(long deadlineNs) {
        if (pool.awaitIdle(deadlineNs)) {
            return true;
        }
        pool.interrupt();
        return pool.awaitIdle(System.nanoTime() + LAST_NS);
    }

    /** There is nothing left to be told to the server: whatever is in hand comes again. */
    void abandon() {
        closing = true;
        pool.close();
        pool.release();
        connection.abort();
    }
}
