// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FullDiskTest {
    private static final int NOTE = 16;

    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();
    private Journal journal;

    @BeforeEach
    void start() throws JournalException {
        journal = open(new ArrayList<>());
    }

    private Journal open(List<Integer> found) throws JournalException {
        try (Recovery recovery = Recovery.begin(disk, clock, Workload.options(5))) {
            recovery.replay(view -> found.add(view.buffer().getInt(view.fieldsAt())));
            return recovery.open();
        }
    }

    private void note(int number) {
        journal.begin(NOTE, 0).putInt(number);
        journal.end();
    }

    /** Leaves a batch in the journal that found the disk full, and a record that came after it. */
    private void fillDiskBetween(int before, int after) {
        disk.hook((n, operation, path) -> SimDisk.Fault.NO_SPACE);
        note(before);
        assertThatThrownBy(journal::flush).isInstanceOf(DiskFullException.class);
        note(after);
        disk.hook((n, operation, path) -> null);
    }

    @Test
    void aFlushAfterTheDiskWasFullWritesEverything() throws Exception {
        fillDiskBetween(1, 2);

        assertThat(journal.flush()).isEqualTo(journal.appended());
        assertThat(journal.hasPending()).isFalse();
    }

    @Test
    void anOrderlyStopAfterTheDiskWasFullLosesNothing() throws Exception {
        fillDiskBetween(1, 2);
        journal.close();

        List<Integer> found = new ArrayList<>();
        journal = open(found);
        assertThat(found).containsExactly(1, 2);
    }
}
