// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * Where records go: the log, or for volatile state the {@link VolatileLog}. Fields are put straight into the batch.
 *
 * <p>Thread: confined to the owner of the group.
 */
public interface RecordSink {

    /**
     * Begins a record.
     *
     * @return a big-endian buffer, positioned where the fields begin, with room for 65,535 bytes of them
     */
    ByteBuffer begin(int type, int flags);

    /** Ends the record, which has no payload; returns its position. */
    long end();

    /** Ends the record with a copy of {@code payload}, whose position and limit stay; returns the record's position. */
    long end(ByteBuffer payload);

    /** The record that was ended last; valid until the next begins. */
    RecordView last();

    /**
     * What follows until {@link #endAtomic} is kept together: all of it survives a crash, or none.
     *
     * @param bytes at least what the records take, by {@link Recorder#bytes}
     */
    void beginAtomic(int bytes);

    void endAtomic();

    /** The most bytes that {@link #beginAtomic} takes. */
    int atomicBytesMax();

    /** Where what was written so far ends: it is durable once the log is durable up to there. */
    long appended();
}
