// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes and syncs on a thread of its own, while the event loop goes on reading and sending. The two share only positions, each written by one of them.
 */
final class LogThread implements Log {
    private final LogFile file;
    private final Runnable onDurable;
    private final Thread thread = new Thread(this::run, "floor-log");

    /** Written by the event loop. The acknowledgements first, so that who sees the messages sees them too. */
    private final AtomicLong wantedAcks = new AtomicLong();

    private final AtomicLong wanted = new AtomicLong();

    /** Written by the log's thread. */
    private final AtomicLong durable = new AtomicLong();

    private final AtomicLong durableAcks = new AtomicLong();
    private final AtomicBoolean parked = new AtomicBoolean();
    private volatile boolean closed;

    /** @param onDurable called on the log's thread after each batch; has to make the event loop take its next turn */
    LogThread(LogFile file, Runnable onDurable) {
        this.file = file;
        this.onDurable = onDurable;
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public long advance(long messages, long acks, boolean acksAreDue) {
        if (messages > wanted.getPlain() || (acksAreDue && acks > wantedAcks.getPlain())) {
            wantedAcks.setPlain(acks);
            wanted.set(messages);
            if (parked.get()) {
                LockSupport.unpark(thread);
            }
        }
        return durable.get();
    }

    @Override
    public long durableAcks() {
        return durableAcks.get();
    }

    private void run() {
        try {
            while (!closed) {
                step();
            }
            file.close();
        } catch (IOException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void step() throws IOException {
        long from = durable.getPlain();
        long acksFrom = durableAcks.getPlain();
        long to = wanted.get();
        long acksTo = wantedAcks.getAcquire();
        if (to == from && acksTo == acksFrom) {
            parked.set(true);
            if (wanted.get() == from && wantedAcks.get() == acksFrom && !closed) {
                LockSupport.park(this);
            }
            parked.set(false);
            return;
        }
        file.writeAndSync(from, to, acksFrom, acksTo);
        durableAcks.setPlain(acksTo);
        durable.set(to);
        onDurable.run();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
