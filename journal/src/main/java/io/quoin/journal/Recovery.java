// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Clock;
import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.LockHeldException;
import io.quoin.journal.disk.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts a journal, in three steps: {@link #begin} locks the folder and picks the snapshot, {@link #replay} gives the records
 * after it, {@link #open} makes the log ready for more. Nothing in the log is changed before {@code open}.
 *
 * <p>Used by one thread, which then owns the journal. Must be closed unless {@link #open} returned; closing it then does nothing.
 */
public final class Recovery implements Closeable {
    private final Disk disk;
    private final Clock clock;
    private final JournalOptions options;
    private final LongSupplier random;
    private final Closeable lock;
    private final SuperFile superFile;
    private final SuperBlock superBlock;
    private final boolean trustClean;
    private final SnapshotStore snapshots;
    private final SegmentTable segments;
    private final List<Damage> damage = new ArrayList<>();
    private final List<SegmentRecycler.Drop> drops = new ArrayList<>();
    private final List<Long> files;
    private @Nullable LogEnd logEnd;
    private boolean handedOver;

    private Recovery(Disk disk, Clock clock, JournalOptions options, LongSupplier random, Closeable lock)
            throws IOException, JournalException {
        this.disk = disk;
        this.clock = clock;
        this.options = options;
        this.random = random;
        this.lock = lock;
        deleteUnfinished(disk, Layout.JOURNAL_DIRECTORY);
        deleteUnfinished(disk, Layout.SNAPSHOT_DIRECTORY);
        files = segmentFiles(disk);
        superFile = SuperFile.read(disk);
        trustClean = !superFile.isDamaged() || superFile.current() == null;
        superBlock = superOf(files, options);
        snapshots = SnapshotStore.load(disk, superBlock.segmentBytes(), options, damage);
        segments = snapshots.segmentsAtNewest();
    }

    /**
     * Locks the folder, creating what is missing, and finds the snapshot to start from.
     *
     * @param disk the data folder; belongs to the journal from now on
     * @throws JournalException LOCKED, CORRUPT, FORMAT_TOO_NEW, DISK_FULL or FAILED
     */
    public static Recovery begin(Disk disk, Clock clock, JournalOptions options) throws JournalException {
        Closeable lock = null;
        try {
            lock = disk.lock("LOCK", "process " + ProcessHandle.current().pid());
            disk.createDirectory(Layout.JOURNAL_DIRECTORY);
            disk.createDirectory(Layout.SNAPSHOT_DIRECTORY);
            disk.createDirectory(Layout.QUARANTINE_DIRECTORY);
            Recovery recovery = new Recovery(disk, clock, options, randomOf(clock, options), lock);
            lock = null;
            recovery.countStart();
            return recovery;
        } catch (LockHeldException e) {
            throw new JournalException(
                    JournalError.LOCKED,
                    "The data folder is in use: " + e.getMessage() + ". Stop that server, or use another folder.",
                    e);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            closeQuietly(lock);
        }
    }

    /** A secure source would take longer to load than the rest of a start takes. */
    private static LongSupplier randomOf(Clock clock, JournalOptions options) {
        LongSupplier given = options.random();
        if (given != null) {
            return given;
        }
        SplittableRandom seeded = new SplittableRandom(clock.wallMs() * 1_000_000_007L + clock.nanoTime());
        return seeded::nextLong;
    }

    private void countStart() throws IOException, JournalException {
        try {
            superFile.write(superBlock.withStart(superBlock.startsBegun() + 1));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static void deleteUnfinished(Disk disk, String directory) throws IOException {
        for (String name : disk.list(directory)) {
            if (name.endsWith(Layout.TEMPORARY_SUFFIX)) {
                disk.delete(directory + '/' + name);
            }
        }
    }

    static List<Long> segmentFiles(Disk disk) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String name : disk.list(Layout.JOURNAL_DIRECTORY)) {
            long number = Layout.segmentNumber(name);
            if (number > 0) {
                numbers.add(number);
            }
        }
        numbers.sort(null);
        return numbers;
    }

    /** The super block that counts, made now for a new folder. */
    private SuperBlock superOf(List<Long> segmentFiles, JournalOptions with) throws IOException, JournalException {
        SuperBlock found = superFile.current();
        boolean isNew =
                segmentFiles.isEmpty() && disk.list(Layout.SNAPSHOT_DIRECTORY).isEmpty();
        if (found == null && !isNew) {
            throw new CorruptException(
                    "Both " + SuperFile.FIRST + " and " + SuperFile.SECOND + " are damaged or missing, so that the log"
                            + " in this folder cannot be read. Put one of them back from a backup.",
                    List.of(new Damage(Damage.Kind.SUPER, 0, 0, superFile.damageText())));
        }
        if (found == null) {
            found = new SuperBlock(
                    Layout.FORMAT_VERSION,
                    with.segmentBytes(),
                    0,
                    random.getAsLong(),
                    random.getAsLong(),
                    0,
                    with.epoch(),
                    0,
                    0,
                    false);
            superFile.write(found);
        } else if (superFile.isDamaged() && !isNew) {
            damage.add(new Damage(Damage.Kind.SUPER, 0, 0, superFile.damageText() + ": the other copy is used"));
        }
        if (found.version() > Layout.FORMAT_VERSION) {
            throw new JournalException(
                    JournalError.FORMAT_TOO_NEW,
                    "The data folder is in format " + found.version() + ", and this version reads up to "
                            + Layout.FORMAT_VERSION + ". Start it with the version that last used it, or a later one.");
        }
        return found;
    }

    /** The newest sound snapshot, or null if there is none: then the log is read from its beginning. Valid until {@link #close}. */
    public @Nullable SnapshotReader snapshot() throws JournalException {
        return snapshots.newReader();
    }

    /** The segments at the snapshot's position; the caller's {@code apply} counts on from there. */
    public SegmentTable segments() {
        return segments;
    }

    /** Number of this start: larger than that of any before. */
    public long bootNumber() {
        // The lost copy may have been one start ahead of the other.
        return superBlock.bootNumber() + (trustClean ? 1 : 2);
    }

    /** Identity of the data folder, chosen at random when it was created. */
    public UUID nodeId() {
        return new UUID(superBlock.nodeIdHigh(), superBlock.nodeIdLow());
    }

    /** How many starts in a row were begun before this one and did not get as far as {@link #open}. */
    public int startsBegun() {
        return superBlock.startsBegun();
    }

    /**
     * Reads the log from the snapshot on.
     *
     * @throws CorruptException if records are lost and the options say to refuse then; the handler was given those before the first damage
     */
    public RecoveryReport replay(ReplayHandler handler) throws JournalException {
        Invariant.check(logEnd == null, "a recovery is replayed once");
        long from = snapshots.position() != 0
                ? snapshots.position()
                : superBlock.segmentBytes() + (long) Layout.SEGMENT_HEADER_BYTES;
        boolean wasClean = superBlock.clean() && trustClean;
        Receiver receiver = new Receiver(handler, from);
        try {
            LogEnd end = new LogScan(
                            disk,
                            superBlock.segmentBytes(),
                            Math.max(superFile.durable(), snapshots.position()),
                            wasClean ? superBlock.durable() : 0,
                            receiver)
                    .run(files, from, snapshots.previousCrc());
            logEnd = end;
            checkSegmentsExist(from);
            if (options.onCorruption() == JournalOptions.OnCorruption.QUARANTINE) {
                quarantine();
            }
            RecoveryReport report = new RecoveryReport(
                    from,
                    end.position(),
                    end.durable(),
                    wasClean && end.position() == superBlock.durable(),
                    end.trimmedBytes(),
                    receiver.records,
                    damage);
            if (report.losesRecords() && options.onCorruption() == JournalOptions.OnCorruption.FAIL) {
                throw corrupt();
            }
            return report;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Of the segments before those that were read, all that the log does not drop must be there. */
    private void checkSegmentsExist(long from) {
        Set<Long> there = new HashSet<>(files);
        for (long s = segments.next(0); s != 0; s = segments.next(s + 1)) {
            if (!there.contains(s) && segments.endOf(s) <= from) {
                damage.add(new Damage(
                        Damage.Kind.SEGMENT,
                        s * superBlock.segmentBytes(),
                        superBlock.segmentBytes(),
                        Layout.segmentPath(s) + " is missing"));
            }
        }
    }

    private CorruptException corrupt() {
        Damage first =
                damage.stream().filter(d -> d.kind().losesRecords()).findFirst().orElseThrow();
        return new CorruptException(
                "The log is damaged in " + damage.size() + " place(s), first at position " + first.position() + ": "
                        + first.text()
                        + ". Nothing was changed. See all of it with 'quoin journal verify', and restore the folder from a"
                        + " backup.",
                damage);
    }

    private void quarantine() throws IOException {
        for (Damage d : damage) {
            if (d.kind().losesRecords()) {
                Quarantine.copy(disk, superBlock.segmentBytes(), d);
            }
        }
    }

    /**
     * Makes the log ready for appending: writes anew what may never have reached the disk, and begins a new segment
     * after an unclean stop.
     */
    public Journal open() throws JournalException {
        LogEnd end = logEnd;
        if (end == null) {
            throw new IllegalStateException("a recovery is replayed before it is opened");
        }
        try {
            DataFolder folder = new DataFolder(
                    disk,
                    clock,
                    options,
                    random,
                    lock,
                    superFile,
                    superBlock.withBoot(bootNumber()),
                    segments,
                    snapshots);
            boolean clean = superBlock.clean() && trustClean && end.position() == superBlock.durable();
            Journal journal = new LogOpener(folder, end).open(clean, drops, files);
            handedOver = true;
            return journal;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Releases the folder. */
    @Override
    public void close() {
        if (!handedOver) {
            handedOver = true;
            closeQuietly(lock);
        }
    }

    private static void closeQuietly(@Nullable Closeable closeable) {
        if (closeable != null) {
            try {
                closeable.close();
            } catch (IOException e) {
                // Nothing was written through it, and the lock goes with the process.
            }
        }
    }

    private static JournalException failed(IOException e) {
        return e instanceof NoSpaceException
                ? new DiskFullException("The disk is full, and a start needs a little space: " + e.getMessage(), e)
                : new JournalFailedException("The data folder cannot be read or written: " + e, e);
    }

    /** Hands on the caller's records, and keeps the journal's own. */
    private final class Receiver implements LogScan.Sink {
        private final ReplayHandler handler;
        private final long totalBytes;
        private long records;
        private boolean refused;

        Receiver(ReplayHandler handler, long from) {
            this.handler = handler;
            this.totalBytes = Math.max(
                    0, files.stream().filter(f -> segments.endOf(f) > from).count() * superBlock.segmentBytes());
        }

        @Override
        public void onSegment(long segment, int usedBytes) {
            if (usedBytes != 0 || !segments.contains(segment)) {
                segments.used(segment, usedBytes);
            }
        }

        @Override
        public void onRecord(RecordView view, boolean payloadValid) {
            int type = view.type();
            if (type >= Layout.FIRST_CALLER_TYPE) {
                if (!refused) { // what follows a gap may make no sense to the handler
                    records++;
                    handler.onRecord(view);
                }
            } else if (type == Layout.SEGMENT_DROPPED) {
                long segment = view.buffer().getLong(view.fieldsAt());
                segments.drop(segment);
                drops.add(new SegmentRecycler.Drop(segment, view.endPosition()));
            }
        }

        @Override
        public void onDamage(Damage found) {
            damage.add(found);
            refused |= found.kind().losesRecords() && options.onCorruption() == JournalOptions.OnCorruption.FAIL;
        }

        @Override
        public void onProgress(long doneBytes) {
            handler.onProgress(doneBytes, totalBytes);
        }
    }
}
