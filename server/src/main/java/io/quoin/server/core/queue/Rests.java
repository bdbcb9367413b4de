// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.HashMap;
import java.util.Map;

/**
 * The redelivery delays that run, of messages without a group and of groups. A message may leave its rest before the time.
 *
 * <p>Thread: confined to the owner of the core. Volatile.
 */
final class Rests {
    /** A message is kept by number and priority in one long. */
    private static final int PRIORITY_BITS = 4;

    /** Ungrouped messages whose redelivery delay runs. */
    private final DueHeap messages = new DueHeap();
    /** How often each is in {@link #messages} for a rest that ended before its time; seldom any. */
    private final Map<Long, Integer> broken = new HashMap<>();
    /** Hashes of groups, one of whose messages has a redelivery delay that runs. */
    private final DueHeap groups = new DueHeap();

    /** Hears whose rest is over. */
    interface Woken {
        void woken(int groupHash);

        void woken(int priority, long number);
    }

    /** Takes the hash of a group whose redelivery delay runs, and until when. */
    interface RestingGroup {
        void rests(int hash, long untilMs);
    }

    void add(long untilMs, int priority, long number) {
        messages.add(untilMs, pack(priority, number));
    }

    void add(long untilMs, int groupHash) {
        groups.add(untilMs, groupHash);
    }

    /** A message does not rest any more, though its time has not come. */
    void breaks(int priority, long number) {
        broken.merge(pack(priority, number), 1, Integer::sum);
    }

    void forEachGroup(RestingGroup visitor) {
        groups.forEach((untilMs, hash) -> visitor.rests((int) hash, untilMs));
    }

    /** When the next rest is over; {@code Long.MAX_VALUE}: nothing rests. */
    long nextDueMs() {
        return Math.min(messages.firstDue(), groups.firstDue());
    }

    /** Wakes what has rested for long enough, up to so many; whether that was not all. */
    boolean wake(long nowMs, int limit, Woken woken) {
        int left = limit;
        while (groups.firstDue() <= nowMs && left-- > 0) {
            int hash = (int) groups.first();
            groups.removeFirst();
            woken.woken(hash);
        }
        while (messages.firstDue() <= nowMs && left-- > 0) {
            long packed = messages.first();
            messages.removeFirst();
            if (!wasBroken(packed)) {
                woken.woken(priorityOf(packed), numberOf(packed));
            }
        }
        return left <= 0;
    }

    private boolean wasBroken(long packed) {
        if (broken.isEmpty() || !broken.containsKey(packed)) {
            return false;
        }
        broken.computeIfPresent(packed, (message, times) -> times == 1 ? null : times - 1);
        return true;
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
}
