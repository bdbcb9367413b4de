// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process, as {@code kill -9} does, at one certain operation of its disk: before it, in the middle of it or after
 * it. Operations count from the moment at which a file says which one it is.
 *
 * <p>Thread: any.
 */
final class Halting implements WatchedDisk.Watch {

    /** The exit code of a process that has halted as planned. */
    static final int HALTED = 99;

    private final Path plan;
    private int operations;
    private int writes;

    Halting(Path plan) {
        this.plan = plan;
    }

    @Override
    public void onWrite(WatchedDisk.Operation half, WatchedDisk.Operation whole) throws IOException {
        HaltAt at = count(true);
        if (at != null && at.moment() == HaltAt.Moment.HALFWAY && at.number() == writes) {
            half.run();
            halt();
        }
        run(at, whole);
    }

    @Override
    public void onForce(WatchedDisk.Operation whole) throws IOException {
        run(count(false), whole);
    }

    private void run(@Nullable HaltAt at, WatchedDisk.Operation whole) throws IOException {
        if (at != null && at.equals(new HaltAt(HaltAt.Moment.BEFORE, operations))) {
            halt();
        }
        whole.run();
        if (at != null && at.equals(new HaltAt(HaltAt.Moment.AFTER, operations))) {
            halt();
        }
    }

    /** The plan, while there is one. */
    private synchronized @Nullable HaltAt count(boolean isWrite) throws IOException {
        try {
            HaltAt at = Files.exists(plan) ? HaltAt.parse(Files.readString(plan)) : null;
            operations = at == null ? 0 : operations + 1;
            writes = at == null ? 0 : writes + (isWrite ? 1 : 0);
            return at;
        } catch (NoSuchFileException e) {
            return null; // taken back at this very moment
        }
    }

    private static void halt() {
        Runtime.getRuntime().halt(HALTED);
    }
}
