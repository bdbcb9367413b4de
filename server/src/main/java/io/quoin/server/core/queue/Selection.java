// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a queue that share one selector, and the messages as they see them. Each visible message is taken in once,
 * in order; from then on, while it waits, it is either ready, or in the list of its slot, or in the list of its group, or known
 * not to match.
 *
 * <p>Thread: confined to the owner of the core. Volatile, and derived.
 */
final class Selection {
    /** Passed over, because the slot is held by a consumer that cannot take it. */
    static final byte SLOT_LIST = 1;
    /** Waits for its group: it is held, or others of the group come first. */
    static final byte GROUP_LIST = 2;

    /** To look for its value in so many blocks takes as long as to deal with one message. */
    private static final int BLOCKS_OF_A_STEP = 8;

    /** Names the selection among those of its queue, from 1. */
    final int id;

    private final Dispatcher dispatcher;
    private final MessageIndex index;
    private final Visibility visibility;
    private final HandoutLimit handout;
    private final @Nullable MessageFilter filter;
    /** Where its messages are found by {@link #value}; null: it looks at every message. */
    final @Nullable ValueIndex values;

    final int value;

    /** The next one that asks for the same value; see {@link ValueIndex}. */
    @Nullable
    Selection nextWatcher;

    /** Whether it is in a list of those that have work; see {@link Selections}. */
    boolean isListed;
    /** Since when it is kept although nobody needs it; 0: somebody does. */
    long idleSinceMs;

    private final List<QueueConsumer> members = new ArrayList<>(1);
    private final CreditRing ring = new CreditRing();
    private final ReadyIndex ready;
    private final GroupOrder groups;
    /** Exists from the first message with a group on. */
    private @Nullable SlotTable slots;

    private long groupedWaiting;
    private long groupedOut;
    /** Whether some lane may have visible messages that were not taken in. */
    private boolean behind = true;
    /** Whether the next message's body is waited for. */
    private boolean cold;
    /** Whether a hand-out mark is waited for. */
    private boolean belowMark;
    /** Blocks in which nothing has its value that were passed since this was last looked at. */
    private int passedBlocks;

    Selection(int id, Dispatcher dispatcher, @Nullable MessageFilter filter, @Nullable ValueIndex values, int value) {
        this.id = id;
        this.dispatcher = dispatcher;
        this.filter = filter;
        this.values = values;
        this.value = value;
        index = dispatcher.index();
        visibility = dispatcher.visibility();
        handout = dispatcher.handout();
        ready = new ReadyIndex(index);
        groups = new GroupOrder(ready, this);
    }

    @Nullable
    MessageFilter filter() {
        return filter;
    }

    // --- consumers ---

    void join(QueueConsumer consumer) {
        consumer.selection = this;
        members.add(consumer);
        membersChanged();
        if (consumer.hasCredit()) {
            ring.add(consumer);
        }
    }

    void leave(QueueConsumer consumer) {
        consumer.selection = null;
        ring.remove(consumer);
        members.remove(consumer);
        membersChanged();
    }

    private void membersChanged() {
        if (slots != null) {
            slots.membersChanged();
        }
    }

    void credit(QueueConsumer consumer) {
        if (!consumer.hasCredit()) {
            ring.remove(consumer);
        } else {
            ring.add(consumer);
            if (slots != null && !consumer.parked.isEmpty()) {
                slots.credited(consumer);
            }
        }
    }

    /** A consumer has come back in another's stead. */
    void takesOver(QueueConsumer former, QueueConsumer by) {
        if (slots != null) {
            slots.takesOver(former, by);
        }
    }

    /** Slots whose home is that consumer are told from now on. */
    void watchSlots(QueueConsumer consumer) {
        consumer.watchesSlots = true;
        if (slots != null) {
            slots.watch(consumer);
        }
    }

    /** The slots, if messages of groups have been seen here. */
    @Nullable
    SlotTable slotsOrNull() {
        return slots;
    }

    /** Whether messages of groups have been seen here. */
    boolean hasSlots() {
        return slots != null;
    }

    /** Looks whether all slots are where they should be, in the next steps. */
    void reviewSlots() {
        if (slots != null && members.size() > 1) {
            slots.beginReview();
        }
    }

    /** The same, now and then: what was used long ago counts no more. */
    void ageSlots() {
        if (slots != null && members.size() > 1) {
            slots.age();
        }
    }

