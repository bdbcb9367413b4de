// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.PermitRecord;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import java.nio.ByteBuffer;

/**
 * Gathers messages of one queue or subscription into ranges and records them: durable ones in the log, volatile ones beside
 * it, in records of at most {@value RangesRecord#MAX_MESSAGES}. Allocates nothing.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class RangeWriter {

    private final Recorder recorder;
    private final Batch durable = new Batch();
    private final Batch notDurable = new Batch();
    private RecordType type = RecordType.ACK;
    private int source;
    private int delta;
    private boolean isSourceDurable;
    /** What a record of a transaction says last; 0 for none. */
    private long transaction;
    /** What a record says last, from 0 to its position. */
    private final ByteBuffer tail = ByteBuffer.allocate(PermitRecord.EXTRA_BYTES);

    RangeWriter(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Begins with messages of {@code newSource}; {@code newDelta} as in {@link RangesRecord}. */
    void begin(RecordType newType, Source newSource, int newDelta) {
        type = newType;
        source = newSource.number();
        isSourceDurable = newSource.isDurable();
        delta = newDelta;
        transaction = 0;
        tail.clear();
    }

    /** After {@link #begin}: what the caller puts here stands at the end of each record. */
    ByteBuffer tail() {
        return tail;
    }

    /** Begins with durable messages of {@code newSource} in an undecided transaction. */
    void beginOf(long newTransaction, RecordType newType, Source newSource) {
        begin(newType, newSource, 0);
        transaction = newTransaction;
    }

    /** Adds a message; a volatile one has a negative arrival number. */
    void add(int priority, long arrival) {
        boolean isDurable = isSourceDurable && arrival > 0;
        Batch batch = isDurable ? durable : notDurable;
        batch.add(priority, arrival);
        if (batch.messages == RangesRecord.MAX_MESSAGES) {
            write(batch, isDurable);
        }
    }

    /** Records what is left. */
    void end() {
        write(durable, true);
        write(notDurable, false);
    }

    private void write(Batch batch, boolean isDurable) {
        if (batch.count == 0) {
            return;
        }
        ByteBuffer fields = recorder.begin(isDurable, type, 0);
        RangesRecord.put(fields, source, batch.count, delta);
        for (int i = 0; i < batch.count; i++) {
            RangesRecord.putRange(fields, batch.priorities[i], batch.firsts[i], batch.lasts[i]);
        }
        if (transaction != 0) {
            fields.putLong(transaction);
        }
        fields.put(tail.array(), 0, tail.position());
        batch.clear();
        recorder.end();
    }

    /** Ranges that are not recorded yet. */
    private static final class Batch {
        private final int[] priorities = new int[RangesRecord.MAX_MESSAGES];
        private final long[] firsts = new long[RangesRecord.MAX_MESSAGES];
        private final long[] lasts = new long[RangesRecord.MAX_MESSAGES];
        private int count;
        private int messages;

        private void add(int priority, long arrival) {
            messages++;
            int last = count - 1;
            if (count > 0 && priorities[last] == priority && lasts[last] + 1 == arrival) {
                lasts[last] = arrival;
                return;
            }
            priorities[count] = priority;
            firsts[count] = arrival;
            lasts[count] = arrival;
            count++;
        }

        private void clear() {
            count = 0;
            messages = 0;
        }
    }
}
