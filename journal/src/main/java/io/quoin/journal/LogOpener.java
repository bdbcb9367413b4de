// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The last step of a start: leaves the log such that everything in it is on the disk for certain, and the next frame has a
 * place of its own.
 *
 * <p>After an orderly stop the log goes on where it ended. Otherwise the last segment is ended and a new one begun, so that no
 * frame is ever written over what a crash left behind. Where the end of the log may be in the page cache only, because a sync had
 * failed or never came, the segment is copied to a new file, which is synced and takes its name: positions stay.
 */
final class LogOpener {
    private static final int COPY_BYTES = 1 << 20;

    private final DataFolder folder;
    private final Disk disk;
    private final int segmentBytes;
    private final LogEnd end;
    private final Spares spares = new Spares();

    LogOpener(DataFolder folder, LogEnd end) {
        this.folder = folder;
        this.disk = folder.disk();
        this.segmentBytes = folder.segmentBytes();
        this.end = end;
    }

    /**
     * Does it.
     *
     * @param clean whether the last run was ended in order
     * @param drops segments that the log drops
     * @param files all segments that have a file
     */
    Journal open(boolean clean, List<SegmentRecycler.Drop> drops, List<Long> files) throws IOException {
        disk.forceDirectory(Layout.JOURNAL_DIRECTORY); // a name found here may have been lost otherwise
        findSpares();
        OpenSegment open = openSegment(clean);
        folder.superFile().write(folder.superBlock().withDurable(open.start()));
        SegmentTable segments = folder.segments();
        segments.used(open.header().segment(), (int) (open.start() & (segmentBytes - 1)));
        Journal journal = new Journal(folder, open);
        drops.forEach(journal::dropAgain);
        for (long file : files) {
            if (!segments.contains(file) && drops.stream().noneMatch(d -> d.segment() == file)) {
                journal.dropAgain(new SegmentRecycler.Drop(file, 0)); // before the snapshot, and not freed since
            }
        }
        return journal;
    }

    private OpenSegment openSegment(boolean clean) throws IOException {
        SegmentFiles writer = new SegmentFiles(disk, spares);
        SegmentHeader last = end.header();
        if (last != null && !end.ended() && (clean || isUntouched())) {
            writer.resume(last);
            return new OpenSegment(writer, spares, last, end.position(), end.previousCrc());
        }
        SegmentHeader next = nextSegment();
        writer.begin(next);
        return new OpenSegment(writer, spares, next, next.firstPosition(), next.previousCrc());
    }

    /** Whether the last segment was begun and nothing was ever written into it. */
    private boolean isUntouched() {
        SegmentHeader header = end.header();
        return header != null
                && !end.ended()
                && !end.damaged()
                && end.trimmedBytes() == 0
                && end.position() == header.firstPosition();
    }

    private void findSpares() throws IOException {
        for (String name : disk.list(Layout.JOURNAL_DIRECTORY)) {
            long number = Layout.spareNumber(name);
            if (number >= 0) {
                spares.inUse(number);
                String path = Layout.sparePath(number);
                if (sizeOf(path) == segmentBytes) {
                    spares.add(path);
                } else {
                    disk.delete(path);
                }
            }
        }
    }

    private long sizeOf(String path) throws IOException {
        try (DiskFile file = disk.open(path, OpenMode.READ)) {
            return file.sizeBytes();
        }
    }

    /** Ends the last segment, if there is one and it can be done, and says what the next one begins with. */
    private SegmentHeader nextSegment() throws IOException {
        SegmentHeader last = end.header();
        if (last == null) {
            return unconnected(end.position() / segmentBytes);
        }
        long next = last.segment() + 1;
        if (end.ended()) {
            if (end.lastFrameEnd() > end.durable()) {
                copyAnew(last, (int) (end.lastFrameEnd() - last.segment() * segmentBytes), false);
            }
            return folder.newSegment(next, end.lastFrameEnd(), end.previousCrc());
        }
        if (end.damaged()) {
            return folder.newSegment(next, end.position(), 0); // as it is: nothing after damage is ever cut off
        }
        if (end.isSuspect() || end.trimmedBytes() > 0) {
            return rewritten(last, next);
        }
        return endedInPlace(last, next);
    }

