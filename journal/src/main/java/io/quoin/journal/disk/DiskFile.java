// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Used by one thread at a time. Closing twice is no error. */
public interface DiskFile extends Closeable {

    /** Writes all that remains in {@code source} at {@code offset}, however many calls it takes, and moves its position to its limit. */
    void write(ByteBuffer source, long offset) throws IOException;

    /**
     * Reads into {@code target} until it is full or the file ends, moving its position.
     *
     * @return bytes read, 0 at or after the end
     */
    int read(ByteBuffer target, long offset) throws IOException;

    /**
     * Returns when all that was written would survive a power cut. After an exception nothing is known of what was
     * written since the last success, now or later: the caller must not try again on this file.
     */
    void force() throws IOException;

    long sizeBytes() throws IOException;

    /** Cuts the file to at most that many bytes. */
    void truncate(long sizeBytes) throws IOException;
}