    /** Whether nobody needs this selection any more: there are no consumers, and they hold nothing of a group. */
    boolean isIdle() {
        return members.isEmpty() && groupedOut == 0;
    }

    boolean hasWork() {
        return !ring.isEmpty() && !cold && !belowMark && (ready.size() > 0 || behind || isReviewing());
    }

    private boolean isReviewing() {
        return slots != null && slots.isReviewing();
    }

    /** Whether it has to wait until its index knows all that is visible: what comes first may be in any lane. */
    boolean awaitsIndex() {
        return values != null && values.isBehind() && index.hasSeveralLanes();
    }

    /** Whether it has a selector and no index to find messages by. */
    boolean isScanning() {
        return filter != null && values == null;
    }

    boolean isCold() {
        return cold;
    }

    /** What was waited for may be there. */
    void goOn() {
        cold = false;
        belowMark = false;
    }

    /** The highest priority of a consumer that could take something now. */
    int topPriority() {
        return ring.topPriority();
    }

    // --- what happens to messages ---

    /** Something became visible. */
    void behind() {
        behind = true;
        belowMark = false;
    }

    /** A message does not wait any more: another selection has it, or it is gone or expired. */
    void left(IndexBlock block, int entry) {
        belowMark = false;
        if (ready.isLoaded(block, entry)) {
            remove(block, entry, false);
        } else {
            // It may have been what the others had to wait for.
            behind = true;
        }
    }

    private void remove(IndexBlock block, int entry, boolean handedOut) {
        boolean wasReady = ready.unready(block, entry);
        byte list = wasReady ? 0 : ready.list(block, entry);
        if (!block.isGrouped(entry) || (!wasReady && list == 0)) {
            return;
        }
        int ref = MessageIndex.ref(block, entry);
        int hash = block.hash[entry];
        SlotTable table = slots();
        int slot = table.slotOf(hash);
        groupedWaiting--;
        table.waitsNot(slot);
        if (wasReady) {
            table.follow(block.priority(), slot, handedOut);
        } else if (list == SLOT_LIST) {
            table.unlink(block.priority(), slot, ref);
        }
        if (list == GROUP_LIST) {
            groups.goneFromList(ref, hash);
        } else {
            groups.gone(ref, hash);
        }
    }

    /** A message waits again, in its place. */
    void returned(IndexBlock block, int entry) {
        boolean counts = filter != null && filter.dependsOnDeliveryCount();
        if (counts) {
            ready.bits(block).clearMatched(entry);
        }
        if (!ready.isLoaded(block, entry)) {
            return;
        }
        belowMark = false;
        if (counts && groups.isMixed() && block.isGrouped(entry)) {
            // Whether it matches now, and so whether others of its group have to wait for it, is not known.
            reset();
            return;
        }
        if (isKnownNotToMatch(block, entry)) {
            return;
        }
        if (!block.isGrouped(entry)) {
            ready.makeReady(block, entry);
            return;
        }
        groupedWaiting++;
        SlotTable table = slots();
        table.waits(table.slotOf(block.hash[entry]));
        if (groups.returns(MessageIndex.ref(block, entry), block.hash[entry])) {
            ready.makeReady(block, entry);
        }
    }

    /** A message of a group that this selection handed out is not out any more. */
    void released(int hash) {
        groupedOut--;
        SlotTable table = slots();
        table.released(table.slotOf(hash));
    }

    /** Something that held a group has ended. */
    void unlocked(int hash) {
        groups.unlocked(hash);
    }

    boolean isLocked(int hash) {
        return dispatcher.isLocked(hash, this);
    }

    boolean isBefore(int ref, int other) {
        return index.before(ref, other);
    }

    /** A promoted message goes back to its group's list: it leaves the place where it waits. */
    void withdraw(int ref) {
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        SlotTable table = slots();
        int slot = table.slotOf(block.hash[entry]);
        if (ready.unready(block, entry)) {
            table.follow(block.priority(), slot, false);
        } else {
            table.unlink(block.priority(), slot, ref);
        }
    }

    /** A block without waiting messages is about to be freed or emptied. */
    void forget(IndexBlock block) {
        ready.forget(block);
    }

    /** A block was cut out, with all its messages. */
    void cut(IndexBlock block) {
        if (groupedWaiting > 0) {
            reset();
        }
        behind();
        ready.forget(block);
    }

