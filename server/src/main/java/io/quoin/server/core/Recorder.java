// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.RecordType;
import java.nio.ByteBuffer;

/**
 * Writes records and applies each at once: the only way in which live operation changes what records change.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Recorder {

    private static final int HEAD_BYTES = 16;

    private final RecordSink log;
    private final VolatileLog volatileLog;
    private final Applier applier;
    private RecordSink current;

    Recorder(RecordSink log, VolatileLog volatileLog, Applier applier) {
        this.log = log;
        this.volatileLog = volatileLog;
        this.applier = applier;
        this.current = log;
    }

    /** Begins a record of durable state, in the log, or of volatile state; the caller puts its fields. */
    ByteBuffer begin(boolean durable, RecordType type, int flags) {
        current = durable ? log : volatileLog;
        return current.begin(type.code(), flags);
    }

    /** Ends the record and applies it; returns its position. */
    long end() {
        long position = current.end();
        applier.apply(current.last());
        return position;
    }

    /** Ends the record with a payload and applies it; returns its position. */
    long end(ByteBuffer payload) {
        long position = current.end(payload);
        applier.apply(current.last());
        return position;
    }

    /** Bytes of the log that a record takes. */
    static int bytes(int fieldsLength, int payloadLength) {
        return (HEAD_BYTES + fieldsLength + payloadLength + 7) & ~7;
    }

    /** What goes into the log until {@link #endAtomic}, of at most so many bytes, survives a crash together or not at all. */
    void beginAtomic(int bytes) {
        log.beginAtomic(bytes);
    }

    void endAtomic() {
        log.endAtomic();
    }

    /** The most bytes that {@link #beginAtomic} takes. */
    int atomicBytesMax() {
        return log.atomicBytesMax();
    }

    /** What was recorded is durable once the log is durable up to here. */
    long appended() {
        return log.appended();
    }

    /** Memory that volatile messages take. */
    long volatileBytes() {
        return volatileLog.usedBytes();
    }
}
