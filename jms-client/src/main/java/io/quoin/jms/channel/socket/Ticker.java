// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread for the timed work of all connections of this class loader: heartbeats, silence, stuck writes, overdue
 * acknowledgements. What it runs must not block. The thread ends when nothing is left to do.
 */
public final class Ticker {

    private static final ScheduledThreadPoolExecutor EXECUTOR = create();

    private Ticker() {}

    private static ScheduledThreadPoolExecutor create() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "quoin-ticker");
            thread.setDaemon(true);
            // Not that of an application that happens to come first and may be undeployed.
            thread.setContextClassLoader(Ticker.class.getClassLoader());
            return thread;
        });
        executor.setKeepAliveTime(5, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /** Runs a task again and again. */
    public static ScheduledFuture<?> every(long periodMs, Runnable task) {
        return EXECUTOR.scheduleWithFixedDelay(task, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    /** Runs a task once. */
    public static void after(long delayNs, Runnable task) {
        ScheduledFuture<?> unused = EXECUTOR.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    }
}
