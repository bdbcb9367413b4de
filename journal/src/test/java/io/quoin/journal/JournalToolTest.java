// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class JournalToolTest {
    private final SimDisk disk = new SimDisk();
    private final List<Long> positions = new ArrayList<>();

    private void write(boolean close) throws JournalException {
        try (Recovery recovery = Recovery.begin(disk, new ManualClock(), Workload.options(1))) {
            recovery.replay(v -> {});
            Journal journal = recovery.open();
            for (int i = 0; i < 30; i++) {
                journal.begin(20 + i % 3, 0).putInt(i);
                positions.add(journal.end(Payloads.of(i, 1_000)));
                journal.flush();
            }
            journal.seal();
            journal.flush();
            if (close) {
                journal.close();
            } else {
                journal.abandon();
            }
        }
    }

    private static void flip(SimDisk disk, long position) throws Exception {
        disk.flipBit(Layout.segmentPath(position / Workload.SEGMENT_BYTES), position % Workload.SEGMENT_BYTES * 8 + 3);
    }

    @Test
    void aSoundFolderVerifies() throws Exception {
        write(true);
        VerifyReport report = new JournalTool(disk).verify(bytes -> {});
        assertThat(report.isSound()).isTrue();
        assertThat(report.stoppedCleanly()).isTrue();
        assertThat(report.records()).isEqualTo(30);
        assertThat(report.segments()).hasSize(3);
        TreeMap<Integer, Long> types = new TreeMap<>();
        report.segments().forEach(s -> s.recordsByType().forEach((t, n) -> types.merge(t, n, Long::sum)));
        assertThat(types).hasToString("{20=10, 21=10, 22=10}");
    }

    @Test
    void verifyingChangesNothing() throws Exception {
        write(false);
        List<byte[]> before = new ArrayList<>();
        for (String path : disk.paths()) {
            before.add(disk.bytes(path));
        }
        long[] last = new long[1];
        assertThat(new JournalTool(disk).verify(bytes -> last[0] = bytes).isSound())
                .isTrue();
        assertThat(last[0]).isPositive();
        List<byte[]> after = new ArrayList<>();
        for (String path : disk.paths()) {
            after.add(disk.bytes(path));
        }
        assertThat(after).containsExactlyElementsOf(before);
    }

    @Test
    void damageIsNamedByPosition() throws Exception {
        write(true);
        flip(disk, positions.get(7) + 500);
        flip(disk, positions.get(20) + 17);
        VerifyReport report = new JournalTool(disk).verify(bytes -> {});
        assertThat(report.losesData()).isTrue();
        assertThat(report.damage()).hasSize(2);
        assertThat(report.damage().get(0).position()).isEqualTo(positions.get(7));
        assertThat(report.damage().get(0).kind()).isEqualTo(Damage.Kind.PAYLOAD);
        assertThat(report.damage().get(1).position()).isEqualTo(positions.get(20));
        assertThat(report.damage().get(1).kind()).isEqualTo(Damage.Kind.RECORD);
        assertThat(report.records()).isEqualTo(28);
    }

    @Test
    void aDumpGivesTheRecordsOfARange() throws Exception {
        write(true);
        List<Long> dumped = new ArrayList<>();
        new JournalTool(disk).dump(positions.get(3), positions.get(9), (view, valid) -> {
            assertThat(valid).isTrue();
            dumped.add(view.position());
        });
        assertThat(dumped).isEqualTo(positions.subList(3, 9));
    }

    @Test
    void segmentsThatWereDroppedAreNotMissed() throws Exception {
        Workload workload = new Workload(40, 300);
        workload.run(disk);
        workload.stopHere();
        VerifyReport report = new JournalTool(disk).verify(bytes -> {});
        assertThat(report.damage()).isEmpty();
        assertThat(report.segments().get(0).number()).isGreaterThan(1);
        assertThat(report.snapshots()).hasSize(2);
        long last = report.segments().get(report.segments().size() - 1).number();
        assertThat(report.segments().size()).isLessThan((int) last);
    }

    @Test
    void aFolderWithoutAJournalIsRefused() {
        assertThatThrownBy(() -> new JournalTool(disk).verify(bytes -> {}))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("QN-5009");
        assertThat(disk.paths()).isEmpty();
    }

    @Test
    void aFolderInUseIsRefused() throws Exception {
        try (Recovery recovery = Recovery.begin(disk, new ManualClock(), Workload.options(1))) {
            recovery.replay(v -> {});
            assertThatThrownBy(() -> new JournalTool(disk).verify(bytes -> {}))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("QN-5001");
        }
    }

    @Test
    void aCursorGivesTheSoundRecordsOfASegmentAndNamesTheOthers() throws Exception {
        write(true);
        try (Recovery recovery = Recovery.begin(disk, new ManualClock(), Workload.options(1))) {
            recovery.replay(v -> {});
            try (Journal journal = recovery.open()) {
                flip(disk, positions.get(4) + 300);
                flip(disk, positions.get(6) + 9);
                List<Long> found = new ArrayList<>();
                RecordView view = new RecordView();
                SegmentCursor cursor = journal.cursor(1);
                while (cursor.next(view)) {
                    found.add(view.position());
                }
                List<Long> expected = new ArrayList<>(positions);
                expected.removeIf(p -> p / Workload.SEGMENT_BYTES != 1);
                assertThat(cursor.damage())
                        .extracting(Damage::position)
                        .containsExactly(positions.get(4), positions.get(6));
                expected.removeAll(List.of(positions.get(4), positions.get(6)));
                assertThat(found).isEqualTo(expected);
                cursor.close();
            }
        }
    }
}
