// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * How far one {@link Selection} has taken in one lane (numbers above have no state in the selection), and where to look for
 * what is ready.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class LaneView extends LaneCursor {
    final int priority;

    /** Messages that are ready. */
    int ready;
    /** No block before this one has a ready message; null: begin at the first. */
    @Nullable
    IndexBlock scan;

    LaneView(int place) {
        super(place);
        priority = place % MessageQueue.PRIORITIES;
    }

    /** The place of the other lane of the same priority. */
    int twin() {
        return place == priority ? place + MessageQueue.PRIORITIES : priority;
    }

    void reset() {
        toStart();
        ready = 0;
        scan = null;
    }

    @Override
    void forget(IndexBlock freed) {
        super.forget(freed);
        if (scan == freed) {
            scan = null;
        }
    }

    /** Messages of this block became ready. */
    void readyIn(IndexBlock of, int count) {
        ready += count;
        IndexBlock from = scan;
        if (from != null && of.base < from.base) {
            scan = of;
        }
    }
}