    /** Everything is taken in again. */
    private void reset() {
        ready.reset();
        groups.reset();
        if (slots != null) {
            slots.reset();
        }
        groupedWaiting = 0;
        behind = true;
    }

    // --- dispatch ---

    /** Hands out messages in about so many steps; returns how many were taken, 0 if there is nothing to do. */
    int dispatch(long nowMs, int budget, DeliverySink sink) {
        int work = 0;
        while (work < budget && hasWork() && !awaitsIndex()) {
            if (slots != null && slots.isReviewing()) {
                work += slots.review(budget - work, sink);
            }
            if (behind && (ready.size() == 0 || index.hasSeveralLanes())) {
                work += 1 + load(budget - work);
                if (behind && index.hasSeveralLanes()) {
                    continue;
                }
            }
            if (ready.size() == 0) {
                if (behind) {
                    continue;
                }
                break;
            }
            if (!offer(nowMs, sink)) {
                break;
            }
            work++;
        }
        return work;
    }

    /** Deals with the next ready message; false if something has to be waited for. */
    private boolean offer(long nowMs, DeliverySink sink) {
        int ref = ready.first();
        IndexBlock block = index.block(ref);
        int entry = MessageIndex.index(ref);
        if (block.expired(entry, nowMs)) {
            // The expiry sweep will report it.
            remove(block, entry, false);
            return true;
        }
        if (filter != null) {
            if (!bodyReady(block, entry)) {
                return false;
            }
            if (!matches(filter, block, entry)) {
                remove(block, entry, false);
                return true;
            }
        }
        if (!handout.mayGoOut(block, entry)) {
            belowMark = true;
            return false;
        }
        if (filter == null && !bodyReady(block, entry)) {
            return false;
        }
        if (block.isGrouped(entry)) {
            offerGrouped(ref, block, entry, sink);
            return true;
        }
        QueueConsumer consumer = ring.next();
        if (consumer != null) {
            ready.unready(block, entry);
            charge(consumer, block.length[entry]);
            dispatcher.handOut(this, consumer, block, entry, sink);
        }
        return true;
    }

    private boolean bodyReady(IndexBlock block, int entry) {
        cold = !dispatcher.isReady(block.position[entry], block.length[entry]);
        return !cold;
    }

    private void offerGrouped(int ref, IndexBlock block, int entry, DeliverySink sink) {
        int hash = block.hash[entry];
        int priority = block.priority();
        SlotTable table = slots();
        int slot = table.slotOf(hash);
        if (isLocked(hash) || groups.mustWait(ref, hash)) {
            ready.unready(block, entry);
            groups.park(ref, hash);
            table.follow(priority, slot, false);
            return;
        }
        QueueConsumer consumer = table.taker(slot, ring);
        if (consumer == null) {
            ready.unready(block, entry);
            table.passOver(priority, slot, ref);
            return;
        }
        charge(consumer, block.length[entry]);
        groupedOut++;
        table.taken(slot, consumer);
        remove(block, entry, true);
        dispatcher.handOut(this, consumer, block, entry, sink);
    }

    private void charge(QueueConsumer consumer, int length) {
        consumer.deliveredMessages++;
        consumer.deliveredBytes += length;
        if (!consumer.hasCredit()) {
            ring.remove(consumer);
        }
    }

    private boolean matches(MessageFilter selector, IndexBlock block, int entry) {
        BlockView bits = ready.bits(block);
        if (!bits.isMatched(entry)) {
            int count = dispatcher.deliveryCount(block, entry);
            if (!selector.matches(block.position[entry], block.length[entry], count)) {
                return false;
            }
            bits.setMatched(entry);
        }
        return true;
    }

    private SlotTable slots() {
        if (slots == null) {
            slots = new SlotTable(dispatcher.groupSlots(), ready, members);
            slots.membersChanged();
        }
        return slots;
    }

    // --- taking in ---

    /**
     * Takes in what became visible, in about so many steps; returns how many were taken. Where there are groups and several
     * lanes, strictly in order of arrival, because what a message may overtake depends on what is there before it.
     */
    private int load(int budget) {
        if (!groups.isMixed() && index.hasSeveralGroupedPriorities()) {
            if (groupedWaiting > 0 || filter != null) {
                reset();
            }
            groups.mixed(true);
        } else if (groups.isMixed() && index.depth == 0) {
            groups.mixed(false);
        }
        passedBlocks = 0;
        int work = index.hasGroups() && index.hasSeveralLanes() ? loadInOrder(budget) : loadByLane(budget);
        return work + passedBlocks / BLOCKS_OF_A_STEP;
    }

