// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Works on the messages of a destination with as many threads as its backlog needs, between a minimum and a maximum. Each
 * thread has a session of its own. Messages of one group ({@code JMSXGroupID}) are worked on one after the other and in their
 * order, those of different groups side by side.
 *
 * <p>A thread is added when messages wait and no thread has been without work for {@value #SATURATED_MS} ms, and one that had
 * nothing to do for the idle time (2 s unless set) ends. A pool uses nothing but a standard connection consumer.
 *
 * <pre>{@code
 * connection.start();
 * try (ListenerPool pool = ListenerPool.of(connection, queue)
 *         .threads(5, 64)
 *         .transacted()
 *         .handler((message, session) -> book(message, session))
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Where the session is transacted, it is committed when the handler has returned, and rolled back when it has thrown.
 * Otherwise an exception does what the session's mode says: in an automatic one the message comes again at once. With client
 * or individual acknowledgement a handler may leave messages undecided, to acknowledge them together with later ones; when its
 * thread has had nothing to do for the idle time they go back, counted, so that nothing holds their groups for ever.
 *
 * <p>Thread: any.
 */
public final class ListenerPool implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ListenerPool.class.getName());

    /** How long all threads must have been busy before another one is added. */
    static final long SATURATED_MS = 20;

    private static final long SATURATED_NS = TimeUnit.MILLISECONDS.toNanos(SATURATED_MS);

    private final Connection connection;
    private final Builder options;
    private final ReentrantLock lock = new ReentrantLock();
    /** A thread is free, or has ended. */
    private final Condition changed = lock.newCondition();

    private final ConnectionConsumer consumer;

    // Under the lock.
    private final Set<Worker> workers = new HashSet<>();
    /** The one that was used last is used next, so that what is not needed gets old. */
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();

    /** When a thread had last been without work for a while, or was added. */
    private long slackNs = System.nanoTime();

    private int added;
    /** Threads that end and are not counted any more. */
    private int retired;

    private int largest;
    private boolean closed;

    private ListenerPool(Connection connection, Builder options) throws JMSException {
        this.connection = connection;
        this.options = options;
        try {
            for (int i = 0; i < options.min; i++) {
                addWorker();
            }
            this.consumer = options.consume(connection, new Sessions());
        } catch (JMSException | RuntimeException e) {
            endWorkers();
            throw e;
        }
    }

    /** What to do with a message. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Works on a message.
         *
         * @param session that of the thread, to answer in, or to acknowledge or recover
         * @throws Exception if the work could not be done: then a transaction is rolled back, and an automatic session gets
         *     the message again
         */
        void handle(Message message, Session session) throws Exception;
    }

    /** Begins a pool over the messages of a destination, with 5 to 64 threads and automatic acknowledgement. */
    public static Builder of(Connection connection, Destination destination) {
        return new Builder(connection, destination);
    }

    /** What a pool is to be like. */
    public static final class Builder {

        private final Connection connection;
        private final Destination destination;
        private int min = 5;
        private int max = 64;
        private int mode = Session.AUTO_ACKNOWLEDGE;
        private long idleMs = 2_000;
        private int batch = 1;
        private @Nullable String selector;
        private @Nullable String subscription;
        private boolean durable;
        private boolean shared;
        private @Nullable Handler handler;

        private Builder(Connection connection, Destination destination) {
            this.connection = Objects.requireNonNull(connection, "connection");
            this.destination = Objects.requireNonNull(destination, "destination");
        }

        /**
         * How many threads.
         *
         * @param least always there, 1 or more
         * @param most under load, at least {@code least}
         */
        public Builder threads(int least, int most) {
            if (least < 1 || most < least) {
                throw new IllegalArgumentException("A pool cannot have " + least + " to " + most + " threads");
            }
            min = least;
            max = most;
            return this;
        }

        /** The mode of the sessions, as in {@link Connection#createSession(int)}. */
        public Builder mode(int sessionMode) {
            mode = sessionMode;
            return this;
        }

        /** Each message in a transaction of its own, together with what the handler sends in the session. */
        public Builder transacted() {
            return mode(Session.SESSION_TRANSACTED);
        }

        /** How long a thread above the minimum may have nothing to do, in milliseconds. */
        public Builder idleMs(long ms) {
            idleMs = ms;
            return this;
        }

        /** How many messages a thread may be given at a time, 1 unless set: more cost less, and may wait for one another. */
        public Builder batch(int messages) {
            batch = messages;
            return this;
        }

        /** Only messages that the selector matches. */
        public Builder selector(@Nullable String text) {
            selector = text;
            return this;
        }

        /** Consumes from the shared subscription of that name; the destination is a topic. */
        public Builder sharedSubscription(String name) {
            subscription = Objects.requireNonNull(name, "name");
            shared = true;
            return this;
        }

        /** Consumes from the durable subscription of that name, which nobody else can do meanwhile. */
        public Builder durableSubscription(String name) {
            subscription = Objects.requireNonNull(name, "name");
            durable = true;
            return this;
        }

        /** Consumes from the shared durable subscription of that name. */
        public Builder sharedDurableSubscription(String name) {
            return sharedSubscription(name).durableSubscription(name);
        }

        /** Who works on the messages; called by many threads at once. */
        public Builder handler(Handler does) {
            handler = Objects.requireNonNull(does, "handler");
            return this;
        }

        /** A listener as handler; called by many threads at once. */
        public Builder listener(MessageListener listener) {
            Objects.requireNonNull(listener, "listener");
            return handler((message, session) -> listener.onMessage(message));
        }

        /**
         * Starts the threads. Messages come when the connection is started.
         *
         * @throws JMSException if the connection is closed, or the destination or its subscription cannot be consumed from
         */
        public ListenerPool start() throws JMSException {
            if (handler == null) {
                throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "A listener pool of " + destination + " has no handler");
            }
            return new ListenerPool(connection, this);
        }

        /** Whether a handler may return without having decided what becomes of its message. */
        private boolean leavesDecisions() {
            return mode != Session.AUTO_ACKNOWLEDGE
                    && mode != Session.DUPS_OK_ACKNOWLEDGE
                    && mode != Session.SESSION_TRANSACTED;
        }

        private Handler handler() {
            return Objects.requireNonNull(handler);
        }

        private ConnectionConsumer consume(Connection on, ServerSessionPool pool) throws JMSException {
            if (subscription == null) {
                return on.createConnectionConsumer(destination, selector, pool, batch);
            }
            if (!(destination instanceof Topic topic)) {
                throw JmsErrors.of(
                        ErrorCode.WRONG_DOMAIN,
                        "The subscription " + subscription + " cannot be one to " + destination);
            }
            if (durable && shared) {
                return on.createSharedDurableConnectionConsumer(topic, subscription, selector, pool, batch);
            }
            return durable
                    ? on.createDurableConnectionConsumer(topic, subscription, selector, pool, batch)
                    : on.createSharedConnectionConsumer(topic, subscription, selector, pool, batch);
        }
    }

    // --- What is going on

    /** How many threads there are now. */
    public int threads() {
        lock.lock();
        try {
            return workers.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many threads there have been at most. */
    public int largest() {
        lock.lock();
        try {
            return largest;
        } finally {
            lock.unlock();
        }
    }

    /** How many threads work on something now. */
    public int active() {
        lock.lock();
        try {
            return workers.size() - idle.size();
        } finally {
            lock.unlock();
        }
    }

    // --- The contract with the connection consumer

    /** What the connection consumer asks when it has messages, one call at a time. */
    private final class Sessions implements ServerSessionPool {

        @Override
        public ServerSession getServerSession() throws JMSException {
            while (true) {
                Worker free = awaitFree();
                if (free != null) {
                    return free;
                }
                addWorker();
            }
        }
    }

    /** Waits for a thread that is free; null if another one is to be added instead. */
    private @Nullable Worker awaitFree() throws JMSException {
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The listener pool is closed");
                }
                long nowNs = System.nanoTime();
                Worker oldest = idle.peekLast();
                if (oldest != null && nowNs - oldest.freeNs >= SATURATED_NS) {
                    slackNs = nowNs;
                }
                Worker free = idle.poll();
                if (free != null) {
                    return free;
                }
                long leftNs = SATURATED_NS - (nowNs - slackNs);
                if (workers.size() >= options.max) {
                    await(Long.MAX_VALUE);
                } else if (leftNs <= 0) {
                    slackNs = nowNs;
                    return null;
                } else {
                    await(leftNs);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller's loop
    private void await(long leftNs) throws JMSException {
        try {
            changed.awaitNanos(leftNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JmsErrors.of(ErrorCode.INTERRUPTED, "The wait for a free thread was interrupted", e);
        }
    }

    private void addWorker() throws JMSException {
        Session session = connection.createSession(options.mode);
        boolean refused;
        lock.lock();
        try {
            refused = closed;
            if (!refused) {
                Worker worker = new Worker(session, ++added);
                session.setMessageListener(worker::onMessage);
                workers.add(worker);
                idle.addFirst(worker);
                largest = Math.max(largest, workers.size());
                worker.thread.start();
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            session.close();
        }
    }

    /** A session and its thread. */
    private final class Worker implements ServerSession {

        private final Session session;
        private final Thread thread;
        private final Condition told = lock.newCondition();
        // Under the lock.
        private boolean hasWork;
        private boolean ends;
        /** Since its last work its session may have messages that no handler has decided. */
        private boolean mayKeep;
        /** It has been idle with them for long enough. */
        private boolean givesBack;

        private long freeNs = System.nanoTime();

        Worker(Session session, int number) {
            this.session = session;
            this.thread = new Thread(this::work, "quoin-listener-pool-" + number);
            thread.setDaemon(true);
        }

        @Override
        public Session getSession() {
            return session;
        }

        @Override
        public void start() {
            lock.lock();
            try {
                hasWork = true;
                told.signal();
            } finally {
                lock.unlock();
            }
        }

        private void work() {
            try {
                while (awaitWork()) {
                    if (givesBack) {
                        session.recover();
                    } else {
                        session.run();
                    }
                    free();
                }
            } catch (JMSException e) {
                LOG.log(Level.DEBUG, "What a thread of a listener pool had kept could not be given back", e);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "A thread of a listener pool has ended", e);
            } finally {
                leave();
            }
        }

        private boolean awaitWork() {
            long sinceNs = System.nanoTime();
            boolean interrupted = false;
            lock.lock();
            try {
                while (!hasWork && !ends) {
                    long leftNs = TimeUnit.MILLISECONDS.toNanos(options.idleMs) - (System.nanoTime() - sinceNs);
                    if (leftNs <= 0 && mayKeep && idle.remove(this)) {
                        givesBack = true;
                        return true;
                    }
                    if (leftNs <= 0 && workers.size() > options.min && idle.remove(this)) {
                        retire();
                        return false;
                    }
                    try {
                        told.awaitNanos(leftNs > 0 ? leftNs : Long.MAX_VALUE);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return hasWork;
            } finally {
                lock.unlock();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void free() {
            lock.lock();
            try {
                mayKeep = hasWork && options.leavesDecisions();
                hasWork = false;
                givesBack = false;
                freeNs = System.nanoTime();
                if (!ends) {
                    idle.addFirst(this);
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Counts no more, whatever its end still takes; under the lock. */
        private void retire() {
            if (workers.remove(this)) {
                retired++;
            }
            idle.remove(this);
        }

        private void leave() {
            try {
                session.close();
            } catch (JMSException e) {
                LOG.log(Level.DEBUG, "A session of a listener pool was not closed: " + e.getMessage());
            } finally {
                lock.lock();
                try {
                    retire();
                    retired--;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }

        private void onMessage(Message message) {
            boolean transacted = options.mode == Session.SESSION_TRANSACTED;
            try {
                options.handler().handle(message, session);
                if (transacted) {
                    session.commit();
                }
            } catch (Exception e) {
                if (!transacted) {
                    throw e instanceof RuntimeException runtime ? runtime : new HandlerException(e);
                }
                LOG.log(Level.WARNING, "The handler of a listener pool has thrown an exception: rolled back", e);
                rollBack();
            }
        }

        private void rollBack() {
            try {
                session.rollback();
            } catch (JMSException e) {
                LOG.log(Level.DEBUG, "Not rolled back: " + e.getMessage());
            }
        }
    }

    /** A checked exception of a handler, for a listener that cannot throw one. */
    private static final class HandlerException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        HandlerException(Exception cause) {
            super(cause);
        }
    }

    // --- The end

    /**
     * Takes no more messages, waits until every handler has returned, and ends all threads. What no handler has seen is back
     * in its place then.
     *
     * @throws jakarta.jms.IllegalStateException if a handler of this pool calls it
     * @throws JMSException if the server could not be told
     */
    @Override
    public void close() throws JMSException {
        lock.lock();
        try {
            if (workers.stream().anyMatch(worker -> worker.thread == Thread.currentThread())) {
                throw JmsErrors.of(
                        ErrorCode.CALLED_FROM_CALLBACK, "close was called by a handler of the same listener pool");
            }
        } finally {
            lock.unlock();
        }
        try {
            consumer.close();
        } finally {
            endWorkers();
        }
    }

    private void endWorkers() {
        lock.lock();
        try {
            closed = true;
            for (Worker worker : workers) {
                worker.ends = true;
                worker.told.signal();
            }
            changed.signalAll();
            Interrupts.awaitWhile(changed, () -> !workers.isEmpty() || retired > 0);
        } finally {
            lock.unlock();
        }
    }
}
