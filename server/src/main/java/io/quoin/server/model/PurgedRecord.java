// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#PURGED}: every message of a queue or subscription up to an arrival number is gone, also those that are
 * out.
 *
 * <pre>
 *  0  4  source
 *  4  4  reserved   0
 *  8  8  upTo       arrival number
 * </pre>
 */
public final class PurgedRecord {

    /** Flag: non-persistent messages are meant, all of them; such a record is not in the log. */
    public static final int VOLATILE = 1;

    private PurgedRecord() {}

    public static void put(ByteBuffer to, int source, long upTo) {
        to.putInt(source).putInt(0).putLong(upTo);
    }

    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static long upTo(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }
}
