// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * Finds the waiting messages of a {@link MessageIndex} that have expired. Each block keeps its least expiry, so that no message
 * needs a timer, and what expires late is not looked at early.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class ExpirySweep {
    private static final long EVERY_MS = 100;

    private final MessageIndex index;
    /** A lower bound of the next time at which a waiting message expires; {@code Long.MAX_VALUE}: never. */
    private long leastMs = Long.MAX_VALUE;

    private @Nullable IndexBlock sweeping;

    ExpirySweep(MessageIndex index) {
        this.index = index;
    }

    /** A block has another message that waits. */
    void joined(IndexBlock block) {
        leastMs = Math.min(leastMs, block.leastExpiryMs);
    }

    /** A message waits again: its expiry counts again. */
    void waitsAgain(IndexBlock block, int entry) {
        long expiresAtMs = block.expiresAtMs(entry);
        if (expiresAtMs != 0) {
            block.leastExpiryMs = Math.min(block.leastExpiryMs, expiresAtMs);
            joined(block);
        }
    }

    /** Whether a block is being looked through, so that it has to stay. */
    boolean isAt(IndexBlock block) {
        return block == sweeping;
    }

    /** When to look for expired messages next; {@code Long.MAX_VALUE}: there is nothing that expires. */
    long nextMs() {
        return leastMs == Long.MAX_VALUE ? Long.MAX_VALUE : atMs(leastMs);
    }

    /**
     * When a message that expires at that time is looked for. Dispatch knows the very millisecond; what expires unseen may be
     * counted a little later, so that blocks are not looked through for every message.
     */
    static long atMs(long expiresAtMs) {
        return Math.floorDiv(expiresAtMs + EVERY_MS - 1, EVERY_MS) * EVERY_MS;
    }

    /** Reports expired messages, about so many; blocks whose least expiry has not come are not looked at. */
    int run(long nowMs, int budget, ExpirySink sink) {
        int work = 0;
        if (nowMs < leastMs) {
            return 0;
        }
        for (Lane lane : index.lanes()) {
            for (int at = 0; lane != null && at < lane.size(); ) {
                IndexBlock block = lane.block(at);
                if (block.leastExpiryMs <= nowMs) {
                    if (work >= budget) {
                        return work;
                    }
                    work += 1 + look(lane, block, nowMs, budget - work, sink);
                }
                if (!index.freeIfEmpty(lane, block)) {
                    at++;
                }
            }
        }
        leastMs = Long.MAX_VALUE;
        for (Lane lane : index.lanes()) {
            for (int at = 0; lane != null && at < lane.size(); at++) {
                joined(lane.block(at));
            }
        }
        return work;
    }

    private int look(Lane lane, IndexBlock block, long nowMs, int budget, ExpirySink sink) {
        int found = 0;
        long least = Long.MAX_VALUE;
        sweeping = block;
        for (int i = 0; i < block.count; i++) {
            long expiresAtMs = block.expiresAtMs(i);
            if (expiresAtMs == 0 || block.isGone(i) || block.isOut(i) || block.has(i, IndexBlock.EXPIRING)) {
                continue;
            }
            if (expiresAtMs > nowMs) {
                least = Math.min(least, expiresAtMs);
                continue;
            }
            if (found == budget) {
                least = expiresAtMs;
                break;
            }
            found++;
            index.expiring(block, i);
            sink.expired(lane.priority, block.number(i), lane.isVolatile, block.position[i], block.length[i]);
        }
        block.leastExpiryMs = least;
        sweeping = null;
        return found;
    }
}
