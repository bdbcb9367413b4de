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
    private final Bodies bodies;
    private final boolean isVolatile;
    private final TreeMap<Long, Minute> minutes = new TreeMap<>();
    private @Nullable Minute first;
    private long size;
    private long bytes;

    DelayedTable(IndexStore store, Bodies bodies, boolean isVolatile) {
        this.store = store;
        this.bodies = bodies;
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

    /** Bytes of the messages. */
    long bytes() {
        return bytes;
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
        bytes += length;
        bodies.live(position, length);
    }

    /** The message that falls due first joins an index, under that number, and leaves the table. */
    void joinFirst(MessageIndex index, long number, long follows) {
        IndexBlock block = firstBlock();
        int entry = firstIndex();
        int length = block.length[entry];
        index.append(
                block.deliveries(entry),
                number,
                follows,
                block.position[entry],
                length,
                block.expiresAtMs(entry),
                block.hash[entry],
                block.isGrouped(entry));
        bytes -= length;
        removeFirst();
    }

    /** The block of the message that falls due first; see {@link #firstIndex}. There is one. */
    private IndexBlock firstBlock() {
        Minute minute = firstMinute();
        return minute.block(minute.heap.first());
    }

    /** The entry of the message that falls due first in {@link #firstBlock}. */
    private int firstIndex() {
        return Minute.index(firstMinute().heap.first());
    }

    /** Takes the message that falls due first out of the table. */
    private void removeFirst() {
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

    /** The cleaner copied a delayed message: says where it is now. */
    void moved(long dueAtMs, long oldPosition, long newPosition) {
        Minute minute = minutes.get(Math.floorDiv(dueAtMs, MINUTE_MS) * MINUTE_MS);
        if (minute == null) {
            return;
        }
        for (IndexBlock block : minute.blocks) {
            for (int i = 0; i < block.count; i++) {
                if (block.position[i] == oldPosition && !block.isGone(i)) {
                    store.touch(block);
                    block.position[i] = newPosition;
                    bodies.dead(oldPosition, block.length[i]);
                    bodies.live(newPosition, block.length[i]);
                    return;
                }
            }
        }
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
        for (int i = 0; i < block.count; i++) {
            if (!block.isGone(i)) {
                bytes += block.length[i];
                bodies.live(block.position[i], block.length[i]);
            }
        }
    }

    /** All messages are gone. */
    void purge() {
        for (Minute minute : minutes.values()) {
            for (IndexBlock block : minute.blocks) {
                for (int i = 0; i < block.count; i++) {
                    if (!block.isGone(i)) {
                        bodies.dead(block.position[i], block.length[i]);
                    }
                }
            }
        }
        for (Map.Entry<Long, Minute> entry : minutes.entrySet()) {
            release(entry.getValue());
        }
        minutes.clear();
        first = null;
        size = 0;
        bytes = 0;
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
