// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * Finds all references of one queue to a stretch of the log, block by block, while the queue goes on changing. A message
 * that joins meanwhile after its delivery delay may be missed: whoever needs to be sure counts what is live.
 *
 * <p>Thread: confined to the owner of the core.
 */
public final class ReferenceWalk {

    private final MessageIndex index;
    private final DelayedTable delayed;
    private final long from;
    private final long to;
    private int priority;
    /** Blocks of the lane up to this number have been looked at. */
    private long seen = Long.MIN_VALUE;

    ReferenceWalk(MessageIndex index, DelayedTable delayed, long from, long to) {
        this.index = index;
        this.delayed = delayed;
        this.from = from;
        this.to = to;
    }

    /**
     * Looks at one more block, and at all delayed messages last.
     *
     * @return false if that was the last step
     */
    public boolean step(ReferenceSink sink) {
        while (priority < MessageQueue.PRIORITIES) {
            Lane lane = index.lane(priority, false);
            int next = lane == null ? 0 : lane.indexOf(seen) + 1;
            if (lane != null && next < lane.size()) {
                IndexBlock block = lane.block(next);
                seen = block.base;
                look(block, sink);
                return true;
            }
            priority++;
            seen = Long.MIN_VALUE;
        }
        for (DelayedTable.Minute minute : delayed.minutes()) {
            for (IndexBlock block : minute.blocks) {
                lookDelayed(block, sink);
            }
        }
        return false;
    }

    private void look(IndexBlock block, ReferenceSink sink) {
        for (int i = 0; i < block.count; i++) {
            if (!block.isGone(i) && isWithin(block.position[i])) {
                sink.joined(priority, block.number(i), block.position[i], block.length[i]);
            }
        }
    }

    private void lookDelayed(IndexBlock block, ReferenceSink sink) {
        for (int i = 0; i < block.count; i++) {
            if (!block.isGone(i) && isWithin(block.position[i])) {
                sink.delayed(block.number(i), block.position[i], block.length[i]);
            }
        }
    }

    private boolean isWithin(long position) {
        return position >= from && position < to;
    }
}
