// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.Backoff;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a bean. There are few at first; one more is added when all have been busy for a while and a message waits,
 * and closed again when it has not been needed for a while.
 *
 * <p>Thread: any.
 */
final class SessionPool implements ServerSessionPool {

    private static final Logger LOG = System.getLogger(SessionPool.class.getName());

    /** A session that is about to be free is better than another one. */
    private static final long BUSY_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** When a session has waited so long for a thread, the application server has none to spare. */
    private static final long CROWDED_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Feed feed;
    private final Target target;
    private final Endpoints endpoints;
    private final WorkManager works;
    private final Later later;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Under the lock.
    private final List<BeanSession> sessions = new ArrayList<>();
    /** Those with nothing to do; the one that was needed last comes first. */
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    /** Since when sessions with a message have waited for a thread, the longest first. */
    private final Map<BeanSession, Long> waitingNs = new LinkedHashMap<>();

    private final Backoff backoff;
    private long pausedUntilNs = System.nanoTime();
    private boolean closed;
    private boolean released;
    /** Somebody will look for sessions that are not needed. */
    private boolean watched;

    /** A session with nothing to do, and since when. */
    private record Idle(BeanSession session, long sinceNs) {}

    SessionPool(Feed feed, Target target, Endpoints endpoints, WorkManager works, Later later) {
        this.feed = feed;
        this.target = target;
        this.endpoints = endpoints;
        this.works = works;
        this.later = later;
        this.backoff = new Backoff(target.retryDelayMs(), target.maxRetryDelayMs());
    }

    /** Makes the sessions that there are from the beginning. */
    void fill() throws JMSException {
        while (size() < target.minSessions()) {
            add();
        }
    }

    private int size() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }

    private void add() throws JMSException {
        BeanSession session = new BeanSession(this, feed, endpoints, works, feed.createSession());
        int size;
        lock.lock();
        try {
            sessions.add(session);
            idle.addFirst(new Idle(session, System.nanoTime()));
            size = sessions.size();
            watch();
        } finally {
            lock.unlock();
        }
        feed.resized(size);
    }

    // --- What the consumer asks

    /** A session that is free, as soon as there is one. */
    @Override
    public ServerSession getServerSession() throws JMSException {
        while (true) {
            BeanSession free = awaitFree();
            if (free != null) {
                return free;
            }
            add();
        }
    }

    /** Null if one is to be added. */
    private @Nullable BeanSession awaitFree() throws JMSException {
        long sinceNs = System.nanoTime();
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The bean is being stopped");
                }
                long nowNs = System.nanoTime();
                long pauseNs = pausedUntilNs - nowNs;
                if (pauseNs > 0) {
                    await(pauseNs);
                    continue;
                }
                Idle free = idle.poll();
                if (free != null) {
                    return free.session();
                }
                long leftNs = sessions.size() < target.maxSessions() ? sinceNs + BUSY_NS - nowNs : Long.MAX_VALUE;
                if (leftNs <= 0) {
                    return null;
                }
                await(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the callers' loops
    private void await(long leftNs) throws JMSException {
        try {
            changed.awaitNanos(leftNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JmsErrors.of(ErrorCode.INTERRUPTED, "The wait for a free session was interrupted", e);
        }
    }

    // --- Those that are not needed any more

    /** Has somebody look, if there may be something to find; under the lock. */
    private void watch() {
        if (!watched && !closed && sessions.size() > target.minSessions()) {
            watched = true;
            later.in(target.sessionIdleMs(), this::shrinkSoon);
        }
    }

    /** On a thread of the application server, because the server is told of each. */
    private void shrinkSoon() {
        try {
            Job.schedule(works, new Job(this::shrink));
        } catch (WorkException e) {
            LOG.log(Level.DEBUG, "Sessions that are not needed stay for a while: " + e.getMessage());
            lock.lock();
            try {
                watched = false;
                watch();
            } finally {
                lock.unlock();
            }
        }
    }

    private void shrink() {
        List<BeanSession> unneeded;
        int size;
        lock.lock();
        try {
            unneeded = takeUnneeded();
            size = sessions.size();
            watched = false;
            watch();
        } finally {
            lock.unlock();
        }
        if (!unneeded.isEmpty()) {
            feed.resized(size);
            unneeded.forEach(BeanSession::close);
        }
    }

    /** Under the lock. */
    private List<BeanSession> takeUnneeded() {
        long untilNs = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(target.sessionIdleMs());
        List<BeanSession> unneeded = new ArrayList<>();
        while (!closed && sessions.size() > target.minSessions()) {
            Idle longest = idle.peekLast();
            if (longest == null || longest.sinceNs() - untilNs > 0) {
                break;
            }
            idle.removeLast();
            sessions.remove(longest.session());
            unneeded.add(longest.session());
        }
        return unneeded;
    }

    // --- What sessions tell

    /** The session has a message, and asks the application server for a thread. */
    void waits(BeanSession session) {
        lock.lock();
        try {
            waitingNs.put(session, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** The session has its thread, or does not want it any more. */
    void waitsNoMore(BeanSession session) {
        lock.lock();
        try {
            waitingNs.remove(session);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a session that has a thread should leave it to those that wait for one. */
    boolean isCrowded() {
        lock.lock();
        try {
            return !waitingNs.isEmpty()
                    && System.nanoTime() - waitingNs.values().iterator().next() > CROWDED_NS;
        } finally {
            lock.unlock();
        }
    }

    /** The session has nothing to do. */
    void free(BeanSession session) {
        boolean ends;
        lock.lock();
        try {
            idle.addFirst(new Idle(session, System.nanoTime()));
            changed.signalAll();
            ends = released;
        } finally {
            lock.unlock();
        }
        if (ends) {
            session.end();
        }
    }

    /** The session is of no use any more. */
    void lose(BeanSession session) {
        lock.lock();
        try {
            sessions.remove(session);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The application server could not take a message: for a while it is not asked. */
    void pause() {
        lock.lock();
        try {
            pausedUntilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.nextMs());
        } finally {
            lock.unlock();
        }
    }

    /** It has taken one, and is asked again at once. */
    void worked() {
        lock.lock();
        try {
            backoff.reset();
            if (pausedUntilNs - System.nanoTime() > 0) {
                pausedUntilNs = System.nanoTime();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    // --- The end

    /** Gives out no session any more, and takes back what waits for a thread. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        all().forEach(BeanSession::withdraw);
    }

    /** Whether no session has anything in hand, by then at the latest. */
    boolean awaitIdle(long deadlineNs) {
        boolean interrupted = false;
        lock.lock();
        try {
            while (idle.size() < sessions.size()) {
                long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return false;
                }
                try {
                    changed.awaitNanos(leftNs);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<BeanSession> all() {
        lock.lock();
        try {
            return List.copyOf(sessions);
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts beans that have something in hand. */
    void interrupt() {
        all().forEach(BeanSession::interrupt);
    }

    /** Ends the proxies of the bean: those that have nothing in hand now, and the others as soon as they return. */
    void release() {
        List<BeanSession> now;
        lock.lock();
        try {
            released = true;
            now = idle.stream().map(Idle::session).toList();
        } finally {
            lock.unlock();
        }
        now.forEach(BeanSession::end);
    }
}
