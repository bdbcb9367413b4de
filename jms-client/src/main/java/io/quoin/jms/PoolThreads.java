// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a {@link ListenerPool} and their sessions: what a connection consumer asks when it has messages, one call at a
 * time.
 *
 * <p>Thread: any; state is under the lock.
 */
final class PoolThreads implements ServerSessionPool {

    private static final Logger LOG = System.getLogger(PoolThreads.class.getName());

    private static final long SATURATED_NS = TimeUnit.MILLISECONDS.toNanos(ListenerPool.SATURATED_MS);

    private final Connection connection;
    private final ListenerPool.Builder options;
    private final ReentrantLock lock = new ReentrantLock();
    /** A thread is free, or has ended. */
    private final Condition changed = lock.newCondition();

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

    PoolThreads(Connection connection, ListenerPool.Builder options) {
        this.connection = connection;
        this.options = options;
    }

    /** Starts as many as there always are. */
    void start() throws JMSException {
        for (int i = 0; i < options.min(); i++) {
            add();
        }
    }

    @Override
    public ServerSession getServerSession() throws JMSException {
        while (true) {
            Worker free = awaitFree();
            if (free != null) {
                return free;
            }
            add();
        }
    }

    /** Whether the caller is a handler. */
    boolean isCurrentThread() {
        lock.lock();
        try {
            return workers.stream().anyMatch(worker -> worker.thread == Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /** How many threads there are now. */
    int count() {
        lock.lock();
        try {
            return workers.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many threads there have been at most. */
    int largest() {
        lock.lock();
        try {
            return largest;
        } finally {
            lock.unlock();
        }
    }

    /** How many threads work on something now. */
    int active() {
        lock.lock();
        try {
            return workers.size() - idle.size();
        } finally {
            lock.unlock();
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
                if (workers.size() >= options.max()) {
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

    private void add() throws JMSException {
        Session session = connection.createSession(options.mode());
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
                    long leftNs = TimeUnit.MILLISECONDS.toNanos(options.idleMs()) - (System.nanoTime() - sinceNs);
                    if (leftNs <= 0 && mayKeep && idle.remove(this)) {
                        givesBack = true;
                        return true;
                    }
                    if (leftNs <= 0 && workers.size() > options.min() && idle.remove(this)) {
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
            boolean transacted = options.mode() == Session.SESSION_TRANSACTED;
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

    /** Gives no more sessions out, and returns when every handler has returned and every thread has ended. */
    void end() {
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
