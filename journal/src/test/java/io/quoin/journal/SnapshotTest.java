// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SnapshotTest {
    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();
    private Journal journal;
    private ToyState state;
    private int nextId;

    private RecoveryReport start(SimDisk on) throws JournalException {
        try (Recovery recovery = Recovery.begin(on, clock, Workload.options(5))) {
            try (SnapshotReader snapshot = recovery.snapshot()) {
                state = ToyState.from(snapshot, recovery.segments());
            }
            RecoveryReport report = recovery.replay(state::apply);
            journal = recovery.open();
            return report;
        }
    }

    private void put(int count, int length) throws JournalException {
        for (int i = 0; i < count; i++) {
            int id = nextId++;
            journal.begin(ToyState.PUT, 0).putInt(id);
            journal.end(Payloads.of(id, length));
            state.apply(journal.last());
        }
        journal.flush();
    }

    private void delete(int from, int to) throws JournalException {
        for (int id = from; id < to; id++) {
            journal.begin(ToyState.DELETE, 0).putInt(id);
            journal.end();
            state.apply(journal.last());
        }
        journal.flush();
    }

    private void snapshot() throws JournalException {
        boolean hasPrevious = journal.snapshot() != null;
        SnapshotWriter writer = journal.beginSnapshot();
        state.write(writer, hasPrevious);
        writer.commit();
        state.snapshotCommitted();
    }

    private List<String> snapshotFiles(String prefix) {
        return disk.list("snapshots").stream().filter(n -> n.startsWith(prefix)).toList();
    }

    @Test
    void aDamagedNewerSnapshotIsReplacedByTheOlderAndTheLog() throws Exception {
        start(disk);
        put(40, 200);
        snapshot();
        put(30, 200);
        delete(5, 25);
        snapshot();
        put(20, 200);
        long digest = state.digest();
        journal.close();
        String newest = "snapshots/" + snapshotFiles("manifest").get(1);
        List<String> newestFiles = List.of(newest, newest.replace("manifest", "blocks"));

        for (String path : newestFiles) {
            long bits = disk.bytes(path).length * 8L;
            for (long bit = 0; bit < bits; bit += 5) {
                SimDisk damaged = disk.afterProcessEnd();
                damaged.flipBit(path, bit);

                RecoveryReport report = start(damaged);

                assertThat(state.digest()).as("%s bit %d", path, bit).isEqualTo(digest);
                if (!report.damage().isEmpty()) {
                    assertThat(report.damage()).hasSize(1);
                    assertThat(report.damage().get(0).kind()).isEqualTo(Damage.Kind.SNAPSHOT);
                }
                journal.abandon();
            }
        }
    }

    @Test
    void aMissingNewerSnapshotIsNoticedByNobodyAsTheOlderAndTheLogSayTheSame() throws Exception {
        start(disk);
        put(10, 200);
        snapshot();
        put(10, 200);
        snapshot();
        long digest = state.digest();
        journal.close();

        disk.delete("snapshots/" + snapshotFiles("manifest").get(1));

        start(disk);
        assertThat(state.digest()).isEqualTo(digest);
    }

    @Test
    void onlyChangedBlocksAreWritten() throws Exception {
        start(disk);
        put(400, 0);
        snapshot();
        put(1, 0);
        snapshot();

        List<String> files = snapshotFiles("blocks");
        long first = disk.bytes("snapshots/" + files.get(0)).length;
        long second = disk.bytes("snapshots/" + files.get(1)).length;
        assertThat(first).isGreaterThan(400 * 16);
        assertThat(second).isLessThan(300);
    }

    @Test
    void twoSnapshotsAreKeptAndBlockFilesAsLongAsOneOfThemNeedsThem() throws Exception {
        start(disk);
        put(400, 0);
        for (int i = 0; i < 12; i++) {
            delete(i * 30, i * 30 + 30);
            snapshot();
            assertThat(snapshotFiles("manifest").size()).isLessThanOrEqualTo(2);
            assertThat(snapshotFiles("blocks").size()).isLessThanOrEqualTo(4);
        }
        long digest = state.digest();
        journal.close();
        start(disk);
        assertThat(state.digest()).isEqualTo(digest);
    }

    @Test
    void aReaderGoesOnReadingASnapshotThatWasReplaced() throws Exception {
        start(disk);
        put(20, 0);
        snapshot();
        SnapshotReader reader = journal.snapshot();
        List<ByteBuffer> before = new ArrayList<>();
        for (long id : reader.blockIds()) {
            before.add(reader.block(id));
        }
        for (int i = 0; i < 4; i++) {
            delete(i * 5, i * 5 + 5);
            snapshot();
        }
        int i = 0;
        for (long id : reader.blockIds()) {
            assertThat(reader.block(id)).isEqualTo(before.get(i++));
        }
        reader.close();
    }

    @Test
    void anAbortedSnapshotLeavesNothing() throws Exception {
        start(disk);
        put(20, 0);
        snapshot();
        List<String> before = disk.list("snapshots");

        SnapshotWriter writer = journal.beginSnapshot();
        writer.put(1, ByteBuffer.allocate(100));
        writer.abort();

        assertThat(disk.list("snapshots")).isEqualTo(before);
        snapshot();
    }

    @Test
    void aSnapshotIsNotCommittedBeforeTheLogThatItStandsFor() throws Exception {
        start(disk);
        journal.begin(ToyState.PUT, 0).putInt(nextId);
        journal.end();
        SnapshotWriter writer = journal.beginSnapshot();

        assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);

        journal.flush();
        writer.commit();
    }

    @Test
    void aFullDiskLeavesTheSnapshotsThatThereAre() throws Exception {
        start(disk);
        put(20, 0);
        snapshot();
        SnapshotWriter writer = journal.beginSnapshot();
        disk.hook((n, operation, path) -> path.startsWith("snapshots") ? SimDisk.Fault.NO_SPACE : null);

        assertThatThrownBy(() -> writer.put(1, ByteBuffer.allocate(100))).isInstanceOf(DiskFullException.class);
        writer.abort();

        disk.hook((n, operation, path) -> null);
        snapshot();
        long digest = state.digest();
        journal.close();
        start(disk);
        assertThat(state.digest()).isEqualTo(digest);
    }

    @Test
    void aSnapshotRightAfterAStartNeedsNoRecord() throws Exception {
        for (int length = 0;
                length < 4_096;
                length += 40) { // so that the log ends just before a page does, among others
            start(disk);
            put(1, length);
            journal.close();
            start(disk);
            snapshot();
            assertThat(journal.durable()).isEqualTo(journal.appended());
            journal.close();
        }
    }

    @Test
    void segmentsAreKeptForTheOlderSnapshot() throws Exception {
        int dropped = 0;
        for (long seed = 1; seed <= 40; seed++) {
            SimDisk own = new SimDisk();
            Workload workload = new Workload(seed, 200);
            workload.run(own);
            workload.stopHere();
            List<String> manifests = own.list("snapshots").stream()
                    .filter(n -> n.startsWith("manifest"))
                    .toList();
            if (manifests.size() == 2) {
                dropped += own.exists(Layout.segmentPath(1)) ? 0 : 1;
                own.flipBit("snapshots/" + manifests.get(1), 200);
                workload.verify(own, true);
            }
        }
        assertThat(dropped).isGreaterThan(5);
    }
}