    private int loadInOrder(int budget) {
        int work = 0;
        for (; work < budget; work++) {
            LaneView best = null;
            int bestRef = MessageIndex.NONE;
            for (int places = index.lanesInUse(); places != 0; places &= places - 1) {
                LaneView view = ready.view(Integer.numberOfTrailingZeros(places));
                int ref = nextToLoad(view);
                if (ref != MessageIndex.NONE && (best == null || index.before(ref, bestRef))) {
                    best = view;
                    bestRef = ref;
                }
            }
            if (best == null) {
                behind = false;
                break;
            }
            if (!takeIn(best, index.block(bestRef), MessageIndex.index(bestRef))) {
                break;
            }
        }
        return work;
    }

    private int loadByLane(int budget) {
        int work = 0;
        for (int places = index.lanesInUse(); places != 0; places &= places - 1) {
            LaneView view = ready.view(Integer.numberOfTrailingZeros(places));
            for (int ref = nextToLoad(view); ref != MessageIndex.NONE; ref = nextToLoad(view)) {
                if (work >= budget) {
                    return work;
                }
                IndexBlock block = index.block(ref);
                if (block.grouped == 0 && values == null) {
                    takeInWords(view, block);
                } else if (!takeIn(view, block, MessageIndex.index(ref))) {
                    return work;
                }
                work++;
            }
        }
        behind = false;
        return work;
    }

    /** The next visible message of a lane that may match and was not taken in; NONE: there is none. */
    private int nextToLoad(LaneView view) {
        if (values != null) {
            return nextCandidate(view, values);
        }
        IndexBlock block = view.next(index);
        return block != null && visibility.isVisible(block, view.entry)
                ? MessageIndex.ref(block, view.entry)
                : MessageIndex.NONE;
    }

    /** The next message of a lane that has the selection's value, among those that the index knows. */
    private int nextCandidate(LaneView view, ValueIndex known) {
        for (IndexBlock block = view.next(index); block != null; block = view.next(index)) {
            int entry = known.find(block, view.entry, value);
            if (entry >= 0) {
                view.entry = entry;
                return MessageIndex.ref(block, entry);
            }
            int last = block.count - 1;
            if (block.number(last) > known.passedTo(view.place)) {
                break;
            }
            view.pass(block, last);
            passedBlocks++;
        }
        return MessageIndex.NONE;
    }

    private boolean isKnownNotToMatch(IndexBlock block, int entry) {
        return filter != null
                && groups.isMixed()
                && block.isGrouped(entry)
                && !ready.bits(block).isMatched(entry);
    }

    /** Takes in one message; false if its body has to be waited for. */
    private boolean takeIn(LaneView view, IndexBlock block, int entry) {
        boolean matches = true;
        // A message that does not match must not keep others of its group waiting, so it must be known at once.
        if (filter != null && groups.isMixed() && block.isGrouped(entry) && !block.isGone(entry)) {
            if (!bodyReady(block, entry)) {
                return false;
            }
            matches = matches(filter, block, entry);
        }
        view.pass(block, entry);
        if (matches && block.waits(entry)) {
            waits(block, entry);
        }
        return true;
    }

    private void waits(IndexBlock block, int entry) {
        if (block.isGrouped(entry)) {
            groupedWaiting++;
            SlotTable table = slots();
            table.waits(table.slotOf(block.hash[entry]));
            if (!groups.arrives(MessageIndex.ref(block, entry), block.hash[entry])) {
                return;
            }
        }
        ready.makeReady(block, entry);
    }

    /** Takes in all visible messages up to the end of a bitmap's word; none has a group. */
    private void takeInWords(LaneView view, IndexBlock block) {
        int from = view.entry;
        int to = visibility.runTo(block, from, Math.min((from | 63) + 1, block.count));
        int word = from >> 6;
        long bits = -1L << from & -1L >>> -to & ~(block.gone[word] | block.taken[word]);
        view.pass(block, to - 1);
        if (bits != 0) {
            ready.makeReady(block, word, bits);
        }
    }
}
