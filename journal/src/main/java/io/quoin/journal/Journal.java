// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.NoSpaceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The log, open for appending. Made by {@link Recovery#open}.
 *
 * <p>Thread: confined to its owner's thread, except {@link #durable}, {@link #isFailed}, {@link #producersRefused} and
 * {@link #newReader} (any thread) and {@link #write} (one thread at a time, with a batch that the owner handed over; a thread that
 * is never interrupted).
 *
 * <p>What is appended is in memory until it is flushed: by {@link #flush}, or by {@link #take}, {@link #write} and
 * {@link #completed} where another thread does the I/O. A record is durable when {@link #durable} is greater than its position.
 *
 * <p>After a failed write or sync the journal has failed for good: it confirms nothing more, and appending throws. What of the
 * unconfirmed records survives is known to the next start only.
 */
public final class Journal implements AutoCloseable {
    private final Disk disk;
    private final int segmentBytes;
    private final Closeable lock;
    private final SuperFile superFile;
    private final SegmentTable segments;
    private final SnapshotStore snapshots;
    private final SegmentFiles files;
    private final Appender appender;
    private final SegmentRecycler recycler;
    private final Housekeeper housekeeper;
    private final DiskSpace space;
    private final RecordView last = new RecordView();
    private final Batch batch = new Batch();
    private final AtomicLong durable = new AtomicLong();

    private @Nullable Batch inFlight;
    private long currentSegment;
    private boolean closed;
    private volatile boolean failed;

    Journal(DataFolder folder, OpenSegment open) {
        SegmentHeader header = open.header();
        JournalOptions options = folder.options();
        disk = folder.disk();
        segmentBytes = folder.segmentBytes();
        lock = folder.lock();
        superFile = folder.superFile();
        segments = folder.segments();
        snapshots = folder.snapshots();
        files = open.files();
        appender = new Appender(
                new TailRing(options.blockBytes(), options.tailBytes()),
                header,
                open.start(),
                open.previousCrc(),
                options,
                folder.random());
        ConcurrentLinkedQueue<Long> free = new ConcurrentLinkedQueue<>();
        recycler = new SegmentRecycler(free);
        space = new DiskSpace(disk, options.reserveBytes(), segmentBytes, open.spares());
        housekeeper = new Housekeeper(folder, open.spares(), free, space);
        currentSegment = header.segment();
        durable.setRelease(open.start());
    }

    /** How many bytes of the log a record takes up: for {@link #beginAtomic}. */
    public static int recordBytes(int fieldsLength, int payloadLength) {
        return Layout.align8(Layout.RECORD_HEAD_BYTES + fieldsLength + payloadLength);
    }

    /** The largest record, as by {@link #recordBytes}, and the largest atomic batch. */
    public int recordBytesMax() {
        return appender.recordBytesMax();
    }

    /** Size of a segment; a position divided by it is the segment's number. */
    public int segmentBytes() {
        return segmentBytes;
    }

    /**
     * Begins a record.
     *
     * @param type 16..255
     * @param flags 8 bits of the caller's
     * @return a buffer to put the record's fields into, from its position, at most 65,535 bytes; valid until {@link #end}
     */
    public ByteBuffer begin(int type, int flags) {
        if (type < Layout.FIRST_CALLER_TYPE || type > 0xFF) {
            throw new IllegalArgumentException("record type " + type + " is not in 16..255");
        }
        return beginAny(type, flags);
    }

    private ByteBuffer beginAny(int type, int flags) {
        if (failed || closed) {
            throw new IllegalStateException(closed ? "the journal is closed" : "the journal has failed");
        }
        return appender.begin(type, flags);
    }

    /** Forgets the record that was begun. */
    public void cancel() {
        appender.cancel();
    }

    /** Ends the record, which has no payload, and returns its position. */
    public long end() {
        return ended(appender.end(null));
    }

    /**
     * Ends the record with a payload, which is copied, and returns the record's position.
     *
     * @param payload a checked block from its position to its limit, which do not change; its checksum is not verified here
     * @throws IllegalArgumentException if the record is longer than {@link #recordBytesMax}; then there is no record
     */
    public long end(ByteBuffer payload) {
        return ended(appender.end(payload));
    }

    private long ended(long position) {
        long segment = position / segmentBytes;
        if (segment != currentSegment) {
            segments.used(currentSegment, appender.previousUsed());
            segments.used(segment, 0);
            currentSegment = segment;
        }
        boolean there = appender.view(position, last);
        Invariant.check(there, "the record just appended is not there");
        return position;
    }

    /** The record that was ended last, as it will be read. Valid until the next {@link #begin}. */
    public RecordView last() {
        return last;
    }

    /**
     * Begins a batch of records that survive a crash all or none.
     *
     * @param bytes at least the sum of their {@link #recordBytes}, at most {@link #recordBytesMax}
     */
    public void beginAtomic(int bytes) {
        appender.beginAtomic(bytes);
    }

    public void endAtomic() {
        appender.endAtomic();
    }

    /** Position after the last record that was appended. */
    public long appended() {
        return appender.appended();
    }

    /** Whether anything was appended that was not taken for writing yet. */
    public boolean hasPending() {
        return appender.hasPending();
    }

    /** Everything before this position survives a crash of the machine. Any thread. */
    public long durable() {
        return durable.getAcquire();
    }

    /** Whether the journal has failed for good. Any thread. */
    public boolean isFailed() {
        return failed;
    }

    /**
     * Writes and syncs all that was appended, in the calling thread, and returns {@link #durable}. Not while another thread has
     * a batch that was taken.
     *
     * @throws DiskFullException if there is no space; calling again tries again
     * @throws JournalFailedException if the journal has failed
     */
    public long flush() throws JournalException {
        // A batch that found the disk full comes first, then what was appended since.
        Batch next = inFlight != null ? inFlight : take();
        while (next != null) {
            write(next);
            completed(next);
            next = take();
        }
        return durable();
    }

    /** Takes all that was appended for writing; null if there is nothing or the batch before it is not completed. Owner. */
    public @Nullable Batch take() {
        if (inFlight != null || failed || !appender.take(batch)) {
            return null;
        }
        inFlight = batch;
        return batch;
    }

    /**
     * Writes and syncs a batch. Whoever has the journal's role; not the owner's thread, or the owner's between its steps.
     *
     * @throws DiskFullException if there is no space; the same batch may be written again
     * @throws JournalFailedException if the journal has failed
     */
    public void write(Batch taken) throws JournalException {
        if (failed) {
            throw new JournalFailedException("The journal failed earlier, and confirms nothing more", null);
        }
        try {
            long before = files.segment();
            files.write(taken);
            if (files.segment() != before) {
                space.check();
            }
        } catch (NoSpaceException e) {
            space.check();
            throw new DiskFullException(
                    "The disk is full: " + e.getMessage() + ". Nothing is lost; free some space, and it goes on.", e);
        } catch (IOException | RuntimeException e) {
            failed = true;
            throw new JournalFailedException(
                    "Writing or syncing the log failed in segment " + files.segment() + " (" + e
                            + "): nothing more is confirmed. Check the disk, then start again.",
                    e);
        }
    }

    /** Takes note that a batch was written; moves {@link #durable}. Owner. */
    public void completed(Batch written) {
        Invariant.check(written == inFlight, "a batch is completed that was not taken");
        for (int i = 0; i < written.pieces; i++) {
            written.blocks[i].synced = written.to[i];
        }
        inFlight = null;
        long upTo = written.upTo;
        written.clear();
        appender.durable(upTo);
        durable.setRelease(upTo);
        recycler.release(upTo, snapshots.safePosition(), segments);
    }

    /**
     * Appends a seal: an empty frame that tells the next start that all before it was synced, so that damage to the last batch
     * is told from a write cut short. For the owner to call when there was no commit for 10 ms; then flush as ever.
     *
     * @return whether there was anything to seal
     */
    public boolean seal() {
        if (failed || closed || inFlight != null || appender.hasPending() || appender.isSealed()) {
            return false;
        }
        appender.seal();
        return true;
    }

    /**
     * Finds a record in the end of the log that is kept in memory, flushed or not.
     *
     * @param position of a record
     * @param into shows it, until the next {@link #begin}
     * @return false if it is not there any more: then read it from the disk
     */
    public boolean tail(long position, RecordView into) {
        return position < appender.appended() && appender.view(position, into);
    }

    /** A reader with channels of its own, for one thread. Any thread may ask for one. */
    public RecordReader newReader() {
        return new RecordReader(disk, segmentBytes, this::durable);
    }

    /**
     * Goes through the records of a segment that is full. For a thread other than the owner's.
     *
     * @throws JournalException NO_SUCH_RECORD if the segment is not there; DAMAGED_RECORD if nothing in it can be read
     */
    public SegmentCursor cursor(long segment) throws JournalException {
        try {
            return SegmentCursor.open(disk, segment, segmentBytes);
        } catch (NoSuchFileException e) {
            throw new JournalException(JournalError.NO_SUCH_RECORD, "There is no segment " + segment, e);
        } catch (IOException e) {
            throw new JournalFailedException("Segment " + segment + " cannot be read: " + e, e);
        }
    }

    /** The count of what is needed of each segment. */
    public SegmentTable segments() {
        return segments;
    }

    /** No start will ever read the log before this position: segments that end before it may be cleaned. 0 at first. */
    public long safePosition() {
        return snapshots.safePosition();
    }

    /**
     * Appends a record that drops a segment. Its file is used again when that is durable and {@link #safePosition} is past it.
     * All that the caller needs of it must be elsewhere, in records appended before.
     */
    public void dropSegment(long segment) {
        if (segment >= currentSegment || !segments.contains(segment)) {
            throw new IllegalArgumentException("segment " + segment + " is being written or is not there");
        }
        beginAny(Layout.SEGMENT_DROPPED, 0).putLong(segment);
        end();
        segments.drop(segment);
        recycler.add(new SegmentRecycler.Drop(segment, last.endPosition()));
    }

    /** A segment was dropped before this start. */
    void dropAgain(SegmentRecycler.Drop drop) {
        recycler.add(drop);
    }

    /**
     * Begins a snapshot of the state as of {@link #appended}. The owner does no I/O here; the writer may be used by another thread,
     * and committed once {@link #durable} has reached its position. One at a time.
     */
    public SnapshotWriter beginSnapshot() {
        appender.closeFrame();
        SegmentTable counts = segments.copy();
        counts.used(currentSegment, appender.usedOfSegment());
        return snapshots.begin(appender.appended(), appender.previousCrc(), counts, durable::getAcquire);
    }

    /** A reader of the newest snapshot, for one thread; null if there is none. Any thread. */
    public @Nullable SnapshotReader snapshot() throws JournalException {
        return snapshots.newReader();
    }

    /** Prepares segments ahead, frees dropped ones and watches the space. For a thread of its own, or a test's. */
    public Housekeeper housekeeper() {
        return housekeeper;
    }

    /** Whether only work that frees space or that consumers need should be accepted. Any thread. */
    public boolean producersRefused() {
        return space.producersRefused();
    }

    /** The space that is left. Any thread. */
    public DiskSpace space() {
        return space;
    }

    /** Stops in order: flushes, seals, and notes that the stop was clean. After a failure, only releases the folder. */
    @Override
    public void close() throws JournalException {
        if (closed) {
            return;
        }
        try {
            if (!failed) {
                flush();
                if (seal()) {
                    flush();
                }
                SuperBlock stopped = superFile.required().withCleanStop(durable());
                superFile.write(stopped);
                superFile.write(stopped);
            }
        } catch (IOException e) {
            throw new JournalFailedException("The clean stop could not be noted: " + e, e);
        } finally {
            closed = true;
            release();
        }
    }

    /** Releases everything as the end of the process would, and writes nothing. */
    void abandon() throws JournalException {
        closed = true;
        release();
    }

    private void release() throws JournalException {
        housekeeper.close();
        try {
            files.close();
            lock.close();
        } catch (IOException e) {
            throw new JournalFailedException("The data folder could not be released: " + e, e);
        }
    }

    @Override
    public String toString() {
        return "journal up to " + appended() + ", durable up to " + durable();
    }
}
