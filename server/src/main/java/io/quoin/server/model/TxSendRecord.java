// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#TX_SEND}: a message that joins its queue, or the subscriptions of its topic, when its transaction takes
 * effect. The payload is the message. The fields begin as those of a {@link SendRecord}:
 *
 * <pre>
 *  0 32                  as in SEND
 * 32  8  dueAtMs         if DELAYED
 *     2  count           of subscriptions, if TOPIC
 *     n  subscriptions   u32*: those that take the message, if they are still there then
 *     a  annotations     as in SEND, if ANNOTATED
 *     12 dedup           as in SEND, if DEDUPED
 *     8  transaction     number
 * </pre>
 *
 * Flags are GROUPED, DELAYED, TOPIC, ANNOTATED and DEDUPED as in SEND; with ANNOTATED goes IN_BRANCH, which tells a copy of this
 * record from one of a SEND.
 */
public final class TxSendRecord {

    /** Durable subscriptions that one message of a transaction can go to: as many as the fields of a record hold. */
    public static final int MAX_TAKERS = 16_000;

    private static final int FIXED = 32;

    private TxSendRecord() {}

    /** Bytes of the fields at most. */
    public static int bytesMax(int takers) {
        return FIXED + 8 + 2 + 4 * takers + SendRecord.DEDUP_BYTES + 8;
    }

    /** Writes the number of the transaction, behind all else. */
    public static void putTransaction(ByteBuffer to, long transaction) {
        to.putLong(transaction);
    }

    public static long transaction(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + r.fieldsLength() - 8);
    }

    /** How many subscriptions take the message; 0 if it goes to a queue. */
    public static int takerCount(RecordView r) {
        return (r.flags() & SendRecord.TOPIC) == 0 ? 0 : r.buffer().getShort(takersAt(r)) & 0xFFFF;
    }

    /** The number of the {@code index}-th subscription that takes the message. */
    public static int taker(RecordView r, int index) {
        return r.buffer().getInt(takersAt(r) + 2 + 4 * index);
    }

    /** Where the annotations begin; only if there are any. */
    static int annotationsAt(RecordView r) {
        return takersAt(r) + ((r.flags() & SendRecord.TOPIC) == 0 ? 0 : 2 + 4 * takerCount(r));
    }

    private static int takersAt(RecordView r) {
        return r.fieldsAt() + FIXED + (SendRecord.isDelayed(r) ? 8 : 0);
    }
}
