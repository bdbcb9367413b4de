// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayDeque;

/**
 * Up to where the messages of a queue may be seen: durable ones as far as the log is durable, volatile ones behind what they
 * follow, and before the first gate that is closed.
 *
 * <p>Thread: confined to the owner of the core. Volatile.
 */
final class Visibility {
    /** Above every number of a volatile message. */
    private static final long OPEN = Long.MAX_VALUE;

    private long visibleTo;
    /** Numbers from which on volatile messages may not be seen until each is opened, in that order; mostly none. */
    private final ArrayDeque<Long> gates = new ArrayDeque<>(1);
    /** The first of them. */
    private long gate = OPEN;

    /** The log is durable up to this arrival; whether more can be seen now. */
    boolean visibleUpTo(long arrival) {
        if (arrival <= visibleTo) {
            return false;
        }
        visibleTo = arrival;
        return true;
    }

    /** The last arrival of a durable message that may be seen. */
    long visibleTo() {
        return visibleTo;
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
    }

    /** Whether some gate is closed. */
    boolean hasGate() {
        return gate != OPEN;
    }

    boolean isVisible(IndexBlock block, int entry) {
        return block.order(entry) <= visibleTo && (gate == OPEN || !block.isVolatile() || block.number(entry) < gate);
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
}
