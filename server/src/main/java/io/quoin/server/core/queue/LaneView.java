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
    final Lane lane;

    /** Everything up to this number has been taken in; numbers above have no state in the selection. */
    long loadedTo;
    /** Where taking in goes on; null: find it by {@link #loadedTo}. */
    @Nullable
    IndexBlock loading;
    /** Messages that are ready. */
    int ready;
    /** No block before this one has a ready message; null: begin at the first. */
    @Nullable
    IndexBlock scan;

    LaneView(Lane lane) {
        this.lane = lane;
        loadedTo = lane.isVolatile ? MessageQueue.FIRST_VOLATILE - 1 : 0;
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

    /** A message of this block became ready. */
    void readyIn(IndexBlock block) {
        ready++;
        IndexBlock from = scan;
        if (from != null && block.base < from.base) {
            scan = block;
        }
    }
}
