// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which message of a queue: what is visible, what is out, what rests, and the {@link Selection}s of consumers. All of
 * it is volatile, and derived from the {@link MessageIndex} and from what consumers hold.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class Dispatcher {
    /** Messages looked at for one selection before the next one has its turn. */
    private static final int QUANTUM = 16;
    /** The same for one that looks at every message: it shall not slow the others by much. */
    private static final int SCAN_QUANTUM = 4;
    /** Messages taken into an index before a selection has its turn. */
    private static final int INDEX_QUANTUM = 8;
    /** Redelivery delays that one step looks at. */
    private static final int WOKEN_MAX = 1_000;
    /** A resting message is kept by number and priority in one long. */
    private static final int PRIORITY_BITS = 4;

    /** Above every number of a volatile message. */
    private static final long OPEN = Long.MAX_VALUE;

    /** Selections are told apart in so many bits. */
    static final int ID_BITS = 12;

    private static final int ID_MASK = (1 << ID_BITS) - 1;
    /** Messages of one group that may be out at a time; more are held back. */
    private static final int GROUP_OUT_LIMIT = (1 << (Integer.SIZE - ID_BITS)) - 1;

    private final MessageIndex index;
    private final Bodies bodies;
    private final int groupSlots;
    private final long[] uncertainMark;
    private final Selections selections;
    private final ParkedGroups parked;
    /** Ungrouped messages whose redelivery delay runs. */
    private final DueHeap resting = new DueHeap();
    /** How often each is in {@link #resting} for a rest that ended before its time; seldom any. */
    private final Map<Long, Integer> brokenRests = new HashMap<>();
    /** Hashes of groups, one of whose messages has a redelivery delay that runs. */
    private final DueHeap restingGroups = new DueHeap();
    /** By hash of a group: what holds it, counted: redelivery delays, messages in prepared branches, a parked message. */
    private final IntTable holds = new IntTable();
    /** By hash of a group: how many of it are out, and the id of the selection that has them. */
    private final IntTable outGroups = new IntTable();

    /** By priority: durable messages up to this arrival may go out. */
    private final long[] handoutTo = new long[MessageQueue.PRIORITIES];
    /** By priority: the highest arrival of a durable message that went out. */
    private final long[] lastOut = new long[MessageQueue.PRIORITIES];
    /** By priority: the highest arrival that was met above {@link #handoutTo}. */
    private final long[] wanted = new long[MessageQueue.PRIORITIES];

    private boolean handoutLimited;
    private long visibleTo;
    /** Numbers from which on volatile messages may not be seen until each is opened, in that order; mostly none. */
    private final ArrayDeque<Long> gates = new ArrayDeque<>(1);
    /** The first of them. */
    private long gate = OPEN;

    private long out;
    private int consumers;
    /** More redelivery delays are over than the last step took. */
    private boolean waking;

    /** Whether a consumer has asked for another priority than the usual one. */
    private boolean prioritized;

    Dispatcher(MessageIndex index, Bodies bodies, int groupSlots, long[] uncertainMark, ParkedGroups parked) {
        this.index = index;
        this.bodies = bodies;
        this.groupSlots = groupSlots;
        this.uncertainMark = uncertainMark;
        this.parked = parked;
        selections = new Selections(index, this);
        Arrays.fill(handoutTo, Long.MAX_VALUE);
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

    // --- visibility ---

    void visibleUpTo(long arrival) {
        if (arrival > visibleTo) {
            visibleTo = arrival;
            behind();
        }
    }

    /** Volatile messages from that number on may not be seen until {@link #openGate}. */
    void closeGate(long number) {
        if (gates.isEmpty()) {
            gate = number;
        }
        gates.add(number);
    }

    /** Opens the gate that has been closed for longest. */
    void openGate() {
        gates.remove();
        Long next = gates.peek();
        gate = next == null ? OPEN : next;
        behind();
    }

    /** Something became visible. */
    void behind() {
        selections.behind();
    }

    boolean isVisible(IndexBlock block, int entry) {
        return block.order(entry) <= visibleTo && (gate == OPEN || !block.isVolatile() || block.number(entry) < gate);
    }

    /** Whether a message is at or below the hand-out mark of its priority; if not, the mark is wanted up there. */
    boolean mayGoOut(IndexBlock block, int entry) {
        if (block.isVolatile() || block.number(entry) <= handoutTo[block.priority()]) {
            return true;
        }
        wanted[block.priority()] = Math.max(wanted[block.priority()], block.number(entry));
        return false;
    }

    /** The end of the run of entries from {@code from} on that are visible; at most {@code to}. */
    int runTo(IndexBlock block, int from, int to) {
        if (isVisible(block, to - 1)) {
            return to;
        }
        int end = from + 1;
        while (end < to && isVisible(block, end)) {
            end++;
        }
        return end;
    }

    // --- hand-out marks ---

    void limitHandout() {
        handoutLimited = true;
        Arrays.fill(handoutTo, 0);
    }

    void handoutDurable(int priority, long upTo) {
        if (handoutLimited && upTo > handoutTo[priority]) {
            handoutTo[priority] = upTo;
            selections.goOn();
        }
    }

    /**
     * The first durable message of a priority that was never out, or a later one that a selector chose; {@code next} if there
     * is none, 0 without a lane.
     */
    long handoutNext(int priority, long next) {
        return Math.max(firstNeverOut(priority, next), wanted[priority]);
    }

    private long firstNeverOut(int priority, long next) {
        Lane lane = index.lane(priority, false);
        if (lane == null) {
            return 0;
        }
        long after = lastOut[priority] + 1;
        for (int at = Math.max(0, lane.indexOf(after)); at < lane.size(); at++) {
            IndexBlock block = lane.block(at);
            for (int i = block.lowerBound(after); i < block.count; i++) {
                if (!block.isGone(i)) {
                    return block.number(i);
                }
            }
        }
        return next;
    }

    boolean waits(long next) {
        for (int priority = 0; handoutLimited && priority < MessageQueue.PRIORITIES; priority++) {
            long wanted = handoutNext(priority, next);
            if (wanted > handoutTo[priority] && wanted <= visibleTo) {
                return true;
            }
        }
        return isCold() || gate != OPEN;
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
        wake(nowMs);
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
            int hash = block.hash[entry];
            int before = outGroups.get(hash) >>> ID_BITS;
            outGroups.put(hash, (before + 1) << ID_BITS | to.id);
            groupFirst = before == 0;
        }
        if (!block.isVolatile() && block.number(entry) > lastOut[block.priority()]) {
            lastOut[block.priority()] = block.number(entry);
        }
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
        return block.has(entry, IndexBlock.DOUBTED)
                || (!block.isVolatile() && block.number(entry) <= uncertainMark[block.priority()]);
    }

    private void take(IndexBlock block, int entry, @Nullable Selection by) {
        block.take(entry);
        out++;
        selections.left(block, entry, by);
    }

    // --- groups ---

    /** Whether a group may not be handed out by a selection: something holds it, or another selection has messages of it. */
    boolean isLocked(int hash, Selection by) {
        if (holds.get(hash) != 0) {
            return true;
        }
        int has = outGroups.get(hash);
        return has != 0 && ((has & ID_MASK) != by.id || has >>> ID_BITS == GROUP_OUT_LIMIT);
    }

    private void hold(int hash) {
        holds.put(hash, holds.get(hash) + 1);
    }

    private void unhold(int hash) {
        int left = holds.get(hash) - 1;
        holds.put(hash, left);
        if (left == 0) {
            unlocked(hash);
        }
    }

    /** A message of a group is not out any more. */
    private void released(int hash) {
        int has = outGroups.get(hash);
        int count = has >>> ID_BITS;
        outGroups.put(hash, count == 1 ? 0 : has - (1 << ID_BITS));
        Selection selection = selections.byId(has & ID_MASK);
        selection.released(hash);
        selections.list(selection);
        if (count == 1 || count == GROUP_OUT_LIMIT) {
            unlocked(hash);
        }
        selections.leftBy(selection);
    }

    private void unlocked(int hash) {
        selections.unlocked(hash);
    }

    /** Takes the hash of a group whose redelivery delay runs, and until when. */
    interface RestingGroup {
        void rests(int hash, long untilMs);
    }

    void restingGroups(RestingGroup visitor) {
        restingGroups.forEach((untilMs, hash) -> visitor.rests((int) hash, untilMs));
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
        hold(group.hash());
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
        index.waitsAgain(block, entry);
        if (block.isGrouped(entry)) {
            int hash = block.hash[entry];
            if (heldUntilMs > 0) {
                hold(hash);
                restingGroups.add(heldUntilMs, hash);
            }
            returned(block, entry);
            if (held) {
                unhold(hash);
            } else {
                released(hash);
            }
        } else if (heldUntilMs > 0) {
            block.set(entry, IndexBlock.RESTING);
            resting.add(heldUntilMs, pack(priority, number));
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
                brokenRests.merge(pack(priority, number), 1, Integer::sum);
            }
            take(block, entry, null);
        }
        block.set(entry, IndexBlock.HELD);
        if (block.isGrouped(entry)) {
            hold(block.hash[entry]);
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
        return Math.min(resting.firstDue(), restingGroups.firstDue());
    }

    /** Messages and groups whose redelivery delay is over wait again, as many as one step takes. */
    private void wake(long nowMs) {
        int left = WOKEN_MAX;
        while (restingGroups.firstDue() <= nowMs && left-- > 0) {
            int hash = (int) restingGroups.first();
            restingGroups.removeFirst();
            unhold(hash);
        }
        while (resting.firstDue() <= nowMs && left-- > 0) {
            long packed = resting.first();
            resting.removeFirst();
            if (wasBroken(packed)) {
                continue;
            }
            int ref = index.find(priorityOf(packed), numberOf(packed));
            if (ref != MessageIndex.NONE && index.block(ref).has(MessageIndex.index(ref), IndexBlock.RESTING)) {
                IndexBlock block = index.block(ref);
                int entry = MessageIndex.index(ref);
                block.clear(entry, IndexBlock.RESTING);
                if (!block.has(entry, IndexBlock.EXPIRING)) {
                    returned(block, entry);
                }
            }
        }
        waking = left <= 0;
    }

    private boolean wasBroken(long packed) {
        if (brokenRests.isEmpty() || !brokenRests.containsKey(packed)) {
            return false;
        }
        brokenRests.computeIfPresent(packed, (message, times) -> times == 1 ? null : times - 1);
        return true;
    }

    private static long pack(int priority, long number) {
        return number < 0
                ? ((number - MessageQueue.FIRST_VOLATILE) << PRIORITY_BITS | priority) + Long.MIN_VALUE
                : number << PRIORITY_BITS | priority;
    }

    private static int priorityOf(long packed) {
        return (int) packed & (1 << PRIORITY_BITS) - 1;
    }

    private static long numberOf(long packed) {
        return packed < 0
                ? ((packed - Long.MIN_VALUE) >> PRIORITY_BITS) + MessageQueue.FIRST_VOLATILE
                : packed >> PRIORITY_BITS;
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
