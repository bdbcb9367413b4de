// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import org.jspecify.annotations.Nullable;

/** The last blocks of the log in memory, oldest first. Confined to the owner. */
final class TailRing {
    private final int blockBytes;
    private final long tailBytes;
    private TailBlock[] slots = new TailBlock[16];
    private int head;
    private int size;
    private long bytes;

    TailRing(int blockBytes, long tailBytes) {
        this.blockBytes = blockBytes;
        this.tailBytes = tailBytes;
    }

    int size() {
        return size;
    }

    /** The i-th block, counted from the oldest. */
    TailBlock get(int index) {
        return slots[(head + index) & (slots.length - 1)];
    }

    /** Adds an empty block for the log from {@code start}, with room for at least {@code needed} bytes; takes an old one's memory if it may. */
    TailBlock add(int needed, SegmentHeader header, long start) {
        TailBlock free = evict();
        TailBlock added;
        if (needed <= blockBytes && free != null) {
            free.reuse(header, start);
            added = free;
        } else {
            added = new TailBlock(Math.max(blockBytes, needed), header, start);
        }
        if (size == slots.length) {
            grow();
        }
        slots[(head + size) & (slots.length - 1)] = added;
        size++;
        bytes += added.capacity();
        return added;
    }

    /** Drops old blocks, never the newest, as far as there are too many; returns one that may be used again. */
    private @Nullable TailBlock evict() {
        TailBlock free = null;
        while (size > 1 && bytes >= tailBytes) {
            TailBlock oldest = slots[head];
            if (oldest.synced < oldest.end) {
                break;
            }
            head = (head + 1) & (slots.length - 1);
            size--;
            bytes -= oldest.capacity();
            if (oldest.capacity() == blockBytes) {
                free = oldest;
            }
        }
        return free;
    }

    private void grow() {
        TailBlock[] larger = new TailBlock[slots.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = get(i);
        }
        slots = larger;
        head = 0;
    }

    /** The block that holds a position, or null if none does (any more). */
    @Nullable
    TailBlock find(long position) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            TailBlock block = get(middle);
            if (position < block.start) {
                high = middle - 1;
            } else if (position >= block.endPosition()) {
                low = middle + 1;
            } else {
                return block;
            }
        }
        return null;
    }
}
