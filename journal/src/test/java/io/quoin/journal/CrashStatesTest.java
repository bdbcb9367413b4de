// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.disk.SimDisk;
import io.quoin.journal.disk.SimDisk.Fault;
import io.quoin.journal.disk.SimDisk.PowerCut;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lets many small workloads fail or end at every single operation on the disk, in turn, and compares what the next start finds
 * with what it may find.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class CrashStatesTest {
    private static final boolean LONG = Boolean.getBoolean("quoin.long");
    private static final int STEPS = 80;

    private long states;

    @Test
    void aPowerCutBeforeAnyOperationLosesNothingThatWasConfirmed() throws Exception {
        int workloads = LONG ? 1_000 : 70;
        for (long seed = 1; seed <= workloads; seed++) {
            cutEverywhere(seed);
        }
        System.out.println("crash states checked: " + states);
        assertThat(states).isGreaterThan(LONG ? 500_000 : 20_000);
    }

    private void cutEverywhere(long seed) throws JournalException, IOException {
        SimDisk disk = new SimDisk();
        Workload workload = new Workload(seed, STEPS);
        disk.hook((number, operation, path) -> {
            if (operation == SimDisk.Operation.READ || operation == SimDisk.Operation.OPEN) {
                return null; // changes nothing: the state before the next operation is the same
            }
            boolean thoroughly = number % 8 == 0;
            verify(workload, disk.afterPowerCut(PowerCut.LOSE, 0), thoroughly, seed, number, "LOSE");
            verify(workload, disk.afterPowerCut(PowerCut.KEEP, 0), thoroughly, seed, number, "KEEP");
            verify(workload, disk.afterPowerCut(PowerCut.TEAR, number), thoroughly, seed, number, "TEAR");
            verify(workload, disk.afterPowerCut(PowerCut.TEAR, -number), false, seed, number, "TEAR again");
            return null;
        });
        workload.run(disk);
    }

    private void verify(Workload workload, SimDisk left, boolean thoroughly, long seed, long number, String how) {
        states++;
        try {
            workload.verify(left, thoroughly);
        } catch (JournalException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", operation " + number + ", " + how, e);
        }
    }

    @Test
    void aFailureOfAnyOperationLosesNothingThatWasConfirmed() throws Exception {
        int workloads = LONG ? 200 : 8;
        for (long seed = 1; seed <= workloads; seed++) {
            for (Fault fault : Fault.values()) {
                failEverywhere(seed, fault);
            }
        }
        System.out.println("failures checked: " + states);
    }

    private void failEverywhere(long seed, Fault fault) {
        boolean reached = true;
        for (long at = 1; reached; at++) {
            reached = failAt(seed, fault, at);
            states++;
        }
    }

    /** Fails one operation; then lets the next process find what the page cache holds, and cuts the power after that. */
    private boolean failAt(long seed, Fault fault, long at) {
        SimDisk disk = new SimDisk();
        boolean[] hit = new boolean[1];
        disk.hook((number, operation, path) -> {
            hit[0] |= number == at;
            return number == at ? fault : null;
        });
        Workload workload = new Workload(seed, STEPS);
        try {
            try {
                workload.run(disk);
            } catch (JournalException | IOException | SimDisk.Crash e) {
                // the process ends
            }
            SimDisk next = disk.afterProcessEnd();
            workload.verify(next, true);
            workload.verify(disk.afterPowerCut(PowerCut.TEAR, at), at % 8 == 0);
            workload.verify(disk.afterPowerCut(PowerCut.LOSE, at), false);
        } catch (JournalException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", " + fault + " at operation " + at, e);
        }
        return hit[0];
    }
}
