// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.OpenMode;
import io.quoin.journal.disk.SimDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Every row of the decision table, on bytes. Three batches of one record each; positions are in the first segment. */
final class TailDecisionTest {
    private static final String SEGMENT = Layout.segmentPath(1);

    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();
    private final List<Long> positions = new ArrayList<>();
    private final List<Long> found = new ArrayList<>();
    private long end;

    private void write(boolean seal) throws JournalException {
        try (Recovery recovery = Recovery.begin(disk, clock, Workload.options(1))) {
            recovery.replay(v -> {});
            Journal journal = recovery.open();
            for (int i = 0; i < 3; i++) {
                journal.begin(16, i).putLong(i);
                positions.add(journal.end(Payloads.of(i, 700)));
                journal.flush();
            }
            end = journal.durable();
            if (seal) {
                journal.seal();
                journal.flush();
            }
            journal.abandon();
        }
    }

    private RecoveryReport start() throws JournalException {
        found.clear();
        JournalOptions options = Workload.options(2).withOnCorruption(JournalOptions.OnCorruption.QUARANTINE);
        try (Recovery recovery = Recovery.begin(disk, clock, options)) {
            RecoveryReport report = recovery.replay(v -> found.add(v.position()));
            recovery.open().abandon();
            return report;
        }
    }

    /** Makes 64 bytes at a place in the first segment unreadable. */
    private void damage(long position) throws Exception {
        for (long at = position; at < position + 64; at++) {
            disk.flipBit(SEGMENT, (at - Workload.SEGMENT_BYTES) * 8 + at % 8);
        }
    }

    private long frameOf(int record) {
        return positions.get(record) - Layout.FRAME_HEADER_BYTES;
    }

    @Test
    void theTableHasAnAnswerForEveryCase() {
        assertThat(TailDecision.of(true, true)).isEqualTo(TailDecision.CORRUPT);
        assertThat(TailDecision.of(true, false)).isEqualTo(TailDecision.CORRUPT);
        assertThat(TailDecision.of(false, true)).isEqualTo(TailDecision.TORN);
        assertThat(TailDecision.of(false, false)).isEqualTo(TailDecision.END);
    }

    @Test
    void nothingAfterTheLastFrameIsTheEnd() throws Exception {
        write(false);
        RecoveryReport report = start();
        assertThat(found).isEqualTo(positions);
        assertThat(report.trimmedBytes()).isZero();
        assertThat(report.damage()).isEmpty();
        assertThat(report.to()).isEqualTo(end);
    }

    @Test
    void anUnreadableLastBatchThatNobodyCallsDurableIsTorn() throws Exception {
        write(false);
        damage(positions.get(2) + 300);
        RecoveryReport report = start();
        assertThat(found).isEqualTo(positions.subList(0, 2));
        assertThat(report.trimmedBytes()).isEqualTo(end - frameOf(2));
        assertThat(report.damage()).isEmpty();
    }

    @Test
    void theSameUnderASealIsDamageAndNamed() throws Exception {
        write(true);
        damage(positions.get(2) + 300);
        RecoveryReport report = start();
        assertThat(report.damage()).hasSize(1);
        assertThat(report.damage().get(0).kind()).isEqualTo(Damage.Kind.PAYLOAD);
        assertThat(report.damage().get(0).position()).isEqualTo(positions.get(2));
        assertThat(found).isEqualTo(positions);
    }

    @Test
    void theRecordsOfAnUnreadableFrameHeaderUnderASealAreFoundByThemselves() throws Exception {
        write(true);
        damage(frameOf(1));
        RecoveryReport report = start();
        assertThat(found).isEqualTo(positions);
        assertThat(report.damage()).hasSize(1);
        assertThat(report.damage().get(0).kind()).isEqualTo(Damage.Kind.HEALED);
        assertThat(report.damage().get(0).position()).isEqualTo(frameOf(1));
    }

    @Test
    void whatCannotBeReadUnderASealIsSteppedOver() throws Exception {
        write(true);
        damage(frameOf(1));
        damage(positions.get(1));
        RecoveryReport report = start();
        assertThat(found).containsExactly(positions.get(0), positions.get(2));
        assertThat(report.damage()).hasSize(1);
        assertThat(report.damage().get(0).kind()).isEqualTo(Damage.Kind.REGION);
        assertThat(report.damage().get(0).position()).isEqualTo(frameOf(1));
        assertThat(report.damage().get(0).lengthBytes()).isEqualTo(frameOf(2) - frameOf(1));
        assertThat(disk.list("quarantine")).hasSize(1);

        RecoveryReport again = start();
        assertThat(found).containsExactly(positions.get(0), positions.get(2));
        assertThat(again.damage()).isEqualTo(report.damage());
    }

    @Test
    void aBadSectorCostsOnlyTheRecordsThatItHolds() throws Exception {
        try (Recovery recovery = Recovery.begin(disk, clock, Workload.options(1))) {
            recovery.replay(v -> {});
            try (Journal journal = recovery.open()) {
                for (int i = 0; i < 40; i++) {
                    journal.begin(16, i).putLong(i);
                    positions.add(journal.end(Payloads.of(i, 200)));
                }
                journal.flush();
            }
        }
        long sector = frameOf(0) & -512;
        for (long at = sector; at < sector + 512; at += 64) {
            damage(at);
        }
        RecoveryReport report = start();
        List<Long> expected = new ArrayList<>(positions);
        expected.removeIf(p -> p < sector + 512);
        assertThat(found).isEqualTo(expected).hasSizeGreaterThan(36);
        assertThat(report.damage()).hasSize(1);
        assertThat(report.damage().get(0).position()).isEqualTo(frameOf(0));
    }

