// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * A thread for work that may wait for the disk. Nobody else has it, so nobody interrupts it while it uses a file.
 */
final class HelperThread extends Thread {

    private final IntSupplier work;
    private final Runnable onDone;
    private volatile boolean ended;

    /**
     * @param work does one step; returns 0 if there is nothing to do
     * @param onDone called on this thread after each step
     */
    HelperThread(String name, IntSupplier work, Runnable onDone) {
        super(name);
        this.work = work;
        this.onDone = onDone;
        setDaemon(true);
    }

    /** There may be something to do. Any thread. */
    void wake() {
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        while (!ended) {
            if (work.getAsInt() > 0) {
                onDone.run();
            } else {
                LockSupport.park(this);
            }
        }
    }

    /** Ends the thread after its present step, and waits for that. */
    void end() {
        ended = true;
        wake();
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
