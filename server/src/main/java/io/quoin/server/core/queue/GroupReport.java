// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The message groups of a queue at one moment, for administrators: made by one walk over the index, of so many messages at
 * most that it is one step.
 *
 * @param slots of the queue
 * @param inUse slots of which the walk has met messages, by their number
 * @param held groups that are not handed out for now, by hash
 * @param counted messages with a group that the walk has met
 * @param isComplete whether it has met all of them
 */
public record GroupReport(int slots, List<Slot> inUse, List<Held> held, long counted, boolean isComplete) {
    /** Messages that the walk meets; it takes about a nanosecond for each. */
    private static final int WALKED_MAX = 500_000;

    /**
     * One slot.
     *
     * @param messages that are there, those that are out included
     * @param position of the first of them
     * @param length of the first of them
     * @param out those that are out at {@code owner}
     * @param home whose home it is; null: nobody's
     * @param owner who holds it; null: nobody
     * @param isMoving whether it waits to be free, so that it can go elsewhere
     */
    public record Slot(
            int number,
            long messages,
            long position,
            int length,
            int out,
            @Nullable QueueConsumer home,
            @Nullable QueueConsumer owner,
            boolean isMoving) {}

    /** Why a group is held. */
    public enum Why {
        /** A message of it was delivered in vain too often; an administrator releases it. */
        PARKED,
        /** A redelivery delay runs. */
        DELAY,
        /** What becomes of a message of it is not decided: it is in a prepared transaction, or in doubt, or came back to its consumer. */
        UNDECIDED
    }

    /**
     * A group that is held.
     *
     * @param hash of its id
     * @param position of its message that is the reason, as far as it was met; 0: unknown
     * @param length of that message
     * @param atMs server's wall clock: since when it is parked, or until when the delay runs; 0: unknown
     */
    public record Held(int hash, Why why, long position, int length, long atMs) {}

    static GroupReport of(MessageIndex index, Dispatcher dispatcher, ParkedGroups parked, int slots) {
        long[] messages = new long[slots];
        int[] first = new int[slots];
        Map<Integer, Held> held = new HashMap<>();
        Set<Integer> delayed = new HashSet<>();
        dispatcher.restingGroups((hash, untilMs) -> {
            delayed.add(hash);
            held.put(hash, new Held(hash, Why.DELAY, 0, 0, untilMs));
        });
        long walked = 0;
        long counted = 0;
        for (Lane lane : index.lanes()) {
            for (int at = 0; lane != null && lane.grouped > 0 && at < lane.size() && walked < WALKED_MAX; at++) {
                IndexBlock block = lane.block(at);
                walked += block.count;
                for (int i = 0; i < block.count; i++) {
                    if (block.isGone(i) || !block.isGrouped(i)) {
                        continue;
                    }
                    counted++;
                    int hash = block.hash[i];
                    int slot = Math.floorMod(hash, slots);
                    int ref = MessageIndex.ref(block, i);
                    if (messages[slot]++ == 0 || index.before(ref, first[slot])) {
                        first[slot] = ref;
                    }
                    note(held, delayed, block, i);
                }
            }
        }
        for (ParkedGroups.Parked one : parked.all()) {
            int ref = index.find(one.priority(), one.arrival());
            IndexBlock block = index.block(ref);
            int i = MessageIndex.index(ref);
            held.put(one.hash(), new Held(one.hash(), Why.PARKED, block.position[i], block.length[i], one.sinceMs()));
        }
        List<Slot> inUse = new ArrayList<>();
        for (int slot = 0; slot < slots; slot++) {
            if (messages[slot] > 0) {
                IndexBlock block = index.block(first[slot]);
                int i = MessageIndex.index(first[slot]);
                inUse.add(dispatcher.describeSlot(slot, messages[slot], block.position[i], block.length[i]));
            }
        }
        List<Held> all = new ArrayList<>(held.values());
        all.sort((a, b) -> Integer.compare(a.hash, b.hash));
        return new GroupReport(slots, inUse, all, counted, walked < WALKED_MAX);
    }

    private static void note(Map<Integer, Held> held, Set<Integer> delayed, IndexBlock block, int i) {
        int hash = block.hash[i];
        if (block.isOut(i) && block.has(i, IndexBlock.HELD)) {
            held.put(hash, new Held(hash, Why.UNDECIDED, block.position[i], block.length[i], 0));
        } else if (delayed.remove(hash)) {
            Held known = held.get(hash);
            held.put(
                    hash,
                    new Held(hash, Why.DELAY, block.position[i], block.length[i], known == null ? 0 : known.atMs));
        }
    }
}
