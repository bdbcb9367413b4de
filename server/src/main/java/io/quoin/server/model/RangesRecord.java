// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * A record about messages of one queue or subscription: {@link RecordType#ACK}, {@link RecordType#COUNTED} and
 * {@link RecordType#EXPIRED}. At most {@value #MAX_MESSAGES} messages, so that applying it is a short step.
 *
 * <pre>
 *  0  4  source      number of the queue or subscription
 *  4  2  count       of ranges
 *  6  1  delta       COUNTED: 1 for certain deliveries, 0 for uncertain ones; otherwise 0
 *  7  1  reserved    0
 *  8     ranges      (first u64, messages u32, priority u8)*
 * </pre>
 *
 * A range is of consecutive arrival numbers; those of another priority in it are not meant.
 */
public final class RangesRecord {

    /** What truly changes each message is done in records of at most this many. */
    public static final int MAX_MESSAGES = 1_000;

    private static final int FIXED = 8;
    private static final int RANGE_BYTES = 13;

    private RangesRecord() {}

    /** Bytes of the log that records about so many messages of one source take at most, with their heads. */
    public static int bytesMax(int messages) {
        int records = messages / MAX_MESSAGES + 1;
        return records * (16 + FIXED + 8) + messages * RANGE_BYTES;
    }

    public static void put(ByteBuffer to, int source, int count, int delta) {
        to.putInt(source).putShort((short) count).put((byte) delta).put((byte) 0);
    }

    public static void putRange(ByteBuffer to, int priority, long first, long last) {
        to.putLong(first).putInt((int) (last - first + 1)).put((byte) priority);
    }

    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int count(RecordView r) {
        return r.buffer().getShort(r.fieldsAt() + 4) & 0xFFFF;
    }

    public static int delta(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 6);
    }

    public static long first(RecordView r, int index) {
        return r.buffer().getLong(at(r, index));
    }

    public static long last(RecordView r, int index) {
        return first(r, index) + r.buffer().getInt(at(r, index) + 8) - 1;
    }

    public static int priority(RecordView r, int index) {
        return r.buffer().get(at(r, index) + 12);
    }

    private static int at(RecordView r, int index) {
        return r.fieldsAt() + FIXED + index * RANGE_BYTES;
    }
}
