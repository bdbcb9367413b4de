// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.codec.Result;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers that wait until the log is durable up to a position, in the order in which they were given. It allocates only to
 * grow.
 *
 * <p>Thread: the owner's.
 */
final class Parked {

    /** What waits, and what its value and detail are. */
    enum Kind {
        /** All sends up to the value have their outcome. */
        SENT,
        /** The request with the number in the value succeeded; the detail is its {@link Result}, or null. */
        OK,
        /** As OK; the detail is the text of the payload. */
        TEXT,
        /** The detail is a PERMIT of the session with the number in the value. */
        PERMIT
    }

    private static final int INITIAL_CAPACITY = 1_024;

    private @Nullable ConnectionOutlet[] to = new ConnectionOutlet[INITIAL_CAPACITY];
    private long[] after = new long[INITIAL_CAPACITY];
    private long[] value = new long[INITIAL_CAPACITY];
    private Kind[] kinds = new Kind[INITIAL_CAPACITY];
    private @Nullable Object[] details = new Object[INITIAL_CAPACITY];
    /** Counts everything that was ever parked and released; the low bits are indices. */
    private long head;

    private long tail;

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return (int) (tail - head);
    }

    /** {@code afterPosition} must not be lower than that of the outlet's last one that waits. */
    void park(ConnectionOutlet outlet, long afterPosition, Kind kind, long what, @Nullable Object detail) {
        if (size() == after.length) {
            grow();
        }
        int at = index(tail++);
        to[at] = outlet;
        after[at] = afterPosition;
        kinds[at] = kind;
        value[at] = what;
        details[at] = detail;
    }

    /**
     * Releases, in order, what waits for nothing beyond {@code durable}.
     *
     * @return how many
     */
    int release(long durable) {
        int released = 0;
        while (head != tail && after[index(head)] <= durable) {
            int at = index(head++);
            ConnectionOutlet outlet = to[at];
            Object detail = details[at];
            to[at] = null;
            details[at] = null;
            if (outlet != null) {
                outlet.release(kinds[at], value[at], detail);
            }
            released++;
        }
        return released;
    }

    private void grow() {
        int first = index(head);
        to = rotated(to, first);
        details = rotated(details, first);
        kinds = rotated(kinds, first);
        after = rotated(after, first);
        value = rotated(value, first);
        tail -= head;
        head = 0;
    }

    private static <T> T[] rotated(T[] from, int first) {
        T[] longer = Arrays.copyOf(from, 2 * from.length);
        System.arraycopy(from, first, longer, 0, from.length - first);
        System.arraycopy(from, 0, longer, from.length - first, first);
        return longer;
    }

    private static long[] rotated(long[] from, int first) {
        long[] longer = new long[2 * from.length];
        System.arraycopy(from, first, longer, 0, from.length - first);
        System.arraycopy(from, 0, longer, from.length - first, first);
        return longer;
    }

    private int index(long count) {
        return (int) count & (after.length - 1);
    }
}
