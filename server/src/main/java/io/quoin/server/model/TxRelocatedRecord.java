// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#TX_RELOCATED}: where a message of an undecided transaction lies from now on.
 *
 * <pre>
 *  0  8  transaction     number
 *  8  8  from            position that it had
 * 16  8  to              position of the COPIED record; 0: its bytes are damaged, and it is gone
 * </pre>
 */
public final class TxRelocatedRecord {

    private TxRelocatedRecord() {}

    public static void put(ByteBuffer to, long transaction, long from, long newPosition) {
        to.putLong(transaction).putLong(from).putLong(newPosition);
    }

    public static long transaction(RecordView r) {
        return r.buffer().getLong(r.fieldsAt());
    }

    public static long from(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    public static long to(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 16);
    }
}
