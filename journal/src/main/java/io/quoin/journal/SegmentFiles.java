// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.NoSpaceException;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches into the segment that is being filled, and begins the next one when a batch goes over its end. Confined to
 * whoever has the journal's role: the owner's thread or one of the journal's own.
 *
 * <p>Every call may be made again after {@link NoSpaceException}, with the same effect as if the first had not happened. After
 * any other exception it must not.
 */
final class SegmentFiles {
    /** A file that is not as long as a segment yet grows by so much at once, so that few syncs have to record a new length. */
    private static final int GROW_BYTES = 1 << 20;

    /** Larger writes than this just extend the file: writing zeros first would cost more than recording the length. */
    private static final int GROW_BELOW_BYTES = 256 * 1024;

    private final Disk disk;
    private final Spares spares;
    private final ByteBuffer headerPage = ByteBuffer.allocate(Layout.SEGMENT_HEADER_BYTES);
    private @Nullable ByteBuffer zeros;

    private @Nullable DiskFile file;
    private long segment;
    private long allocatedBytes;
    private int segmentBytes;

    SegmentFiles(Disk disk, Spares spares) {
        this.disk = disk;
        this.spares = spares;
    }

    /** Goes on in a segment that exists. */
    void resume(SegmentHeader header) throws IOException {
        file = disk.open(Layout.segmentPath(header.segment()), OpenMode.WRITE);
        segment = header.segment();
        segmentBytes = header.segmentBytes();
        allocatedBytes = file.sizeBytes();
    }

    /** The segment being filled. */
    long segment() {
        return segment;
    }

    /**
     * Makes the segment's file, with its header, durable under its name. A header is synced before its file gets the segment's
     * name: a segment without a sound header is damaged, never unfinished.
     */
    void begin(SegmentHeader header) throws IOException {
        String path = spares.poll();
        boolean recycled = path != null;
        if (path == null) {
            path = spares.newPath() + Layout.TEMPORARY_SUFFIX;
            disk.delete(path);
        }
        DiskFile begun;
        try {
            begun = writeHeader(header, path, recycled);
        } catch (NoSpaceException e) {
            if (recycled) {
                spares.add(path);
            } else {
                disk.delete(path);
            }
            throw e;
        }
        try {
            disk.rename(path, Layout.segmentPath(header.segment()));
            disk.forceDirectory(Layout.JOURNAL_DIRECTORY);
        } catch (NoSpaceException e) {
            throw fatal(e);
        }
        close();
        file = begun;
        segment = header.segment();
        segmentBytes = header.segmentBytes();
        allocatedBytes = begun.sizeBytes();
    }

    private DiskFile writeHeader(SegmentHeader header, String path, boolean exists) throws IOException {
        DiskFile begun = disk.open(path, exists ? OpenMode.WRITE : OpenMode.CREATE);
        try {
            header.encode(headerPage);
            begun.write(headerPage, 0);
            begun.force();
            return begun;
        } catch (IOException e) {
            begun.close();
            throw e;
        }
    }

    /** Writes a batch and returns when it is durable. */
    void write(Batch batch) throws IOException {
        for (int i = 0; i < batch.pieces; i++) {
            TailBlock block = batch.blocks[i];
            if (block.header.segment() < segment) {
                continue; // written and synced by an earlier attempt
            }
            if (block.header.segment() > segment) {
                force(); // what follows in the next segment proves that this one is complete
                begin(block.header);
            }
            write(block, batch.from[i], batch.to[i]);
        }
        force();
    }

    private void write(TailBlock block, int from, int to) throws IOException {
        DiskFile target = file();
        int offset = (int) (block.start & (segmentBytes - 1));
        block.writeView.limit(to).position(from);
        target.write(block.writeView, (long) offset + from);
        grow(offset + to, to - from);
    }

    /** Where the file was extended by this write, extends it further, so that the next writes need not. */
    private void grow(int end, int written) throws IOException {
        if (end <= allocatedBytes) {
            return;
        }
        allocatedBytes = end;
        int more = Math.min(GROW_BYTES, segmentBytes - end);
        if (written >= GROW_BELOW_BYTES || more <= 0) {
            return;
        }
        if (zeros == null) {
            zeros = ByteBuffer.allocateDirect(GROW_BYTES);
        }
        zeros.clear().limit(more);
        try {
            file().write(zeros, end);
            allocatedBytes = (long) end + more;
        } catch (NoSpaceException e) {
            allocatedBytes = file().sizeBytes(); // the batch itself is written, and that is all that has to be
        }
    }

    private void force() throws IOException {
        try {
            file().force();
        } catch (NoSpaceException e) {
            throw fatal(e);
        }
    }

    /** For where a part may have taken effect, so that trying again is no answer. */
    private static IOException fatal(NoSpaceException e) {
        return new IOException("no space left while syncing", e);
    }

    private DiskFile file() {
        if (file == null) {
            throw new IllegalStateException("no segment is open");
        }
        return file;
    }

    void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
