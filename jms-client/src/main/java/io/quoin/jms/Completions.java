// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The completion listeners of a session's asynchronous sends: called one at a time, in the order of the sends, on a thread
 * of their own (Messaging 3.1 §7.3.1, §7.3.7). The thread begins with the first such send and ends with the session.
 */
final class Completions {

    private static final Logger LOG = System.getLogger(Completions.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Runnable> due = new ArrayDeque<>();
    private final String name;

    // Under the lock.
    private int outstanding;
    private boolean closed;
    private @Nullable Thread thread;

    Completions(String name) {
        this.name = name;
    }

    /**
     * An asynchronous send is about to be written.
     *
     * @throws jakarta.jms.IllegalStateException if the session was closed meanwhile
     */
    void expect() throws JMSException {
        lock.lock();
        try {
            if (closed) {
                throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The session is closed");
            }
            outstanding++;
            if (thread == null) {
                thread = new Thread(this::run, name);
                thread.setDaemon(true);
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    /** It was not written after all: its caller gets the exception. */
    void cancel() {
        lock.lock();
        try {
            outstanding--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Its outcome is known; the reader calls this in the order of the sends. */
    void settle(Runnable callback) {
        lock.lock();
        try {
            due.add(callback);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what a completion listener may not do: what waits for it to return. */
    void checkNotCalledBack(String what) throws JMSException {
        if (isCallbackThread()) {
            throw JmsErrors.of(
                    ErrorCode.CALLED_FROM_CALLBACK, what + " was called by a completion listener of the same session");
        }
    }

    boolean isCallbackThread() {
        lock.lock();
        try {
            return Thread.currentThread() == thread;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every listener that was expected has been called and has returned. */
    void awaitAll() {
        lock.lock();
        try {
            Interrupts.awaitWhile(changed, () -> outstanding > 0);
        } finally {
            lock.unlock();
        }
    }

    /** The thread ends when the last listener that was expected has returned. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Runnable callback = next();
        while (callback != null) {
            try {
                callback.run();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.WARNING, "A completion listener has thrown an exception", e);
            } finally {
                cancel();
            }
            callback = next();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Interrupts.awaitWhile(changed, () -> due.isEmpty() && !(closed && outstanding == 0));
            return due.poll();
        } finally {
            lock.unlock();
        }
    }
}
