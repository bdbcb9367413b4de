// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#TX_STEP}: the next messages of a decided transaction take effect or are undone, first those that it
 * acknowledged, then those that it sent, in the order of its records.
 *
 * <pre>
 *  0  8  transaction     number
 *  8  4  count           of messages at most
 * 12  4  second          when what was sent is stored, since 1970; 0 if an older server has written the record
 * </pre>
 */
public final class TxStepRecord {

    private TxStepRecord() {}

    public static void put(ByteBuffer to, long transaction, int count, int second) {
        to.putLong(transaction).putInt(count).putInt(second);
    }

    public static long transaction(RecordView r) {
        return r.buffer().getLong(r.fieldsAt());
    }

    public static int count(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 8);
    }

    public static int second(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 12);
    }
}
