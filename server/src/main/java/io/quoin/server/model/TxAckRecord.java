// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;

/**
 * {@link RecordType#TX_ACK}: messages of one source that go when their transaction takes effect. The fields are those of a
 * {@link RangesRecord}, and behind them:
 *
 * <pre>
 *     8  transaction     number
 * </pre>
 */
public final class TxAckRecord {

    /** What it has beyond a {@link RangesRecord}. */
    public static final int EXTRA_BYTES = 8;

    private TxAckRecord() {}

    public static long transaction(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + r.fieldsLength() - EXTRA_BYTES);
    }
}
