// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Flush;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of the connection, which loads the messages that it gets into the sessions of a {@link ServerSessionPool}
 * (Messaging 3.1 §11.2). Each session acknowledges, commits, recovers and rolls back what it was given, in its own mode. Of
 * a message group only one session has messages at a time, and they come in order.
 *
 * <p>It owns a session on the wire that no application sees; a thread of its own asks the pool for sessions when there is
 * something to load. A pool that throws is asked again after a pause.
 *
 * <p>Thread: any. State is under the lock of the hidden session's {@link Inbox}.
 */
public final class QuoinConnectionConsumer implements ConnectionConsumer {

    private static final Logger LOG = System.getLogger(QuoinConnectionConsumer.class.getName());

    private static final long MIN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_PAUSE_NS = TimeUnit.SECONDS.toNanos(3);

    private final QuoinConnection connection;
    private final ServerSessionPool pool;
    private final int maxMessages;
    private final SessionCore carrier;
    private final Inbox inbox;
    private final Lender lender;
    private final QuoinMessageConsumer consumer;
    private final Prefetch prefetch;
    private final Thread thread;

    // Under the inbox's lock.
    /** The server has not answered yet that it has closed the consumer. */
    private boolean consumerOpen = true;
    /** The thread is asking the pool, which may take as long as it likes. */
    private boolean asking;
    /** The thread has taken messages and not started the session that they are for. */
    private boolean loading;

    QuoinConnectionConsumer(
            QuoinConnection connection, SessionCore carrier, ConsumerSpec spec, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        this.connection = connection;
        this.pool = pool;
        this.maxMessages = maxMessages;
        this.carrier = carrier;
        this.inbox = carrier.inbox();
        GroupedBacklog backlog = new GroupedBacklog();
        this.consumer = carrier.consumers().open(spec, backlog);
        this.prefetch = consumer.prefetch();
        this.lender = new Lender(carrier, consumer, backlog);
        carrier.lendBy(lender);
        this.thread = new Thread(this::run, "quoin-connection-consumer-" + consumer.number());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public ServerSessionPool getServerSessionPool() throws JMSException {
        inbox.lock().lock();
        try {
            if (lender.isClosed()) {
                throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The connection consumer is closed");
            }
            return pool;
        } finally {
            inbox.lock().unlock();
        }
    }

    // --- The thread

    private void run() {
        long pauseNs = MIN_PAUSE_NS;
        while (awaitWork()) {
            try {
                loadOne();
                pauseNs = MIN_PAUSE_NS;
            } catch (JMSException | RuntimeException e) {
                report(e);
                pause(pauseNs);
                pauseNs = Math.min(MAX_PAUSE_NS, 2 * pauseNs);
            }
        }
        end();
    }

    /** What happens because of the end is no news. */
    private void report(Exception e) {
        inbox.lock().lock();
        try {
            if (isOver()) {
                return;
            }
        } finally {
            inbox.lock().unlock();
        }
        connection.report(
                e instanceof JMSException failure
                        ? failure
                        : JmsErrors.of(
                                ErrorCode.INTERNAL_ERROR, "The server session pool has thrown an exception: " + e, e));
    }

    /** The hidden session is needed until this is closed and everything that was lent is decided. */
    private void end() {
        inbox.locked(() -> inbox.awaitWhile(() -> (!lender.isClosed() || lender.isLending() || consumerOpen)
                && inbox.lost() == null
                && !inbox.isClosed()));
        try {
            carrier.close();
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "The session of a connection consumer was not closed: " + e.getMessage());
        }
    }

    /** Waits until something could be loaded; false at the end. */
    private boolean awaitWork() {
        inbox.lock().lock();
        try {
            while (!isOver()) {
                if (inbox.isFlowing()) {
                    if (lender.isSessionFirst() || prefetch.hasTakeable()) {
                        return true;
                    }
                    carrier.acknowledgements().flush(Flush.SOON);
                    consumer.credit().ensure();
                }
                inbox.awaitChange();
            }
            return false;
        } finally {
            inbox.lock().unlock();
        }
    }

