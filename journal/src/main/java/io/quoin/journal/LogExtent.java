// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;

/** A stretch of one segment as it was read from the disk. Immutable as long as its memory is; any thread. */
public final class LogExtent {
    private final ByteBuffer bytes;
    private final long from;
    private final long to;
    private final long generation;
    private final int segmentBytes;

    LogExtent(ByteBuffer bytes, long from, long to, long generation, int segmentBytes) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.generation = generation;
        this.segmentBytes = segmentBytes;
    }

    /** Position of its first byte. */
    public long from() {
        return from;
    }

    /** Position after its last byte. */
    public long to() {
        return to;
    }

    /** The memory that it lies in, for use after the extent is done with. */
    public ByteBuffer memory() {
        return bytes;
    }

    /**
     * Finds a record, and checks all of it.
     *
     * @param position of a record
     * @param into shows it
     * @return false if not all of the record is in this extent
     * @throws DamagedRecordException if it is not what was written there
     */
    public boolean view(long position, RecordView into) throws DamagedRecordException {
        if (position < from || position + Layout.RECORD_HEAD_BYTES > to) {
            return false;
        }
        int at = (int) (position - from);
        int length = RecordReader.lengthAt(bytes, at, position, segmentBytes);
        if (position + length > to) {
            return false;
        }
        into.wrap(bytes, at, position);
        RecordReader.check(into, generation, length);
        return true;
    }

    @Override
    public String toString() {
        return "extent from " + from + " to " + to;
    }
}
