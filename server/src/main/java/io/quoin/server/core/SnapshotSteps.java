// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.SnapshotSink;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A snapshot under way: exactly the state at the moment at which it was begun, though it is taken in many steps. What is
 * about to change is given to the target first.
 *
 * <p>The first piece is the {@link Catalogue}; each other one is the number of a queue or subscription and its state.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class SnapshotSteps implements SnapshotSink {

    private final IndexStore indexStore;
    private final SnapshotTarget target;
    /** Those whose state has not been taken. */
    private final IdentityHashMap<MessageQueue, Source> untaken = new IdentityHashMap<>();
    /** Those whose blocks have not all been taken. */
    private final ArrayDeque<Source> unwalked = new ArrayDeque<>();

    /** What transactions send, as it was when the snapshot began: what has been taken, and what has not. */
    private final List<StateChunk.Frozen> frozen = new ArrayList<>();

    private int frozenTaken;

    private ByteBuffer state = ByteBuffer.allocate(1024);

    SnapshotSteps(IndexStore indexStore, Sources sources, SnapshotTarget target) {
        this.indexStore = indexStore;
        this.target = target;
        for (Source source : sources.all()) {
            if (source.isDurable()) {
                untaken.put(source.messages(), source);
                unwalked.add(source);
            }
        }
    }

    void begin(Catalogue catalogue) {
        indexStore.beginSnapshot(this);
        target.piece(catalogue.encode(frozen));
    }

    /** Everything has been taken, and the snapshot is safe. */
    void ended() {
        indexStore.endSnapshot();
        frozen.forEach(StateChunk.Frozen::saved);
    }

    /** Takes about {@code budget} more blocks; returns whether everything has been taken. */
    boolean step(int budget) {
        for (int left = budget; left > 0; left--) {
            if (frozenTaken < frozen.size()) {
                frozen.get(frozenTaken++).giveTo(target);
                continue;
            }
            Source source = unwalked.peek();
            if (source == null) {
                return true;
            }
            takeState(source.messages());
            if (!source.messages().snapshot(left)) {
                return false;
            }
            unwalked.remove();
        }
        return unwalked.isEmpty() && frozenTaken == frozen.size();
    }

    @Override
    public void put(long blockId, ByteBuffer content) {
        target.put(blockId, content);
    }

    @Override
    public void keep(long blockId) {
        target.keep(blockId);
    }

    @Override
    public void queueChanges(MessageQueue queue) {
        takeState(queue);
    }

    private void takeState(MessageQueue queue) {
        Source source = untaken.remove(queue);
        if (source == null) {
            return;
        }
        int bytes = Integer.BYTES + queue.stateBytes();
        if (state.capacity() < bytes) {
            state = ByteBuffer.allocate(2 * bytes);
        }
        state.clear().putInt(source.number());
        queue.encodeState(state);
        target.piece(state.flip());
    }

    /** Fills the queue or subscription that a piece is of. */
    static void restore(ByteBuffer piece, Sources sources, SnapshotSource from, Timers timers) {
        int number = piece.getInt();
        Source source = sources.find(number);
        if (source == null) {
            throw new IllegalStateException("the snapshot has the state of " + number + ", which is in no catalogue");
        }
        MessageQueue messages = source.messages();
        messages.restore(piece, from::block);
        for (int priority = 0; priority < MessageQueue.PRIORITIES; priority++) {
            messages.handoutDurable(priority, messages.handoutMark(priority));
        }
        long next = Math.min(messages.nextDeadlineMs(), messages.nextDueMs());
        if (next != Long.MAX_VALUE) {
            timers.touch(source, next);
        }
    }
}
