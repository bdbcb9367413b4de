// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

/**
 * What is out at one consumer, by delivery tag: a ring of the tags from the oldest that is not done with to the newest.
 *
 * <p>Thread: confined to the owner of the group. Tags begin at 1 and rise by 1.
 */
final class Deliveries {

    private static final int INITIAL = 64;

    /** Tags between the oldest delivery and the newest that a client may ask to have again. */
    private static final int SPAN_MAX = 1 << 20;

    private static final int PRIORITY_MASK = 0x0F;
    private static final int VOLATILE = 0x10;
    private static final int OUT = 0x20;
    /** Acknowledged in a transaction that is open. */
    private static final int HELD = 0x40;

    private long[] arrivals = new long[INITIAL];
    private long[] positions = new long[INITIAL];
    private int[] lengths = new int[INITIAL];
    private byte[] states = new byte[INITIAL];
    private long first = 1;
    private long next = 1;
    private int count;
    private int held;
    /** Those up to here may be handed out, where delivery is strict. */
    private long permittedTo;
    /** How many of those are not done with. */
    private int permitted;

    /** Adds a delivery and returns its tag. */
    long add(int priority, long arrival, boolean isVolatile, long position, int length) {
        if (next - first == arrivals.length) {
            grow();
        }
        int at = at(next);
        arrivals[at] = arrival;
        positions[at] = position;
        lengths[at] = length;
        states[at] = (byte) (priority | OUT | (isVolatile ? VOLATILE : 0));
        count++;
        return next++;
    }

    /** Whether {@code tag} can be the next one to be added, of those up to {@code last}. */
    boolean mayHave(long tag, long last) {
        return tag >= next && tag <= last && last - (count == 0 ? tag : first) < SPAN_MAX;
    }

    /** The tags up to {@code tag} that were not given are done with. */
    void skipTo(long tag) {
        if (count == 0) {
            next = Math.max(next, tag + 1);
            first = next;
            return;
        }
        while (next <= tag) {
            if (next - first == arrivals.length) {
                grow();
            }
            states[at(next++)] = 0;
        }
    }

    /** Deliveries that are not done with. */
    int count() {
        return count;
    }

    /** Deliveries that are acknowledged in a transaction that is open. */
    int held() {
        return held;
    }

    /** Strict delivery: the highest tag that may be handed out; 0 before the first permit. */
    long permittedTo() {
        return permittedTo;
    }

    /** Strict delivery: deliveries that may be handed out and are not done with. */
    int permitted() {
        return permitted;
    }

    /** Whether the delivery is out, and may be handed out. */
    boolean isPermitted(long tag) {
        return tag <= permittedTo && isOut(tag);
    }

    /** Deliveries up to {@code tag} may be handed out. */
    void permit(long tag) {
        for (long one = Math.max(permittedTo + 1, first); one <= tag && one < next; one++) {
            permitted += states[at(one)] == 0 ? 0 : 1;
        }
        permittedTo = Math.max(permittedTo, tag);
    }

    /** The lowest tag that may still be out. */
    long first() {
        return first;
    }

    /** The highest tag given so far; 0 before the first. */
    long last() {
        return next - 1;
    }

    /** Whether the delivery is out and not acknowledged, not even in a transaction. */
    boolean isOut(long tag) {
        return isKnown(tag) && (states[at(tag)] & OUT) != 0;
    }

    /** Whether the delivery is acknowledged in a transaction that is open. */
    boolean isHeld(long tag) {
        return isKnown(tag) && (states[at(tag)] & HELD) != 0;
    }

    int priority(long tag) {
        return states[at(tag)] & PRIORITY_MASK;
    }

    /** Whether the message itself is volatile: not persistent. */
    boolean isVolatile(long tag) {
        return (states[at(tag)] & VOLATILE) != 0;
    }

    long arrival(long tag) {
        return arrivals[at(tag)];
    }

    long position(long tag) {
        return positions[at(tag)];
    }

    int length(long tag) {
        return lengths[at(tag)];
    }

    /** Acknowledged in a transaction. */
    void hold(long tag) {
        int at = at(tag);
        states[at] = (byte) ((states[at] & ~OUT) | HELD);
        held++;
    }

    /** What was acknowledged in transactions is out again. */
    void releaseHeld() {
        release(first, next - 1);
    }

    /** What was acknowledged in transactions among these tags is out again. */
    void release(long firstTag, long lastTag) {
        long last = Math.min(lastTag, next - 1);
        for (long tag = Math.max(firstTag, first); held > 0 && tag <= last; tag++) {
            int at = at(tag);
            if ((states[at] & HELD) != 0) {
                states[at] = (byte) ((states[at] & ~HELD) | OUT);
                held--;
            }
        }
    }

    /** Forgets the tags above {@code tag}, all of which are done with: they are given again. */
    void reuseAbove(long tag) {
        next = Math.min(next, tag + 1);
        first = Math.min(first, next);
        permittedTo = Math.min(permittedTo, tag);
    }

    /** Done with: acknowledged, or back in its place. */
    void done(long tag) {
        int at = at(tag);
        if ((states[at] & HELD) != 0) {
            held--;
        }
        if (tag <= permittedTo) {
            permitted--;
        }
        states[at] = 0;
        count--;
        while (first < next && states[at(first)] == 0) {
            first++;
        }
    }

    private boolean isKnown(long tag) {
        return tag >= first && tag < next;
    }

    private int at(long tag) {
        return (int) tag & (arrivals.length - 1);
    }

    private void grow() {
        int size = arrivals.length;
        long[] newArrivals = new long[2 * size];
        long[] newPositions = new long[2 * size];
        int[] newLengths = new int[2 * size];
        byte[] newStates = new byte[2 * size];
        for (long tag = first; tag < next; tag++) {
            int from = at(tag);
            int to = (int) tag & (2 * size - 1);
            newArrivals[to] = arrivals[from];
            newPositions[to] = positions[from];
            newLengths[to] = lengths[from];
            newStates[to] = states[from];
        }
        arrivals = newArrivals;
        positions = newPositions;
        lengths = newLengths;
        states = newStates;
    }
}
