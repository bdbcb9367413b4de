// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * What became of a prepared branch: {@link RecordType#TX_COMMITTED}, {@link RecordType#TX_ROLLED_BACK} and
 * {@link RecordType#TX_FORGOTTEN}.
 *
 * <pre>
 *  0  8  transaction     number
 *  8  1  heuristic       1: decided by an administrator; the outcome is kept until it is forgotten
 *  9  3  reserved        0
 * 12  4  second          when what was sent is stored, since 1970; 0 if it is not, or an older server has written the record
 * </pre>
 */
public final class TxOutcomeRecord {

    public static final int BYTES = 16;

    private TxOutcomeRecord() {}

    public static void put(ByteBuffer to, long transaction, boolean heuristic, int second) {
        to.putLong(transaction).putInt(heuristic ? 1 << 24 : 0).putInt(second);
    }

    public static long transaction(RecordView r) {
        return r.buffer().getLong(r.fieldsAt());
    }

    public static boolean isHeuristic(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 8) != 0;
    }

    public static int second(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 12);
    }
}
