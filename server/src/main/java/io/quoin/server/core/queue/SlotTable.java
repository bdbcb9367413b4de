// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slots of message groups for one {@link Selection}: who holds each, and what was passed over because
 * the holder had no credit.
 *
 * <p>A slot belongs to a consumer while something of it is out there. Free, it is offered to its home (see {@link SlotHomes})
 * and, if that has no credit, lent to a consumer that has much. A slot that is held elsewhere though its home has credit
 * <i>moves</i>, when a review finds it: it gets nothing more, and its holder gives back what its application has not seen, until
 * it is free. There is a review when a consumer comes or goes, and now and then, so that nothing stays lent for long.
 *
 * <p>A message whose slot's holder has no credit waits in the slot's list of its priority, in order, and the list in the
 * holder's heap. As many lists as the holder gets credit leave the heap: the first message of each becomes ready, and when that
 * goes the next. When the slot becomes free, the first message of each of its lists is ready. So nothing is looked at for
 * nothing.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class SlotTable {
    /** Slots without messages that a review passes in the time of one message. */
    private static final int PASSED_OF_A_STEP = 16;

    private final int slots;
    private final ReadyIndex ready;
    private final List<QueueConsumer> members;
    private final SlotHomes homes;

    private final @Nullable QueueConsumer[] holder;
    /** The home of each slot that was told last. */
    private final @Nullable QueueConsumer[] toldHome;

    private final int[] waiting;
    private final int[] out;
    /** The slot gets nothing more until it is free. */
    private final boolean[] moving;
    /** By priority: first and last of each slot's list; empty until used. */
    private final int[][] lists = new int[MessageQueue.PRIORITIES][0];
    /** By priority and slot: the list is in the heap of the slot's holder. */
    private final boolean[][] parked = new boolean[MessageQueue.PRIORITIES][0];

    /** Whether some member wants to hear of its slots. */
    private boolean isWatched;
    /** The next slot to be reviewed; {@link #slots}: none. */
    private int reviewAt;
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
        homes = new SlotHomes(slots, members);
        holder = new @Nullable QueueConsumer[slots];
        toldHome = new @Nullable QueueConsumer[slots];
        waiting = new int[slots];
        out = new int[slots];
        moving = new boolean[slots];
        reviewAt = slots;
    }

    int slotOf(int hash) {
        return Math.floorMod(hash, slots);
    }

    SlotHomes homes() {
        return homes;
    }

    @Nullable
    QueueConsumer holder(int slot) {
        return holder[slot];
    }

    /** Messages of a slot that are out. */
    int out(int slot) {
        return out[slot];
    }

    boolean isMoving(int slot) {
        return moving[slot];
    }

    // --- members ---

    /** A consumer joined or left: homes are found anew, and slots move to them. */
    void membersChanged() {
        homes.membersChanged();
        isWatched = false;
        for (int i = 0; i < members.size(); i++) {
            isWatched |= members.get(i).watchesSlots;
        }
        beginReview();
    }

    /** A consumer has come back in another's stead: what that one holds is its own. */
    void takesOver(QueueConsumer former, QueueConsumer by) {
        for (int slot = 0; slot < slots; slot++) {
            if (holder[slot] == former) {
                holder[slot] = by;
                readyAll(slot);
            }
        }
    }

    /** The slots whose home is that consumer are told, and so is every change from now on. */
    void watch(QueueConsumer consumer) {
        isWatched = true;
        for (int slot = 0; slot < slots; slot++) {
            if (toldHome[slot] == consumer) {
                toldHome[slot] = null;
            }
        }
        beginReview();
    }

    // --- reviews ---

    /** Every slot in use is to be looked at: whether it is where it should be. */
    void beginReview() {
        reviewAt = 0;
    }

    /** Time has passed: what was used long ago is not in use any more, and what was lent goes home. */
    void age() {
        homes.age(slot -> waiting[slot] + out[slot] > 0);
        beginReview();
    }

    boolean isReviewing() {
        return reviewAt < slots;
    }

    /** Goes on with a review for about as long as so many messages take; returns for how many. */
    int review(int budget, DeliverySink sink) {
        int work = 0;
        int passed = 0;
        while (work < budget && reviewAt < slots) {
            int slot = reviewAt++;
            if (homes.isInUse(slot)) {
                settle(slot, sink);
                work++;
            } else if (++passed % PASSED_OF_A_STEP == 0) {
                work++;
            }
        }
        return work;
    }

    /** Lets a slot move to its home. */
    private void settle(int slot, DeliverySink sink) {
        QueueConsumer home = homes.review(slot);
        if (isWatched && toldHome[slot] != home) {
            tell(slot, home, sink);
        }
        QueueConsumer current = holder[slot];
        if (current != null && current != home && home != null && !moving[slot] && canTake(home)) {
            move(slot, current, sink);
        }
    }

    private void tell(int slot, @Nullable QueueConsumer home, DeliverySink sink) {
        QueueConsumer before = toldHome[slot];
        toldHome[slot] = home;
        if (before != null && before.watchesSlots && before.selection != null) {
            sink.home(before, slot, false);
        }
        if (home != null && home.watchesSlots) {
            sink.home(home, slot, true);
        }
    }

    private void move(int slot, QueueConsumer current, DeliverySink sink) {
        moving[slot] = true;
        if (current.selection != null) {
            sink.recall(current, slot);
        }
    }

    // --- who may take a message ---

    /** Who takes the next message of a slot; null if those who may have it cannot take it now. */
    @Nullable
    QueueConsumer taker(int slot, CreditRing ring) {
        QueueConsumer current = holder[slot];
        if (current != null) {
            return !moving[slot] && canTake(current) ? current : null;
        }
        if (members.size() == 1) {
            return ring.next();
        }
        QueueConsumer home = homes.of(slot);
        return home != null && canTake(home) ? home : ring.richest();
    }

    private static boolean canTake(QueueConsumer consumer) {
        return consumer.selection != null && consumer.hasCredit();
    }

    // --- what waits and what is out ---

    void waits(int slot) {
        if (waiting[slot]++ + out[slot] == 0) {
            if (isWatched && !homes.isInUse(slot)) {
                beginReview();
            }
            homes.used(slot);
        }
    }

    void waitsNot(int slot) {
        waiting[slot]--;
    }

    /** A message of a slot goes out to a consumer, which holds the slot from now on. */
    void taken(int slot, QueueConsumer by) {
        if (waiting[slot] + out[slot]++ == 0) {
            homes.used(slot);
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

    /** Whoever may have messages of a slot is asked anew. Returns how many lists it may have had. */
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
        Arrays.fill(waiting, 0);
        lastInserted = ReadyIndex.NONE;
    }
}
