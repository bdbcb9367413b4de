// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;

/**
 * Keeps the messages of each group in order of arrival for one {@link Selection}, where the order of dispatch (priority, then
 * arrival) would not do so by itself.
 *
 * <p>While the messages with groups have one priority, their order of dispatch is their order of arrival. They are simply
 * ready, and nothing is known of a group here, unless something holds it: then what is met of it goes into its list, so that
 * nothing is met twice.
 *
 * <p>Where messages of several priorities have groups (<i>mixed</i>), every group is known, and all its waiting messages but the
 * first are in its list. The first is <i>promoted</i>: ready, with its own priority, or passed over in its slot's list. When it
 * goes, the next one is promoted. A group with one message costs 10 or 11 bytes, one with several 12 more and 1 for each, with
 * three and more 9 for each.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class GroupOrder {
    private static final int NONE = ReadyIndex.NONE;
    /** Groups in one piece of the columns, which grow by pieces so that growing takes no time. */
    private static final int PIECE_BITS = 12;

    private static final int PIECE = 1 << PIECE_BITS;

    private final ReadyIndex ready;
    private final Selection selection;

    /** By hash: if positive, the group's place in the columns below, plus 1; if negative, {@code ~} its only message. */
    private final IntTable known = new IntTable();

    private boolean mixed;

    /**
     * The only message of the group that may go next, ready or in its slot's list; NONE: the group is held. Of a place that is
     * not in use: the next such place.
     */
    private int[][] promoted = {};
    /** First and last of each list, in order of arrival. */
    private int[][] ends = {};

    private int pieces;
    private int usedPlaces;
    private int firstFree = NONE;
    /** The message that was last put into a list and is still there, and its group. */
    private int lastInserted = NONE;

    private int lastGroup;

    GroupOrder(ReadyIndex ready, Selection selection) {
        this.ready = ready;
        this.selection = selection;
    }

    boolean isMixed() {
        return mixed;
    }

    /** Changes the mode; nothing with a group waits. */
    void mixed(boolean value) {
        mixed = value;
        reset();
    }

    // --- a message begins to wait ---

    /** A message was taken in, behind all others of its group. Returns whether it is ready. */
    boolean arrives(int ref, int hash) {
        int value = mixed ? known.get(hash) : 0;
        if (value == 0) {
            begin(ref, hash);
            return true;
        }
        insert(group(value, hash), ref);
        return false;
    }

    /** A message waits again, wherever it belongs in its group. Returns whether it is ready. */
    boolean returns(int ref, int hash) {
        int value = known.get(hash);
        if (value == 0) {
            begin(ref, hash);
            return true;
        }
        int group = group(value, hash);
        if (promoted(group) != NONE && selection.isBefore(ref, promoted(group))) {
            demote(group);
        }
        insert(group, ref);
        advance(group, hash);
        return false;
    }

    private void begin(int ref, int hash) {
        if (mixed) {
            known.put(hash, ~ref);
        }
    }

    // --- a ready message is met ---

    /** Whether a ready message has to wait for others of its group, which is not held. */
    boolean mustWait(int ref, int hash) {
        int group = known.get(hash) - 1;
        if (group < 0 || promoted(group) == NONE || promoted(group) == ref) {
            return false;
        }
        if (selection.isBefore(promoted(group), ref)) {
            return true;
        }
        demote(group);
        return false;
    }

    /** A message that was ready goes to its group's list: the group is held, or others come first. */
    void park(int ref, int hash) {
        int group = group(known.get(hash), hash);
        if (promoted(group) == ref) {
            promote(group, NONE);
        } else if (promoted(group) != NONE && selection.isBefore(ref, promoted(group))) {
            demote(group);
        }
        insert(group, ref);
    }

    // --- a message does not wait any more ---

    /** A message that was ready or in its slot's list has gone. */
    void gone(int ref, int hash) {
        int value = known.get(hash);
        if (value < 0) {
            known.put(hash, 0);
        } else if (value > 0) {
            if (promoted(value - 1) == ref) {
                promote(value - 1, NONE);
            }
            advance(value - 1, hash);
        }
    }

    /** A message that was in its group's list has gone. */
    void goneFromList(int ref, int hash) {
        int group = known.get(hash) - 1;
        unlink(group, ref);
        advance(group, hash);
    }

    /** Something that held a group has ended. */
    void unlocked(int hash) {
        int value = known.get(hash);
        if (value > 0) {
            advance(value - 1, hash);
        }
    }

    // --- inside a group ---

    /** Promotes the first of the list if it is its turn, and forgets a group without a list. */
    private void advance(int group, int hash) {
        int first = first(group);
        if (first != NONE && promoted(group) == NONE && !selection.isLocked(hash)) {
            unlink(group, first);
            promote(group, first);
            ready.makeReady(first);
        }
        if (first(group) == NONE) {
            int last = promoted(group);
            known.put(hash, mixed && last != NONE ? ~last : 0);
            promote(group, firstFree);
            firstFree = group;
        }
    }

    /** The promoted message has to wait for one that came back: it returns to the list. */
    private void demote(int group) {
        int ref = promoted(group);
        promote(group, NONE);
        selection.withdraw(ref);
        insert(group, ref);
    }

    private void insert(int group, int ref) {
        int near = lastGroup == group ? lastInserted : NONE;
        ready.insert(ends[group >> PIECE_BITS], endsAt(group), ref, Selection.GROUP_LIST, near);
        lastInserted = ref;
        lastGroup = group;
    }

    private void unlink(int group, int ref) {
        if (lastInserted == ref) {
            lastInserted = NONE;
        }
        ready.unlink(ends[group >> PIECE_BITS], endsAt(group), ref);
    }

    private int promoted(int group) {
        return promoted[group >> PIECE_BITS][group & PIECE - 1];
    }

    private void promote(int group, int ref) {
        promoted[group >> PIECE_BITS][group & PIECE - 1] = ref;
    }

    private int first(int group) {
        return ends[group >> PIECE_BITS][endsAt(group)];
    }

    private static int endsAt(int group) {
        return 2 * (group & PIECE - 1);
    }

    /** The group behind a value of {@link #known}, made if there is none yet. */
    private int group(int value, int hash) {
        if (value > 0) {
            return value - 1;
        }
        int group = firstFree;
        if (group != NONE) {
            firstFree = promoted(group);
        } else {
            group = usedPlaces++;
            if (group >> PIECE_BITS == pieces) {
                addPiece();
            }
        }
        promote(group, value == 0 ? NONE : ~value);
        ends[group >> PIECE_BITS][endsAt(group)] = NONE;
        ends[group >> PIECE_BITS][endsAt(group) + 1] = NONE;
        known.put(hash, group + 1);
        return group;
    }

    private void addPiece() {
        if (pieces == promoted.length) {
            promoted = Arrays.copyOf(promoted, Math.max(4, 2 * pieces));
            ends = Arrays.copyOf(ends, promoted.length);
        }
        promoted[pieces] = new int[PIECE];
        ends[pieces] = new int[2 * PIECE];
        pieces++;
    }

    /** Forgets everything. */
    void reset() {
        known.clear();
        usedPlaces = 0;
        firstFree = NONE;
        lastInserted = NONE;
    }
}