    private void loadOne() throws JMSException {
        ServerSession to = ask();
        if (to == null) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The server session pool has given no session");
        }
        SessionCore session = own(to.getSession());
        List<Loan> loans = List.of();
        try {
            loans = take(session);
            session.loaded().load(loans);
            loans = List.of();
            to.start();
        } catch (JMSException | RuntimeException e) {
            LoadedMessages.putBack(loans);
            session.loaded().handBack();
            throw e;
        } finally {
            inbox.locked(() -> {
                loading = false;
                inbox.signal();
            });
        }
    }

    /**
     * Loads the next message into a session that has just run, unless there is none at hand or another session is owed the
     * next: for the resource adapter, which thereby goes on without asking its application server for a thread.
     *
     * @return whether there is something for {@link Session#run}
     * @throws JMSException if the session is closed, has no listener, or is none of this connection
     */
    public boolean loadNext(Session session) throws JMSException {
        SessionCore to = own(session);
        List<Loan> loans = List.of();
        try {
            loans = takeNow(to);
            to.loaded().load(loans);
            boolean isAny = !loans.isEmpty();
            loans = List.of();
            return isAny;
        } finally {
            LoadedMessages.putBack(loans);
        }
    }

    private List<Loan> takeNow(SessionCore session) {
        inbox.lock().lock();
        try {
            Loan loan = inbox.isFlowing() && !isOver() && !lender.isSessionFirst() ? lender.lend(session) : null;
            if (loan == null) {
                return List.of();
            }
            renewCreditIfDue();
            return List.of(loan);
        } finally {
            inbox.lock().unlock();
        }
    }

    /**
     * How many messages may wait here that no session has, from now on: for the resource adapter, whose sessions grow in
     * number.
     *
     * @param messages 1 or more
     */
    public void waiting(int messages) {
        inbox.locked(() -> {
            prefetch.credit().resize(messages);
            renewCreditIfDue();
        });
    }

    /** Whether messages still come, now or when there is a link again; for good if not. */
    public boolean isActive() {
        return !inbox.ask(this::isOver);
    }

    private @Nullable ServerSession ask() throws JMSException {
        inbox.locked(() -> asking = true);
        try {
            return pool.getServerSession();
        } finally {
            inbox.locked(() -> asking = false);
            // It was meant for the pool, if it was for anybody.
            if (Thread.interrupted()) {
                LOG.log(Level.DEBUG, "A connection consumer was interrupted while it waited for a server session");
            }
        }
    }

    private SessionCore own(@Nullable Session session) throws JMSException {
        Session inner = session;
        if (session instanceof XASession xa && !(session instanceof QuoinSession)) {
            inner = xa.getSession();
        }
        if (inner instanceof QuoinSession own && own.connection() == connection) {
            return own.core();
        }
        throw JmsErrors.of(
                ErrorCode.BAD_ARGUMENT,
                "The server session pool has given a session that is not one of this connection: " + session);
    }

    private List<Loan> take(SessionCore session) {
        inbox.lock().lock();
        try {
            if (lender.isSessionFirst()) {
                awaitOne();
                lender.serves();
            }
            List<Loan> loans = new ArrayList<>(Math.min(maxMessages, 16));
            while (loans.size() < maxMessages && inbox.isFlowing() && !isOver()) {
                Loan loan = lender.lend(session);
                if (loan == null) {
                    break;
                }
                loans.add(loan);
            }
            prefetch.wanted(false);
            loading = true;
            renewCreditIfDue();
            return loans;
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Under the lock. */
    private void renewCreditIfDue() {
        if (!lender.isClosed() && prefetch.credit().isDue()) {
            prefetch.credit().renew();
            carrier.flowControl().credit(prefetch, Flush.SOON);
        }
    }

    private void awaitOne() {
        prefetch.wanted(true);
        while (!isOver() && !(inbox.isFlowing() && prefetch.hasTakeable())) {
            if (inbox.isFlowing()) {
                carrier.acknowledgements().flush(Flush.SOON);
                consumer.credit().ensure();
            }
            inbox.awaitChange();
        }
    }

    /** Under the lock. */
    private boolean isOver() {
        return lender.isClosed() || consumer.isLost() || inbox.isClosed() || inbox.lost() != null;
    }

    private void pause(long pauseNs) {
        inbox.locked(() -> inbox.awaitWhile(() -> !isOver(), TimeUnit.NANOSECONDS.toMillis(pauseNs)));
    }

    // --- The end

    /**
     * Loads nothing any more: what nobody has seen is back in its place when this returns. Sessions that were started go on,
     * and acknowledge what they have.
     */
    @Override
    public void close() throws JMSException {
        inbox.lock().lock();
        try {
            if (lender.isClosed()) {
                return;
            }
            lender.close();
            inbox.wakeAll();
            if (asking) {
                thread.interrupt();
            }
            if (Thread.currentThread() != thread) {
                inbox.awaitWhile(() -> loading);
            }
        } finally {
            inbox.lock().unlock();
        }
        connection.forget(this);
        try {
            consumer.close();
        } finally {
            inbox.locked(() -> {
                consumerOpen = false;
                inbox.wakeAll();
            });
        }
    }
}
