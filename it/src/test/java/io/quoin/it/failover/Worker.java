// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.failover;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Part of an application that knows nothing of servers that end and connections that break: it has one connection, and every
 * exception that the specification does not prescribe is a failure of the test, as is a call of the exception listener.
 *
 * <p>Thread: its own, from {@link #start} to {@link #end}.
 */
abstract class Worker {

    private static final long END_WITHIN_S = 120;

    private final String name;
    private final String url;
    private final AtomicReference<@Nullable Throwable> problem = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile int count;

    Worker(String name, String url) {
        this.name = name;
        // The first connection may be cut as well, before there is one that would be looked for again.
        this.url = url + "?sendTimeout=120s&requestTimeout=120s&maxReconnectDelay=100ms&startupMaxReconnectAttempts=-1";
        this.thread = new Thread(this::run, name);
    }

    abstract void work(Connection connection) throws Exception;

    /** Connects to the server of that URI. */
    Connection connect(String uri) throws JMSException {
        QuoinConnectionFactory factory = new QuoinConnectionFactory(uri);
        configure(factory);
        return factory.createConnection();
    }

    void configure(QuoinConnectionFactory of) {}

    final boolean isStarted() {
        return thread.getState() != Thread.State.NEW;
    }

    final Worker start() {
        thread.start();
        return this;
    }

    private void run() {
        try (Connection connection = connect(url)) {
            connection.setExceptionListener(e -> failed(new AssertionError("the exception listener was called", e)));
            connection.start();
            work(connection);
        } catch (Exception | Error e) {
            failed(e);
        }
    }

    final void failed(Throwable e) {
        problem.compareAndSet(null, e);
    }

    final boolean isStopping() {
        return stopping || problem.get() != null;
    }

    /** How many messages it has done with. */
    final int count() {
        return count;
    }

    final void count(int done) {
        count = done;
    }

    /** The next message has to be the one after the last. */
    final void received(int number, boolean redelivered) throws JMSException {
        if (number != count) {
            throw new AssertionError(name + " got message " + number + (redelivered ? ", redelivered," : "")
                    + " when it waited for " + count);
        }
        count = number + 1;
    }

    final void check() {
        Throwable why = problem.get();
        if (why != null) {
            throw new AssertionError(name + " has failed after " + count + " messages", why);
        }
    }

    final void stop() {
        stopping = true;
    }

    /** Waits for the end of the thread. */
    final void end() throws InterruptedException {
        stop();
        thread.join(TimeUnit.SECONDS.toMillis(END_WITHIN_S));
        check();
        if (thread.isAlive()) {
            AssertionError stuck = new AssertionError(name + " does not end; it is at:");
            stuck.setStackTrace(thread.getStackTrace());
            throw stuck;
        }
    }

    @Override
    public String toString() {
        return name + " at " + count;
    }
}
