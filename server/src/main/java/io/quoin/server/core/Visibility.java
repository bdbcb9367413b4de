// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are in their queues but not yet durable: a ring in the order of the log. When the log becomes durable up to
 * one, its queue may deliver it. Volatile messages of a commit wait in their queues, and keep later volatile ones waiting, until
 * the commit is durable: before that, nobody may know of it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Visibility {

    private static final int INITIAL = 1024;
    /** In place of an arrival: the gate of a queue for the volatile messages of a commit. */
    private static final long GATE = -1;

    private final ReadySources ready;
    private long[] positions = new long[INITIAL];
    private long[] arrivals = new long[INITIAL];
    private @Nullable Source[] sources = new @Nullable Source[INITIAL];
    private long head;
    private long tail;
    private long highest;
    private long durableTo;
    private boolean isReplaying = true;
    private boolean isCommitting;
    /** Where volatile messages of the commit that is being recorded have gone. */
    private final Set<Source> gated = new LinkedHashSet<>();

    Visibility(ReadySources ready) {
        this.ready = ready;
    }

    /** The message that got {@code arrival} waits for the log to be durable beyond {@code position}. */
    void added(Source source, long position, long arrival) {
        if (isReplaying || (head == tail && position < durableTo)) {
            source.messages().visibleUpTo(arrival);
            ready.add(source);
            return;
        }
        push(source, position, arrival);
    }

    private void push(Source source, long position, long arrival) {
        if (tail - head == positions.length) {
            grow();
        }
        int at = (int) tail & (positions.length - 1);
        // One that was durable already must not make those of its queue visible that came before it and are not.
        highest = Math.max(highest, position);
        positions[at] = highest;
        arrivals[at] = arrival;
        sources[at] = source;
        tail++;
    }

    /** What joins from now on is of one commit. */
    void beginCommit() {
        isCommitting = true;
    }

    /** A volatile message is about to join. */
    void addingVolatile(Source source) {
        if (isCommitting && gated.add(source)) {
            source.messages().closeGate();
        }
    }

    /** The commit is durable when the log is, beyond {@code position}. */
    void endCommit(long position) {
        isCommitting = false;
        boolean isDurable = head == tail && position < durableTo;
        for (Source source : gated) {
            if (isDurable) {
                source.messages().openGate();
                ready.add(source);
            } else {
                push(source, position, GATE);
            }
        }
        gated.clear();
    }

    /** From now on what is added is new: during replay everything was durable already. */
    void replayed() {
        isReplaying = false;
    }

    /** Whether a message waits for the log. */
    boolean isWaiting() {
        return head != tail;
    }

    /** The log is durable up to {@code position}. */
    void durable(long position) {
        durableTo = position;
        int mask = positions.length - 1;
        while (head != tail && positions[(int) head & mask] < position) {
            int at = (int) head & mask;
            Source source = sources[at];
            sources[at] = null;
            head++;
            if (source != null) {
                if (arrivals[at] == GATE) {
                    source.messages().openGate();
                } else {
                    source.messages().visibleUpTo(arrivals[at]);
                }
                ready.add(source);
            }
        }
    }

    private void grow() {
        int size = positions.length;
        long[] newPositions = new long[2 * size];
        long[] newArrivals = new long[2 * size];
        @Nullable Source[] newSources = new @Nullable Source[2 * size];
        for (long i = head; i < tail; i++) {
            int from = (int) i & (size - 1);
            int to = (int) i & (2 * size - 1);
            newPositions[to] = positions[from];
            newArrivals[to] = arrivals[from];
            newSources[to] = sources[from];
        }
        positions = newPositions;
        arrivals = newArrivals;
        sources = newSources;
    }
}
