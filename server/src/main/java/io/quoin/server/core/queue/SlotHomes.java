// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which consumer is the home of each slot: the one of the highest priority that rendezvous hashing puts first, among those
 * that are home to less than their share of the slots in use. So a consumer that comes or goes moves few slots, and each has
 * its share.
 *
 * <p>A slot is in use from its first message on, and for some seconds after its last one: so homes do not move with every
 * message where there are few. Consumers that were away have the same homes when they are back.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class SlotHomes {
    /** How many times a slot has to be found without messages, one after the other, to be out of use. */
    private static final int UNUSED_AFTER = 2;

    /** What a consumer may have beyond its share: a fiftieth. */
    private static final int SLACK = 50;

    private final int slots;
    private final List<QueueConsumer> members;

    private final @Nullable QueueConsumer[] home;
    /** Whether {@link #home} is of the present members: equal to {@link #epoch}. */
    private final int[] homeEpoch;
    /** How often a slot may yet be found without messages; 0: it is not in use. */
    private final byte[] uses;

    private int epoch = 1;
    private int inUse;
    private int topPriority;
    private int candidates;

    SlotHomes(int slots, List<QueueConsumer> members) {
        this.slots = slots;
        this.members = members;
        home = new @Nullable QueueConsumer[slots];
        homeEpoch = new int[slots];
        uses = new byte[slots];
    }

    /** A consumer joined or left: every slot finds its home anew when it is next needed. */
    void membersChanged() {
        epoch++;
        topPriority = Integer.MIN_VALUE;
        candidates = 0;
        for (int i = 0; i < members.size(); i++) {
            int priority = members.get(i).priority();
            if (priority > topPriority) {
                topPriority = priority;
                candidates = 0;
            }
            candidates += priority == topPriority ? 1 : 0;
        }
    }

    boolean isInUse(int slot) {
        return uses[slot] != 0;
    }

    /** Slots in use. */
    int inUse() {
        return inUse;
    }

    /** A slot has messages. */
    void used(int slot) {
        if (uses[slot] == 0) {
            inUse++;
            QueueConsumer last = current(slot);
            if (last != null) {
                // The home that it had is still good unless the member has its share by now.
                if (homes(last) < limit()) {
                    last.homes++;
                } else {
                    homeEpoch[slot] = 0;
                }
            }
        }
        uses[slot] = UNUSED_AFTER;
    }

    /** Time has passed: slots that have had no messages for long are not in use any more. */
    void age(IntPredicate hasMessages) {
        for (int slot = 0; slot < slots; slot++) {
            if (uses[slot] != 0) {
                uses[slot] = hasMessages.test(slot) ? UNUSED_AFTER : (byte) (uses[slot] - 1);
                if (uses[slot] == 0) {
                    inUse--;
                    leaves(slot);
                }
            }
        }
    }

    private void leaves(int slot) {
        QueueConsumer last = current(slot);
        if (last != null && last.homesEpoch == epoch && last.homes > 0) {
            last.homes--;
        }
    }

    /** The home of a slot; null: there is no consumer. */
    @Nullable
    QueueConsumer of(int slot) {
        return homeEpoch[slot] == epoch ? home[slot] : find(slot);
    }

    /** The same, found anew if its home has more than its share. */
    @Nullable
    QueueConsumer review(int slot) {
        QueueConsumer last = current(slot);
        if (last != null && homes(last) > limit()) {
            leaves(slot);
            return find(slot);
        }
        return of(slot);
    }

    /** The home that was found among the present members, if it was. */
    private @Nullable QueueConsumer current(int slot) {
        return homeEpoch[slot] == epoch ? home[slot] : null;
    }

    private @Nullable QueueConsumer find(int slot) {
        QueueConsumer best = null;
        long bestScore = Long.MIN_VALUE;
        int limit = limit();
        for (int i = 0; i < members.size(); i++) {
            QueueConsumer member = members.get(i);
            long score = Digest.mix(member.identity * slots + slot);
            if (member.priority() == topPriority && homes(member) < limit && (best == null || score > bestScore)) {
                best = member;
                bestScore = score;
            }
        }
        home[slot] = best;
        homeEpoch[slot] = epoch;
        if (best != null && isInUse(slot)) {
            best.homes++;
        }
        return best;
    }

    /** How many slots in use a consumer may be home to: its share rounded up, or a little more than its share. */
    private int limit() {
        int count = Math.max(inUse, 1);
        if (candidates == 0) {
            return 0;
        }
        return Math.max((count + candidates - 1) / candidates, (SLACK + 1) * count / (SLACK * candidates));
    }

    /** How many slots in use a consumer is home to. */
    int homes(QueueConsumer member) {
        if (member.homesEpoch != epoch) {
            member.homesEpoch = epoch;
            member.homes = 0;
        }
        return member.homes;
    }
}
