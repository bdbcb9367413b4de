// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.nio.ByteBuffer;

/**
 * By priority, up to which arrival durable messages may have been handed out: in this life of the server, and before the last
 * unclean stop.
 *
 * <p>Thread: confined to the owner of the core. Durable, changed by records only.
 */
final class HandoutMarks {
    /** Bytes of {@link #encode}. */
    static final int STATE_BYTES = 2 * Long.BYTES * MessageQueue.PRIORITIES;

    private final long[] mark = new long[MessageQueue.PRIORITIES];
    private final long[] uncertain = new long[MessageQueue.PRIORITIES];

    /** Messages of this priority up to this arrival may be handed out. */
    void raise(int priority, long upToArrival) {
        mark[priority] = Math.max(mark[priority], upToArrival);
    }

    long mark(int priority) {
        return mark[priority];
    }

    /** After an unclean stop: what is at or below a mark, and had arrived, may have been handed out. */
    void uncertain(long lastArrival) {
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            uncertain[p] = Math.min(mark[p], lastArrival);
        }
    }

    /** See {@link MessageQueue#forEachUncertain}. */
    void forEachUncertain(MessageIndex index, MessageQueue.Visitor visitor) {
        for (int p = MessageQueue.PRIORITIES - 1; p >= 0; p--) {
            int priority = p;
            index.forEachUpTo(p, uncertain[p], arrival -> visitor.visit(priority, arrival));
        }
    }

    /** Whether a message may have been handed out before an unclean stop. */
    boolean isUncertain(IndexBlock block, int entry) {
        return !block.isVolatile() && block.number(entry) <= uncertain[block.priority()];
    }

    void encode(ByteBuffer target) {
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            target.putLong(mark[p]).putLong(uncertain[p]);
        }
    }

    void decode(ByteBuffer source) {
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            mark[p] = source.getLong();
            uncertain[p] = source.getLong();
        }
    }

    void digest(Digest digest) {
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            digest.add(mark[p]);
            digest.add(uncertain[p]);
        }
    }
}
