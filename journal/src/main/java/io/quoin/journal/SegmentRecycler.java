// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Segments that were dropped and whose files are not free yet: until the record that says so is durable, and until even the
 * older snapshot, from which a start might have to read the log, is past the segment. Confined to the owner, but for the queue.
 */
final class SegmentRecycler {
    private final List<Drop> waiting = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> free;

    /** A segment that was dropped by the record that ends at {@code recordEnd}. */
    record Drop(long segment, long recordEnd) {}

    /** @param free where segments go whose files may be used for something else */
    SegmentRecycler(ConcurrentLinkedQueue<Long> free) {
        this.free = free;
    }

    void add(Drop drop) {
        waiting.add(drop);
    }

    /**
     * Frees what may be freed.
     *
     * @param durable how far the log is synced
     * @param safePosition no start will read the log before this
     */
    void release(long durable, long safePosition, SegmentTable segments) {
        for (Iterator<Drop> i = waiting.iterator(); i.hasNext(); ) {
            Drop drop = i.next();
            if (drop.recordEnd <= durable && segments.endOf(drop.segment) <= safePosition) {
                free.add(drop.segment);
                i.remove();
            }
        }
    }

    int waiting() {
        return waiting.size();
    }
}
