// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import java.util.concurrent.CountDownLatch;

/** How far a run is. Written by the thread that runs it, read by producers and consumers. */
final class Phase {

    private final CountDownLatch started;
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean measuring;
    private volatile boolean sending = true;
    private volatile boolean receiving = true;

    Phase(int workers) {
        started = new CountDownLatch(workers);
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

    boolean isSending() {
        return sending;
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
