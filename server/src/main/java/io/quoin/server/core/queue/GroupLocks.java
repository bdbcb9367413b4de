// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * Which groups, by their hashes, may not be handed out: those that something holds, and those that have messages out at another
 * {@link Selection}. A group that is neither held nor out costs nothing.
 *
 * <p>Thread: confined to the owner of the core. Volatile.
 */
final class GroupLocks {
    /** Selections are told apart in so many bits. */
    static final int ID_BITS = 12;

    private static final int ID_MASK = (1 << ID_BITS) - 1;
    /** Messages of one group that may be out at a time; more are held back. */
    private static final int OUT_LIMIT = (1 << (Integer.SIZE - ID_BITS)) - 1;

    /** What holds a group, counted: redelivery delays, messages in prepared branches, a parked message. */
    private final IntTable holds = new IntTable();
    /** How many messages of a group are out, and the id of the selection that has them. */
    private final IntTable out = new IntTable();

    /** Whether a group may not be handed out by the selection of that id. */
    boolean isLocked(int hash, int by) {
        if (holds.get(hash) != 0) {
            return true;
        }
        int has = out.get(hash);
        return has != 0 && ((has & ID_MASK) != by || has >>> ID_BITS == OUT_LIMIT);
    }

    void hold(int hash) {
        holds.put(hash, holds.get(hash) + 1);
    }

    /** One reason to hold the group has ended; whether it was the last one. */
    boolean unhold(int hash) {
        int left = holds.get(hash) - 1;
        holds.put(hash, left);
        return left == 0;
    }

    /** A message of a group goes out; whether nothing of the group was out before. */
    boolean wentOut(int hash, int to) {
        int before = out.get(hash) >>> ID_BITS;
        out.put(hash, (before + 1) << ID_BITS | to);
        return before == 0;
    }

    /** The id of the selection that has messages of a group out. */
    int owner(int hash) {
        return out.get(hash) & ID_MASK;
    }

    /** A message of a group is not out any more; whether somebody may have more of the group now who could not before. */
    boolean cameBack(int hash) {
        int has = out.get(hash);
        int count = has >>> ID_BITS;
        out.put(hash, count == 1 ? 0 : has - (1 << ID_BITS));
        return count == 1 || count == OUT_LIMIT;
    }
}
