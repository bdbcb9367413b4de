// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HousekeeperTest {
    private static final int SEGMENT = 4 << 20;

    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();

    private static JournalOptions options() {
        return JournalTest.small().withSegmentBytes(SEGMENT).withPieceIntervalMs(20);
    }

    private Journal open(JournalOptions options) throws JournalException {
        try (Recovery recovery = Recovery.begin(disk, clock, options)) {
            recovery.replay(v -> {});
            return recovery.open();
        }
    }

    private List<String> spares() {
        return disk.list("journal").stream()
                .filter(n -> n.startsWith("spare-") && n.endsWith(".qj"))
                .toList();
    }

    private void work(Journal journal, int steps) throws Exception {
        for (int i = 0; i < steps; i++) {
            journal.housekeeper().doWork();
            clock.advanceMs(20);
        }
    }

    @Test
    void twoSparesAreFilledPieceByPiece() throws Exception {
        Journal journal = open(options());
        long[] largest = new long[1];
        long before = disk.usableBytes();
        for (int i = 0; i < 40; i++) {
            long free = disk.usableBytes();
            journal.housekeeper().doWork();
            assertThat(journal.housekeeper().doWork())
                    .as("a second step at once")
                    .isZero();
            largest[0] = Math.max(largest[0], free - disk.usableBytes());
            clock.advanceMs(20);
        }
        assertThat(spares()).hasSize(2);
        assertThat(largest[0]).isEqualTo(1 << 20);
        assertThat(before - disk.usableBytes()).isEqualTo(2L * SEGMENT);
        journal.close();
    }

    @Test
    void aSegmentIsBegunInASpareAndSparesSurviveARestart() throws Exception {
        Journal journal = open(options());
        work(journal, 20);
        assertThat(spares()).hasSize(2);
        journal.close();
        journal = open(options());
        long free = disk.usableBytes();
        for (int i = 0; i < 6; i++) {
            journal.begin(16, 0);
            journal.end(Payloads.of(i, 1_000_000));
            journal.flush();
        }
        assertThat(spares()).hasSize(1);
        assertThat(free - disk.usableBytes())
                .as("the first segment only has grown")
                .isLessThan(SEGMENT);
        journal.close();
    }

    @Test
    void anUnfinishedSpareIsDeletedAtTheNextStart() throws Exception {
        Journal journal = open(options());
        work(journal, 3);
        assertThat(disk.list("journal")).anyMatch(n -> n.endsWith(".tmp"));
        journal.abandon();
        open(options()).close();
        assertThat(disk.list("journal")).noneMatch(n -> n.endsWith(".tmp"));
    }

    @Test
    void noSpareIsMadeOnAFullDiskAndProducersAreRefused() throws Exception {
        disk.capacityBytes(SEGMENT + SEGMENT / 2);
        Journal journal = open(options().withReserveBytes(3 << 20));
        assertThat(journal.producersRefused()).isFalse();
        work(journal, 30);
        assertThat(journal.space().availableBytes()).isPositive();
        for (int i = 0; i < 4; i++) {
            journal.begin(16, 0);
            journal.end(Payloads.of(i, 1_000_000));
            journal.flush();
        }
        work(journal, 60);
        assertThat(journal.producersRefused()).isTrue();
        assertThat(spares()).isEmpty();

        disk.capacityBytes(SEGMENT * 100L);
        work(journal, 60);
        assertThat(journal.producersRefused()).isFalse();
        assertThat(spares()).hasSize(2);
        journal.close();
    }

    @Test
    void moreWaitingMessagesNeedALargerReserve() throws Exception {
        disk.capacityBytes(50 << 20);
        Journal journal = open(options().withReserveBytes(10 << 20));
        work(journal, 30);
        assertThat(journal.producersRefused()).isFalse();
        journal.space().waitingMessages(1_000_000);
        assertThat(journal.space().reserveBytes()).isEqualTo((10 << 20) + 48_000_000);
        work(journal, 30);
        assertThat(journal.producersRefused()).isTrue();
        journal.close();
    }

    @Test
    void itsThreadEndsWithTheJournal() throws Exception {
        Journal journal = open(options().withPieceIntervalMs(0));
        journal.housekeeper().start(e -> {
            throw new AssertionError(e);
        });
        journal.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().equals("quoin-journal-housekeeper") && t.isAlive());
    }
}
