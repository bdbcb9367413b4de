// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import java.util.concurrent.locks.LockSupport;

/** Runs a {@link ColdReader}. Nobody else has this thread, so nobody interrupts it while it uses a file. */
final class ColdReaderThread extends Thread {

    private final ColdReader reader;
    private final Runnable onRead;
    private volatile boolean ended;

    /** @param onRead called on this thread after something was read */
    ColdReaderThread(ColdReader reader, Runnable onRead) {
        super("quoin-cold-reader");
        this.reader = reader;
        this.onRead = onRead;
        setDaemon(true);
    }

    /** Something was asked for. Any thread. */
    void wake() {
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        while (!ended) {
            if (reader.doWork() > 0) {
                onRead.run();
            } else {
                LockSupport.park(this);
            }
        }
        reader.close();
    }

    /** Ends the thread, after what it is doing. */
    void end() {
        ended = true;
        wake();
    }
}
