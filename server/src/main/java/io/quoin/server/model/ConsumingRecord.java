// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Records about connections that consume.
 *
 * <pre>
 * CONSUMING                CONSUMING_ENDED
 *  0  4  source             0 16  connectionId
 *  4  4  reserved
 *  8 16  connectionId
 * </pre>
 */
public final class ConsumingRecord {

    private static final int BEGUN_ID_AT = 8;

    private ConsumingRecord() {}

    public static void putBegun(ByteBuffer to, int source, UUID connectionId) {
        to.putInt(source).putInt(0);
        putEnded(to, connectionId);
    }

    public static void putEnded(ByteBuffer to, UUID connectionId) {
        to.putLong(connectionId.getMostSignificantBits()).putLong(connectionId.getLeastSignificantBits());
    }

    /** Number of the queue or subscription; of CONSUMING. */
    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    /** Of CONSUMING. */
    public static UUID begunBy(RecordView r) {
        return id(r, r.fieldsAt() + BEGUN_ID_AT);
    }

    /** Of CONSUMING_ENDED. */
    public static UUID endedBy(RecordView r) {
        return id(r, r.fieldsAt());
    }

    private static UUID id(RecordView r, int at) {
        return new UUID(r.buffer().getLong(at), r.buffer().getLong(at + Long.BYTES));
    }
}
