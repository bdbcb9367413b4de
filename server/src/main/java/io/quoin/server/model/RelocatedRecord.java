// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#RELOCATED}: one queue or subscription refers to the copy of a message from now on.
 *
 * <pre>
 *  0  4  source
 *  4  1  priority     0..9, or 255 for a message whose delivery delay runs
 *  5  3  reserved     0
 *  8  8  number       arrival number; of a delayed message the time at which it is due
 * 16  8  from         position that it had
 * 24  8  to           position of the COPIED record
 * </pre>
 */
public final class RelocatedRecord {

    /** In place of a priority: the message is delayed. */
    public static final int DELAYED = 255;

    private RelocatedRecord() {}

    public static void put(ByteBuffer to, int source, int priority, long number, long oldPosition, long newPosition) {
        to.putInt(source)
                .putInt(priority << 24)
                .putLong(number)
                .putLong(oldPosition)
                .putLong(newPosition);
    }

    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int priority(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 4) & 0xFF;
    }

    public static long number(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    public static long from(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 16);
    }

    public static long to(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 24);
    }
}
