// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#DUE}: delayed messages join their queue or subscription, in the order of due time and position.
 *
 * <pre>
 *  0  4  source
 *  4  4  max        messages that this record makes due
 *  8  8  nowMs      the server's clock: what was due by then
 * </pre>
 */
public final class DueRecord {

    /** Flag: non-persistent messages become due; such a record is not in the log. */
    public static final int VOLATILE = 1;

    private DueRecord() {}

    public static void put(ByteBuffer to, int source, int max, long nowMs) {
        to.putInt(source).putInt(max).putLong(nowMs);
    }

    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int max(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 4);
    }

    public static long nowMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }
}
