// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * {@link RecordType#PERMITTED}: messages of one source that a consumer may hand to its application from now on. The fields
 * are those of a {@link RangesRecord}, and behind them:
 *
 * <pre>
 *    16  connectionId
 *     4  session
 *     4  consumer
 *     8  atMs            on the server's clock
 * </pre>
 *
 * {@link RecordType#IN_DOUBT}, messages whose consumer has vanished, has only {@code atMs} behind them, and {@link
 * RecordType#PERMIT_RETURNED} nothing.
 */
public final class PermitRecord {

    /** What {@link RecordType#PERMITTED} has beyond a {@link RangesRecord}. */
    public static final int EXTRA_BYTES = 32;

    private static final int AT_BYTES = 8;

    private PermitRecord() {}

    /** Puts what stands behind the ranges. */
    public static void put(ByteBuffer to, UUID connectionId, int session, int consumer, long atMs) {
        to.putLong(connectionId.getMostSignificantBits()).putLong(connectionId.getLeastSignificantBits());
        to.putInt(session).putInt(consumer).putLong(atMs);
    }

    public static UUID connectionId(RecordView r) {
        int at = end(r) - EXTRA_BYTES;
        return new UUID(r.buffer().getLong(at), r.buffer().getLong(at + 8));
    }

    public static int session(RecordView r) {
        return r.buffer().getInt(end(r) - EXTRA_BYTES + 16);
    }

    public static int consumer(RecordView r) {
        return r.buffer().getInt(end(r) - EXTRA_BYTES + 20);
    }

    /** On the server's clock; the last field of both. */
    public static long atMs(RecordView r) {
        return r.buffer().getLong(end(r) - AT_BYTES);
    }

    private static int end(RecordView r) {
        return r.fieldsAt() + r.fieldsLength();
    }
}
