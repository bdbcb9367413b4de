// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A stretch of one segment's file in memory, which moves along as it is read. Not thread-safe. */
final class SegmentWindow {
    private static final int WINDOW_BYTES = 2 << 20;

    /** The JDK copies reads into heap buffers once more; for the small segments of tests that is cheaper than direct memory. */
    private static final int DIRECT_FROM_BYTES = 256 * 1024;

    private ByteBuffer buffer;
    private DiskFile file;
    private int fileBytes;
    private int start;
    private int filled;

    private SegmentWindow(DiskFile file, int segmentBytes, int windowBytes) throws IOException {
        this.buffer = allocate(Math.min(windowBytes, segmentBytes));
        this.file = file;
        this.fileBytes = (int) Math.min(file.sizeBytes(), segmentBytes);
    }

    /** For reading all of one segment after another. */
    static SegmentWindow forScan(DiskFile file, int segmentBytes) throws IOException {
        return new SegmentWindow(file, segmentBytes, WINDOW_BYTES);
    }

    /** For reading a segment's header. */
    static SegmentWindow forHeader(DiskFile file, int segmentBytes) throws IOException {
        return new SegmentWindow(file, segmentBytes, Layout.SEGMENT_HEADER_BYTES);
    }

    /** Goes to another segment's file. */
    void use(DiskFile newFile, int segmentBytes) throws IOException {
        file = newFile;
        fileBytes = (int) Math.min(file.sizeBytes(), segmentBytes);
        start = 0;
        filled = 0;
    }

    private static ByteBuffer allocate(int bytes) {
        return bytes >= DIRECT_FROM_BYTES ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }

    /** Length of the file, as far as it belongs to the segment. */
    int fileBytes() {
        return fileBytes;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Makes bytes of the file present.
     *
     * @return index of the first in {@link #buffer()}, valid until the next call; -1 if the file ends before the last
     */
    int at(int offset, int length) throws IOException {
        if (offset < 0 || length > fileBytes - offset) {
            return -1;
        }
        if (offset >= start && offset + length <= start + filled) {
            return offset - start;
        }
        if (length > buffer.capacity()) {
            buffer = allocate(length);
        }
        buffer.clear().limit(Math.min(buffer.capacity(), fileBytes - offset));
        filled = file.read(buffer, offset);
        start = offset;
        buffer.clear();
        return length <= filled ? 0 : -1;
    }
}
