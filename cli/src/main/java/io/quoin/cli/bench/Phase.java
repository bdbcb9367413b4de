// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How far a run is. Written by the thread that runs it, read by producers and consumers. */
final class Phase {

    private static final long ROOM_CHECK_MS = 100;

    private final CountDownLatch started;
    private final CountDownLatch go = new CountDownLatch(1);
    private final long messages;
    private final int copies;
    private final AtomicLong claimed = new AtomicLong();
    private final Semaphore room;
    private final boolean isBounded;
    private volatile boolean measuring;
    private volatile boolean sending = true;
    private volatile boolean receiving = true;

    Phase(BenchPlan plan) {
        started =
                new CountDownLatch(plan.sending().producers() + plan.receiving().consumers());
        messages = plan.length().messages();
        copies = plan.copies();
        isBounded = plan.sending().outstanding() > 0;
        room = new Semaphore(plan.sending().outstanding() * copies);
    }

    /** A worker is set up; returns when all are. */
    void ready() throws InterruptedException {
        started.countDown();
        go.await();
    }

    /** A worker has ended: nobody waits for it. Of no effect after {@link #ready} of all. */
    void failed() {
        started.countDown();
    }

    void awaitReady() throws InterruptedException {
        started.await();
    }

    void go() {
        go.countDown();
    }

    boolean isMeasuring() {
        return measuring;
    }

    void measuring(boolean now) {
        measuring = now;
    }

    /** Whether another message is to be sent; if so, it counts as sent. */
    boolean claim() {
        return sending && (messages == 0 || claimed.getAndIncrement() < messages);
    }

    /** Waits until another message may be outstanding; false if the run is over before. */
    boolean awaitRoom() throws InterruptedException {
        while (isBounded && !room.tryAcquire(copies, ROOM_CHECK_MS, TimeUnit.MILLISECONDS)) {
            if (!sending) {
                return false;
            }
        }
        return true;
    }

    /** A message was received. */
    void received() {
        if (isBounded) {
            room.release();
        }
    }

    void stopSending() {
        sending = false;
    }

    boolean isReceiving() {
        return receiving;
    }

    void stopReceiving() {
        receiving = false;
    }
}
