// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads records from the disk by position, in extents that grow while the reading goes forward. For one thread, which must never
 * be interrupted; with files of its own.
 */
public final class RecordReader implements Closeable {
    private static final int FIRST_EXTENT_BYTES = 16 * 1024;
    private static final int EXTENT_BYTES_MAX = 1 << 20;
    private static final int OPEN_FILES_MAX = 32;

    private final Disk disk;
    private final int segmentBytes;
    private final LongSupplier durable;
    private final Files files = new Files();

    private final RecordView view = new RecordView();
    private ByteBuffer extent = ByteBuffer.allocateDirect(FIRST_EXTENT_BYTES);
    private long extentStart;
    private long extentEnd;
    /** Where the last extent began, which may be somebody else's by now. */
    private long lastStart;

    private int nextExtentBytes = FIRST_EXTENT_BYTES;

    private record Segment(DiskFile file, long generation) {}

    /** Open segments, the least recently used of which are closed. */
    private static final class Files extends LinkedHashMap<Long, Segment> {
        private static final long serialVersionUID = 1L;

        Files() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Segment> eldest) {
            if (size() <= OPEN_FILES_MAX) {
                return false;
            }
            closeQuietly(eldest.getValue().file);
            return true;
        }
    }

    /** @param durable how far the log may be read at the time of a call */
    RecordReader(Disk disk, int segmentBytes, LongSupplier durable) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.durable = durable;
    }

    /**
     * Reads one record, and checks all of it.
     *
     * @param position of a record that is durable
     * @param into shows it until the next call
     * @throws DamagedRecordException if it is not what was written there
     * @throws JournalException NO_SUCH_RECORD if its segment is not there; FAILED if it cannot be read
     */
    public void read(long position, RecordView into) throws JournalException {
        if (position < segmentBytes || (position & 7) != 0 || position >= durable.getAsLong()) {
            throw new IllegalArgumentException("position " + position + " is not that of a durable record");
        }
        try {
            Segment segment = segment(position);
            int at = present(segment, position, Layout.RECORD_HEAD_BYTES);
            if (at < 0) {
                throw new DamagedRecordException(position, "The segment ends before the record at " + position);
            }
            int length = lengthAt(extent, at, position, segmentBytes);
            at = present(segment, position, length);
            if (at < 0) {
                throw new DamagedRecordException(position, "The segment ends within the record at " + position);
            }
            into.wrap(extent, at, position);
            check(into, segment.generation, length);
        } catch (IOException e) {
            throw new JournalFailedException("Reading the log at " + position + " failed: " + e, e);
        }
    }

    /**
     * Copies what lies at a damaged place into the quarantine folder, for somebody to look at: its segment may be dropped one
     * day. A place that is there already is left alone.
     */
    public void quarantine(long position, int lengthBytes) throws JournalException {
        try {
            Quarantine.copy(disk, segmentBytes, new Damage(Damage.Kind.PAYLOAD, position, lengthBytes, ""));
        } catch (IOException e) {
            throw new JournalFailedException("Copying the damage at " + position + " failed: " + e, e);
        }
    }

    /**
     * Reads a record with what follows it, as much as reading forward has paid for so far, up to 1 MiB.
     *
     * @param position of a record that is durable
     * @param memory is used for the extent if it is large enough; 1 MiB is, for records up to that
     * @return the extent, which has the whole record; the caller's to keep, for as long as it keeps the memory
     * @throws DamagedRecordException if the record is not what was written there
     * @throws JournalException NO_SUCH_RECORD if its segment is not there; FAILED if it cannot be read
     */
    public LogExtent readExtent(long position, ByteBuffer memory) throws JournalException {
        ByteBuffer own = extent;
        extent = memory;
        extentStart = extentEnd; // nothing is present in the new memory, but what comes next is still known
        try {
            read(position, view);
            return new LogExtent(extent, extentStart, extentEnd, segment(position).generation, segmentBytes);
        } catch (IOException e) {
            throw new JournalFailedException("Reading the log at " + position + " failed: " + e, e);
        } finally {
            extent = own;
            extentStart = extentEnd;
        }
    }

    static int lengthAt(ByteBuffer bytes, int at, long position, int segmentBytes) throws DamagedRecordException {
        int length = bytes.getInt(at);
        if (length < Layout.RECORD_HEAD_BYTES || length > segmentBytes) {
            throw new DamagedRecordException(position, "The record at " + position + " has an impossible length");
        }
        return length;
    }

    /** Refuses a record whose {@code length} bytes are not what was written at its place. */
    static void check(RecordView record, long generation, int length) throws DamagedRecordException {
        String fault = record.fault(generation, length);
        if (fault == null && !record.payloadValid()) {
            fault = "its payload's checksum does not match";
        }
        if (fault != null) {
            long position = record.position();
            throw new DamagedRecordException(position, "The record at " + position + " is damaged: " + fault);
        }
    }

    private Segment segment(long position) throws IOException, JournalException {
        long number = position / segmentBytes;
        Segment known = files.get(number);
        if (known != null) {
            return known;
        }
        DiskFile file;
        try {
            file = disk.open(Layout.segmentPath(number), OpenMode.READ);
        } catch (NoSuchFileException e) {
            throw new JournalException(
                    JournalError.NO_SUCH_RECORD, "There is no segment (any more) for position " + position, e);
        }
        SegmentWindow window = SegmentWindow.forHeader(file, segmentBytes);
        Long generation = FrameFinder.generation(window, number, segmentBytes);
        if (generation == null) {
            closeQuietly(file);
            throw new DamagedRecordException(
                    position, "The header and all frames of the segment of " + position + " are damaged");
        }
        Segment opened = new Segment(file, generation);
        files.put(number, opened);
        return opened;
    }

    /** Makes bytes of the log present; returns their index in {@link #extent}, or -1 if the file ends before. */
    private int present(Segment segment, long position, int length) throws IOException {
        if (position >= extentStart && position + length <= extentEnd) {
            return (int) (position - extentStart);
        }
        boolean forward = position >= lastStart && position - extentEnd <= EXTENT_BYTES_MAX;
        nextExtentBytes = forward ? Math.min(EXTENT_BYTES_MAX, nextExtentBytes * 2) : FIRST_EXTENT_BYTES;
        int wanted = Math.max(length, nextExtentBytes);
        int offset = (int) (position & (segmentBytes - 1));
        // Beyond what is durable there may be nothing yet, and what is read is kept.
        long limit = Math.min(segmentBytes - offset, Math.max(length, durable.getAsLong() - position));
        wanted = (int) Math.min(wanted, limit);
        if (wanted < length) {
            return -1;
        }
        if (wanted > extent.capacity()) {
            extent = ByteBuffer.allocateDirect(wanted);
        }
        extent.clear().limit(wanted);
        int n = segment.file.read(extent, offset);
        extent.clear();
        extentStart = position;
        extentEnd = position + n;
        lastStart = position;
        return n < length ? -1 : 0;
    }

    @Override
    public void close() {
        files.values().forEach(s -> closeQuietly(s.file));
        files.clear();
        extentStart = 0;
        extentEnd = 0;
    }

    private static void closeQuietly(@Nullable DiskFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // It was only read from.
        }
    }
}
