// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.nio.ByteBuffer;

/**
 * A ring of memory that holds a stream of records of one length. Positions count bytes of the stream since its start.
 *
 * <p>Its size is a multiple of the record's, so that no record is ever in two pieces. Who may read and write what is up to the users: this is only memory.
 */
final class Ring {
    final ByteBuffer bytes;
    final int sizeBytes;
    final int unitBytes;

    Ring(int sizeBytes, int unitBytes) {
        this.unitBytes = unitBytes;
        this.sizeBytes = Math.max(2, sizeBytes / unitBytes) * unitBytes;
        this.bytes = ByteBuffer.allocateDirect(this.sizeBytes);
    }

    int index(long position) {
        return (int) (position % sizeBytes);
    }

    /** From a position on, so many bytes lie together, at most up to the other one. */
    int contiguousBytes(long from, long to) {
        return (int) Math.min(to - from, sizeBytes - index(from));
    }

    /** Makes a view (a duplicate of the bytes) show the first piece of a range. */
    ByteBuffer show(ByteBuffer view, long from, long to) {
        int index = index(from);
        view.limit(index + contiguousBytes(from, to)).position(index);
        return view;
    }
}
