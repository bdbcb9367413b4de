// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import jakarta.resource.spi.work.WorkRejectedException;

/** Something short for the application server's threads, which nobody needs to interrupt. */
record Job(Runnable action) implements Work {

    /**
     * Asks for a thread.
     *
     * @throws WorkException if there is none, also where the application server says so by a runtime exception
     */
    static void schedule(WorkManager works, Work work) throws WorkException {
        try {
            works.scheduleWork(work);
        } catch (RuntimeException e) {
            throw new WorkRejectedException("The work manager has failed: " + e, e);
        }
    }

    @Override
    public void run() {
        action.run();
    }

    @Override
    public void release() {}
}
