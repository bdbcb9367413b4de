// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Somebody fills the disk to the last byte: what consumers need goes on in the prepared segments. */
final class FullDiskTest {
    private static final int SEGMENT = 64 * 1024;

    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();
    private final List<Integer> written = new ArrayList<>();
    private final List<Integer> found = new ArrayList<>();

    private Journal open() throws JournalException {
        found.clear();
        try (Recovery recovery = Recovery.begin(disk, clock, JournalTest.small())) {
            recovery.replay(v -> found.add(v.buffer().getInt(v.fieldsAt())));
            return recovery.open();
        }
    }

    private void prepare(Journal journal) throws Exception {
        disk.capacityBytes(1L << 30);
        for (int i = 0; i < 20; i++) {
            journal.housekeeper().doWork();
            clock.advanceMs(20);
        }
    }

    private void fill() {
        disk.capacityBytes(0);
        assertThat(disk.usableBytes()).isZero();
    }

    private void acknowledge(Journal journal, int count) throws JournalException {
        for (int i = 0; i < count; i++) {
            journal.begin(20, 0).putInt(written.size());
            journal.end();
            written.add(written.size());
            if (i % 16 == 0) {
                journal.flush();
            }
        }
        journal.flush();
    }

    @Test
    void acknowledgementsGoOnInTheSparesAndTheSpaceIsFoundAgain() throws Exception {
        Journal journal = open();
        prepare(journal);
        acknowledge(journal, 10);
        fill();
        acknowledge(journal, 4_500); // more than the rest of this segment and one more
        assertThat(disk.list("journal")).anyMatch(n -> n.equals(Layout.segmentName(3)));

        assertThatThrownBy(() -> acknowledge(journal, 10_000)).isInstanceOf(DiskFullException.class);
        disk.capacityBytes(1L << 30);
        journal.flush();
        journal.close();

        open().close();
        assertThat(found).isEqualTo(written);
    }

    @Test
    void aKilledServerStartsAgainOnAFullDisk() throws Exception {
        Journal journal = open();
        prepare(journal);
        acknowledge(journal, 100);
        fill();
        acknowledge(journal, 100);
        journal.abandon();

        Journal again = open();
        assertThat(found).isEqualTo(written);
        acknowledge(again, 100);
        again.close();

        open().close();
        assertThat(found).isEqualTo(written);
        assertThat(disk.usableBytes()).isZero();
        assertThat(disk.list("journal").stream().filter(n -> n.startsWith("spare")))
                .isEmpty();
        assertThat(disk.bytes(Layout.segmentPath(2))).hasSize(SEGMENT);
    }
}
