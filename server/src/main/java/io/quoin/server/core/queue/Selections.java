// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Selection}s of one queue: which there are, who hears of what happens to a message, and which have work. One that
 * finds its messages by a {@link ValueIndex} hears of those with its value only, so that a thousand of them cost a message no
 * more than one.
 *
 * <p>One that looks at every message is kept for {@value ValueIndexes#KEPT_MS} ms when its last consumer has left, {@value
 * #IDLE_MAX} of them at most: it knows what does not match, so the next consumer with this selector begins where it stopped.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class Selections {
    private static final int IDLE_MAX = 4;
    /** {@link Selection#idleSinceMs} until the next step knows the time. */
    private static final long UNKNOWN = -1;

    private final Dispatcher dispatcher;
    private final ValueIndexes indexes;
    /** Those that look at every message. */
    private final List<Selection> scanning = new ArrayList<>(1);
    /** The part of them without consumers, the one that has been so for longest first. */
    private final List<Selection> idle = new ArrayList<>(0);

    private final Map<@Nullable MessageFilter, Selection> byFilter = new HashMap<>(2);
    private @Nullable Selection[] byId = new @Nullable Selection[2];
    private final BitSet ids = new BitSet();
    /** Those that have work, in turn. */
    private final ArrayDeque<Selection> active = new ArrayDeque<>(1);
    /** Some of them wait for bodies. */
    private boolean someCold;

    Selections(MessageIndex index, Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
        indexes = new ValueIndexes(index, dispatcher);
    }

    // --- which there are

    boolean takes(@Nullable MessageFilter filter) {
        return byFilter.size() < MessageQueue.SELECTORS_MAX || byFilter.containsKey(filter);
    }

    /** The selection of a consumer's selector, made if there is none. */
    Selection of(@Nullable MessageFilter filter) {
        Selection found = byFilter.get(filter);
        if (found == null) {
            return make(filter);
        }
        if (found.idleSinceMs != 0) {
            found.idleSinceMs = 0;
            idle.remove(found);
        }
        return found;
    }

    private Selection make(@Nullable MessageFilter filter) {
        int id = ids.nextClearBit(1);
        if (id > MessageQueue.SELECTORS_MAX) {
            throw new IllegalStateException("The queue has consumers with " + MessageQueue.SELECTORS_MAX
                    + " different selectors; it takes no more");
        }
        ids.set(id);
        if (id >= byId.length) {
            byId = Arrays.copyOf(byId, 2 * id);
        }
        ValueTerm term = indexes.choose(filter);
        ValueIndex values = term == null ? null : indexes.find(term);
        Selection selection = new Selection(id, dispatcher, filter, values, term == null ? 0 : term.value());
        byId[id] = selection;
        byFilter.put(filter, selection);
        if (values == null) {
            scanning.add(selection);
        } else {
            values.watch(selection, selection.value);
        }
        return selection;
    }

    Selection byId(int id) {
        Selection selection = byId[id];
        if (selection == null) {
            throw new IllegalStateException("There is no selection " + id);
        }
        return selection;
    }

    /** Drops a selection that nobody needs, or keeps it for a while. */
    void leftBy(Selection selection) {
        if (!selection.isIdle() || selection.filter() == null || selection.idleSinceMs != 0) {
            return;
        }
        ValueIndex values = selection.values;
        if (values != null) {
            values.unwatch(selection, selection.value);
            indexes.left(values);
            remove(selection);
            return;
        }
        selection.idleSinceMs = UNKNOWN;
        idle.add(selection);
        if (idle.size() > IDLE_MAX) {
            remove(idle.remove(0));
        }
    }

    private void remove(Selection selection) {
        byId[selection.id] = null;
        ids.clear(selection.id);
        byFilter.remove(selection.filter());
        scanning.remove(selection);
        active.remove(selection);
    }

    /** Drops what has not been used for long. */
    void drop(long nowMs) {
        indexes.drop(nowMs);
        while (!idle.isEmpty() && nowMs - idle.get(0).idleSinceMs >= ValueIndexes.KEPT_MS) {
            if (idle.get(0).idleSinceMs == UNKNOWN) {
                break;
            }
            remove(idle.remove(0));
        }
        for (int i = idle.size() - 1; i >= 0 && idle.get(i).idleSinceMs == UNKNOWN; i--) {
            idle.get(i).idleSinceMs = nowMs;
        }
    }

    /** When {@link #drop} has something to do; {@code Long.MAX_VALUE}: never. */
    long dropAtMs() {
        long next = indexes.dropAtMs();
        return idle.isEmpty() || idle.get(0).idleSinceMs == UNKNOWN
                ? next
                : Math.min(next, idle.get(0).idleSinceMs + ValueIndexes.KEPT_MS);
    }

    // --- who has work

    /** Puts a selection in the list of those with work, if it has any and is not there. */
    void list(Selection selection) {
        if (selection.isListed || !selection.hasWork()) {
            return;
        }
        selection.isListed = true;
        ValueIndex values = selection.values;
        if (values != null && selection.awaitsIndex()) {
            values.await(selection);
        } else {
            active.add(selection);
        }
    }

    /** The next one with work, which leaves the list; null: there is none. */
    @Nullable
    Selection poll() {
        for (Selection next = active.poll(); next != null; next = active.poll()) {
            next.isListed = false;
            if (!next.awaitsIndex()) {
                return next;
            }
            list(next);
        }
        return null;
    }

    /** The next one with work for a consumer of the highest priority, which leaves the list; null: there is none. */
    @Nullable
    Selection pollBest() {
        Selection best = null;
        for (Selection next : active) {
            if (best == null || next.topPriority() > best.topPriority()) {
                best = next;
            }
        }
        if (best != null) {
            active.remove(best);
            active.addFirst(best);
        }
        return poll();
    }

    boolean hasOthers() {
        return !active.isEmpty();
    }

    boolean hasWork() {
        return !active.isEmpty() || indexes.hasWork();
    }

    /** Hands out messages of a selection that {@link #poll} gave; returns how much was done. */
    int dispatch(Selection selection, long nowMs, int budget, DeliverySink sink) {
        int work = selection.dispatch(nowMs, budget, sink);
        someCold |= selection.isCold();
        list(selection);
        return work;
    }

    boolean isCold() {
        return someCold || indexes.isCold();
    }

    ValueIndexes indexes() {
        return indexes;
    }

    // --- slots

    boolean hasSlots() {
        for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
            if (byId(id).hasSlots()) {
                return true;
            }
        }
        return false;
    }

    void reviewSlots(boolean age) {
        for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
            Selection selection = byId(id);
            if (age) {
                selection.ageSlots();
            } else {
                selection.reviewSlots();
            }
            list(selection);
        }
    }

    /** Who has a slot: where several selectors share it, the consumer that holds it, and the home beside it. */
    GroupReport.Slot describeSlot(int slot, long messages, long position, int length) {
        GroupReport.Slot best = new GroupReport.Slot(slot, messages, position, length, 0, null, null, false);
        for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
            SlotTable table = byId(id).slotsOrNull();
            if (table != null && best.owner() == null) {
                best = new GroupReport.Slot(
                        slot,
                        messages,
                        position,
                        length,
                        table.out(slot),
                        table.homes().of(slot),
                        table.holder(slot),
                        table.isMoving(slot));
            }
        }
        return best;
    }

    // --- what happens

    /** Something became visible. */
    void behind() {
        indexes.behind();
        for (int i = 0; i < scanning.size(); i++) {
            Selection selection = scanning.get(i);
            selection.behind();
            list(selection);
        }
    }

    /** Something that kept all from going on has ended. */
    void goOn() {
        someCold = false;
        indexes.bodiesArrived();
        for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
            Selection selection = byId(id);
            selection.goOn();
            list(selection);
        }
    }

    /** A message does not wait any more: {@code by} has it, or it is gone or expired. */
    void left(IndexBlock block, int entry, @Nullable Selection by) {
        for (int i = 0; i < scanning.size(); i++) {
            left(scanning.get(i), block, entry, by);
        }
        for (int i = 0; i < indexes.size(); i++) {
            for (Selection s = indexes.get(i).watcher(block, entry); s != null; s = s.nextWatcher) {
                left(s, block, entry, by);
            }
        }
    }

    private void left(Selection selection, IndexBlock block, int entry, @Nullable Selection by) {
        if (selection != by) {
            selection.left(block, entry);
            list(selection);
        }
    }

    /** A message waits again, in its place. */
    void returned(IndexBlock block, int entry) {
        for (int i = 0; i < scanning.size(); i++) {
            scanning.get(i).returned(block, entry);
            list(scanning.get(i));
        }
        for (int i = 0; i < indexes.size(); i++) {
            for (Selection s = indexes.get(i).watcher(block, entry); s != null; s = s.nextWatcher) {
                s.returned(block, entry);
                list(s);
            }
        }
    }

    /** Something that held a group has ended. */
    void unlocked(int hash) {
        for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
            Selection selection = byId(id);
            selection.unlocked(hash);
            list(selection);
        }
    }

    /** A block was cut out, with all its messages. */
    void cut(IndexBlock block) {
        for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
            Selection selection = byId(id);
            selection.cut(block);
            list(selection);
        }
        indexes.forget(block);
    }

    /** A block without waiting messages is about to be freed or emptied. */
    void forget(IndexBlock block) {
        for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
            byId(id).forget(block);
        }
        indexes.forget(block);
    }
}
