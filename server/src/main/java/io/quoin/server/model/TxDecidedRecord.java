// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#TX_DECIDED}: what becomes of a large transaction. Its work takes effect, or is undone, by the
 * {@link TxStepRecord}s that follow; from this record on nothing can change which of the two it is.
 *
 * <pre>
 *  0  8  transaction     number
 *  8  1  outcome         1 committed, 2 rolled back
 *  9  1  heuristic       1: decided by an administrator; the outcome is kept until it is forgotten
 * 10  6  reserved        0
 * </pre>
 */
public final class TxDecidedRecord {

    public static final int BYTES = 16;

    private static final int COMMITTED = 1;
    private static final int ROLLED_BACK = 2;

    private TxDecidedRecord() {}

    public static void put(ByteBuffer to, long transaction, boolean commit, boolean heuristic) {
        to.putLong(transaction)
                .put((byte) (commit ? COMMITTED : ROLLED_BACK))
                .put((byte) (heuristic ? 1 : 0))
                .putShort((short) 0)
                .putInt(0);
    }

    public static long transaction(RecordView r) {
        return r.buffer().getLong(r.fieldsAt());
    }

    public static boolean isCommitted(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 8) == COMMITTED;
    }

    public static boolean isHeuristic(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 9) != 0;
    }
}
