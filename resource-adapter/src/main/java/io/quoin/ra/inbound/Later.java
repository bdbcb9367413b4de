// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.UnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Does short things after a while, on the one timer that the adapter asks of its application server, when it first needs it.
 *
 * <p>Thread: any.
 */
final class Later {

    private static final Logger LOG = System.getLogger(Later.class.getName());

    private final BootstrapContext context;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Timer timer;
    private boolean closed;

    Later(BootstrapContext context) {
        this.context = context;
    }

    /** Does it after so many milliseconds, unless it is cancelled or all is over by then; it must not take long. */
    TimerTask in(long delayMs, Runnable action) {
        TimerTask task = new TimerTask() {
            @Override
            public void run() {
                try {
                    action.run();
                } catch (RuntimeException e) {
                    // Whoever throws here would end the timer for all others.
                    LOG.log(Level.ERROR, "Something that was to be done later has failed", e);
                }
            }
        };
        lock.lock();
        try {
            if (!closed) {
                timer().schedule(task, delayMs);
            }
        } finally {
            lock.unlock();
        }
        return task;
    }

    private Timer timer() {
        Timer there = timer;
        if (there == null) {
            there = create();
            timer = there;
        }
        return there;
    }

    /** Its thread outlives the application that happens to need it first, and must not keep that one's class loader. */
    private Timer create() {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(Later.class.getClassLoader());
        try {
            return context.createTimer();
        } catch (UnavailableException e) {
            LOG.log(Level.DEBUG, "The application server has no timer: " + e.getMessage());
            return new Timer("quoin-later", true);
        } finally {
            current.setContextClassLoader(before);
        }
    }

    /** Does nothing any more; the timer's thread ends. */
    void close() {
        lock.lock();
        try {
            closed = true;
            if (timer != null) {
                timer.cancel();
            }
        } finally {
            lock.unlock();
        }
    }
}
