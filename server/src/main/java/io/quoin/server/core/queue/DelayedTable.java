// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages whose delivery delay runs (Messaging 3.1 §7.9), in blocks by the minute in which they fall due. The order in which
 * they fall due is by due time, and in the order of sending where that is equal.
 *
 * <p>The blocks are durable; each minute's heap is derived from them. A delayed message costs 26 bytes in its block and 16 in
 * the heap. In these blocks the number of an entry is its due time, and the column of delivery counts holds its priority.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class DelayedTable {
    private static final long MINUTE_MS = 60_000;

    private final IndexStore store;
    private final boolean isVolatile;
    private final TreeMap<Long, Minute> minutes = new TreeMap<>();
    private @Nullable Minute first;
    private long size;

    DelayedTable(IndexStore store, boolean isVolatile) {
        this.store = store;
        this.isVolatile = isVolatile;
    }

    /** The messages of one minute. */
    static final class Minute {
        final long startMs;
        final List<IndexBlock> blocks = new ArrayList<>(1);
        final DueHeap heap = new DueHeap();

        Minute(long startMs) {
            this.startMs = startMs;
        }

        IndexBlock block(long item) {
            return blocks.get((int) (item >>> IndexBlock.SHIFT));
        }

        static int index(long item) {
            return (int) item & IndexBlock.CAPACITY - 1;
        }

        /** Adds every live entry of the last block to the heap. */
        void index(IndexBlock block) {
            long item = (long) (blocks.size() - 1) << IndexBlock.SHIFT;
            for (int i = 0; i < block.count; i++) {
                if (!block.isGone(i)) {
                    heap.add(block.number(i), item | i);
                }
            }
        }
    }

    long size() {
        return size;
    }

    /** When the next message falls due; {@code Long.MAX_VALUE} if none is delayed. */
    long nextDueMs() {
        return first == null ? Long.MAX_VALUE : first.heap.firstDue();
    }

    void add(long dueAtMs, int priority, long position, int length, long expiresAtMs, int hash, boolean grouped) {
        Minute minute = minute(Math.floorDiv(dueAtMs, MINUTE_MS) * MINUTE_MS);
        IndexBlock block = minute.blocks.isEmpty() ? null : minute.blocks.get(minute.blocks.size() - 1);
        if (block == null || !block.takes(dueAtMs, expiresAtMs)) {
            block = store.acquire(IndexBlock.CAPACITY_LEAST, minute.startMs, isVolatile);
            minute.blocks.add(block);
        } else if (!block.hasRoom()) {
            store.grow(block);
        }
        store.touch(block);
        int index = block.append(dueAtMs, position, length, expiresAtMs, hash, grouped);
        block.deliveries[index] = (byte) priority;
        minute.heap.add(dueAtMs, (long) (minute.blocks.size() - 1) << IndexBlock.SHIFT | index);
        size++;
    }

    /** The block of the message that falls due first; see {@link #firstIndex}. There is one. */
    IndexBlock firstBlock() {
        Minute minute = firstMinute();
        return minute.block(minute.heap.first());
    }

    /** The entry of the message that falls due first in {@link #firstBlock}. */
    int firstIndex() {
        return Minute.index(firstMinute().heap.first());
    }

    /** Takes the message that falls due first out of the table. */
    void removeFirst() {
        Minute minute = firstMinute();
        IndexBlock block = firstBlock();
        int index = firstIndex();
        store.touch(block);
        block.gone[index >> 6] |= 1L << index;
        block.live--;
        minute.heap.removeFirst();
        size--;
        if (minute.heap.size() == 0) {
            drop(minute);
        }
    }

    /** The cleaner copied a delayed message: says where it is now. Returns its length; -1 if it is unknown. */
    int moved(long dueAtMs, long oldPosition, long newPosition) {
        Minute minute = minutes.get(Math.floorDiv(dueAtMs, MINUTE_MS) * MINUTE_MS);
        if (minute == null) {
            return -1;
        }
        for (IndexBlock block : minute.blocks) {
            for (int i = 0; i < block.count; i++) {
                if (block.position[i] == oldPosition && !block.isGone(i)) {
                    store.touch(block);
                    block.position[i] = newPosition;
                    return block.length[i];
                }
            }
        }
        return -1;
    }

    /** Every block, minute by minute. */
    Iterable<Minute> minutes() {
        return minutes.values();
    }

    /** Adds a block read from a snapshot, the next one of its minute; counts its messages. */
    void restore(long startMs, IndexBlock block) {
        Minute minute = minute(startMs);
        minute.blocks.add(block);
        minute.index(block);
        size += block.live;
    }

    /** Empties the table. */
    void clear() {
        for (Map.Entry<Long, Minute> entry : minutes.entrySet()) {
            release(entry.getValue());
        }
        minutes.clear();
        first = null;
        size = 0;
    }

    /** Adds what is delayed, in an order that does not depend on the past. */
    void digest(Digest digest) {
        digest.add(size);
        for (Minute minute : minutes.values()) {
            long sum = 0;
            for (IndexBlock block : minute.blocks) {
                for (int i = 0; i < block.count; i++) {
                    if (!block.isGone(i)) {
                        Digest one = new Digest();
                        block.digest(i, one);
                        sum += one.value();
                    }
                }
            }
            digest.add(sum);
        }
    }

    private Minute firstMinute() {
        Minute minute = first;
        if (minute == null) {
            throw new IllegalStateException("No message is delayed");
        }
        return minute;
    }

    private Minute minute(long startMs) {
        Minute minute = minutes.computeIfAbsent(startMs, Minute::new);
        first = minutes.firstEntry().getValue();
        return minute;
    }

    private void drop(Minute minute) {
        release(minute);
        minutes.remove(minute.startMs);
        first = minutes.isEmpty() ? null : minutes.firstEntry().getValue();
    }

    private void release(Minute minute) {
        for (IndexBlock block : minute.blocks) {
            store.touch(block);
            store.release(block);
        }
    }
}
