// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;

/**
 * Up to where durable messages may go out by the hand-out marks that are durable, and how far they have gone. Without {@link
 * #limit} nothing limits them.
 *
 * <p>Thread: confined to the owner of the core. Volatile.
 */
final class HandoutLimit {
    private final MessageIndex index;

    /** By priority: durable messages up to this arrival may go out. */
    private final long[] handoutTo = new long[MessageQueue.PRIORITIES];
    /** By priority: the highest arrival of a durable message that went out. */
    private final long[] lastOut = new long[MessageQueue.PRIORITIES];
    /** By priority: the highest arrival that was met above {@link #handoutTo}. */
    private final long[] wanted = new long[MessageQueue.PRIORITIES];

    private boolean limited;

    HandoutLimit(MessageIndex index) {
        this.index = index;
        Arrays.fill(handoutTo, Long.MAX_VALUE);
    }

    /** From now on durable messages go out only up to what {@link #durable} says. */
    void limit() {
        limited = true;
        Arrays.fill(handoutTo, 0);
    }

    /** The record of a mark is durable; whether more may go out now. */
    boolean durable(int priority, long upTo) {
        if (!limited || upTo <= handoutTo[priority]) {
            return false;
        }
        handoutTo[priority] = upTo;
        return true;
    }

    /** Whether a message is at or below the mark of its priority; if not, the mark is wanted up there. */
    boolean mayGoOut(IndexBlock block, int entry) {
        if (block.isVolatile() || block.number(entry) <= handoutTo[block.priority()]) {
            return true;
        }
        wanted[block.priority()] = Math.max(wanted[block.priority()], block.number(entry));
        return false;
    }

    void wentOut(IndexBlock block, int entry) {
        if (!block.isVolatile() && block.number(entry) > lastOut[block.priority()]) {
            lastOut[block.priority()] = block.number(entry);
        }
    }

    /**
     * The first durable message of a priority that was never out, or a later one that a selector chose; {@code next} if there
     * is none, 0 without a lane.
     */
    long next(int priority, long next) {
        return Math.max(firstNeverOut(priority, next), wanted[priority]);
    }

    private long firstNeverOut(int priority, long next) {
        Lane lane = index.lane(priority, false);
        if (lane == null) {
            return 0;
        }
        long after = lastOut[priority] + 1;
        for (int at = Math.max(0, lane.indexOf(after)); at < lane.size(); at++) {
            IndexBlock block = lane.block(at);
            for (int i = block.lowerBound(after); i < block.count; i++) {
                if (!block.isGone(i)) {
                    return block.number(i);
                }
            }
        }
        return next;
    }

    /** Whether messages up to {@code visibleTo} wait for a mark; {@code next} is the next arrival number. */
    boolean waits(long next, long visibleTo) {
        for (int priority = 0; limited && priority < MessageQueue.PRIORITIES; priority++) {
            long first = next(priority, next);
            if (first > handoutTo[priority] && first <= visibleTo) {
                return true;
            }
        }
        return false;
    }
}
