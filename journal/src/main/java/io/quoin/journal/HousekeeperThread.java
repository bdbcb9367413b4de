// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Drives a {@link Housekeeper}. Private to the journal, so that nobody can interrupt it while it uses a file. */
final class HousekeeperThread extends Thread {
    private final Housekeeper housekeeper;
    private final Consumer<Exception> onError;
    private volatile boolean ended;

    HousekeeperThread(Housekeeper housekeeper, Consumer<Exception> onError) {
        super("quoin-journal-housekeeper");
        this.housekeeper = housekeeper;
        this.onError = onError;
        setDaemon(true);
    }

    @Override
    public void run() {
        while (!ended) {
            try {
                housekeeper.doWork();
            } catch (IOException | RuntimeException e) {
                onError.accept(e);
            }
            if (!ended) {
                LockSupport.parkNanos(housekeeper.idleNs());
            }
        }
    }

    /** Returns when the thread is done. */
    void end() {
        ended = true;
        LockSupport.unpark(this);
        boolean interrupted = false;
        while (isAlive()) {
            try {
                join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
