// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.SnapshotFormat.Manifest;
import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.LockHeldException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Looks into a data folder that no server uses at the moment, and changes nothing in it but the lock's owner. */
public final class JournalTool {
    private final Disk disk;

    public JournalTool(Disk disk) {
        this.disk = disk;
    }

    /** Receives the records of a dump. */
    @FunctionalInterface
    public interface RecordHandler {
        /**
         * Called for each record, of the journal's own types too.
         *
         * @param view valid during the call only
         * @param payloadValid whether its payload is sound
         */
        void onRecord(RecordView view, boolean payloadValid);
    }

    /**
     * Reads every segment and snapshot in full.
     *
     * @param progress told the bytes read so far, now and then
     * @throws JournalException LOCKED, NOT_A_DATA_FOLDER, FORMAT_TOO_NEW, CORRUPT if not even the super block can be read, or FAILED
     */
    public VerifyReport verify(LongConsumer progress) throws JournalException {
        return locked(() -> verifyLocked(progress));
    }

    /**
     * Gives every record that can be read, in log order.
     *
     * @param from position to begin at; records before it are left out
     * @param to position to end before
     */
    public VerifyReport dump(long from, long to, RecordHandler handler) throws JournalException {
        return locked(() -> scan(superBlock(), new Collector(handler, from, to, bytes -> {})));
    }

    private interface Work {
        VerifyReport run() throws IOException, JournalException;
    }

    private VerifyReport locked(Work work) throws JournalException {
        try {
            if (!disk.exists(SuperFile.FIRST) && !disk.exists(SuperFile.SECOND)) {
                throw new JournalException(
                        JournalError.NOT_A_DATA_FOLDER, "There is no journal in this folder: it has no SUPER file.");
            }
            Closeable lock = disk.lock(
                    "LOCK", "quoin journal, process " + ProcessHandle.current().pid());
            try {
                return work.run();
            } finally {
                lock.close();
            }
        } catch (LockHeldException e) {
            throw new JournalException(
                    JournalError.LOCKED,
                    "The data folder is in use: " + e.getMessage() + ". Stop that server first.",
                    e);
        } catch (IOException e) {
            throw new JournalFailedException("The data folder cannot be read: " + e, e);
        }
    }

    private VerifyReport verifyLocked(LongConsumer progress) throws IOException, JournalException {
        return scan(superBlock(), new Collector((view, valid) -> {}, 0, Long.MAX_VALUE, progress));
    }

    private SuperFile superBlock() throws IOException, JournalException {
        SuperFile superFile = SuperFile.read(disk);
        SuperBlock block = superFile.current();
        if (block == null) {
            throw new CorruptException(
                    "Both copies of the super block are damaged, so that the log cannot be read",
                    List.of(new Damage(Damage.Kind.SUPER, 0, 0, superFile.damageText())));
        }
        if (block.version() > Layout.FORMAT_VERSION) {
            throw new JournalException(
                    JournalError.FORMAT_TOO_NEW,
                    "The data folder is in format " + block.version() + "; this version reads up to "
                            + Layout.FORMAT_VERSION);
        }
        return superFile;
    }

    private VerifyReport scan(SuperFile superFile, Collector collector) throws IOException {
        SuperBlock block = superFile.required();
        if (superFile.isDamaged()) {
            collector.damage.add(new Damage(Damage.Kind.SUPER, 0, 0, superFile.damageText()));
        }
        int segmentBytes = block.segmentBytes();
        List<VerifyReport.Snapshot> snapshots = new ArrayList<>();
        SegmentTable expected = snapshots(segmentBytes, snapshots, collector.damage);
        long snapshotPosition = snapshots.stream()
                .filter(VerifyReport.Snapshot::sound)
                .mapToLong(VerifyReport.Snapshot::position)
                .max()
                .orElse(0);
        List<Long> files = Recovery.segmentFiles(disk);
        long first = files.isEmpty() ? 1 : files.get(0);
        boolean trustClean = block.clean() && !superFile.isDamaged();
        long from = first * segmentBytes + Layout.SEGMENT_HEADER_BYTES;
        LogEnd end = new LogScan(
                        disk,
                        segmentBytes,
                        Math.max(superFile.durable(), snapshotPosition),
                        trustClean ? block.durable() : 0,
                        collector)
                .run(files, from, 0);
        collector.settle(segmentBytes, expected, snapshotPosition, first);
        return new VerifyReport(
                block.version(),
                segmentBytes,
                trustClean && end.position() == block.durable(),
                end.durable(),
                end.position(),
                end.trimmedBytes(),
                collector.segments(),
                snapshots,
                collector.damage);
    }

