// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which message of a queue: what is visible, what is out, what rests, and the {@link Selection}s of consumers. All of
 * it is volatile, and derived from the {@link MessageIndex} and from what consumers hold.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class Dispatcher implements Rests.Woken {
    /** Messages looked at for one selection before the next one has its turn. */
    private static final int QUANTUM = 16;
    /** The same for one that looks at every message: it shall not slow the others by much. */
    private static final int SCAN_QUANTUM = 4;
    /** Messages taken into an index before a selection has its turn. */
    private static final int INDEX_QUANTUM = 8;
    /** Redelivery delays that one step looks at. */
    private static final int WOKEN_MAX = 1_000;

    private final MessageIndex index;
    private final Bodies bodies;
    private final int groupSlots;
    private final HandoutMarks handoutMarks;
    private final Selections selections;
    private final ParkedGroups parked;
    private final Visibility visibility = new Visibility();
    private final HandoutLimit handout;
    private final Rests rests = new Rests();
    private final GroupLocks locks = new GroupLocks();

    private long out;
    private int consumers;
    /** More redelivery delays are over than the last step took. */
    private boolean waking;

    /** Whether a consumer has asked for another priority than the usual one. */
    private boolean prioritized;

    Dispatcher(MessageIndex index, Bodies bodies, int groupSlots, HandoutMarks handoutMarks, ParkedGroups parked) {
        this.index = index;
        this.bodies = bodies;
        this.groupSlots = groupSlots;
        this.handoutMarks = handoutMarks;
        this.parked = parked;
        selections = new Selections(index, this);
        handout = new HandoutLimit(index);
    }

    long out() {
        return out;
    }

    int consumers() {
        return consumers;
    }

    MessageIndex index() {
        return index;
    }

    int groupSlots() {
        return groupSlots;
    }

    Visibility visibility() {
        return visibility;
    }

    HandoutLimit handout() {
        return handout;
    }

    // --- what may go out ---

    void visibleUpTo(long arrival) {
        if (visibility.visibleUpTo(arrival)) {
            behind();
        }
    }

    void openGate() {
        visibility.openGate();
        behind();
    }

    /** Something became visible. */
    void behind() {
        selections.behind();
    }

    void handoutDurable(int priority, long upTo) {
        if (handout.durable(priority, upTo)) {
            selections.goOn();
        }
    }

    boolean waits(long next) {
        return handout.waits(next, visibility.visibleTo()) || isCold() || visibility.hasGate();
    }

    // --- consumers ---

    boolean takes(@Nullable MessageFilter filter) {
        return selections.takes(filter);
    }

    void attach(QueueConsumer consumer, @Nullable QueueConsumer former) {
        Selection selection = selections.of(consumer.filter());
        if (former != null) {
            selection.takesOver(former, consumer);
        }
        selection.join(consumer);
        selections.list(selection);
        prioritized |= consumer.priority() != 0;
        consumers++;
    }

    void detach(QueueConsumer consumer) {
        Selection selection = consumer.selection;
        if (selection != null) {
            consumers--;
            selection.leave(consumer);
            if (!selection.isIdle()) {
                selections.list(selection);
            }
            selections.leftBy(selection);
        }
    }

    /** When something that is kept without use is dropped; {@code Long.MAX_VALUE}: never. */
    long dropAtMs() {
        return selections.dropAtMs();
    }

    void credit(QueueConsumer consumer, long limitMessages, long limitBytes) {
        consumer.limitMessages = limitMessages;
        consumer.limitBytes = limitBytes;
        Selection selection = consumer.selection;
        if (selection != null) {
            selection.credit(consumer);
            selections.list(selection);
        }
    }

    void watchSlots(QueueConsumer consumer) {
        Selection selection = consumer.selection;
        if (selection != null) {
            selection.watchSlots(consumer);
            selections.list(selection);
        }
    }

    boolean hasSlots() {
        return selections.hasSlots();
    }

    void reviewSlots(boolean age) {
        selections.reviewSlots(age);
    }

    // --- dispatch ---

    boolean ready() {
        return waking || selections.hasWork();
    }

    boolean isCold() {
        return selections.isCold();
    }

    void bodiesArrived() {
        selections.goOn();
    }

    int dispatch(long nowMs, int budget, DeliverySink sink) {
        waking = rests.wake(nowMs, WOKEN_MAX, this);
        selections.drop(nowMs);
        ValueIndexes indexes = selections.indexes();
        int work = 0;
        while (work < budget) {
            int done = indexes.step(Math.min(INDEX_QUANTUM, budget - work));
            if (prioritized && indexes.hasWork()) {
                // What an index finds may be for a consumer of a higher priority.
                work += done;
                continue;
            }
            Selection selection = prioritized ? selections.pollBest() : selections.poll();
            if (selection != null) {
                boolean isAlone = !selections.hasOthers() && !indexes.hasWork();
                int turn = selection.isScanning() ? SCAN_QUANTUM : QUANTUM;
                int quantum = isAlone ? budget - work : Math.min(turn, budget - work);
                done += selections.dispatch(selection, nowMs, quantum, sink);
            } else if (done == 0) {
                break;
            }
            work += done;
        }
        return work;
    }

    /** Whether a body can be read now; otherwise whoever asks waits for it. */
    boolean isReady(long position, int length) {
        return bodies.ready(position, length);
    }

    /** A selection may have work. */
    void list(Selection selection) {
        selections.list(selection);
    }

    /** A selection that waited for its index goes on. */
    void unlist(Selection selection) {
        selection.isListed = false;
        selections.list(selection);
    }

    Selection selection(int id) {
        return selections.byId(id);
    }

    /** A message goes out to a consumer of a selection, where it does not wait any more. */
    void handOut(Selection to, QueueConsumer consumer, IndexBlock block, int entry, DeliverySink sink) {
        take(block, entry, to);
        boolean groupFirst = false;
        if (block.isGrouped(entry)) {
            groupFirst = locks.wentOut(block.hash[entry], to.id);
        }
        handout.wentOut(block, entry);
        sink.deliver(
                consumer,
                block.priority(),
                block.number(entry),
                block.isVolatile(),
                block.position[entry],
                block.length[entry],
                deliveryCount(block, entry),
                doubted(block, entry) || block.deliveries(entry) > 0,
                groupFirst,
                block.expiresAtMs(entry));
    }

    /** What {@code JMSXDeliveryCount} shows if the message is delivered now. */
    int deliveryCount(IndexBlock block, int entry) {
        return block.deliveries(entry) + (doubted(block, entry) ? 2 : 1);
    }

    /** Whether the message may have been seen before, without certainty. */
    boolean doubted(IndexBlock block, int entry) {
        return block.has(entry, IndexBlock.DOUBTED) || handoutMarks.isUncertain(block, entry);
    }

    private void take(IndexBlock block, int entry, @Nullable Selection by) {
        block.take(entry);
        out++;
        selections.left(block, entry, by);
    }

    // --- groups ---

    /** Whether a group may not be handed out by a selection: something holds it, or another selection has messages of it. */
    boolean isLocked(int hash, Selection by) {
        return locks.isLocked(hash, by.id);
    }

    private void unhold(int hash) {
        if (locks.unhold(hash)) {
            unlocked(hash);
        }
    }

    /** A message of a group is not out any more. */
    private void released(int hash) {
        Selection selection = selections.byId(locks.owner(hash));
        boolean unlocks = locks.cameBack(hash);
        selection.released(hash);
        selections.list(selection);
        if (unlocks) {
            unlocked(hash);
        }
        selections.leftBy(selection);
    }

    private void unlocked(int hash) {
        selections.unlocked(hash);
    }

    void restingGroups(Rests.RestingGroup visitor) {
        rests.forEachGroup(visitor);
    }

    GroupReport.Slot describeSlot(int slot, long messages, long position, int length) {
        return selections.describeSlot(slot, messages, position, length);
    }

    // --- parked groups ---

    void park(int priority, long number, long atMs) {
        int ref = index.find(priority, number);
        if (ref == MessageIndex.NONE) {
            return;
        }
        IndexBlock block = index.block(ref);
        int hash = block.hash[MessageIndex.index(ref)];
        if (!parked.isParked(hash)) {
            index.park(block, MessageIndex.index(ref));
            restore(new ParkedGroups.Parked(hash, priority, number, atMs));
        }
    }

    /** A group is parked; its message knows. */
    void restore(ParkedGroups.Parked group) {
        parked.add(group);
        locks.hold(group.hash());
    }

    void release(int hash) {
        ParkedGroups.Parked group = parked.find(hash);
        if (group != null) {
            int ref = index.find(group.priority(), group.arrival());
            index.unpark(index.block(ref), MessageIndex.index(ref));
            unpark(hash);
        }
    }

    private void unpark(int hash) {
        parked.remove(hash);
        unhold(hash);
    }

    /** Parked groups whose message is in a block that is cut out. */
    private void unparkThoseOf(IndexBlock block) {
        for (ParkedGroups.Parked group : List.copyOf(parked.all())) {
            int ref = index.find(group.priority(), group.arrival());
            if (ref != MessageIndex.NONE && index.block(ref) == block) {
                unpark(group.hash());
            }
        }
    }

    // --- coming back ---

    void putBack(int priority, long number, long heldUntilMs) {
        int ref = index.find(priority, number);
        if (ref == MessageIndex.NONE || !index.block(ref).isOut(MessageIndex.index(ref))) {
            return;
        }
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        boolean held = block.has(entry, IndexBlock.HELD);
        out--;
        block.clear(entry, IndexBlock.HELD);
        index.expiry().waitsAgain(block, entry);
        if (block.isGrouped(entry)) {
            int hash = block.hash[entry];
            if (heldUntilMs > 0) {
                locks.hold(hash);
                rests.add(heldUntilMs, hash);
            }
            returned(block, entry);
            if (held) {
                unhold(hash);
            } else {
                released(hash);
            }
        } else if (heldUntilMs > 0) {
            block.set(entry, IndexBlock.RESTING);
            rests.add(heldUntilMs, priority, number);
        } else {
            returned(block, entry);
        }
    }

    private void returned(IndexBlock block, int entry) {
        block.untake(entry);
        selections.returned(block, entry);
    }

    /** A message is out in a prepared branch: whoever had it, nobody gets it until it is removed or put back. */
    void hold(int priority, long number) {
        int ref = index.find(priority, number);
        if (ref == MessageIndex.NONE) {
            return;
        }
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        if (block.has(entry, IndexBlock.HELD)) {
            return;
        }
        boolean wasOut = block.isOut(entry);
        if (!wasOut) {
            if (block.has(entry, IndexBlock.RESTING)) {
                block.clear(entry, IndexBlock.RESTING);
                rests.breaks(priority, number);
            }
            take(block, entry, null);
        }
        block.set(entry, IndexBlock.HELD);
        if (block.isGrouped(entry)) {
            locks.hold(block.hash[entry]);
            if (wasOut) {
                released(block.hash[entry]);
            }
        }
    }

    /** A message that waits goes out again to a consumer that holds it still; false if it does not wait. */
    boolean claim(int priority, long number) {
        int ref = index.find(priority, number);
        if (ref == MessageIndex.NONE) {
            return false;
        }
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        if (!block.waits(entry) && !block.has(entry, IndexBlock.RESTING)) {
            return false;
        }
        hold(priority, number);
        return true;
    }

    long nextDueMs() {
        return rests.nextDueMs();
    }

    /** A group has rested for long enough. */
    @Override
    public void woken(int groupHash) {
        unhold(groupHash);
    }

    /** A message has rested for long enough: it waits again. */
    @Override
    public void woken(int priority, long number) {
        int ref = index.find(priority, number);
        if (ref == MessageIndex.NONE || !index.block(ref).has(MessageIndex.index(ref), IndexBlock.RESTING)) {
            return;
        }
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        block.clear(entry, IndexBlock.RESTING);
        if (!block.has(entry, IndexBlock.EXPIRING)) {
            returned(block, entry);
        }
    }

    // --- leaving ---

    /** A message is about to go: acknowledged, expired, moved or purged. */
    void leaves(IndexBlock block, int entry) {
        if (block.has(entry, IndexBlock.PARKED)) {
            unpark(block.hash[entry]);
        }
        if (block.waits(entry)) {
            selections.left(block, entry, null);
        } else {
            if (block.isOut(entry)) {
                leavesOut(block, entry);
            }
            block.untake(entry);
        }
    }

    private void leavesOut(IndexBlock block, int entry) {
        out--;
        if (block.isGrouped(entry)) {
            if (block.has(entry, IndexBlock.HELD)) {
                unhold(block.hash[entry]);
            } else {
                released(block.hash[entry]);
            }
        }
    }

    /** A whole block is about to be cut out with all its messages. */
    void cut(IndexBlock block) {
        if (!parked.isEmpty()) {
            unparkThoseOf(block);
        }
        for (int word = 0; word < (block.count + 63) >> 6; word++) {
            for (long bits = block.taken[word] & ~block.gone[word]; bits != 0; bits &= bits - 1) {
                int entry = word << 6 | Long.numberOfTrailingZeros(bits);
                if (block.isOut(entry)) {
                    leavesOut(block, entry);
                }
            }
        }
        selections.cut(block);
    }

    /** A waiting message is reported as expired, and is not handed out any more. */
    void expiring(IndexBlock block, int entry) {
        selections.left(block, entry, null);
    }

    /** A block without messages is about to be freed or emptied. */
    void freed(IndexBlock block) {
        selections.forget(block);
    }
}
