// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * What of a queue or subscription may have been handed out before the server ended without a word, and waited when it started:
 * out at nobody, with its groups, so that everything else can go out. See {@link AwaitedConsumers}.
 *
 * <p>Thread: confined to the owner of the group. Memory: some 50 bytes for each run of consecutive messages.
 */
final class HeldBack {

    private final Source source;
    private final ArrayDeque<Run> runs = new ArrayDeque<>();
    /** Those of the runs that a client has in hand, as it says: no business of this class any more. */
    private final Set<Message> reclaimed = new HashSet<>();

    private long count;

    private record Message(int priority, long arrival) {}

    /** Messages of one priority with consecutive numbers. */
    private static final class Run {
        private final int priority;
        private long first;
        private long last;

        Run(int priority, long arrival) {
            this.priority = priority;
            this.first = arrival;
            this.last = arrival;
        }

        boolean has(int ofPriority, long arrival) {
            return priority == ofPriority && first <= arrival && arrival <= last;
        }
    }

    /** Takes all of it out of what waits. */
    HeldBack(Source source) {
        this.source = source;
        MessageQueue messages = source.messages();
        messages.forEachUncertain((priority, arrival) -> {
            if (messages.claim(priority, arrival)) {
                add(priority, arrival);
            }
        });
        counted(count);
    }

    private void add(int priority, long arrival) {
        Run last = runs.peekLast();
        if (last != null && last.priority == priority && last.last + 1 == arrival) {
            last.last = arrival;
        } else {
            runs.add(new Run(priority, arrival));
        }
        count++;
    }

    Source source() {
        return source;
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /** Whether the message is held back; then it is out at the consumer that says that it has it, from now on. */
    boolean reclaim(int priority, long arrival) {
        for (Run run : runs) {
            if (run.has(priority, arrival)) {
                boolean isNew = reclaimed.add(new Message(priority, arrival));
                counted(isNew ? count - 1 : count);
                return isNew;
            }
        }
        return false;
    }

    /** Lets up to so many wait again, in their places, the first ones first; returns how many were looked at. */
    int release(int limit) {
        int looked = 0;
        for (Run run = runs.peek(); run != null && looked < limit; run = runs.peek()) {
            for (; run.first <= run.last && looked < limit; run.first++) {
                looked++;
                if (reclaimed.isEmpty() || !reclaimed.remove(new Message(run.priority, run.first))) {
                    source.messages().putBack(run.priority, run.first, 0);
                    count--;
                }
            }
            if (run.first > run.last) {
                runs.remove();
            }
        }
        counted(count);
        return looked;
    }

    private void counted(long now) {
        count = now;
        source.heldBack(now);
    }
}
