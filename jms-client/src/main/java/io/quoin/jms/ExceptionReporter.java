// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a connection's exception listener of problems that no caller hears of, one at a time, on a thread that exists only
 * while there is something to tell (Messaging 3.1 §6.1.7).
 */
final class ExceptionReporter {

    private static final Logger LOG = System.getLogger(ExceptionReporter.class.getName());

    private final ThreadPoolExecutor executor;
    private volatile @Nullable ExceptionListener listener;

    ExceptionReporter() {
        executor =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "quoin-exceptions");
                    thread.setDaemon(true);
                    return thread;
                }) {
                    /** A transaction manager may keep the connection for long, but not the application that listened to it. */
                    @Override
                    protected void terminated() {
                        listener = null;
                    }
                };
        executor.allowCoreThreadTimeOut(true);
        // Whoever has closed the connection does not want to hear of it any more, but the socket may break meanwhile.
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    void listener(@Nullable ExceptionListener to) {
        listener = to;
    }

    @Nullable
    ExceptionListener listener() {
        return listener;
    }

    void report(JMSException problem) {
        LOG.log(listener == null ? Level.WARNING : Level.DEBUG, problem.getMessage());
        executor.execute(() -> tell(problem));
    }

    private void tell(JMSException problem) {
        ExceptionListener to = listener;
        if (to == null) {
            return;
        }
        try {
            to.onException(problem);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "The exception listener has thrown an exception", e);
        }
    }

    void close() {
        executor.shutdown();
    }
}
