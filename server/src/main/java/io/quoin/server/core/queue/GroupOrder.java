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
 * goes, the next one is promoted. A group with one message costs 11 to 21 bytes, one with several 20 more and 9 for each.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class GroupOrder {
    private static final int NONE = ReadyIndex.NONE;

    private final ReadyIndex ready;
    private final Selection selection;

    /** By hash: if positive, the group's place in the columns below, plus 1; if negative, {@code ~} its only message. */
    private final IntTable known = new IntTable();

    private boolean mixed;

    private int[] hashes = {};
    /** The only message of the group that may go next, ready or in its slot's list; NONE: the group is held. */
    private int[] promoted = {};
    /** First and last of each list, in order of arrival. */
    private int[] ends = {};
    /** The member of the list that was put in last; NONE: it has gone. */
    private int[] near = {};
    /** Places that are not in use; a stack. */
    private int[] free = {};

    private int freeCount;

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
        if (promoted[group] != NONE && selection.isBefore(ref, promoted[group])) {
            demote(group);
        }
        insert(group, ref);
        advance(group);
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
        int value = known.get(hash);
        if (value <= 0 || promoted[value - 1] == NONE || promoted[value - 1] == ref) {
            return false;
        }
        if (selection.isBefore(promoted[value - 1], ref)) {
            return true;
        }
        demote(value - 1);
        return false;
    }

    /** A message that was ready goes to its group's list: the group is held, or others come first. */
    void park(int ref, int hash) {
        int group = group(known.get(hash), hash);
        if (promoted[group] == ref) {
            promoted[group] = NONE;
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
            if (promoted[value - 1] == ref) {
                promoted[value - 1] = NONE;
            }
            advance(value - 1);
        }
    }

    /** A message that was in its group's list has gone. */
    void goneFromList(int ref, int hash) {
        int group = known.get(hash) - 1;
        unlink(group, ref);
        advance(group);
    }

    /** Something that held a group has ended. */
    void unlocked(int hash) {
        int value = known.get(hash);
        if (value > 0) {
            advance(value - 1);
        }
    }

    // --- inside a group ---

    /** Promotes the first of the list if it is its turn, and forgets a group without a list. */
    private void advance(int group) {
        int first = ends[2 * group];
        if (first == NONE) {
            close(group);
        } else if (promoted[group] == NONE && !selection.isLocked(hashes[group])) {
            unlink(group, first);
            promoted[group] = first;
            ready.makeReady(first);
            if (ends[2 * group] == NONE) {
                close(group);
            }
        }
    }

    /** The promoted message has to wait for one that came back: it returns to the list. */
    private void demote(int group) {
        int ref = promoted[group];
        promoted[group] = NONE;
        selection.withdraw(ref);
        insert(group, ref);
    }

    private void insert(int group, int ref) {
        ready.insert(ends, 2 * group, ref, Selection.GROUP_LIST, near[group]);
        near[group] = ref;
    }

    private void unlink(int group, int ref) {
        if (near[group] == ref) {
            near[group] = NONE;
        }
        ready.unlink(ends, 2 * group, ref);
    }

    /** The group behind a value of {@link #known}, made if there is none yet. */
    private int group(int value, int hash) {
        if (value > 0) {
            return value - 1;
        }
        if (freeCount == 0) {
            makeRoom();
        }
        int group = free[--freeCount];
        hashes[group] = hash;
        promoted[group] = value == 0 ? NONE : ~value;
        ends[2 * group] = NONE;
        ends[2 * group + 1] = NONE;
        near[group] = NONE;
        known.put(hash, group + 1);
        return group;
    }

    private void close(int group) {
        int last = promoted[group];
        known.put(hashes[group], mixed && last != NONE ? ~last : 0);
        free[freeCount++] = group;
    }

    private void makeRoom() {
        int room = Math.max(16, 2 * hashes.length);
        int used = hashes.length;
        hashes = Arrays.copyOf(hashes, room);
        promoted = Arrays.copyOf(promoted, room);
        ends = Arrays.copyOf(ends, 2 * room);
        near = Arrays.copyOf(near, room);
        free = Arrays.copyOf(free, room);
        while (used < room) {
            free[freeCount++] = used++;
        }
    }

    /** Forgets everything. */
    void reset() {
        known.clear();
        freeCount = 0;
        for (int group = 0; group < hashes.length; group++) {
            free[freeCount++] = group;
        }
    }
}
