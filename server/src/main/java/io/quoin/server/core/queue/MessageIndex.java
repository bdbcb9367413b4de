// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a queue and their blocks: what has joined and is not gone. Knows nothing of consumers; the {@link Dispatcher}
 * hears of every message that leaves and of every block that is freed.
 *
 * <p>A message is referred to by an int: the block's place in a table, and the entry's index. Such a reference is good while
 * the message is there.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class MessageIndex {
    /** The reference to nothing. */
    static final int NONE = -1;

    /** Places for lanes: durable ones by priority, then volatile ones. */
    static final int PLACES = 2 * MessageQueue.PRIORITIES;

    /** A lane whose only block has become empty keeps it if it is no larger, so that a short queue stays cheap. */
    private static final int KEPT_CAPACITY = 256;

    private final IndexStore store;
    private final Bodies bodies;

    /** By {@link #place}; null where never used. */
    private final @Nullable Lane[] lanes = new @Nullable Lane[PLACES];
    /** Bit set: the lane at this place has messages. */
    private int lanesInUse;
    /** Bit p set: a message of priority p has a group. */
    private int groupedPriorities;
    /** Blocks that were cut out, whose bodies are not dead yet. */
    private final ArrayDeque<IndexBlock> dead = new ArrayDeque<>();

    private @Nullable IndexBlock[] table = {};
    private int[] freePlaces = {};
    private int freePlaceCount;
    private int placeCount;

    private @Nullable Dispatcher dispatcher;
    private final ExpirySweep expiry = new ExpirySweep(this);

    /** Messages that have joined and are not gone. */
    long depth;
    /** The part of {@link #depth} that is volatile. */
    long volatileDepth;
    /** Bytes of the messages in {@link #depth}. */
    long bytes;

    MessageIndex(IndexStore store, Bodies bodies) {
        this.store = store;
        this.bodies = bodies;
    }

    void listener(Dispatcher target) {
        dispatcher = target;
    }

    /** The lane of a priority; null if it was never used. */
    @Nullable
    Lane lane(int priority, boolean isVolatile) {
        return lanes[place(priority, isVolatile)];
    }

    /** Which lane holds messages of a priority. */
    static int place(int priority, boolean isVolatile) {
        return isVolatile ? priority + MessageQueue.PRIORITIES : priority;
    }

    /** The lane at a place, made if it was never used. */
    Lane lane(int place) {
        Lane lane = lanes[place];
        if (lane == null) {
            lane = new Lane(place);
            lanes[place] = lane;
        }
        return lane;
    }

    /** All places for lanes; null where a lane was never used. */
    @Nullable
    Lane[] lanes() {
        return lanes;
    }

    /** Bit set: the lane at this place has messages. */
    int lanesInUse() {
        return lanesInUse;
    }

    boolean hasSeveralLanes() {
        return (lanesInUse & lanesInUse - 1) != 0;
    }

    boolean hasGroups() {
        return groupedPriorities != 0;
    }

    boolean hasSeveralGroupedPriorities() {
        return (groupedPriorities & groupedPriorities - 1) != 0;
    }

    /** Whether a message stands before another one: by arrival, volatile ones after the durable one that they follow. */
    boolean before(int ref, int other) {
        IndexBlock a = block(ref);
        IndexBlock b = block(other);
        long difference = a.order(index(ref)) - b.order(index(other));
        if (difference != 0) {
            return difference < 0;
        }
        return a.isVolatile() ? b.isVolatile() && a.number(index(ref)) < b.number(index(other)) : b.isVolatile();
    }

    IndexBlock block(int ref) {
        IndexBlock block = table[ref >>> IndexBlock.SHIFT];
        if (block == null) {
            throw new IllegalStateException("No block at reference " + ref);
        }
        return block;
    }

    static int index(int ref) {
        return ref & IndexBlock.CAPACITY - 1;
    }

    static int ref(IndexBlock block, int index) {
        return block.table << IndexBlock.SHIFT | index;
    }

    // --- joining ---

    /** A message joins at the tail of its lane; volatile if its position is negative. */
    void append(
            int priority,
            long number,
            long follows,
            long position,
            int length,
            long expiresAtMs,
            int hash,
            boolean isGrouped) {
        Lane lane = lane(place(priority, position < 0));
        IndexBlock block = room(lane, number, expiresAtMs, follows);
        store.touch(block);
        int index = block.append(number, position, length, expiresAtMs, hash, isGrouped);
        if (lane.isVolatile) {
            block.follows[index] = (int) (follows - block.baseFollows);
        }
        if (expiresAtMs != 0) {
            expiry.joined(block);
        }
        count(lane, 1, isGrouped ? 1 : 0, length);
    }

    /** Counts messages that come, or go if the numbers are negative. */
    private void count(Lane lane, long messages, long grouped, long length) {
        depth += messages;
        bytes += length;
        lane.live += messages;
        if (lane.isVolatile) {
            volatileDepth += messages;
        }
        lanesInUse = lane.live > 0 ? lanesInUse | 1 << lane.place : lanesInUse & ~(1 << lane.place);
        if (grouped != 0) {
            lane.grouped += grouped;
            Lane twin = lanes[place(lane.priority, !lane.isVolatile)];
            boolean any = lane.grouped > 0 || (twin != null && twin.grouped > 0);
            groupedPriorities =
                    any ? groupedPriorities | 1 << lane.priority : groupedPriorities & ~(1 << lane.priority);
        }
    }

    private IndexBlock room(Lane lane, long number, long expiresAtMs, long follows) {
        IndexBlock block = lane.size() == 0 ? null : lane.tail();
        if (block == null
                || !block.takes(number, expiresAtMs)
                || (lane.isVolatile && follows - block.baseFollows > Integer.MAX_VALUE)) {
            block = store.acquire(lane.usual, number, lane.isVolatile);
            if (lane.isVolatile) {
                block.withFollows();
                block.baseFollows = follows;
            }
            enter(lane, block);
        } else if (!block.hasRoom()) {
            store.grow(block);
            lane.usual = block.capacity;
        } else if (block.count == 0) {
            block.base = number;
            block.baseFollows = follows;
        }
        return block;
    }

    /** A block joins a lane, behind the others, and gets its place in the table. */
    private void enter(Lane lane, IndexBlock block) {
        if (freePlaceCount > 0) {
            block.table = freePlaces[--freePlaceCount];
        } else {
            block.table = placeCount++;
            if (placeCount > table.length) {
                table = Arrays.copyOf(table, Math.max(4, 2 * placeCount));
                freePlaces = Arrays.copyOf(freePlaces, table.length);
            }
        }
        table[block.table] = block;
        block.place = lane.place;
        lane.append(block);
    }

    /** A block is in no lane any more; references to its messages are void. */
    private void exit(IndexBlock block) {
        table[block.table] = null;
        freePlaces[freePlaceCount++] = block.table;
    }

    /** A block read from a snapshot joins its lane. */
    void restore(int priority, IndexBlock block) {
        Lane lane = lane(priority);
        enter(lane, block);
        count(lane, block.live, block.grouped, block.bytes);
        expiry.joined(block);
        for (int i = 0; i < block.count; i++) {
            if (!block.isGone(i)) {
                bodies.live(block.position[i], block.length[i]);
            }
        }
    }

    // --- leaving ---

    /** The messages of this range are gone. */
    void remove(int priority, long first, long last) {
        Lane lane = lane(priority, first < 0);
        if (lane == null) {
            return;
        }
        int at = Math.max(0, lane.indexOf(first));
        while (at < lane.size()) {
            IndexBlock block = lane.block(at);
            int index = block.lowerBound(first);
            for (; index < block.count && block.number(index) <= last; index++) {
                if (!block.isGone(index)) {
                    remove(lane, block, index);
                }
            }
            boolean ends = index < block.count;
            if (!freeIfEmpty(lane, block)) {
                at++;
            }
            if (ends) {
                return;
            }
        }
    }

    /** The lowest number of a durable message; {@code Long.MAX_VALUE} if there is none. */
    long firstDurable() {
        long first = Long.MAX_VALUE;
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            Lane lane = lanes[p];
            for (int at = 0; lane != null && at < lane.size(); at++) {
                IndexBlock block = lane.block(at);
                if (block.live > 0) {
                    first = Math.min(first, block.number(firstLive(block)));
                    break;
                }
            }
        }
        return first;
    }

    /** Visits the durable messages of this priority up to that number, in order. The visitor does not remove any. */
    void forEachUpTo(int priority, long last, LongConsumer visitor) {
        Lane lane = lanes[priority];
        for (int at = 0; lane != null && at < lane.size(); at++) {
            IndexBlock block = lane.block(at);
            for (int entry = 0; entry < block.count; entry++) {
                if (!block.isGone(entry)) {
                    if (block.number(entry) > last) {
                        return;
                    }
                    visitor.accept(block.number(entry));
                }
            }
        }
    }

    private static int firstLive(IndexBlock block) {
        int index = 0;
        while (block.isGone(index)) {
            index++;
        }
        return index;
    }

    private void remove(Lane lane, IndexBlock block, int index) {
        store.touch(block);
        if (dispatcher != null) {
            dispatcher.leaves(block, index);
        }
        int length = block.length[index];
        int grouped = block.isGrouped(index) ? 1 : 0;
        block.gone[index >> 6] |= 1L << index;
        block.live--;
        block.grouped -= grouped;
        block.bytes -= length;
        count(lane, -1, -grouped, -length);
        bodies.dead(block.position[index], length);
    }

    /**
     * All messages of these lanes up to this number are gone. Whole blocks are cut out; {@link #bury} tells of their bodies
     * later, so that this takes the same time however many messages they have.
     */
    void purge(boolean isVolatile, long last) {
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            Lane lane = lane(p, isVolatile);
            while (lane != null && lane.size() > 0) {
                IndexBlock block = lane.block(0);
                if (block.count == 0 || block.number(block.count - 1) > last) {
                    break;
                }
                cut(lane, block);
            }
            remove(p, isVolatile ? MessageQueue.FIRST_VOLATILE : 1, last);
        }
    }

    private void cut(Lane lane, IndexBlock block) {
        if (dispatcher != null) {
            dispatcher.cut(block);
        }
        lane.remove(block);
        exit(block);
        count(lane, -block.live, -block.grouped, -block.bytes);
        if (!store.needs(block)) {
            block.id = 0;
        }
        dead.add(block);
    }

    boolean hasDead() {
        return !dead.isEmpty();
    }

    /** Releases blocks that were cut out, about so many messages; returns how many. */
    int bury(int budget) {
        int work = 0;
        while (work < budget && !dead.isEmpty()) {
            IndexBlock block = dead.remove();
            store.save(block);
            for (int i = 0; i < block.count; i++) {
                if (!block.isGone(i)) {
                    bodies.dead(block.position[i], block.length[i]);
                }
            }
            work += block.count;
            store.release(block);
        }
        return work;
    }

    /** Gives the snapshot blocks that were cut out since it began; whether it has all of them. */
    boolean saveDead(int budget) {
        int left = budget;
        for (IndexBlock block : dead) {
            left -= store.save(block) ? 1 : 0;
            if (left < 0) {
                return false;
            }
        }
        return true;
    }

    /** Frees a block without messages, or empties it where it stands; whether it left its lane. */
    boolean freeIfEmpty(Lane lane, IndexBlock block) {
        if (block.live > 0 || block.count == 0 || expiry.isAt(block)) {
            return false;
        }
        if (dispatcher != null) {
            dispatcher.freed(block);
        }
        if (lane.size() == 1 && block.capacity <= KEPT_CAPACITY) {
            block.reset(block.number(block.count - 1) + 1);
            return false;
        }
        lane.remove(block);
        exit(block);
        store.release(block);
        return true;
    }

    // --- looking up and marking ---

    /** Reference to a message; NONE if it is unknown or gone. */
    int find(int priority, long number) {
        Lane lane = lane(priority, number < 0);
        int at = lane == null ? -1 : lane.indexOf(number);
        if (lane == null || at < 0) {
            return NONE;
        }
        IndexBlock block = lane.block(at);
        int index = block.lowerBound(number);
        boolean found = index < block.count && block.number(index) == number && !block.isGone(index);
        return found ? ref(block, index) : NONE;
    }

    /** Adds to the count of certain deliveries of a range, and sets a flag. */
    void mark(int priority, long first, long last, int delta, byte flag) {
        Lane lane = lane(priority, first < 0);
        for (int at = lane == null ? 0 : Math.max(0, lane.indexOf(first)); lane != null && at < lane.size(); at++) {
            IndexBlock block = lane.block(at);
            int index = block.lowerBound(first);
            for (; index < block.count && block.number(index) <= last; index++) {
                if (!block.isGone(index)) {
                    store.touch(block);
                    block.deliveries[index] = (byte) Math.min(255, block.deliveries(index) + delta);
                    block.set(index, flag);
                }
            }
            if (index < block.count) {
                return;
            }
        }
    }

    /** A message was delivered in vain too often, and its group is parked. */
    void park(IndexBlock block, int index) {
        store.touch(block);
        block.set(index, IndexBlock.PARKED);
    }

    /** Its group goes on: what was counted of a message's deliveries is a doubt from now on. */
    void unpark(IndexBlock block, int index) {
        store.touch(block);
        block.clear(index, IndexBlock.PARKED);
        block.set(index, IndexBlock.DOUBTED);
        block.deliveries[index] = 0;
    }

    /** The body of a message is elsewhere now. */
    void move(int priority, long number, long newPosition) {
        int ref = find(priority, number);
        if (ref != NONE) {
            IndexBlock block = block(ref);
            int index = index(ref);
            store.touch(block);
            bodies.dead(block.position[index], block.length[index]);
            block.position[index] = newPosition;
            bodies.live(newPosition, block.length[index]);
        }
    }

    // --- expiry ---

    /** What finds the messages that have expired. */
    ExpirySweep expiry() {
        return expiry;
    }

    /** A message that waits is reported as expired. */
    void expiring(IndexBlock block, int index) {
        if (dispatcher != null) {
            dispatcher.expiring(block, index);
        }
        block.take(index);
        block.set(index, IndexBlock.EXPIRING);
    }
}
