// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The visible messages of a queue by the value of one property, for the {@link Selection}s whose selector asks for a value of
 * it. It goes along the lanes once, in steps, and then takes in what becomes visible; whoever waits for a message's value is
 * found by one look into a table.
 *
 * <p>Thread: confined to the owner of the core. Volatile, and derived; 8 bytes a message.
 */
final class ValueIndex {
    /** Entries that are gone and are skipped in one step. */
    private static final int SKIPPED = 16;

    final MessageProperty property;

    private final MessageIndex index;
    private final Dispatcher dispatcher;
    /** By the block's place in the table; null: nothing of it has a value. */
    private @Nullable Postings[] blocks = {};

    private final @Nullable LaneCursor[] cursors = new @Nullable LaneCursor[MessageIndex.PLACES];

    /** By value: the id of the first selection that asks for it. */
    private final IntTable watchers = new IntTable();
    /** Those that wait until {@link #isBehind} says no. */
    private final ArrayDeque<Selection> waiting = new ArrayDeque<>(1);

    private int watching;
    private boolean behind = true;
    private boolean cold;

    /** Since when nobody asks, as far as is known; see {@link ValueIndexes}. */
    long unusedSinceMs;

    ValueIndex(MessageProperty property, MessageIndex index, Dispatcher dispatcher) {
        this.property = property;
        this.index = index;
        this.dispatcher = dispatcher;
    }

    // --- who asks

    void watch(Selection selection, int value) {
        int first = watchers.get(value);
        selection.nextWatcher = first == 0 ? null : dispatcher.selection(first);
        watchers.put(value, selection.id);
        watching++;
    }

    void unwatch(Selection selection, int value) {
        watching--;
        waiting.remove(selection);
        Selection first = dispatcher.selection(watchers.get(value));
        if (first == selection) {
            Selection next = selection.nextWatcher;
            watchers.put(value, next == null ? 0 : next.id);
            return;
        }
        Selection before = first;
        while (before.nextWatcher != null && before.nextWatcher != selection) {
            before = before.nextWatcher;
        }
        before.nextWatcher = selection.nextWatcher;
    }

    boolean isUsed() {
        return watching > 0;
    }

    /** The first of the selections that ask for the value of this message, chained; null: there is none. */
    @Nullable
    Selection watcher(IndexBlock block, int entry) {
        return watching == 0 ? null : watcher(value(block, entry));
    }

    private @Nullable Selection watcher(int value) {
        int id = value == 0 ? 0 : watchers.get(value);
        return id == 0 ? null : dispatcher.selection(id);
    }

    /** Lets a selection work when all that is visible has been taken in. */
    void await(Selection selection) {
        waiting.add(selection);
    }

    // --- looking up

    private int value(IndexBlock block, int entry) {
        Postings postings = block.table < blocks.length ? blocks[block.table] : null;
        return postings == null ? 0 : postings.value(entry);
    }

    /** The first entry of a block, from {@code from} on, that was taken in and has the value; -1: there is none. */
    int find(IndexBlock block, int from, int value) {
        Postings postings = block.table < blocks.length ? blocks[block.table] : null;
        return postings == null ? -1 : postings.find(value, from);
    }

    /** Up to which number a lane has been taken in. */
    long passedTo(int place) {
        return cursor(place).passedTo;
    }

    // --- taking in

    /** Something became visible. */
    void behind() {
        behind = true;
    }

    /** Whether something visible has perhaps not been taken in. */
    boolean isBehind() {
        return behind;
    }

    /** Whether {@link #step} has something to do before anything else happens. */
    boolean hasWork() {
        return behind && !cold && watching > 0;
    }

    /** Whether it waits for a body, and somebody for it. */
    boolean isCold() {
        return cold && watching > 0;
    }

    void bodiesArrived() {
        cold = false;
    }

    /** Takes in about so many messages; returns how many. */
    int step(int budget) {
        int work = 0;
        for (int places = index.lanesInUse(); places != 0; places &= places - 1) {
            LaneCursor cursor = cursor(Integer.numberOfTrailingZeros(places));
            for (IndexBlock block = cursor.next(index);
                    block != null && dispatcher.visibility().isVisible(block, cursor.entry);
                    block = cursor.next(index)) {
                if (work >= budget) {
                    return work;
                }
                work++;
                if (!takeIn(cursor, block)) {
                    cold = true;
                    return work;
                }
            }
        }
        behind = false;
        for (Selection next = waiting.poll(); next != null; next = waiting.poll()) {
            dispatcher.unlist(next);
        }
        return work;
    }

    /** Takes in the next entry that is not gone, as far as one step goes; false if its body has to be waited for. */
    private boolean takeIn(LaneCursor cursor, IndexBlock block) {
        int entry = cursor.entry;
        int end = Math.min(block.count, entry + SKIPPED);
        while (entry < end - 1 && block.isGone(entry) && dispatcher.visibility().isVisible(block, entry + 1)) {
            entry++;
        }
        if (!block.isGone(entry)) {
            long position = block.position[entry];
            int length = block.length[entry];
            if (!dispatcher.isReady(position, length)) {
                return false;
            }
            int value = property.value(position, length);
            if (value != 0) {
                postings(block).add(entry, value);
                for (Selection s = watcher(value); s != null; s = s.nextWatcher) {
                    s.behind();
                    dispatcher.list(s);
                }
            }
        }
        cursor.pass(block, entry);
        return true;
    }

    private Postings postings(IndexBlock block) {
        if (block.table >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, (block.table + 1) * 2));
        }
        Postings postings = blocks[block.table];
        if (postings == null) {
            postings = new Postings(block.capacity);
            blocks[block.table] = postings;
        } else if (postings.capacity() < block.capacity) {
            postings.grow(block.capacity);
        }
        return postings;
    }

    private LaneCursor cursor(int place) {
        LaneCursor cursor = cursors[place];
        if (cursor == null) {
            cursor = new LaneCursor(place);
            cursors[place] = cursor;
        }
        return cursor;
    }

    /** A block is about to be freed or emptied, or was cut out. */
    void forget(IndexBlock block) {
        cursor(block.place).forget(block);
        if (block.table < blocks.length) {
            blocks[block.table] = null;
        }
    }
}
