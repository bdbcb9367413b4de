// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.crash;

import io.quoin.it.check.History;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * An application that goes on whatever happens to the server: it connects, works until its connection is lost, and connects again.
 *
 * <p>Thread: its own, from {@link #start()} to {@link #join()}.
 */
abstract class Worker {
    private static final long RECONNECT_PAUSE_MS = 20;
    private static final long JOIN_WITHIN_S = 120;

    final History history;
    private final Thread thread;
    private final QuoinConnectionFactory factory;
    private final AtomicReference<Throwable> bug = new AtomicReference<>();
    private volatile boolean stopping;

    Worker(String name, String url, History history) {
        this.history = history;
        this.factory = new QuoinConnectionFactory(url);
        factory.setReconnect(false); // The worker connects again, as an application without this would.
        this.thread = new Thread(this::run, name);
    }

    /** Works with one connection until it is told to stop, or until a call fails. */
    abstract void work(Connection connection) throws JMSException;

    final boolean stopping() {
        return stopping;
    }

    final Worker start() {
        thread.start();
        return this;
    }

    final void stop() {
        stopping = true;
    }

    /** Waits for the end of the thread; throws what it did not expect. */
    final void join() throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(JOIN_WITHIN_S));
        if (thread.isAlive()) {
            AssertionError stuck = new AssertionError(thread.getName() + " does not end; it is at:");
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
        if (bug.get() != null) {
            throw new AssertionError(thread.getName() + " failed", bug.get());
        }
    }

    private void run() {
        try {
            while (!stopping) {
                connectAndWork();
            }
        } catch (RuntimeException | Error e) {
            bug.set(e);
        }
    }

    private void connectAndWork() {
        try (Connection connection = factory.createConnection()) {
            connection.start();
            work(connection);
        } catch (JMSException e) {
            // The server was killed; what this call was about stays unconfirmed in the history.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RECONNECT_PAUSE_MS));
        }
    }
}
