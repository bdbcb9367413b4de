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
 * <p>A message whose slot cannot take it waits in the slot's list of its priority, in order. When the slot can take messages
 * again only the first of each list becomes ready, and when that goes the next: so nothing is looked at for nothing.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class SlotTable {
    private static final byte BLOCKED = 1;
    private static final byte MOVING = 2;

    private final int slots;
    private final ReadyIndex ready;
    private final List<QueueConsumer> members;

    private final @Nullable QueueConsumer[] holder;
    private final @Nullable QueueConsumer[] home;
    private final int[] homeEpoch;
    private final int[] waiting;
    private final int[] out;
    private final byte[] state;
    /** By priority: first and last of each slot's list; empty until used. */
    private final int[][] lists = new int[MessageQueue.PRIORITIES][0];

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
        state = new byte[slots];
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

    /** How many slots with messages a consumer may be home to: a tenth more than its share. */
    private int limit() {
        return candidates == 0 ? 0 : (11 * Math.max(active, 1) + 10 * candidates - 1) / (10 * candidates);
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
        return (state[slot] & MOVING) == 0 && canTake(current) ? current : null;
    }

    /** Finds the home of a slot that is held; where it left the holder, the slot begins to move. */
    private void move(int slot, QueueConsumer current, DeliverySink sink) {
        QueueConsumer before = home[slot];
        QueueConsumer now = findHome(slot);
        boolean wasHome = before == null || before == current;
        if (wasHome && now != current && current.selection != null) {
            state[slot] |= MOVING;
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
            holder[slot] = null;
            state[slot] &= (byte) ~MOVING;
            unblock(slot);
            if (waiting[slot] == 0) {
                deactivated(slot);
            }
        }
    }

    // --- lists ---

    /** A message is passed over: it waits in its slot's list until the slot can take messages again. */
    void passOver(int priority, int slot, int ref) {
        int[] ends = lists[priority];
        if (ends.length == 0) {
            ends = new int[2 * slots];
            Arrays.fill(ends, ReadyIndex.NONE);
            lists[priority] = ends;
        }
        int list = priority * slots + slot;
        ready.insert(ends, 2 * slot, ref, Selection.SLOT_LIST, list == lastList ? lastInserted : ReadyIndex.NONE);
        lastInserted = ref;
        lastList = list;
        block(slot);
    }

    /** A message that is in a slot's list leaves it. */
    void unlink(int priority, int slot, int ref) {
        if (ref == lastInserted) {
            lastInserted = ReadyIndex.NONE;
        }
        ready.unlink(lists[priority], 2 * slot, ref);
    }

    /** A ready message of a slot is not ready any more: the next one that waits in the list follows. */
    void follow(int priority, int slot) {
        int[] ends = lists[priority];
        if (ends.length == 0 || ends[2 * slot] == ReadyIndex.NONE || (state[slot] & BLOCKED) != 0) {
            return;
        }
        QueueConsumer current = holder[slot];
        if (current != null && ((state[slot] & MOVING) != 0 || !canTake(current))) {
            block(slot);
        } else {
            readyFirst(ends, priority, slot);
        }
    }

    /** A consumer has credit again. */
    void credited(QueueConsumer consumer) {
        int kept = 0;
        for (int i = 0; i < consumer.blockedSlotCount; i++) {
            int slot = consumer.blockedSlots[i];
            if (holder[slot] != consumer || (state[slot] & BLOCKED) == 0) {
                continue;
            }
            if ((state[slot] & MOVING) == 0) {
                unblock(slot);
            } else {
                consumer.blockedSlots[kept++] = slot;
            }
        }
        consumer.blockedSlotCount = kept;
    }

    private void block(int slot) {
        QueueConsumer current = holder[slot];
        if ((state[slot] & BLOCKED) == 0 && current != null) {
            state[slot] |= BLOCKED;
            current.blocked(slot);
        }
    }

    private void unblock(int slot) {
        if ((state[slot] & BLOCKED) == 0) {
            return;
        }
        state[slot] &= (byte) ~BLOCKED;
        for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
            int[] ends = lists[p];
            if (ends.length != 0 && ends[2 * slot] != ReadyIndex.NONE) {
                readyFirst(ends, p, slot);
            }
        }
    }

    private void readyFirst(int[] ends, int priority, int slot) {
        int ref = ends[2 * slot];
        unlink(priority, slot, ref);
        ready.makeReady(ref);
    }

    /** Forgets what waits; what is out stays. */
    void reset() {
        for (int[] ends : lists) {
            Arrays.fill(ends, ReadyIndex.NONE);
        }
        lastInserted = ReadyIndex.NONE;
        for (int slot = 0; slot < slots; slot++) {
            if (waiting[slot] > 0 && out[slot] == 0) {
                waiting[slot] = 0;
                deactivated(slot);
            }
            waiting[slot] = 0;
            state[slot] &= (byte) ~BLOCKED;
        }
    }
}
