// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.journal.disk.Clock;
import io.quoin.journal.disk.ManualClock;

/** Time that moves when it is told to, and a little whenever somebody looks at it, so that nobody waits for ever. */
final class TickingClock implements Clock {

    private static final long TICK_NS = 1_000;

    private final ManualClock clock = new ManualClock();
    private long looks;

    void advanceMs(long ms) {
        clock.advanceMs(ms);
    }

    @Override
    public long wallMs() {
        return clock.wallMs();
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime() + ++looks * TICK_NS;
    }
}
