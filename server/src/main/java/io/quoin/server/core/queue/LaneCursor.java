// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * How far somebody has gone along a lane, once and in order.
 *
 * <p>Thread: confined to the owner of the core.
 */
class LaneCursor {
    /** The lane's place in the index; see {@link MessageIndex#place}. */
    final int place;

    /** Everything up to this number has been passed. */
    long passedTo;
    /** Where it goes on; null: find it by {@link #passedTo}. */
    @Nullable
    IndexBlock block;
    /** The entry of {@link #block} that comes next. */
    int entry;

    LaneCursor(int place) {
        this.place = place;
        toStart();
    }

    final void toStart() {
        passedTo = place < MessageQueue.PRIORITIES ? 0 : MessageQueue.FIRST_VOLATILE - 1;
        block = null;
    }

    /** The block in which {@link #entry} comes next; null: there is nothing further. */
    final @Nullable IndexBlock next(MessageIndex index) {
        IndexBlock current = block;
        return current == null || entry >= current.count ? nextBlock(index) : current;
    }

    private @Nullable IndexBlock nextBlock(MessageIndex index) {
        Lane lane = index.lane(place);
        for (int at = Math.max(0, lane.indexOf(passedTo + 1)); at < lane.size(); at++) {
            IndexBlock next = lane.block(at);
            int first = next.lowerBound(passedTo + 1);
            if (first < next.count) {
                block = next;
                entry = first;
                return next;
            }
        }
        return null;
    }

    /** Goes past an entry of a block, and of all before it. */
    final void pass(IndexBlock of, int passed) {
        entry = passed + 1;
        passedTo = of.number(passed);
    }

    /** A block is about to be freed. */
    void forget(IndexBlock freed) {
        if (block == freed) {
            block = null;
        }
    }
}
