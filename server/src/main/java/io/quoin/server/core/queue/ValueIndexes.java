// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ValueIndex}es of one queue. An index is made for the first selector that can use it. When nobody uses it any more
 * it takes in nothing new, and is kept for {@value #KEPT_MS} ms, so that the next consumer with such a selector finds its
 * messages at once. A queue has {@value #INDEXES_MAX} at most: a selector that asks for a further property takes the place of
 * an index that nobody uses, and otherwise looks at every message.
 *
 * <p>Thread: confined to the owner of the core. Volatile, and derived.
 */
final class ValueIndexes {
    static final int INDEXES_MAX = 4;
    /** 10 minutes. */
    static final long KEPT_MS = 600_000;

    /** {@link ValueIndex#unusedSinceMs} until the next step knows the time. */
    private static final long UNKNOWN = -1;

    private final MessageIndex index;
    private final Dispatcher dispatcher;
    private final List<ValueIndex> all = new ArrayList<>(0);
    /** Whose turn it is. */
    private int turn;

    ValueIndexes(MessageIndex index, Dispatcher dispatcher) {
        this.index = index;
        this.dispatcher = dispatcher;
    }

    int size() {
        return all.size();
    }

    ValueIndex get(int i) {
        return all.get(i);
    }

    /** The term of a selector that its messages are found by; null: by none. There is an index for it from now on. */
    @Nullable
    ValueTerm choose(@Nullable MessageFilter filter) {
        List<ValueTerm> terms = filter == null ? List.of() : filter.terms();
        for (ValueTerm term : terms) {
            if (find(term) != null) {
                return term;
            }
        }
        if (terms.isEmpty() || !makeRoom()) {
            return null;
        }
        all.add(new ValueIndex(terms.get(0).property(), index, dispatcher));
        return terms.get(0);
    }

    /** The index that a term is looked up in. */
    @Nullable
    ValueIndex find(ValueTerm term) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).property.equals(term.property())) {
                return all.get(i);
            }
        }
        return null;
    }

    private boolean makeRoom() {
        if (all.size() < INDEXES_MAX) {
            return true;
        }
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).isUsed()) {
                // The one that has been unused for longest: the list is in that order.
                all.remove(i);
                return true;
            }
        }
        return false;
    }

    /** A selection has left an index. */
    void left(ValueIndex used) {
        if (!used.isUsed()) {
            used.unusedSinceMs = UNKNOWN;
            all.remove(used);
            all.add(used);
        }
    }

    /** Drops what nobody has used for long. */
    void drop(long nowMs) {
        for (int i = all.size() - 1; i >= 0; i--) {
            ValueIndex unused = all.get(i);
            if (!unused.isUsed()) {
                if (unused.unusedSinceMs == UNKNOWN) {
                    unused.unusedSinceMs = nowMs;
                } else if (nowMs - unused.unusedSinceMs >= KEPT_MS) {
                    all.remove(i);
                }
            }
        }
    }

    /** When {@link #drop} has something to do; {@code Long.MAX_VALUE}: never. */
    long dropAtMs() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < all.size(); i++) {
            ValueIndex unused = all.get(i);
            if (!unused.isUsed() && unused.unusedSinceMs != UNKNOWN) {
                next = Math.min(next, unused.unusedSinceMs + KEPT_MS);
            }
        }
        return next;
    }

    void behind() {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).behind();
        }
    }

    boolean hasWork() {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).hasWork()) {
                return true;
            }
        }
        return false;
    }

    boolean isCold() {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isCold()) {
                return true;
            }
        }
        return false;
    }

    void bodiesArrived() {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).bodiesArrived();
        }
    }

    /** Lets the next index that is behind take in about so many messages; returns how many it did, 0 if there is none. */
    int step(int budget) {
        for (int i = 0; i < all.size(); i++) {
            turn = turn + 1 < all.size() ? turn + 1 : 0;
            if (all.get(turn).hasWork()) {
                return 1 + all.get(turn).step(budget);
            }
        }
        return 0;
    }

    void forget(IndexBlock block) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).forget(block);
        }
    }
}
