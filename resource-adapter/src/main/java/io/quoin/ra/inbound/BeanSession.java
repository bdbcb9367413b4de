// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.jms.NotDeliveredException;
import io.quoin.jms.QuoinSession;
import io.quoin.jms.QuoinXASession;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.ra.inbound.Endpoints.Endpoint;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.ServerSession;
import jakarta.jms.Session;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A session of a bean, with a proxy of it. It has a thread of the application server only while there are messages for it,
 * and gives that back after 16 of them or 100 ms, or as soon as others have waited for one, so that beans take turns.
 *
 * <p>Thread: one at a time, that of the work; {@link #start} that of the consumer, while there is no work.
 */
final class BeanSession implements ServerSession, Work {

    private static final Logger LOG = System.getLogger(BeanSession.class.getName());

    private static final int MESSAGES_MAX = 16;
    private static final long WORK_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SessionPool pool;
    private final Feed feed;
    private final Endpoints endpoints;
    private final WorkManager works;
    private final QuoinSession session;
    private final AtomicReference<State> state = new AtomicReference<>(State.FREE);
    private final AtomicReference<@Nullable Endpoint> endpoint = new AtomicReference<>();
    private final Worker worker = new Worker();

    private enum State {
        FREE,
        /** It waits for a thread. */
        SCHEDULED,
        WORKING
    }

    /** The container has failed: this session does nothing more in this work. Of the work's thread. */
    private boolean failed;

    BeanSession(SessionPool pool, Feed feed, Endpoints endpoints, WorkManager works, QuoinSession session)
            throws JMSException {
        this.pool = pool;
        this.feed = feed;
        this.endpoints = endpoints;
        this.works = works;
        this.session = session;
        session.setMessageListener(this::onMessage);
    }

    @Override
    public Session getSession() {
        return session;
    }

    /** Asks for a thread. If there is none, the consumer takes the message back and tries again after a pause. */
    @Override
    public void start() throws JMSException {
        if (!session.hasLoaded()) {
            pool.free(this);
            return;
        }
        pool.waits(this);
        state.set(State.SCHEDULED);
        try {
            Job.schedule(works, this);
            if (pool.isClosed()) {
                withdraw();
            }
        } catch (WorkException e) {
            pool.pause();
            withdraw();
            throw JmsErrors.of(ErrorCode.WORK_REJECTED, "A message waits for a thread: " + e.getMessage(), e);
        }
    }

    // --- The work

    @Override
    public void run() {
        if (!state.compareAndSet(State.SCHEDULED, State.WORKING)) {
            return; // The bean was stopped meanwhile.
        }
        pool.waitsNoMore(this);
        try {
            if (isReady()) {
                work();
            } else {
                session.returnLoaded();
            }
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "A session of a bean has ended: " + e.getMessage());
        } finally {
            state.set(State.FREE);
            leave();
        }
    }

    private void work() throws JMSException {
        long untilNs = System.nanoTime() + WORK_NS;
        int messages = 0;
        do {
            session.run();
            messages++;
        } while (!failed
                && messages < MESSAGES_MAX
                && System.nanoTime() < untilNs
                && !pool.isClosed()
                && !pool.isCrowded()
                && feed.loadNext(session));
    }

    private boolean isReady() {
        failed = false;
        if (endpoint.get() != null) {
            return true;
        }
        worker.begin();
        try {
            endpoint.set(endpoints.create(session instanceof QuoinXASession xa ? xa.getXAResource() : null));
            return true;
        } catch (UnavailableException e) {
            LOG.log(Level.DEBUG, "The container has no instance of the bean now: " + e.getMessage());
        } catch (RuntimeException e) {
            String what = "The container could not make an instance of the bean, and its message comes again: " + e;
            LOG.log(Level.WARNING, ErrorCode.DELIVERY_FAILED.message(what));
        } finally {
            worker.end();
        }
        pool.pause();
        return false;
    }

    /** A session whose branch the container has not ended is not used again. */
    private void leave() {
        if (session instanceof QuoinXASession xa && xa.isInBranch()) {
            pool.lose(this);
            close();
        } else {
            pool.free(this);
        }
    }

    // --- A message

    private void onMessage(Message message) {
        Endpoint to = endpoint.get();
        if (to == null || failed) {
            throw new NotDeliveredException(new IllegalStateException("the container has failed before"));
        }
        if (to.isTransacted()) {
            inTransaction(to, message);
        } else {
            deliver(to, message);
        }
        if (!failed) {
            pool.worked();
        }
    }

    private void deliver(Endpoint to, Message message) {
        worker.begin();
        try {
            to.deliver(message);
        } finally {
            worker.end();
        }
    }

    /** What the bean throws has its transaction rolled back by the container; the server counts, and delivers again. */
    private void inTransaction(Endpoint to, Message message) {
        before(to);
        try {
            deliver(to, message);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.DEBUG, "A bean has thrown an exception, and its transaction is rolled back: " + e);
        } finally {
            after(to);
        }
    }

    private void before(Endpoint to) {
        worker.begin();
        try {
            to.before();
        } catch (ResourceException | RuntimeException e) {
            containerFailed("begin", e);
            throw new NotDeliveredException(e);
        } finally {
            worker.end();
        }
    }

    /** The end of a transaction is not the bean's any more, and is not interrupted. */
    private void after(Endpoint to) {
        try {
            to.after();
        } catch (ResourceException | RuntimeException e) {
            containerFailed("end", e);
        }
    }

    private void containerFailed(String what, Exception e) {
        LOG.log(
                Level.WARNING,
                ErrorCode.DELIVERY_FAILED.message(
                        "The container could not " + what + " the transaction of a message, which comes again: " + e));
        failed = true;
        releaseEndpoint();
        pool.pause();
    }

    private void releaseEndpoint() {
        Endpoint last = endpoint.getAndSet(null);
        if (last != null) {
            try {
                last.release();
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "A proxy of a bean was not released in order: " + e);
            }
        }
    }

    // --- The end

    /** The message that waits for a thread goes back. */
    void withdraw() {
        if (state.compareAndSet(State.SCHEDULED, State.FREE)) {
            pool.waitsNoMore(this);
            session.returnLoaded();
            pool.free(this);
        }
    }

    /** The application server wants its thread back: it has it in a moment, when what is in hand is done. */
    @Override
    public void release() {}

    void interrupt() {
        worker.interrupt();
    }

    /**
     * The bean is of no more use, and nothing is in its hand. The session forgets it: a transaction manager may keep what was part
     * of its last transaction for long, and with that the bean's class loader.
     */
    void end() {
        releaseEndpoint();
        try {
            session.setMessageListener(null);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "A session of a bean had ended before: " + e.getMessage());
        }
    }

    /** The pool does without this session. */
    void close() {
        end();
        try {
            session.close();
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "A session of a bean was not closed in order: " + e.getMessage());
        }
    }
}