    /** A first segment, or one after a segment that nobody has to read any more. */
    private SegmentHeader unconnected(long segment) throws IOException {
        String path = Layout.segmentPath(segment);
        if (disk.exists(path)) { // without a sound header or frame
            disk.rename(path, Layout.QUARANTINE_DIRECTORY + '/' + Layout.segmentName(segment));
            disk.forceDirectory(Layout.QUARANTINE_DIRECTORY);
        }
        return folder.newSegment(segment, 0, 0);
    }

    private SegmentHeader rewritten(SegmentHeader last, long next) throws IOException {
        int length = (int) (end.position() - last.segment() * segmentBytes);
        int crc = copyAnew(last, length, true);
        long endFrame = last.segment() * segmentBytes + Layout.headerSlot(length);
        return folder.newSegment(next, endFrame + Layout.FRAME_HEADER_BYTES, crc);
    }

    /**
     * Replaces a segment's file by a copy of its beginning, in a spare if there is one, so that a full disk does not keep the journal
     * from starting; returns the checksum of the end frame, if one is to be added.
     */
    private int copyAnew(SegmentHeader segment, int length, boolean addEnd) throws IOException {
        String path = Layout.segmentPath(segment.segment());
        String spare = spares.poll();
        String copy = spare != null ? spare : path + Layout.TEMPORARY_SUFFIX;
        int crc = 0;
        try (DiskFile from = disk.open(path, OpenMode.READ);
                DiskFile to = disk.open(copy, spare != null ? OpenMode.WRITE : OpenMode.CREATE)) {
            copy(from, to, length);
            if (addEnd) {
                long endFrame = segment.segment() * segmentBytes + Layout.headerSlot(length);
                crc = writeEnd(to, segment, endFrame, end.position(), end.previousCrc());
            }
            to.force();
        }
        disk.rename(copy, path);
        disk.forceDirectory(Layout.JOURNAL_DIRECTORY);
        return crc;
    }

    private static void copy(DiskFile from, DiskFile to, int length) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(Math.min(COPY_BYTES, length));
        for (int done = 0; done < length; ) {
            piece.clear().limit(Math.min(piece.capacity(), length - done));
            int n = from.read(piece, done);
            if (n == 0) {
                throw new IOException("a segment became shorter while it was read");
            }
            to.write(piece.flip(), done);
            done += n;
        }
    }

    /** Nothing after what is surely synced but seals: the first of them makes room. */
    private SegmentHeader endedInPlace(SegmentHeader last, long next) throws IOException {
        long base = last.segment() * segmentBytes;
        long endFrame = base + Layout.headerSlot((int) (end.sealAt() - base));
        int crc;
        try (DiskFile file = disk.open(Layout.segmentPath(last.segment()), OpenMode.WRITE)) {
            crc = writeEnd(file, last, endFrame, end.durable(), end.sealPreviousCrc());
            file.force();
        }
        return folder.newSegment(next, endFrame + Layout.FRAME_HEADER_BYTES, crc);
    }

    private int writeEnd(DiskFile file, SegmentHeader segment, long position, long durable, int previousCrc)
            throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Layout.FRAME_HEADER_BYTES);
        int crc = FrameHeader.encode(
                new CRC32C(),
                frame,
                0,
                Layout.FRAME_HEADER_BYTES,
                FrameHeader.FLAG_END,
                segment.generation(),
                position,
                folder.options().epoch(),
                durable,
                previousCrc,
                0,
                0);
        file.write(frame, position & (segmentBytes - 1));
        return crc;
    }
}
