// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * How far one {@link Selection} has taken in one lane, and where to look for what is ready.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class LaneView {
    /** The lane's place in the index; see {@link MessageIndex#place}. */
    final int place;

    final int priority;

    /** Everything up to this number has been taken in; numbers above have no state in the selection. */
    long loadedTo;
    /** Where taking in goes on; null: find it by {@link #loadedTo}. */
    @Nullable
    IndexBlock loading;
    /** The entry of {@link #loading} that is taken in next. */
    int entry;
    /** Messages that are ready. */
    int ready;
    /** No block before this one has a ready message; null: begin at the first. */
    @Nullable
    IndexBlock scan;

    LaneView(int place) {
        this.place = place;
        priority = place % MessageQueue.PRIORITIES;
        reset();
    }

    /** The place of the other lane of the same priority. */
    int twin() {
        return place == priority ? place + MessageQueue.PRIORITIES : priority;
    }

    void reset() {
        loadedTo = place == priority ? 0 : MessageQueue.FIRST_VOLATILE - 1;
        loading = null;
        ready = 0;
        scan = null;
    }

    /** A block is about to be freed. */
    void forget(IndexBlock block) {
        if (loading == block) {
            loading = null;
        }
        if (scan == block) {
            scan = null;
        }
    }

    /** Messages of this block became ready. */
    void readyIn(IndexBlock block, int count) {
        ready += count;
        IndexBlock from = scan;
        if (from != null && block.base < from.base) {
            scan = block;
        }
    }
}
