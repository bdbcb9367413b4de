// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the application server while it is in the hands of a bean, and no longer: nobody else on it is interrupted.
 *
 * <p>Thread: that of the work, and any for {@link #interrupt}.
 */
final class Worker {

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread thread;
    private boolean interrupted;

    /** From now on the current thread may be interrupted, and is at once if that was asked for before. */
    void begin() {
        lock.lock();
        try {
            thread = Thread.currentThread();
            if (interrupted) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on it may not, and it is left as it was: an interrupt of ours is not for whoever runs next on it. */
    void end() {
        lock.lock();
        try {
            thread = null;
            if (interrupted) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts the bean now, and whenever it gets something into its hands again: it is being stopped. */
    void interrupt() {
        lock.lock();
        try {
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }
}
