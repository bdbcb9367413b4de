// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the waiting messages of a queue in the order in which one consumer without a selector would get them, in steps:
 * by priority, and then by arrival (Javadoc of {@code QueueBrowser.getEnumeration}). It owns and holds nothing, and sees what
 * is waiting when it comes by (Messaging 3.1 §6.2.12).
 *
 * <p>Thread: confined to the owner of the core.
 */
public final class QueueBrowser {

    /** How a step ended. */
    public enum Step {
        /** The budget or the limit is used up. */
        MORE,
        /** The next body is not in memory; go on after {@link MessageQueue#bodiesArrived}. */
        COLD,
        /** There is nothing further now. */
        END
    }

    private final MessageIndex index;
    private final Dispatcher dispatcher;
    private final Bodies bodies;
    private final @Nullable MessageFilter filter;
    /** By place of a lane: up to which number it has been passed. */
    private final long[] passedTo = new long[MessageIndex.PLACES];

    private int found;

    QueueBrowser(MessageIndex index, Dispatcher dispatcher, Bodies bodies, @Nullable MessageFilter filter) {
        this.index = index;
        this.dispatcher = dispatcher;
        this.bodies = bodies;
        this.filter = filter;
        Arrays.fill(passedTo, MessageQueue.PRIORITIES, passedTo.length, MessageQueue.FIRST_VOLATILE - 1);
    }

    /** Messages found by the last step. */
    public int found() {
        return found;
    }

    /**
     * Goes on where the last step ended.
     *
     * @param limit messages to find at most
     * @param budget messages to look at, at most
     */
    public Step step(long nowMs, int limit, int budget, BrowseSink sink) {
        found = 0;
        for (int looked = 0; looked < budget && found < limit; looked++) {
            Lane lane = next();
            if (lane == null) {
                return Step.END;
            }
            IndexBlock block = blockAfter(lane);
            if (block == null) {
                return Step.END;
            }
            int entry = block.lowerBound(passed(lane) + 1);
            if (block.waits(entry) && !block.expired(entry, nowMs)) {
                if (!bodies.ready(block.position[entry], block.length[entry])) {
                    return Step.COLD;
                }
                show(lane, block, entry, sink);
            }
            pass(lane, block.number(entry));
        }
        return Step.MORE;
    }

    private void show(Lane lane, IndexBlock block, int entry, BrowseSink sink) {
        int count = dispatcher.deliveryCount(block, entry);
        if (filter != null && !filter.matches(block.position[entry], block.length[entry], count)) {
            return;
        }
        found++;
        sink.browsed(
                lane.priority,
                block.number(entry),
                lane.isVolatile,
                block.position[entry],
                block.length[entry],
                count,
                block.expiresAtMs(entry));
    }

    /** The lane of the next visible message; null: none. */
    private @Nullable Lane next() {
        for (int priority = MessageQueue.PRIORITIES - 1; priority >= 0; priority--) {
            Lane durable = visible(index.lane(priority, false));
            Lane other = visible(index.lane(priority, true));
            if (durable != null && other != null) {
                // A volatile message comes after the durable one whose number it follows.
                return order(other) < order(durable) ? other : durable;
            }
            if (durable != null || other != null) {
                return durable != null ? durable : other;
            }
        }
        return null;
    }

    /** The lane, if its next message is there and visible. */
    private @Nullable Lane visible(@Nullable Lane lane) {
        IndexBlock block = lane == null ? null : blockAfter(lane);
        return lane != null
                        && block != null
                        && dispatcher.visibility().isVisible(block, block.lowerBound(passed(lane) + 1))
                ? lane
                : null;
    }

    /** The order of the next message of a lane that has one. */
    private long order(Lane lane) {
        IndexBlock block = blockAfter(lane);
        return block == null ? Long.MAX_VALUE : block.order(block.lowerBound(passed(lane) + 1));
    }

    private @Nullable IndexBlock blockAfter(Lane lane) {
        long number = passed(lane) + 1;
        for (int at = Math.max(0, lane.indexOf(number)); at < lane.size(); at++) {
            IndexBlock block = lane.block(at);
            if (block.lowerBound(number) < block.count) {
                return block;
            }
        }
        return null;
    }

    private long passed(Lane lane) {
        return passedTo[MessageIndex.place(lane.priority, lane.isVolatile)];
    }

    private void pass(Lane lane, long number) {
        passedTo[MessageIndex.place(lane.priority, lane.isVolatile)] = number;
    }
}