    /** Checks all snapshots; returns the segments that the newest sound one expects. */
    private SegmentTable snapshots(int segmentBytes, List<VerifyReport.Snapshot> found, List<Damage> damage)
            throws IOException {
        SegmentTable expected = new SegmentTable(segmentBytes);
        List<Long> numbers = SnapshotStore.manifestNumbers(disk);
        boolean first = true;
        for (long number : numbers) {
            Manifest manifest = SnapshotStore.readManifest(disk, number, segmentBytes);
            String fault = manifest == null ? "its manifest is damaged" : SnapshotStore.fault(disk, manifest);
            if (fault != null) {
                damage.add(new Damage(Damage.Kind.SNAPSHOT, 0, 0, "snapshot " + number + ": " + fault));
            }
            found.add(new VerifyReport.Snapshot(
                    number,
                    manifest == null ? 0 : manifest.position(),
                    manifest == null ? 0 : manifest.blocks().size(),
                    fault == null));
            if (manifest != null && fault == null && first) {
                expected = manifest.segments();
                first = false;
            }
        }
        return expected;
    }

    private static final class Collector implements LogScan.Sink {
        private final RecordHandler handler;
        private final long from;
        private final long to;
        private final LongConsumer progress;
        private final List<Damage> damage = new ArrayList<>();
        private final TreeMap<Long, Integer> used = new TreeMap<>();
        private final TreeMap<Long, TreeMap<Integer, Long>> counts = new TreeMap<>();
        private final Set<Long> dropped = new HashSet<>();
        private TreeMap<Integer, Long> current = new TreeMap<>();

        Collector(RecordHandler handler, long from, long to, LongConsumer progress) {
            this.handler = handler;
            this.from = from;
            this.to = to;
            this.progress = progress;
        }

        @Override
        public void onSegment(long segment, int usedBytes) {
            used.put(segment, usedBytes);
            current = counts.computeIfAbsent(segment, s -> new TreeMap<>());
        }

        @Override
        public void onRecord(RecordView view, boolean payloadValid) {
            if (view.type() == Layout.SEGMENT_DROPPED) {
                dropped.add(view.buffer().getLong(view.fieldsAt()));
            }
            if (payloadValid) {
                current.merge(view.type(), 1L, Long::sum);
            }
            if (view.position() >= from && view.position() < to) {
                handler.onRecord(view, payloadValid);
            }
        }

        @Override
        public void onDamage(Damage found) {
            damage.add(found);
        }

        @Override
        public void onProgress(long doneBytes) {
            progress.accept(doneBytes);
        }

        /** A segment that is not there is damage only if nothing dropped it. */
        void settle(int segmentBytes, SegmentTable expected, long snapshotPosition, long first) {
            damage.removeIf(d -> d.kind() == Damage.Kind.SEGMENT
                    && !isMissing(d.position() / segmentBytes, expected, snapshotPosition));
            for (long s = expected.next(0); s != 0 && s < first; s = expected.next(s + 1)) {
                if (!dropped.contains(s)) {
                    damage.add(new Damage(
                            Damage.Kind.SEGMENT,
                            s * segmentBytes,
                            segmentBytes,
                            Layout.segmentPath(s) + " is missing"));
                }
            }
        }

        private boolean isMissing(long segment, SegmentTable expected, long snapshotPosition) {
            boolean before = expected.endOf(segment) <= snapshotPosition;
            return !dropped.contains(segment) && (!before || expected.contains(segment));
        }

        List<VerifyReport.Segment> segments() {
            List<VerifyReport.Segment> segments = new ArrayList<>();
            for (Map.Entry<Long, Integer> e : used.entrySet()) {
                segments.add(new VerifyReport.Segment(
                        e.getKey(), e.getValue(), counts.getOrDefault(e.getKey(), new TreeMap<>())));
            }
            return segments;
        }
    }
}
