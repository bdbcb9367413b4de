// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
    /** A resting message is kept by number and priority in one long. */
    private static final int PRIORITY_BITS = 4;

    private final MessageIndex index;
    private final Bodies bodies;
    private final long[] uncertainMark;
    private final List<Selection> selections = new ArrayList<>(1);
    private final DueHeap resting = new DueHeap();

    private final long[] handoutTo = new long[MessageQueue.PRIORITIES];
    private final long[] lastOut = new long[MessageQueue.PRIORITIES];
    private boolean handoutLimited;
    private long visibleTo;
    private long out;
    private int consumers;
    private boolean cold;
    private int turn;

    Dispatcher(MessageIndex index, Bodies bodies, long[] uncertainMark) {
        this.index = index;
        this.bodies = bodies;
        this.uncertainMark = uncertainMark;
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

    // --- visibility ---

    void visibleUpTo(long arrival) {
        if (arrival > visibleTo) {
            visibleTo = arrival;
            behind();
        }
    }

    /** Something became visible. */
    void behind() {
        for (int i = 0; i < selections.size(); i++) {
            selections.get(i).behind = true;
        }
    }

    // --- hand-out marks ---

    void limitHandout() {
        handoutLimited = true;
        Arrays.fill(handoutTo, 0);
    }

    void handoutDurable(int priority, long upTo) {
        if (handoutLimited && upTo > handoutTo[priority]) {
            handoutTo[priority] = upTo;
            behind();
        }
    }

    /** The first durable message of a priority that was never out; {@code next} if there is none, 0 without a lane. */
    long handoutNext(int priority, long next) {
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
        return cold;
    }

    /** How many entries of a block may go out; they are the first ones. */
    int visibleIn(Lane lane, IndexBlock block) {
        return lane.isVolatile ? seenIn(lane, block) : upTo(block, Math.min(visibleTo, handoutTo[lane.priority]));
    }

    private static int upTo(IndexBlock block, long number) {
        int count = block.count;
        return count > 0 && block.number(count - 1) <= number ? count : block.lowerBound(number + 1);
    }

    /** How many entries of a block are visible, to browsers too; they are the first ones. */
    int seenIn(Lane lane, IndexBlock block) {
        int count = block.count;
        if (!lane.isVolatile) {
            return upTo(block, visibleTo);
        }
        while (count > 0 && block.baseFollows + block.follows[count - 1] > visibleTo) {
            count--;
        }
        return count;
    }

    // --- consumers ---

    void attach(QueueConsumer consumer) {
        Selection selection = selectionOf(consumer);
        selection.consumers++;
        consumers++;
        consumer.selection = selection;
        if (consumer.hasCredit()) {
            selection.ring.add(consumer);
        }
    }

    private Selection selectionOf(QueueConsumer consumer) {
        for (Selection selection : selections) {
            if (Objects.equals(selection.filter(), consumer.filter())) {
                return selection;
            }
        }
        Selection selection = new Selection(this, consumer.filter());
        selections.add(selection);
        return selection;
    }

    void detach(QueueConsumer consumer) {
        Selection selection = consumer.selection;
        if (selection == null) {
            return;
        }
        consumer.selection = null;
        consumers--;
        selection.ring.remove(consumer);
        selection.consumers--;
        if (selection.consumers == 0 && selection.filter() != null) {
            selections.remove(selection);
        }
    }

    void credit(QueueConsumer consumer, long limitMessages, long limitBytes) {
        consumer.limitMessages = limitMessages;
        consumer.limitBytes = limitBytes;
        Selection selection = consumer.selection;
        if (selection == null) {
            return;
        }
        if (consumer.hasCredit()) {
            selection.ring.add(consumer);
        } else {
            selection.ring.remove(consumer);
        }
    }

    // --- dispatch ---

    boolean ready() {
        if (!cold) {
            for (int i = 0; i < selections.size(); i++) {
                if (selections.get(i).hasWork()) {
                    return true;
                }
            }
        }
        return false;
    }

    void bodiesArrived() {
        cold = false;
    }

    int dispatch(long nowMs, int budget, DeliverySink sink) {
        wake(nowMs);
        int work = 0;
        int idle = 0;
        while (work < budget && idle < selections.size() && !cold) {
            turn = turn + 1 < selections.size() ? turn + 1 : 0;
            int quantum = selections.size() == 1 ? budget - work : Math.min(QUANTUM, budget - work);
            int done = selections.get(turn).dispatch(nowMs, quantum, sink);
            work += done;
            idle = done == 0 ? idle + 1 : 0;
        }
        return work;
    }

    /** Whether the body can be read now; otherwise the whole queue waits for it. */
    boolean bodyReady(IndexBlock block, int entry) {
        if (bodies.ready(block.position[entry], block.length[entry])) {
            return true;
        }
        cold = true;
        return false;
    }

    /** A message goes out to a consumer of a selection, in which it is no longer ready. */
    void handOut(
            Selection to,
            QueueConsumer consumer,
            Lane lane,
            IndexBlock block,
            int entry,
            boolean groupFirst,
            DeliverySink sink) {
        take(lane, block, entry, to);
        int length = block.length[entry];
        consumer.deliveredMessages++;
        consumer.deliveredBytes += length;
        if (!consumer.hasCredit()) {
            to.ring.remove(consumer);
        }
        long number = block.number(entry);
        if (!lane.isVolatile && number > lastOut[lane.priority]) {
            lastOut[lane.priority] = number;
        }
        int certain = block.deliveries(entry);
        boolean doubted = doubted(lane, block, entry);
        sink.deliver(
                consumer,
                lane.priority,
                number,
                lane.isVolatile,
                block.position[entry],
                length,
                certain + (doubted ? 2 : 1),
                doubted || certain > 0,
                groupFirst,
                block.expiresAtMs(entry));
    }

    /** Whether the message may have been seen before, without certainty. */
    boolean doubted(Lane lane, IndexBlock block, int entry) {
        return block.has(entry, IndexBlock.DOUBTED)
                || (!lane.isVolatile && block.number(entry) <= uncertainMark[lane.priority]);
    }

    private void take(Lane lane, IndexBlock block, int entry, @Nullable Selection by) {
        block.out[entry >> 6] |= 1L << entry;
        out++;
        for (int i = 0; i < selections.size(); i++) {
            Selection selection = selections.get(i);
            if (selection != by) {
                selection.left(lane, block, entry);
            }
        }
    }

    // --- coming back ---

    void putBack(int priority, long number, long heldUntilMs) {
        int ref = index.find(priority, number);
        if (ref == MessageIndex.NONE) {
            return;
        }
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        Lane lane = index.lane(priority, number < 0);
        if (lane == null || !block.isOut(entry)) {
            return;
        }
        block.out[entry >> 6] &= ~(1L << entry);
        out--;
        block.clear(entry, IndexBlock.HELD);
        index.waitsAgain(block, entry);
        if (heldUntilMs > 0) {
            block.set(entry, IndexBlock.RESTING);
            resting.add(heldUntilMs, pack(priority, number));
        } else {
            returned(lane, block, entry);
        }
    }

    /** Messages are out in a prepared branch: whoever had them, nobody gets them until they are removed or put back. */
    void hold(int priority, long number) {
        int ref = index.find(priority, number);
        Lane lane = index.lane(priority, number < 0);
        if (ref == MessageIndex.NONE || lane == null) {
            return;
        }
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        if (!block.isOut(entry)) {
            take(lane, block, entry, null);
        }
        block.set(entry, IndexBlock.HELD);
    }

    long nextDueMs() {
        return resting.firstDue();
    }

    /** Messages whose redelivery delay is over wait again. */
    private void wake(long nowMs) {
        while (resting.firstDue() <= nowMs) {
            long packed = resting.first();
            resting.removeFirst();
            int ref = index.find(priorityOf(packed), numberOf(packed));
            Lane lane = index.lane(priorityOf(packed), packed < 0);
            if (ref != MessageIndex.NONE && lane != null) {
                IndexBlock block = index.block(ref);
                int entry = MessageIndex.index(ref);
                if (block.has(entry, IndexBlock.RESTING)) {
                    block.clear(entry, IndexBlock.RESTING);
                    returned(lane, block, entry);
                }
            }
        }
    }

    private void returned(Lane lane, IndexBlock block, int entry) {
        if (block.waits(entry)) {
            for (int i = 0; i < selections.size(); i++) {
                selections.get(i).returned(lane, block, entry);
            }
        }
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
    void leaves(Lane lane, IndexBlock block, int entry) {
        if (block.isOut(entry)) {
            block.out[entry >> 6] &= ~(1L << entry);
            out--;
            return;
        }
        for (int i = 0; i < selections.size(); i++) {
            selections.get(i).left(lane, block, entry);
        }
    }

    /** A waiting message is reported as expired, and is not handed out any more. */
    void expiring(Lane lane, IndexBlock block, int entry) {
        for (int i = 0; i < selections.size(); i++) {
            selections.get(i).left(lane, block, entry);
        }
    }

    /** A block without messages is about to be freed or emptied. */
    void freed(Lane lane, IndexBlock block) {
        for (int i = 0; i < selections.size(); i++) {
            selections.get(i).forget(lane, block);
        }
    }
}