    @Test
    void aLaterSoundFrameThatSaysSoMakesItDamageToo() throws Exception {
        write(false);
        damage(frameOf(0));
        damage(positions.get(0)); // the third batch says that the second was synced, and so the first
        RecoveryReport report = start();
        assertThat(found).isEqualTo(positions.subList(1, 3));
        assertThat(report.damage()).hasSize(1);
    }

    @Test
    void aLaterSoundFrameThatDoesNotSaySoProvesNothing() throws Exception {
        try (Recovery recovery = Recovery.begin(disk, clock, Workload.options(1))) {
            recovery.replay(v -> {});
            Journal journal = recovery.open();
            journal.begin(16, 0).putLong(0);
            positions.add(journal.end(Payloads.of(0, 100)));
            journal.flush();
            // One batch of two frames, the first of which is found torn.
            journal.begin(16, 0).putLong(1);
            positions.add(journal.end(Payloads.of(1, 700)));
            journal.beginSnapshot().abort(); // closes the frame
            journal.begin(16, 0).putLong(2);
            positions.add(journal.end(Payloads.of(2, 100)));
            end = journal.flush();
            journal.abandon();
        }
        damage(frameOf(1));
        RecoveryReport report = start();
        assertThat(found).containsExactly(positions.get(0));
        assertThat(report.damage()).isEmpty();
        assertThat(report.trimmedBytes()).isEqualTo(end - frameOf(1));
        start();
        assertThat(found).containsExactly(positions.get(0));
    }

    /** Makes a sound header that says that another frame came before it, as after a write that was lost. */
    private void unchain(long position) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(SEGMENT));
        int at = (int) (position - Workload.SEGMENT_BYTES);
        FrameHeader.encode(
                new CRC32C(),
                bytes,
                at,
                FrameHeader.frameLength(bytes, at),
                FrameHeader.flags(bytes, at),
                FrameHeader.generation(bytes, at),
                position,
                FrameHeader.epoch(bytes, at),
                FrameHeader.durable(bytes, at),
                FrameHeader.previousCrc(bytes, at) + 1,
                FrameHeader.count(bytes, at),
                FrameHeader.recordsCrc(bytes, at));
        try (DiskFile file = disk.open(SEGMENT, OpenMode.WRITE)) {
            file.write(bytes.clear().position(0), 0);
            file.force();
        }
    }

    @Test
    void aFrameThatDoesNotFollowTheOneBeforeItIsDamageUnderASeal() throws Exception {
        write(true);
        unchain(frameOf(2));
        RecoveryReport report = start();
        assertThat(report.losesRecords()).isTrue();
        assertThat(report.damage().get(0).position()).isEqualTo(frameOf(2));
        assertThat(found).isEqualTo(positions);
    }

    @Test
    void aFrameThatDoesNotFollowTheOneBeforeItIsNotPartOfATail() throws Exception {
        write(false);
        unchain(frameOf(2));
        RecoveryReport report = start();
        assertThat(report.damage()).isEmpty();
        assertThat(report.trimmedBytes()).isPositive();
        assertThat(found).isEqualTo(positions.subList(0, 2));
    }

    @Test
    void damageThatLosesRecordsRefusesTheStartUnlessToldOtherwise() throws Exception {
        write(true);
        damage(frameOf(1));
        damage(positions.get(1));
        try (Recovery recovery = Recovery.begin(disk, clock, Workload.options(1))) {
            CorruptException refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                    CorruptException.class, () -> recovery.replay(v -> {}));
            assertThat(refused.damage()).hasSize(1);
            assertThat(refused).hasMessageContaining("QN-5002").hasMessageContaining("" + frameOf(1));
        }
        assertThat(disk.list("quarantine")).isEmpty();
    }

    @Test
    void aMissingSegmentIsNamed() throws Exception {
        try (Recovery recovery = Recovery.begin(disk, clock, Workload.options(1))) {
            recovery.replay(v -> {});
            try (Journal journal = recovery.open()) {
                for (int i = 0; i < 4; i++) {
                    journal.begin(16, i).putLong(i);
                    positions.add(journal.end(Payloads.of(i, 9_000)));
                    journal.flush();
                }
            }
        }
        assertThat(disk.list("journal")).hasSize(4);
        disk.delete(Layout.segmentPath(2));
        RecoveryReport report = start();
        assertThat(found).containsExactly(positions.get(0), positions.get(2), positions.get(3));
        assertThat(report.damage()).hasSize(1);
        assertThat(report.damage().get(0).kind()).isEqualTo(Damage.Kind.SEGMENT);
        assertThat(report.damage().get(0).position()).isEqualTo(2L * Workload.SEGMENT_BYTES);

        disk.delete(Layout.segmentPath(4));
        disk.delete(Layout.segmentPath(5));
        assertThat(start().losesRecords()).isTrue();
    }
}
