// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#HANDOUT}: messages of one priority up to an arrival number may be out from now on.
 *
 * <pre>
 *  0  4  source
 *  4  1  priority
 *  5  3  reserved   0
 *  8  8  upTo       arrival number
 * </pre>
 */
public final class HandOutRecord {

    public static final int BYTES = 16;

    private HandOutRecord() {}

    public static void put(ByteBuffer to, int source, int priority, long upTo) {
        to.putInt(source).putInt(priority << 24).putLong(upTo);
    }

    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int priority(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 4);
    }

    public static long upTo(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }
}
