// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#ROUTED}: a message that the log holds also goes to non-durable subscriptions of its topic. Not in the
 * log itself: those subscriptions do not survive a restart.
 *
 * <pre>
 *  0  4  topic
 *  4  4  length          of the message
 *  8  8  position        of the record that holds the message
 * 16  8  expiresAtMs     0 for never
 * 24  4  groupHash
 * 28  1  priority
 * 29  3  reserved        0
 * 32  8  dueAtMs         0 for at once
 * 40  8  visibleAfter    position of the record that lets it be seen: that of the message, or of its commit
 * 48  2  count           of non-durable subscriptions with a filter
 *     n  bitmap          ceil(count / 8) bytes
 * </pre>
 *
 * Flag {@link SendRecord#GROUPED} as there.
 */
public final class RoutedRecord {

    private RoutedRecord() {}

    /** Writes all but the bitmap, which {@link SendRecord#putFiltered} adds. */
    public static void put(
            ByteBuffer to,
            int topic,
            int length,
            long position,
            long expiresAtMs,
            int groupHash,
            int priority,
            long dueAtMs,
            long visibleAfter) {
        to.putInt(topic).putInt(length).putLong(position).putLong(expiresAtMs);
        to.putInt(groupHash).putInt(priority << 24).putLong(dueAtMs).putLong(visibleAfter);
    }

    public static int topic(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int length(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 4);
    }

    public static long position(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    public static long expiresAtMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 16);
    }

    public static int groupHash(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 24);
    }

    public static int priority(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 28);
    }

    public static long dueAtMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 32);
    }

    public static long visibleAfter(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 40);
    }

    /** Whether the {@code index}-th of the non-durable subscriptions with a filter takes the message. */
    public static boolean isTaken(RecordView r, int index) {
        return (r.buffer().get(r.fieldsAt() + 50 + (index >>> 3)) >>> (index & 7) & 1) != 0;
    }
}
