// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.message.Murmur3;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The promises about order. Among first deliveries to a consumer, messages of one priority and delivery mode come in the order of
 * arrival;
 * of a group nothing ever overtakes, whatever was put back, and only one consumer at a time has messages of it.
 */
final class Order {

    private Order() {}

    static void check(Copy copy, ConsumerView to, String what, ServerView view) {
        String group = copy.sent.wish.group();
        if (group != null) {
            checkGroupFree(copy, group, to, what, view.nowMs());
        }
        if (copy.arrival < 0) {
            return;
        }
        for (Copy earlier : copy.place.copies) {
            if (earlier.arrival >= 0 && earlier.arrival < copy.arrival && isOvertaken(earlier, copy, to, view)) {
                throw new Violation("Delivered " + what + " before " + earlier + ", which arrived before it");
            }
        }
    }

    private static void checkGroupFree(Copy copy, String group, ConsumerView to, String what, long nowMs) {
        for (Copy other : copy.place.copies) {
            ConsumerView at = other.at;
            if (at != null && at != to && group.equals(other.sent.wish.group()) && !at.session.orphaned) {
                throw new Violation("Delivered " + what + " while " + at + " has " + other + " of the same group");
            }
            Transaction held = other.held;
            if (held != null
                    && at == null
                    && other.heldBy != to
                    && other.sent.outcome != Sent.Outcome.NEVER
                    && group.equals(other.sent.wish.group())
                    && held.holdsFast(nowMs)) {
                throw new Violation("Delivered " + what + " while " + held + " has " + other + " of the same group");
            }
        }
    }

    private static boolean isOvertaken(Copy earlier, Copy copy, ConsumerView to, ServerView view) {
        if (isUnordered(earlier, copy)
                || earlier.isOut()
                || earlier.held != null
                || !earlier.isOwed()
                || !to.selection.matches(earlier.sent.wish)
                || Timing.mayHaveExpired(earlier.sent, view.nowMs())
                || !sameGroup(earlier, copy)) {
            return false;
        }
        if (copy.sent.wish.group() != null) {
            return true;
        }
        return !view.awaited().mayKeepBack()
                && earlier.deliveries == 0
                && copy.deliveries == 0
                && earlier.sent.wish.persistent() == copy.sent.wish.persistent()
                && earlier.sent.wish.priority() == copy.sent.wish.priority();
    }

    /** Whether the earlier one may have joined behind the other: its transaction was still taking effect. */
    private static boolean isUnordered(Copy earlier, Copy copy) {
        return earlier.arrivedBy > copy.arrival
                && (earlier.sent.transaction == null || earlier.sent.transaction != copy.sent.transaction);
    }

    private static boolean sameGroup(Copy one, Copy other) {
        return Objects.equals(one.sent.wish.group(), other.sent.wish.group());
    }

    /** Whether something of its group, or of the others that share its slot, may stand in its way. */
    static boolean mayBeHeld(Copy copy, ConsumerView consumer) {
        if (copy.sent.wish.group() == null) {
            return false;
        }
        for (Copy other : copy.place.copies) {
            if (other != copy && other.sent.wish.group() != null && holds(other, copy, consumer)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(Copy other, Copy copy, ConsumerView consumer) {
        if ((other.isOut() || other.held != null) && slot(other) == slot(copy)) {
            // Even its own consumer may have to wait: the slot may be on its way to another one.
            return true;
        }
        return sameGroup(other, copy)
                && (!consumer.selection.matches(other.sent.wish)
                        || !other.isOwed()
                        || other.sent.wish.delayMs() > 0
                        || other.sent.expires());
    }

    private static int slot(Copy copy) {
        byte[] group = Objects.requireNonNull(copy.sent.wish.group()).getBytes(StandardCharsets.UTF_8);
        return Math.floorMod(Murmur3.hash(ByteBuffer.wrap(group), 0, group.length), copy.place.groupSlots);
    }
}
