// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

import java.util.concurrent.atomic.AtomicLong;

/** Time that moves when it is told to. Thread-safe. */
public final class ManualClock implements Clock {
    private final AtomicLong wallMs;
    private final AtomicLong nanos = new AtomicLong();

    /** Begins in 2026. */
    public ManualClock() {
        this(1_767_225_600_000L);
    }

    public ManualClock(long wallMs) {
        this.wallMs = new AtomicLong(wallMs);
    }

    /** Lets time pass. */
    public void advanceMs(long ms) {
        wallMs.addAndGet(ms);
        nanos.addAndGet(ms * 1_000_000L);
    }

    /** Sets the machine's clock, forth or back; no time passes. */
    public void setWallMs(long ms) {
        wallMs.set(ms);
    }

    @Override
    public long wallMs() {
        return wallMs.get();
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }
}
