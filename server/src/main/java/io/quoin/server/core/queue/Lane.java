// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one priority of a queue in order of arrival, durable or volatile: a row of {@link IndexBlock}s.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class Lane {
    /** See {@link MessageIndex#place}. */
    final int place;

    final int priority;
    final boolean isVolatile;

    /** The blocks are {@code row[head .. head + size)}, with rising numbers. */
    private @Nullable IndexBlock[] row = {};

    private int head;
    private int size;

    /** Room to begin a block with: what the last one needed. */
    int usual = IndexBlock.CAPACITY_LEAST;

    /** Messages that are not gone. */
    long live;
    /** The part of {@link #live} that has a group. */
    long grouped;

    Lane(int place) {
        this.place = place;
        isVolatile = place >= MessageQueue.PRIORITIES;
        priority = place % MessageQueue.PRIORITIES;
    }

    int size() {
        return size;
    }

    /** A block by its place in the row, from 0. */
    IndexBlock block(int index) {
        IndexBlock block = row[head + index];
        if (block == null) {
            throw new IllegalStateException("No block at " + index + " of " + size);
        }
        return block;
    }

    IndexBlock tail() {
        return block(size - 1);
    }

    /** Index of the block that has this number if any has it: the last one that does not begin above it; -1: none. */
    int indexOf(long number) {
        if (size == 0 || block(0).base > number) {
            return -1;
        }
        if (size == 1 || block(1).base > number) {
            return 0;
        }
        int low = 1;
        int high = size - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (block(middle).base <= number) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    void append(IndexBlock block) {
        if (head + size == row.length) {
            makeRoom();
        }
        row[head + size++] = block;
    }

    void remove(IndexBlock block) {
        removeAt(indexOf(block.base));
    }

    private void removeAt(int index) {
        if (index == 0) {
            row[head++] = null;
        } else {
            System.arraycopy(row, head + index + 1, row, head + index, size - index - 1);
            row[head + size - 1] = null;
        }
        size--;
        if (size == 0) {
            head = 0;
        }
    }

    private void makeRoom() {
        if (size < row.length - (row.length >> 2)) {
            System.arraycopy(row, head, row, 0, size);
            Arrays.fill(row, size, head + size, null);
        } else {
            @Nullable IndexBlock[] larger = new @Nullable IndexBlock[Math.max(4, row.length * 2)];
            System.arraycopy(row, head, larger, 0, size);
            row = larger;
        }
        head = 0;
    }
}
