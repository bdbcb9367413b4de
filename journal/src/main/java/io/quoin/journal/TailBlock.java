// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;

/**
 * A stretch of one segment in memory, byte for byte as in the file. The owner appends to it; the bytes of a batch that was
 * taken do not change any more, so that the writing thread reads them through its own view.
 */
final class TailBlock {
    final ByteBuffer buffer;
    final ByteBuffer writeView;

    /** Log position of the buffer's first byte. */
    long start;

    /** Facts about the segment, for whoever has to begin its file. */
    SegmentHeader header;

    /** Bytes up to here were given to a batch. */
    int taken;

    /** Bytes up to here are in the file and synced. */
    int synced;

    /** Bytes up to here are in use. */
    int end;

    TailBlock(int capacityBytes, SegmentHeader header, long start) {
        this.buffer = ByteBuffer.allocateDirect(capacityBytes);
        this.writeView = buffer.duplicate();
        this.header = header;
        this.start = start;
    }

    void reuse(SegmentHeader newHeader, long newStart) {
        header = newHeader;
        start = newStart;
        taken = 0;
        synced = 0;
        end = 0;
        buffer.clear();
    }

    int capacity() {
        return buffer.capacity();
    }

    long endPosition() {
        return start + end;
    }
}
