// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a queue are ready for one {@link Selection}: bitmaps over the blocks, and links between messages that wait
 * in lists instead. The next message is found by a few bit operations, and a message may become ready anywhere.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class ReadyIndex {
    static final int NONE = MessageIndex.NONE;

    private static final int SPARES = 16;

    private final MessageIndex index;
    private final @Nullable LaneView[] views = new @Nullable LaneView[MessageIndex.PLACES];
    private @Nullable BlockView[] blocks = {};
    private final BlockView[] spares = new BlockView[SPARES];
    private int spareCount;
    private long size;
    /** Bit p set: a message of priority p is ready. */
    private int priorities;

    private long describedOrder;
    private long describedNumber;

    ReadyIndex(MessageIndex index) {
        this.index = index;
    }

    /** Messages that are ready. */
    long size() {
        return size;
    }

    LaneView view(int place) {
        LaneView view = views[place];
        if (view == null) {
            view = new LaneView(place);
            views[place] = view;
        }
        return view;
    }

    /** Whether the message has been taken in. */
    boolean isLoaded(IndexBlock block, int entry) {
        return block.number(entry) <= view(block.place).passedTo;
    }

    BlockView bits(IndexBlock block) {
        BlockView view = block.table < blocks.length ? blocks[block.table] : null;
        return view == null || view.capacity() < block.capacity ? prepare(block) : view;
    }

    private BlockView prepare(IndexBlock block) {
        if (block.table >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, (block.table + 1) * 2));
        }
        BlockView view = blocks[block.table];
        if (view == null) {
            view = spareCount > 0 ? spares[--spareCount] : new BlockView(block.capacity);
            blocks[block.table] = view;
        }
        view.grow(block.capacity);
        return view;
    }

    void makeReady(IndexBlock block, int entry) {
        BlockView bits = bits(block);
        if (!bits.isReady(entry)) {
            bits.setReady(entry);
            added(view(block.place), block, 1);
        }
    }

    void makeReady(int ref) {
        makeReady(index.block(ref), MessageIndex.index(ref));
    }

    /** Makes all entries of a word ready that are set in {@code bits}; none of them is yet. */
    void makeReady(IndexBlock block, int word, long readyBits) {
        bits(block).setReady(word, readyBits);
        added(view(block.place), block, Long.bitCount(readyBits));
    }

    private void added(LaneView view, IndexBlock block, int count) {
        view.readyIn(block, count);
        size += count;
        priorities |= 1 << view.priority;
    }

    /** A message is not ready any more; whether it was. */
    boolean unready(IndexBlock block, int entry) {
        BlockView bits = bits(block);
        if (!bits.isReady(entry)) {
            return false;
        }
        bits.clearReady(entry);
        removed(view(block.place), 1);
        return true;
    }

    private void removed(LaneView view, int count) {
        view.ready -= count;
        size -= count;
        if (view.ready == 0 && view(view.twin()).ready == 0) {
            priorities &= ~(1 << view.priority);
        }
    }

    /** The next message: of the highest priority, and of those the first to arrive. There is one. */
    int first() {
        int priority = 31 - Integer.numberOfLeadingZeros(priorities);
        LaneView durable = view(priority);
        LaneView other = views[priority + MessageQueue.PRIORITIES];
        if (other == null || other.ready == 0) {
            return first(durable);
        }
        int volatileRef = first(other);
        if (durable.ready == 0) {
            return volatileRef;
        }
        int durableRef = first(durable);
        return index.before(durableRef, volatileRef) ? durableRef : volatileRef;
    }

    private int first(LaneView view) {
        IndexBlock block = view.scan;
        BlockView bits = block == null ? null : blocks[block.table];
        if (block != null && bits != null && bits.summary != 0) {
            return MessageIndex.ref(block, bits.firstReady());
        }
        Lane lane = index.lane(view.place);
        for (int i = block == null ? 0 : lane.indexOf(block.base); ; i++) {
            IndexBlock next = lane.block(i);
            bits = next.table < blocks.length ? blocks[next.table] : null;
            if (bits != null && bits.summary != 0) {
                view.scan = next;
                return MessageIndex.ref(next, bits.firstReady());
            }
        }
    }

    /** A block is about to be freed or emptied, or was cut out with messages that are ready. */
    void forget(IndexBlock block) {
        LaneView lane = view(block.place);
        lane.forget(block);
        BlockView bits = block.table < blocks.length ? blocks[block.table] : null;
        if (bits != null) {
            removed(lane, bits.readyCount());
            bits.clear();
            blocks[block.table] = null;
            if (spareCount < SPARES) {
                spares[spareCount++] = bits;
            }
        }
    }

    /** Forgets everything: all has to be taken in again. */
    void reset() {
        for (BlockView bits : blocks) {
            if (bits != null) {
                bits.reset();
            }
        }
        for (LaneView view : views) {
            if (view != null) {
                view.reset();
            }
        }
        size = 0;
        priorities = 0;
    }

    /** Looks up where a message stands in the order of arrival: {@link #describedOrder}, {@link #describedNumber}. */
    void describe(int ref) {
        IndexBlock block = index.block(ref);
        describedOrder = block.order(MessageIndex.index(ref));
        describedNumber = block.number(MessageIndex.index(ref));
    }

    long describedOrder() {
        return describedOrder;
    }

    long describedNumber() {
        return describedNumber;
    }

    // --- lists of messages that wait but are not ready ---

    /** Which kind of list a message is in; 0: none. */
    byte list(IndexBlock block, int entry) {
        byte[] list = bits(block).list;
        return list.length == 0 ? 0 : list[entry];
    }

    int next(int ref) {
        BlockView bits = bits(index.block(ref));
        return bits.next.length == 0 ? NONE : bits.next[MessageIndex.index(ref)];
    }

    private int previous(int ref) {
        BlockView bits = bits(index.block(ref));
        return bits.previous.length == 0 ? NONE : bits.previous[MessageIndex.index(ref)];
    }

    private void next(int ref, int value) {
        BlockView bits = linked(ref, value);
        if (bits != null) {
            bits.next[MessageIndex.index(ref)] = value;
        }
    }

    private void previous(int ref, int value) {
        BlockView bits = linked(ref, value);
        if (bits != null) {
            bits.previous[MessageIndex.index(ref)] = value;
        }
    }

    /** The view of a message's block, with room for links; null if there are none and {@code value} is none. */
    private @Nullable BlockView linked(int ref, int value) {
        IndexBlock block = index.block(ref);
        BlockView bits = bits(block);
        if (bits.next.length == 0) {
            if (value == NONE) {
                return null;
            }
            bits.withLinks(block.capacity);
        }
        return bits;
    }

    /**
     * Puts a message into a list, where it belongs by order of arrival.
     *
     * @param ends first and last of the list, at {@code at} and behind
     * @param kind what {@link #list} says of it from now on
     * @param near a member of the list to begin the search at; NONE: at the first
     */
    void insert(int[] ends, int at, int ref, byte kind, int near) {
        IndexBlock block = index.block(ref);
        BlockView bits = bits(block);
        bits.withLists(block.capacity);
        if (bits.next.length != 0) {
            bits.withLinks(block.capacity);
        }
        bits.list[MessageIndex.index(ref)] = kind;
        int before = ends[at + 1];
        int after = NONE;
        if (before != NONE && !index.before(before, ref)) {
            after = near != NONE && index.before(near, ref) ? next(near) : ends[at];
            while (index.before(after, ref)) {
                after = next(after);
            }
            before = previous(after);
        }
        next(ref, after);
        previous(ref, before);
        if (before == NONE) {
            ends[at] = ref;
        } else {
            next(before, ref);
        }
        if (after == NONE) {
            ends[at + 1] = ref;
        } else {
            previous(after, ref);
        }
    }

    /** Takes a message out of its list. */
    void unlink(int[] ends, int at, int ref) {
        IndexBlock block = index.block(ref);
        bits(block).list[MessageIndex.index(ref)] = 0;
        int before = previous(ref);
        int after = next(ref);
        if (before == NONE) {
            ends[at] = after;
        } else {
            next(before, after);
        }
        if (after == NONE) {
            ends[at + 1] = before;
        } else {
            previous(after, before);
        }
    }
}
