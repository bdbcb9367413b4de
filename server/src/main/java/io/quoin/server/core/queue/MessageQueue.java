// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.nio.ByteBuffer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one queue or one subscription: the index in blocks, what is out, and who consumes.
 *
 * <p>A message gets its arrival number when it joins: 1, 2, 3 and so on for durable messages, whatever their priority.
 * Volatile (non-persistent) ones have numbers of their own, which rise too but are negative; they stand after the durable
 * message that they follow. Every method that takes a priority and arrival numbers takes both kinds; a range is within one
 * priority and one kind. Arrivals that are unknown or gone are ignored everywhere.
 *
 * <p>The methods under <i>durable state</i> are called by {@code apply} only and are deterministic: the same calls give the
 * same {@link #digest}, whatever was dispatched in between.
 *
 * <p>Thread: confined to the owner of the core. Memory: 26 bytes a message, 1 to 20 more while it is ready or linked, and 8 more
 * for each property that selectors find it by, of which there are {@value ValueIndexes#INDEXES_MAX} at most.
 */
public final class MessageQueue {
    /** Priorities 0 to 9 (Messaging 3.1 §3.4.10). */
    public static final int PRIORITIES = 10;

    /** Different selectors that the consumers of one queue may have at a time, those of closed consumers that hold groups included. */
    public static final int SELECTORS_MAX = (1 << GroupLocks.ID_BITS) - 1;

    /** The number of the first volatile message. */
    static final long FIRST_VOLATILE = Long.MIN_VALUE + 1;

    private static final int STATE_VERSION = 4;
    /** Without permits. */
    private static final int STATE_VERSION_3 = 3;
    /** Without parked groups. */
    private static final int STATE_VERSION_2 = 2;

    private final IndexStore store;
    private final Bodies bodies;
    private final MessageIndex index;
    private final ParkedGroups parked = new ParkedGroups();
    private final DelayedTable delayed;
    private final DelayedTable delayedVolatile;
    private final Dispatcher dispatcher;
    private final PermitTable permits = new PermitTable();
    private final HandoutMarks handoutMarks = new HandoutMarks();
    private long nextArrival = 1;
    private long nextVolatile = FIRST_VOLATILE;
    private long epoch;

    /**
     * @param groupSlots slots of the ring of message groups, at least 1
     * @param bodies told of references to bodies, and asked whether one can be sent
     * @param store shared by all queues of the broker
     */
    public MessageQueue(int groupSlots, Bodies bodies, IndexStore store) {
        if (groupSlots < 1) {
            throw new IllegalArgumentException("groupSlots is " + groupSlots + " and must be at least 1");
        }
        this.store = store;
        this.bodies = bodies;
        epoch = store.epoch();
        index = new MessageIndex(store, bodies);
        delayed = new DelayedTable(store, bodies, false);
        delayedVolatile = new DelayedTable(store, bodies, true);
        dispatcher = new Dispatcher(index, bodies, groupSlots, handoutMarks, parked);
        index.listener(dispatcher);
    }

    // ------------------------------------------------------------------------------------------- durable state

    /**
     * A durable message joins at the tail. It is dispatched once {@link #visibleUpTo} has reached it.
     *
     * @param priority 0 to 9
     * @param position where its record is, positive
     * @param length bytes of the message
     * @param expiresAtMs server's wall clock; 0: never
     * @param groupHash hash of its group id; ignored without a group
     * @return its arrival number
     */
    public long added(int priority, long position, int length, long expiresAtMs, int groupHash, boolean grouped) {
        touch();
        long arrival = nextArrival++;
        index.append(priority, arrival, arrival, position, length, expiresAtMs, groupHash, grouped);
        bodies.live(position, length);
        return arrival;
    }

    /** A durable message with a delivery delay: it joins when {@link #becameDue} takes it over. */
    public void delayed(
            long dueAtMs, int priority, long position, int length, long expiresAtMs, int groupHash, boolean grouped) {
        touch();
        delayed.add(dueAtMs, priority, position, length, expiresAtMs, groupHash, grouped);
    }

    /** When the next durable delayed message falls due; {@code Long.MAX_VALUE} if there is none. */
    public long nextDueMs() {
        return delayed.nextDueMs();
    }

    /**
     * Up to {@code limit} durable delayed messages that are due at {@code nowMs} join, in the order of their due time.
     *
     * @return how many; they have the last so many arrival numbers
     */
    public int becameDue(long nowMs, int limit) {
        touch();
        int count = 0;
        for (; count < limit && delayed.nextDueMs() <= nowMs; count++) {
            long arrival = nextArrival++;
            delayed.joinFirst(index, arrival, arrival);
        }
        return count;
    }

    /** Messages were acknowledged, expired or moved elsewhere: they are gone, and their bodies are dead for this queue. */
    public void removed(int priority, long firstArrival, long lastArrival) {
        touch();
        index.remove(priority, firstArrival, lastArrival);
        permits.remove(priority, firstArrival, lastArrival);
    }

    /** A consumer may hand out these messages; those that are gone are ignored. */
    public void permitted(int priority, long firstArrival, long lastArrival, Permit permit) {
        touch();
        for (long arrival = firstArrival; arrival <= lastArrival; arrival++) {
            if (index.find(priority, arrival) != MessageIndex.NONE) {
                permits.put(priority, arrival, permit);
            }
        }
    }

    /** Nobody has these messages who might have handed them out. */
    public void permitReturned(int priority, long firstArrival, long lastArrival) {
        touch();
        permits.remove(priority, firstArrival, lastArrival);
    }

    /** The consumer that was permitted these messages has vanished. */
    public void inDoubt(int priority, long firstArrival, long lastArrival, long sinceMs) {
        touch();
        permits.change(priority, firstArrival, lastArrival, permit -> permit.inDoubt(sinceMs));
    }

    /** The messages that may have been handed out, where delivery is strict. */
    public PermitTable permits() {
        return permits;
    }

    /** Certain deliveries of these messages, counted up to 255. */
    public void counted(int priority, long firstArrival, long lastArrival, int delta) {
        touch();
        index.mark(priority, firstArrival, lastArrival, delta, (byte) 0);
    }

    /** These messages may have been seen by a consumer that was lost: they are flagged when they come again. */
    public void doubted(int priority, long firstArrival, long lastArrival) {
        touch();
        index.mark(priority, firstArrival, lastArrival, 0, IndexBlock.DOUBTED);
    }

    /**
     * A message was delivered in vain too often: its group is held until it is {@link #released}, or until the message is gone.
     *
     * @param atMs server's wall clock
     */
    public void parked(int priority, long arrival, long atMs) {
        touch();
        dispatcher.park(priority, arrival, atMs);
    }

    /** A parked group goes on, with the message that had parked it; its deliveries are counted anew. */
    public void released(int groupHash) {
        touch();
        dispatcher.release(groupHash);
    }

    /** The groups that are parked. */
    public ParkedGroups parked() {
        return parked;
    }

    /** Durable messages of this priority up to this arrival may be handed out. */
    public void handout(int priority, long upToArrival) {
        touch();
        handoutMarks.raise(priority, upToArrival);
    }

    /** Up to which arrival durable messages of this priority may be handed out. */
    public long handoutMark(int priority) {
        return handoutMarks.mark(priority);
    }

    /**
     * From now on durable messages go out only up to {@link #handoutDurable}; for queues that survive a restart. Without this,
     * nothing limits them.
     */
    public void limitHandout() {
        dispatcher.handout().limit();
    }

    /** The record of this mark is durable: messages of this priority up to it may go out. */
    public void handoutDurable(int priority, long upToArrival) {
        dispatcher.handoutDurable(priority, upToArrival);
    }

    /**
     * The first durable message of this priority that was never out since the start, or the next arrival number if there is
     * none: a hand-out mark has to lie above it. 0 if the priority was never used.
     */
    public long handoutNext(int priority) {
        return dispatcher.handout().next(priority, nextArrival);
    }

    /** Whether visible messages wait for something else than consumers: for a hand-out mark, or for bytes from the disk. */
    public boolean waits() {
        return dispatcher.waits(nextArrival);
    }

    /**
     * After an unclean stop: whatever may have been handed out before is flagged as redelivered from now on. Marks lie ahead of
     * what has arrived; what arrives later was certainly not handed out.
     */
    public void uncertain() {
        touch();
        handoutMarks.uncertain(lastArrival());
    }

    /** What to do with a message. */
    @FunctionalInterface
    public interface Visitor {

        void visit(int priority, long arrival);
    }

    /**
     * Visits the messages that may have been handed out before an unclean stop, by priority and arrival. The visitor may take
     * one out, and not remove it.
     */
    public void forEachUncertain(Visitor visitor) {
        handoutMarks.forEachUncertain(index, visitor);
    }

    /**
     * All durable messages up to this arrival are gone, also those that are out. Takes time by blocks, not by messages; later
     * steps of {@link #dispatch} tell of the bodies.
     */
    public void purged(long upToArrival) {
        touch();
        index.purge(false, upToArrival);
        permits.purge(upToArrival);
    }

    /**
     * The queue or subscription was removed: lets go of up to so many of its messages, so that it can be done in steps. Not for
     * queues that live on.
     *
     * @return whether nothing is left
     */
    public boolean discard(int limit) {
        touch();
        delayed.purge();
        delayedVolatile.purge();
        permits.clear();
        index.purge(false, Long.MAX_VALUE);
        index.purge(true, -1);
        index.bury(limit);
        return !index.hasDead();
    }

    /** The lowest arrival number of a durable message; {@code Long.MAX_VALUE} if there are none. */
    public long firstArrival() {
        return index.firstDurable();
    }

    /** All durable messages whose delivery delay runs are gone. */
    public void purgedDelayed() {
        touch();
        delayed.purge();
    }

    /** The cleaner copied a message: says where it is now. */
    public void moved(int priority, long arrival, long newPosition) {
        touch();
        index.move(priority, arrival, newPosition);
    }

    /** The cleaner copied a message whose delivery delay runs. */
    public void movedDelayed(long dueAtMs, long oldPosition, long newPosition) {
        touch();
        delayed.moved(dueAtMs, oldPosition, newPosition);
    }

    // ------------------------------------------------------------------------------------------- volatile messages

    /**
     * A volatile message joins after the durable ones that have joined so far, and is dispatched once they are visible.
     *
     * @param position where its bytes are in the volatile log, negative
     * @return its number, negative
     */
    public long addedVolatile(
            int priority, long position, int length, long expiresAtMs, int groupHash, boolean grouped) {
        long number = nextVolatile++;
        index.append(priority, number, nextArrival - 1, position, length, expiresAtMs, groupHash, grouped);
        bodies.live(position, length);
        dispatcher.behind();
        return number;
    }

    /** A volatile message with a delivery delay. */
    public void delayedVolatile(
            long dueAtMs, int priority, long position, int length, long expiresAtMs, int groupHash, boolean grouped) {
        delayedVolatile.add(dueAtMs, priority, position, length, expiresAtMs, groupHash, grouped);
    }

    /** When the next volatile delayed message falls due; {@code Long.MAX_VALUE} if there is none. */
    public long nextDueVolatileMs() {
        return delayedVolatile.nextDueMs();
    }

    /** Up to {@code limit} volatile delayed messages that are due join; returns how many. */
    public int becameDueVolatile(long nowMs, int limit) {
        int count = 0;
        for (; count < limit && delayedVolatile.nextDueMs() <= nowMs; count++) {
            delayedVolatile.joinFirst(index, nextVolatile++, nextArrival - 1);
        }
        dispatcher.behind();
        return count;
    }

    /** All volatile messages are gone, delayed ones too. */
    public void purgedVolatile() {
        permits.purgeVolatile();
        index.purge(true, -1);
        delayedVolatile.purge();
    }

    // ------------------------------------------------------------------------------------------- dispatch

    /** The log is durable up to this message: it and all before it may be dispatched. */
    public void visibleUpTo(long arrival) {
        dispatcher.visibleUpTo(arrival);
    }

    /** Volatile messages that join from now on are not dispatched until {@link #openGate}. */
    public void closeGate() {
        dispatcher.visibility().closeGate(nextVolatile);
    }

    /** What has joined since the earliest {@link #closeGate} may be dispatched, up to the next one that is not open. */
    public void openGate() {
        dispatcher.openGate();
    }

    /** The arrival number of the last durable message that joined; 0 if there was none. */
    public long lastArrival() {
        return nextArrival - 1;
    }

    /** Whether a consumer with this selector can be attached: the queue has it already, or not {@link #SELECTORS_MAX} others. */
    public boolean takes(@Nullable MessageFilter filter) {
        return dispatcher.takes(filter);
    }

    /** A consumer joins; {@link #takes} said that it can. It gets nothing until it has {@link #credit}. */
    public void attach(QueueConsumer consumer) {
        dispatcher.attach(consumer, null);
    }

    /** The same for one that comes back in another's stead: what that one holds of message groups is its own. */
    public void attach(QueueConsumer consumer, QueueConsumer former) {
        dispatcher.attach(consumer, former);
    }

    /** A consumer leaves. What it holds stays out until it is removed or put back. */
    public void detach(QueueConsumer consumer) {
        dispatcher.detach(consumer);
    }

    /** Sets a consumer's credit, in totals since it was opened. */
    public void credit(QueueConsumer consumer, long limitMessages, long limitBytes) {
        dispatcher.credit(consumer, limitMessages, limitBytes);
    }

    /** From now on the sink hears which slots have their home at an attached consumer. */
    public void watchSlots(QueueConsumer consumer) {
        dispatcher.watchSlots(consumer);
    }

    /** Whether consumers share messages of groups, or did. */
    public boolean hasSlots() {
        return dispatcher.hasSlots();
    }

    /**
     * Time has passed: over the next steps, slots that are held elsewhere move to their homes.
     *
     * @param age whether slots that have had no messages for long count no more; to be said about once a second
     */
    public void reviewSlots(boolean age) {
        dispatcher.reviewSlots(age);
    }

    /** Whether {@link #dispatch} may have something to do before anything else happens; due times apart. */
    public boolean ready() {
        return dispatcher.ready() || index.hasDead();
    }

    /** Whether {@link #dispatch} stopped at a body that is not in memory. */
    public boolean isCold() {
        return dispatcher.isCold();
    }

    /** Bodies that were asked for may be in memory now. */
    public void bodiesArrived() {
        dispatcher.bodiesArrived();
    }

    /**
     * Hands waiting messages to consumers with credit: to each the highest priority, and the lowest arrival of that. Stops at
     * a body that is not in memory until {@link #bodiesArrived}.
     *
     * @param budget about how many messages are looked at
     * @return how many were
     */
    public int dispatch(long nowMs, int budget, DeliverySink sink) {
        int work = index.bury(budget);
        return work + dispatcher.dispatch(nowMs, budget - work, sink);
    }

    /** A message that {@link #dispatch} has just handed out never went to its consumer: the credit is given back. */
    public void refund(QueueConsumer consumer, int length) {
        consumer.deliveredMessages--;
        consumer.deliveredBytes -= length;
        dispatcher.credit(consumer, consumer.limitMessages, consumer.limitBytes);
    }

    /**
     * A message that is out waits again, in its place: returned, rolled back or recalled.
     *
     * @param heldUntilMs before this time it is not dispatched, nor is anything of its group; 0: at once
     */
    public void putBack(int priority, long arrival, long heldUntilMs) {
        dispatcher.putBack(priority, arrival, heldUntilMs);
    }

    /**
     * A message is part of a prepared branch: it is out, of nobody's credit, and its group is held until it is removed or put
     * back. Called when a branch is prepared, and again after a restart.
     */
    public void hold(int priority, long arrival) {
        dispatcher.hold(priority, arrival);
    }

    /**
     * A message that waits is out again, at a consumer that had it before and still holds it. Its group is held until it is
     * removed or put back.
     *
     * @return whether it did wait
     */
    public boolean claim(int priority, long arrival) {
        return dispatcher.claim(priority, arrival);
    }

    /** When {@link #dispatch} or {@link #expire} has to be called next for the time's sake; {@code Long.MAX_VALUE}: never. */
    public long nextDeadlineMs() {
        return Math.min(dispatcher.nextDueMs(), index.expiry().nextMs());
    }

    /** When {@link #expire} has to be called for a message that expires at that time: within a tenth of a second. */
    public static long sweepAtMs(long expiresAtMs) {
        return ExpirySweep.atMs(expiresAtMs);
    }

    /**
     * When {@link #dispatch} has to be called at the latest, to let go of what selectors that nobody uses any more have left
     * behind; {@code Long.MAX_VALUE}: never.
     */
    public long dropAtMs() {
        return dispatcher.dropAtMs();
    }

    /**
     * Reports waiting messages that have expired, about {@code budget} of them.
     *
     * @return how much was done; 0: nothing is left to do now
     */
    public int expire(long nowMs, int budget, ExpirySink sink) {
        return index.expiry().run(nowMs, budget, sink);
    }

    /** Starts a walk over the references to what lies from {@code from} to before {@code to} in the log. */
    public ReferenceWalk references(long from, long to) {
        return new ReferenceWalk(index, delayed, from, to);
    }

    /** Starts a walk over the waiting messages. */
    public QueueBrowser browse(@Nullable MessageFilter filter) {
        return new QueueBrowser(index, dispatcher, bodies, filter);
    }

    /** Looks a message up; false if it is unknown or gone. */
    public boolean find(int priority, long arrival, MessageRef target) {
        int ref = index.find(priority, arrival);
        if (ref == MessageIndex.NONE) {
            return false;
        }
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        target.priority = priority;
        target.arrival = arrival;
        target.position = block.position[entry];
        target.length = block.length[entry];
        target.certainDeliveries = block.deliveries(entry);
        target.doubted = dispatcher.doubted(block, entry);
        target.out = block.isOut(entry);
        target.held = block.has(entry, IndexBlock.HELD);
        target.grouped = block.isGrouped(entry);
        target.groupHash = block.hash[entry];
        target.expiresAtMs = block.expiresAtMs(entry);
        return true;
    }

    /** The message groups at this moment. */
    public GroupReport groups() {
        return GroupReport.of(index, dispatcher, parked, dispatcher.groupSlots());
    }

    /** Whether some message has a group. */
    public boolean hasGroups() {
        return index.hasGroups();
    }

    /** Counts at this moment. */
    public QueueStats stats() {
        return new QueueStats(
                index.depth,
                dispatcher.out(),
                delayed.size() + delayedVolatile.size(),
                index.volatileDepth,
                bytes(),
                dispatcher.consumers(),
                permits.inDoubt());
    }

    /** Messages that have joined and are not gone. */
    public long depth() {
        return index.depth;
    }

    /** Bytes of the messages in {@link #depth} and of delayed ones. */
    public long bytes() {
        return index.bytes + delayed.bytes() + delayedVolatile.bytes();
    }

    /** Messages handed out and not yet acknowledged or returned. */
    public long out() {
        return dispatcher.out();
    }

    // ------------------------------------------------------------------------------------------- snapshot

    private void touch() {
        if (epoch != store.epoch()) {
            epoch = store.epoch();
            store.touch(this);
        }
    }

    /** Bytes that {@link #encodeState} needs. */
    public int stateBytes() {
        int bytes = 4 + 8 + HandoutMarks.STATE_BYTES + 8 + parked.stateBytes() + permits.stateBytes();
        for (int p = 0; p < PRIORITIES; p++) {
            Lane lane = index.lane(p, false);
            bytes += lane == null ? 0 : lane.size() * 12;
        }
        for (DelayedTable.Minute minute : delayed.minutes()) {
            bytes += minute.blocks.size() * 16;
        }
        return bytes;
    }

    /** Writes the durable state without the blocks' content: numbers, marks, and which blocks there are. */
    public void encodeState(ByteBuffer target) {
        epoch = store.epoch();
        target.putInt(STATE_VERSION).putLong(nextArrival);
        handoutMarks.encode(target);
        int countAt = target.position();
        target.putInt(0);
        int count = 0;
        for (int p = 0; p < PRIORITIES; p++) {
            Lane lane = index.lane(p, false);
            for (int i = 0; lane != null && i < lane.size(); i++, count++) {
                target.putInt(p).putLong(lane.block(i).id);
            }
        }
        target.putInt(countAt, count);
        countAt = target.position();
        target.putInt(0);
        count = 0;
        for (DelayedTable.Minute minute : delayed.minutes()) {
            for (IndexBlock block : minute.blocks) {
                target.putLong(minute.startMs).putLong(block.id);
                count++;
            }
        }
        target.putInt(countAt, count);
        parked.encode(target);
        permits.encode(target);
    }

    /**
     * Gives the snapshot under way the blocks that it does not have yet, about {@code budget} of them.
     *
     * @return whether it has all of them now
     */
    public boolean snapshot(int budget) {
        int left = budget;
        for (int p = 0; p < PRIORITIES; p++) {
            Lane lane = index.lane(p, false);
            for (int i = 0; lane != null && i < lane.size(); i++) {
                left -= store.save(lane.block(i)) ? 1 : 0;
                if (left < 0) {
                    return false;
                }
            }
        }
        for (DelayedTable.Minute minute : delayed.minutes()) {
            for (IndexBlock block : minute.blocks) {
                left -= store.save(block) ? 1 : 0;
                if (left < 0) {
                    return false;
                }
            }
        }
        return index.saveDead(Math.max(0, left));
    }

    /** Fills an empty queue from what {@link #encodeState} wrote; everything durable is visible. */
    public void restore(ByteBuffer state, LongFunction<ByteBuffer> blocks) {
        int version = state.getInt();
        if (version != STATE_VERSION && version != STATE_VERSION_3 && version != STATE_VERSION_2) {
            throw new IllegalArgumentException("Queue state has version " + version + ", known is " + STATE_VERSION);
        }
        nextArrival = state.getLong();
        handoutMarks.decode(state);
        for (int n = state.getInt(); n > 0; n--) {
            int priority = state.getInt();
            index.restore(priority, read(state.getLong(), blocks));
        }
        for (int n = state.getInt(); n > 0; n--) {
            long minute = state.getLong();
            delayed.restore(minute, read(state.getLong(), blocks));
        }
        for (int n = version == STATE_VERSION_2 ? 0 : state.getInt(); n > 0; n--) {
            dispatcher.restore(ParkedGroups.decode(state));
        }
        if (version == STATE_VERSION) {
            permits.decode(state);
        }
        epoch = store.epoch();
        visibleUpTo(nextArrival - 1);
    }

    private IndexBlock read(long id, LongFunction<ByteBuffer> blocks) {
        ByteBuffer content = blocks.apply(id);
        IndexBlock block = store.acquire(IndexBlock.encodedCount(content), 0, false);
        block.decode(content);
        store.restored(block, id);
        return block;
    }

    /** Adds the durable state: equal for queues that saw the same durable changes. */
    public void digest(Digest digest) {
        digest.add(nextArrival);
        handoutMarks.digest(digest);
        for (int p = 0; p < PRIORITIES; p++) {
            Lane lane = index.lane(p, false);
            for (int at = 0; lane != null && at < lane.size(); at++) {
                IndexBlock block = lane.block(at);
                for (int i = 0; i < block.count; i++) {
                    if (!block.isGone(i)) {
                        digest.add(p);
                        block.digest(i, digest);
                    }
                }
            }
        }
        delayed.digest(digest);
        parked.digest(digest);
        permits.digest(digest);
    }
}
