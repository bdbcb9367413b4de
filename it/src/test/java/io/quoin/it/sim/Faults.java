// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.journal.disk.SimDisk;
import org.jspecify.annotations.Nullable;

/** What fails at the disk: one operation, or every operation that needs space for a while. */
final class Faults implements SimDisk.Hook {

    private final Chance chance;
    private SimDisk.@Nullable Fault next;
    private int after;
    private boolean full;
    private boolean happened;

    Faults(Chance chance) {
        this.chance = chance;
    }

    /** Some operation soon goes wrong. */
    void arm() {
        next = chance.pick(SimDisk.Fault.IO_ERROR, SimDisk.Fault.SHORT_WRITE, SimDisk.Fault.CRASH);
        after = chance.between(0, 12);
    }

    void diskFull(boolean isFull) {
        full = isFull;
    }

    boolean isDiskFull() {
        return full;
    }

    /** Nothing fails any more. */
    void clear() {
        next = null;
        full = false;
        happened = false;
    }

    /** Whether something went wrong since the last {@link #clear}. */
    boolean happened() {
        return happened;
    }

    @Override
    public SimDisk.@Nullable Fault before(long number, SimDisk.Operation operation, String path) {
        if (full) {
            happened = true;
            return SimDisk.Fault.NO_SPACE;
        }
        if (next == null || after-- > 0) {
            return null;
        }
        SimDisk.Fault fault = next;
        next = null;
        happened = true;
        return fault;
    }
}
