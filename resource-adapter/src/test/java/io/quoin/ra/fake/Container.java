// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.fake;

import io.quoin.ra.QuoinResourceAdapter;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.XATerminator;
import jakarta.resource.spi.work.ExecutionContext;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkContext;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkListener;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What an application server offers to a resource adapter. */
public final class Container implements BootstrapContext, WorkManager, AutoCloseable {

    public final Transactions transactions = new Transactions();
    /** Works that run now, and the most there have been. */
    public final AtomicInteger working = new AtomicInteger();

    public final AtomicInteger workingMost = new AtomicInteger();
    /** How many works were scheduled. */
    public final AtomicInteger scheduled = new AtomicInteger();

    public volatile boolean rejects;
    /** How often the work manager still fails, with an exception that the contract does not know. */
    public final AtomicInteger broken = new AtomicInteger();

    private final ExecutorService threads;

    public Container() {
        this(Integer.MAX_VALUE);
    }

    public Container(int maxThreads) {
        threads = maxThreads == Integer.MAX_VALUE
                ? Executors.newCachedThreadPool(task -> new Thread(task, "fake-work"))
                : Executors.newFixedThreadPool(maxThreads, task -> new Thread(task, "fake-work"));
    }

    /** A resource adapter of that server, started. */
    public QuoinResourceAdapter started(String url) {
        QuoinResourceAdapter adapter = new QuoinResourceAdapter();
        adapter.setUrl(url);
        adapter.start(this);
        return adapter;
    }

    @Override
    public void scheduleWork(Work work) throws WorkException {
        if (rejects) {
            throw new WorkRejectedException("no thread");
        }
        if (broken.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new IllegalStateException("broken");
        }
        scheduled.incrementAndGet();
        threads.execute(() -> {
            workingMost.accumulateAndGet(working.incrementAndGet(), Math::max);
            try {
                work.run();
            } finally {
                working.decrementAndGet();
            }
        });
    }

    @Override
    public void scheduleWork(Work work, long timeout, ExecutionContext context, WorkListener listener)
            throws WorkException {
        scheduleWork(work);
    }

    @Override
    public void doWork(Work work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void doWork(Work work, long timeout, ExecutionContext context, WorkListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long startWork(Work work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long startWork(Work work, long timeout, ExecutionContext context, WorkListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WorkManager getWorkManager() {
        return this;
    }

    @Override
    public XATerminator getXATerminator() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer createTimer() {
        return new Timer("fake-timer", true);
    }

    @Override
    public boolean isContextSupported(Class<? extends WorkContext> type) {
        return false;
    }

    @Override
    public TransactionSynchronizationRegistry getTransactionSynchronizationRegistry() {
        return transactions;
    }

    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        threads.awaitTermination(5, TimeUnit.SECONDS);
    }
}
