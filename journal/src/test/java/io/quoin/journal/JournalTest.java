// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class JournalTest {
    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();

    static JournalOptions small() {
        SplittableRandom random = new SplittableRandom(7);
        return JournalOptions.defaults()
                .withSegmentBytes(64 * 1024)
                .withBlockBytes(128 * 1024)
                .withTailBytes(256 * 1024)
                .withReserveBytes(0)
                .withPieceIntervalMs(0)
                .withRandom(random::nextLong);
    }

    private Journal open(JournalOptions options) throws JournalException {
        return open(options, v -> {});
    }

    private Journal open(JournalOptions options, ReplayHandler handler) throws JournalException {
        try (Recovery recovery = Recovery.begin(disk, clock, options)) {
            assertThat(recovery.replay(handler).damage()).isEmpty();
            return recovery.open();
        }
    }

    private static long put(Journal journal, int id, int length) {
        journal.begin(16, 3).putInt(id);
        return journal.end(Payloads.of(id, length));
    }

    @Test
    void recordsOfAllSizesAreFoundInMemoryOnDiskAndAfterARestart() throws Exception {
        for (long seed = 1; seed <= 12; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SimDisk own = new SimDisk();
            Map<Long, Integer> written = new LinkedHashMap<>();
            try (Recovery recovery = Recovery.begin(own, clock, small())) {
                recovery.replay(v -> {});
                try (Journal journal = recovery.open()) {
                    appendAllSizes(random, journal, written);
                    RecordView view = new RecordView();
                    try (RecordReader reader = journal.newReader()) {
                        for (Map.Entry<Long, Integer> e : written.entrySet()) {
                            reader.read(e.getKey(), view);
                            check(view, e.getKey(), e.getValue());
                        }
                    }
                }
            }
            Map<Long, Integer> found = new LinkedHashMap<>();
            try (Recovery recovery = Recovery.begin(own, clock, small())) {
                recovery.replay(v -> {
                    found.put(v.position(), v.buffer().getInt(v.fieldsAt()));
                    check(v, v.position(), found.get(v.position()));
                });
            }
            assertThat(found).as("seed %d", seed).isEqualTo(written);
        }
    }

    private static void appendAllSizes(SplittableRandom random, Journal journal, Map<Long, Integer> written)
            throws JournalException {
        RecordView view = new RecordView();
        int largest = journal.recordBytesMax() - Layout.RECORD_HEAD_BYTES - 4 - 8;
        for (int id = 0; id < 150; id++) {
            int length = switch (random.nextInt(10)) {
                case 0 -> largest - random.nextInt(20);
                case 1, 2 -> random.nextInt(largest);
                default -> random.nextInt(300);
            };
            long position = put(journal, id, length);
            written.put(position, id);
            check(journal.last(), position, id);
            assertThat(journal.tail(position, view)).isTrue();
            check(view, position, id);
            if (random.nextInt(6) == 0) {
                assertThat(journal.flush()).isGreaterThanOrEqualTo(view.endPosition());
                if (random.nextInt(3) == 0 && journal.seal()) {
                    journal.flush();
                }
            }
        }
        journal.flush();
    }

    private static void check(RecordView view, long position, int id) {
        assertThat(view.position()).isEqualTo(position);
        assertThat(view.type()).isEqualTo(16);
        assertThat(view.flags()).isEqualTo(3);
        assertThat(view.fieldsLength()).isEqualTo(4);
        assertThat(view.buffer().getInt(view.fieldsAt())).isEqualTo(id);
        assertThat(view.payloadValid()).isTrue();
        assertThat(Payloads.matches(view, id)).isTrue();
    }

    @Test
    void aRecordThatFitsNoSegmentIsRefusedAndTheJournalGoesOn() throws Exception {
        try (Journal journal = open(small())) {
            put(journal, 1, 10);
            assertThatThrownBy(() -> put(journal, 2, journal.recordBytesMax()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("impossible");
            long position = put(journal, 3, 10);
            journal.flush();
            RecordView view = new RecordView();
            assertThat(journal.tail(position, view)).isTrue();
            check(view, position, 3);
        }
        List<Integer> ids = new ArrayList<>();
        open(small(), v -> ids.add(v.buffer().getInt(v.fieldsAt()))).close();
        assertThat(ids).containsExactly(1, 3);
    }

    @Test
    void theLongestFieldsFitAnywhere() throws Exception {
        byte[] longest = new byte[Layout.FIELDS_BYTES_MAX];
        Journal journal = open(small().withSegmentBytes(256 * 1024));
        for (int i = 0; i < 20; i++) {
            put(journal, i, i * 37);
            ByteBuffer fields = journal.begin(17, 0);
            assertThat(fields.remaining()).isGreaterThanOrEqualTo(longest.length);
            fields.put(longest);
            journal.end();
        }
        journal.flush();
        journal.close();
        List<Integer> lengths = new ArrayList<>();
        open(small(), v -> lengths.add(v.fieldsLength())).close();
        assertThat(lengths).hasSize(40).contains(Layout.FIELDS_BYTES_MAX);
    }

    @Test
    void anAtomicBatchIsOneFrameWhereverItBegins() throws Exception {
        Journal journal = open(small());
        for (int round = 0; round < 40; round++) {
            put(journal, round, round * 91);
            int records = 1 + round % 9;
            journal.beginAtomic(records * Journal.recordBytes(4, 8 + 1_500));
            long first = 0;
            for (int i = 0; i < records; i++) {
                long position = put(journal, i, 1_500);
                first = i == 0 ? position : first;
                assertThat(position).isEqualTo(first + (long) i * Journal.recordBytes(4, 8 + 1_500));
            }
            journal.endAtomic();
            if (round % 4 == 0) {
                journal.flush();
            }
        }
        journal.flush();
        journal.close();
        assertThat(new JournalTool(disk).verify(b -> {}).isSound()).isTrue();
    }

    @Test
    void anAtomicBatchLongerThanAnnouncedIsAMistakeOfTheCaller() throws Exception {
        try (Journal journal = open(small())) {
            assertThatThrownBy(() -> journal.beginAtomic(journal.recordBytesMax() + 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theTailKeepsTheLastBlocksOnly() throws Exception {
        try (Journal journal = open(small())) {
            long first = put(journal, 1, 1_000);
            long last = 0;
            for (int i = 0; i < 2_000; i++) {
                last = put(journal, 2, 1_000);
                if (i % 10 == 0) {
                    journal.flush();
                }
            }
            RecordView view = new RecordView();
            assertThat(journal.tail(first, view)).isFalse();
            assertThat(journal.tail(last, view)).isTrue();
            assertThat(journal.tail(last + 4_096, view)).isFalse();
        }
    }

    @Test
    void durableIsTheEndOfWhatWasSyncedAndNoMore() throws Exception {
        try (Journal journal = open(small())) {
            long start = journal.durable();
            long one = put(journal, 1, 100);
            assertThat(journal.durable()).isEqualTo(start).isLessThanOrEqualTo(one);
            Batch batch = journal.take();
            long two = put(journal, 2, 100);
            assertThat(journal.take()).isNull();
            journal.write(batch);
            assertThat(journal.durable()).isEqualTo(start);
            journal.completed(batch);
            assertThat(journal.durable()).isGreaterThan(one).isLessThanOrEqualTo(two);
            assertThat(journal.hasPending()).isTrue();
            assertThat(journal.flush()).isGreaterThan(two).isEqualTo(journal.appended());
            assertThat(journal.hasPending()).isFalse();
            assertThat(journal.take()).isNull();
        }
    }

    @Test
    void aSealIsAddedOnce() throws Exception {
        try (Journal journal = open(small())) {
            assertThat(journal.seal()).isFalse();
            put(journal, 1, 100);
            assertThat(journal.seal()).isFalse();
            journal.flush();
            assertThat(journal.seal()).isTrue();
            journal.flush();
            assertThat(journal.seal()).isFalse();
        }
    }

    @Test
    void aFailedSyncEndsTheJournalAndIsNeverTriedAgain() throws Exception {
        Journal journal = open(small());
        put(journal, 1, 100);
        journal.flush();
        long durable = journal.durable();
        int[] syncs = new int[1];
        disk.hook((n, operation, path) -> {
            boolean sync = operation == SimDisk.Operation.FORCE;
            syncs[0] += sync ? 1 : 0;
            return sync ? SimDisk.Fault.IO_ERROR : null;
        });
        put(journal, 2, 100);
        assertThatThrownBy(journal::flush)
                .isInstanceOf(JournalFailedException.class)
                .hasMessageContaining("QN-5004");
        assertThatThrownBy(journal::flush).isInstanceOf(JournalFailedException.class);
        assertThatThrownBy(() -> journal.begin(16, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(journal.isFailed()).isTrue();
        assertThat(journal.durable()).isEqualTo(durable);
        journal.close();
        assertThat(syncs[0]).isEqualTo(1);
    }

    @Test
    void aFullDiskMayBeTriedAgainAndLosesNothing() throws Exception {
        Journal journal = open(small());
        boolean[] full = {true};
        disk.hook((n, operation, path) -> full[0] ? SimDisk.Fault.NO_SPACE : null);
        for (int i = 0; i < 100; i++) {
            put(journal, i, 3_000);
        }
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(journal::flush).isInstanceOf(DiskFullException.class);
        }
        full[0] = false;
        assertThat(journal.flush()).isEqualTo(journal.appended());
        journal.close();
        List<Integer> ids = new ArrayList<>();
        open(small(), v -> ids.add(v.buffer().getInt(v.fieldsAt()))).close();
        assertThat(ids).hasSize(100);
    }

    @Test
    void aSecondJournalOnTheSameFolderIsRefused() throws Exception {
        Journal journal = open(small());
        assertThatThrownBy(() -> Recovery.begin(disk, clock, small()))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("QN-5001")
                .hasMessageContaining("process");
        journal.close();
        open(small()).close();
    }

    @Test
    void startsAreNumberedAndThoseThatDoNotEndAreCounted() throws Exception {
        List<Long> boots = new ArrayList<>();
        List<Integer> begun = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            try (Recovery recovery = Recovery.begin(disk, clock, small())) {
                boots.add(recovery.bootNumber());
                begun.add(recovery.startsBegun());
                recovery.replay(v -> {});
                if (i % 3 == 2) {
                    recovery.open().close();
                }
            }
        }
        assertThat(boots).containsExactly(1L, 1L, 1L, 2L, 2L, 2L);
        assertThat(begun).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void aLaterFormatIsRefusedByName() throws Exception {
        open(small()).close();
        SuperFile file = SuperFile.read(disk);
        SuperBlock block = file.required();
        SuperBlock later = new SuperBlock(
                2,
                block.segmentBytes(),
                block.sequence(),
                block.nodeIdHigh(),
                block.nodeIdLow(),
                block.bootNumber(),
                block.epoch(),
                block.durable(),
                0,
                true);
        file.write(later);
        file.write(later);
        assertThatThrownBy(() -> Recovery.begin(disk, clock, small()))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("QN-5003");
    }

    @Test
    void anExistingFolderKeepsItsSegmentSize() throws Exception {
        Journal journal = open(small());
        put(journal, 1, 100);
        journal.close();
        Journal again = open(small().withSegmentBytes(1 << 20));
        assertThat(again.segmentBytes()).isEqualTo(64 * 1024);
        again.close();
    }

    @Test
    void appendingAllocatesNothing() throws Exception {
        try (Journal journal = open(JournalOptions.defaults()
                .withSegmentBytes(64 << 20)
                .withTailBytes(8 << 20)
                .withReserveBytes(0))) {
            ByteBuffer payload = Payloads.of(1, 1_000);
            for (int i = 0; i < 20_000; i++) { // fills the ring of blocks, and lets the compiler see it
                append(journal, payload);
                if (i % 500 == 0) {
                    journal.flush();
                }
            }
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            journal.flush();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                append(journal, payload);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).isLessThan(2_000);
        }
    }

    private static void append(Journal journal, ByteBuffer payload) {
        journal.begin(16, 0).putLong(1);
        journal.end(payload);
    }

    @Test
    void aReaderRefusesPositionsThatAreNotDurable() throws Exception {
        try (Journal journal = open(small());
                RecordReader reader = journal.newReader()) {
            long position = put(journal, 1, 100);
            RecordView view = new RecordView();
            assertThatThrownBy(() -> reader.read(position, view)).isInstanceOf(IllegalArgumentException.class);
            journal.flush();
            reader.read(position, view);
            check(view, position, 1);
            long next = put(journal, 2, 100);
            journal.flush();
            reader.read(next, view);
            check(view, next, 2);
            assertThatThrownBy(() -> reader.read(next + 8, view)).isInstanceOf(DamagedRecordException.class);
        }
    }
}
