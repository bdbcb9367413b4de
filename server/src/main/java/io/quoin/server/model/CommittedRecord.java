// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#COMMITTED}: a local transaction is complete. Its outcome can be asked for by producer and number.
 *
 * <pre>
 *  0  4  producer      number of the connection that it belongs to
 *  4  4  reserved      0
 *  8  8  transaction   number on that connection
 * </pre>
 */
public final class CommittedRecord {

    public static final int BYTES = 16;

    private CommittedRecord() {}

    public static void put(ByteBuffer to, int producer, long transaction) {
        to.putInt(producer).putInt(0).putLong(transaction);
    }

    public static int producer(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static long transaction(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }
}
