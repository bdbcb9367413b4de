// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slots of message groups for one {@link Selection}: who holds each, whose home it is, and what was passed over because
 * the holder had no credit.
 *
 * <p>A slot belongs to a consumer while something of it is out there. Free, it is offered to its home, which is found by
 * rendezvous hashing with bounded load among the slots that have messages; if its home has no credit, it is lent to a consumer
 * that has much. Where a home moved while the old one holds messages, the slot gets nothing more until it is free.
 *
 * <p>A message whose slot's holder has no credit waits in the slot's list of its priority, in order, and the list in the
 * holder's heap. As many lists as the holder gets credit leave the heap: the first message of each becomes ready, and when that
 * goes the next. When the slot becomes free, the first message of each of its lists is ready. So nothing is looked at for
 * nothing.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class SlotTable {
    private final int slots;
    private final ReadyIndex ready;
    private final List<QueueConsumer> members;

    private final @Nullable QueueConsumer[] holder;
    private final @Nullable QueueConsumer[] home;
    private final int[] homeEpoch;
    private final int[] waiting;
    private final int[] out;
    /** The slot's home has moved away from its holder: it gets nothing more until it is free. */
    private final boolean[] moving;
    /** By priority: first and last of each slot's list; empty until used. */
    private final int[][] lists = new int[MessageQueue.PRIORITIES][0];
    /** By priority and slot: the list is in the heap of the slot's holder. */
    private final boolean[][] parked = new boolean[MessageQueue.PRIORITIES][0];

    private int epoch = 1;
    private int active;
    private int topPriority;
    private int candidates;
    /** The message that was last put into a list and is still there, and the list. */
    private int lastInserted = ReadyIndex.NONE;

    private int lastList;

    /**
     * @param members the consumers that share the slots; whoever changes the list calls {@link #membersChanged}
     */
    SlotTable(int slots, ReadyIndex ready, List<QueueConsumer> members) {
        this.slots = slots;
        this.ready = ready;
        this.members = members;
        holder = new @Nullable QueueConsumer[slots];
        home = new @Nullable QueueConsumer[slots];
        homeEpoch = new int[slots];
        waiting = new int[slots];
        out = new int[slots];
        moving = new boolean[slots];
    }

    int slotOf(int hash) {
        return Math.floorMod(hash, slots);
    }

    // --- members and homes ---

    /** A consumer joined or left: every slot finds its home anew when it is next needed. */
    void membersChanged() {
        epoch++;
        topPriority = Integer.MIN_VALUE;
        candidates = 0;
        for (QueueConsumer member : members) {
            if (member.priority() > topPriority) {
                topPriority = member.priority();
                candidates = 0;
            }
            candidates += member.priority() == topPriority ? 1 : 0;
        }
    }

    /** How many slots with messages a consumer may be home to: its share rounded up, or a tenth more than its share. */
    private int limit() {
        int count = Math.max(active, 1);
        return candidates == 0 ? 0 : Math.max((count + candidates - 1) / candidates, 11 * count / (10 * candidates));
    }

    private @Nullable QueueConsumer homeOf(int slot) {
        return homeEpoch[slot] == epoch ? home[slot] : findHome(slot);
    }

    /** Of the consumers of the highest priority that may take another slot, the one that rendezvous hashing puts first. */
    private @Nullable QueueConsumer findHome(int slot) {
        QueueConsumer best = null;
        long bestScore = Long.MIN_VALUE;
        int limit = limit();
        for (int i = 0; i < members.size(); i++) {
            QueueConsumer member = members.get(i);
            long score = Digest.mix(member.memberNumber * slots + slot);
            if (member.priority() == topPriority && homes(member) < limit && (best == null || score > bestScore)) {
                best = member;
                bestScore = score;
            }
        }
        home[slot] = best;
        homeEpoch[slot] = epoch;
        if (best != null && isActive(slot)) {
            best.homes++;
        }
        return best;
    }

    private int homes(QueueConsumer member) {
        if (member.homesEpoch != epoch) {
            member.homesEpoch = epoch;
            member.homes = 0;
        }
        return member.homes;
    }

    private boolean isActive(int slot) {
        return waiting[slot] + out[slot] > 0;
    }

    private void activated(int slot) {
        active++;
        if (homeEpoch[slot] == epoch) {
            // The home that it had is still good unless the member has its share by now.
            QueueConsumer last = home[slot];
            if (last != null) {
                if (homes(last) < limit()) {
                    last.homes++;
                } else {
                    homeEpoch[slot] = 0;
                }
            }
        }
    }

    private void deactivated(int slot) {
        active--;
        QueueConsumer last = home[slot];
        if (homeEpoch[slot] == epoch && last != null && last.homesEpoch == epoch && last.homes > 0) {
            last.homes--;
        }
    }

    // --- who may take a message ---

    /** Who takes the next message of a slot; null if it is held by a consumer that cannot take it now. */
    @Nullable
    QueueConsumer taker(int slot, CreditRing ring, DeliverySink sink) {
        QueueConsumer current = holder[slot];
        if (current == null) {
            if (members.size() == 1) {
                return ring.next();
            }
            QueueConsumer first = homeOf(slot);
            return first != null && first.hasCredit() ? first : ring.richest();
        }
        if (homeEpoch[slot] != epoch) {
            move(slot, current, sink);
        }
        return !moving[slot] && canTake(current) ? current : null;
    }

    /** Finds the home of a slot that is held; where it left the holder, the slot begins to move. */
    private void move(int slot, QueueConsumer current, DeliverySink sink) {
        QueueConsumer before = home[slot];
        QueueConsumer now = findHome(slot);
        boolean wasHome = before == null || before == current;
        if (wasHome && now != current && current.selection != null) {
            moving[slot] = true;
            sink.recall(current, slot);
        }
    }

    private static boolean canTake(QueueConsumer consumer) {
        return consumer.selection != null && consumer.hasCredit();
    }

    // --- what waits and what is out ---

    void waits(int slot) {
        if (waiting[slot]++ + out[slot] == 0) {
            activated(slot);
        }
    }

    void waitsNot(int slot) {
        if (--waiting[slot] + out[slot] == 0) {
            deactivated(slot);
        }
    }

    /** A message of a slot goes out to a consumer, which holds the slot from now on. */
    void taken(int slot, QueueConsumer by) {
        if (waiting[slot] + out[slot]++ == 0) {
            activated(slot);
        }
        holder[slot] = by;
    }

    /** A message of a slot is not out any more; if it was the last one, the slot is free. */
    void released(int slot) {
        if (--out[slot] == 0) {
            QueueConsumer before = holder[slot];
            holder[slot] = null;
            moving[slot] = false;
            int freed = readyAll(slot);
            if (before != null && canTake(before)) {
                // What was ready for it in these lists may go elsewhere now.
                unpark(before, freed);
            }
            if (waiting[slot] == 0) {
                deactivated(slot);
            }
        }
    }

    // --- lists ---

    /** A message is passed over: it waits in its slot's list until the slot can take messages again. */
    void passOver(int priority, int slot, int ref) {
        if (lists[priority].length == 0) {
            lists[priority] = new int[2 * slots];
            Arrays.fill(lists[priority], ReadyIndex.NONE);
            parked[priority] = new boolean[slots];
        }
        int list = priority * slots + slot;
        int near = list == lastList ? lastInserted : ReadyIndex.NONE;
        ready.insert(lists[priority], 2 * slot, ref, Selection.SLOT_LIST, near);
        lastInserted = ref;
        lastList = list;
        if (!parked[priority][slot] || first(priority, slot) == ref) {
            park(priority, slot);
        }
        QueueConsumer current = holder[slot];
        if (current != null && canTake(current)) {
            // The slot moves, but its holder has credit for others.
            unpark(current, 1);
        }
    }

    /** A message that is in a slot's list leaves it. */
    void unlink(int priority, int slot, int ref) {
        if (ref == lastInserted) {
            lastInserted = ReadyIndex.NONE;
        }
        ready.unlink(lists[priority], 2 * slot, ref);
    }

    /**
     * A ready message of a slot is not ready any more. If the slot is free or the message went to its holder, the next one of
     * the list follows; otherwise the best that waits for the holder's credit does, of whatever list.
     */
    void follow(int priority, int slot, boolean handedOut) {
        QueueConsumer current = holder[slot];
        boolean canGoOn = lists[priority].length != 0
                && first(priority, slot) != ReadyIndex.NONE
                && !parked[priority][slot]
                && !moving[slot];
        if (canGoOn) {
            if (current == null || (handedOut && canTake(current))) {
                readyFirst(priority, slot);
                return;
            }
            park(priority, slot);
        }
        if (current != null && canTake(current)) {
            unpark(current, 1);
        }
    }

    /** A consumer has credit again. */
    void credited(QueueConsumer consumer) {
        unpark(consumer, consumer.limitMessages - consumer.deliveredMessages);
    }

    /** A list waits for the credit of its slot's holder. A slot that moves waits for its release alone. */
    private void park(int priority, int slot) {
        QueueConsumer current = holder[slot];
        if (current != null && !moving[slot]) {
            parked[priority][slot] = true;
            ready.describe(first(priority, slot));
            current.parked.add(priority, slot, ready.describedOrder(), ready.describedNumber());
        }
    }

    /** Lets up to so many lists go on that wait for a consumer's credit. */
    private void unpark(QueueConsumer consumer, long count) {
        SlotHeap heap = consumer.parked;
        for (long left = count; left > 0 && !heap.isEmpty(); ) {
            int priority = heap.firstPriority();
            int slot = heap.firstSlot();
            boolean waits = holder[slot] == consumer && parked[priority][slot];
            int first = waits ? first(priority, slot) : ReadyIndex.NONE;
            if (first != ReadyIndex.NONE) {
                ready.describe(first);
                boolean isCurrent = heap.isFirst(ready.describedOrder(), ready.describedNumber());
                heap.removeFirst();
                parked[priority][slot] = false;
                if (isCurrent && !moving[slot]) {
                    readyFirst(priority, slot);
                    left--;
                } else {
                    // Another message is first by now.
                    park(priority, slot);
                }
            } else {
                heap.removeFirst();
                if (waits) {
                    parked[priority][slot] = false;
                }
            }
        }
    }

    /** A slot is free: whoever has credit may have its messages. Returns how many lists it may have had. */
    private int readyAll(int slot) {
        int count = 0;
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            if (lists[p].length != 0) {
                count++;
                parked[p][slot] = false;
                if (first(p, slot) != ReadyIndex.NONE) {
                    readyFirst(p, slot);
                }
            }
        }
        return count;
    }

    private int first(int priority, int slot) {
        return lists[priority][2 * slot];
    }

    private void readyFirst(int priority, int slot) {
        int ref = first(priority, slot);
        unlink(priority, slot, ref);
        ready.makeReady(ref);
    }

    /** Forgets what waits; what is out stays. */
    void reset() {
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            Arrays.fill(lists[p], ReadyIndex.NONE);
            Arrays.fill(parked[p], false);
        }
        lastInserted = ReadyIndex.NONE;
        for (int slot = 0; slot < slots; slot++) {
            if (waiting[slot] > 0 && out[slot] == 0) {
                waiting[slot] = 0;
                deactivated(slot);
            }
            waiting[slot] = 0;
        }
    }
}
