// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import org.jspecify.annotations.Nullable;

/**
 * Which sends of a connection the server has received, also those that leave no trace in the log: non-persistent ones and
 * those to temporary destinations. Volatile; what {@link Producer} knows of the persistent ones survives a restart.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class ReceivedSends {

    /** Refused sends that a resend is told apart from stored ones by. */
    private static final int REFUSED_MAX = 1_024;

    private final LongRing refused = new LongRing(REFUSED_MAX);
    private long highest;
    private boolean hasUnrecordedRefused;

    /** What is certain after a restart. */
    static ReceivedSends of(Producer producer) {
        ReceivedSends received = new ReceivedSends();
        received.highest = producer.highest();
        return received;
    }

    /** Whether there was any. */
    boolean any() {
        return highest > 0;
    }

    /** All up to {@code sequence} have been received, as the log says. */
    void atLeast(long sequence) {
        highest = Math.max(highest, sequence);
    }

    /** Whether the send with that number was seen before and not refused. */
    boolean isDuplicate(long sequence, @Nullable Producer producer) {
        if (sequence > highest || refused.contains(sequence)) {
            return false;
        }
        return producer == null || !producer.holes().contains(sequence);
    }

    void received(long sequence) {
        if (sequence > highest) {
            highest = sequence;
        } else {
            refused.remove(sequence);
        }
    }

    void refused(long sequence) {
        highest = Math.max(highest, sequence);
        refused.add(sequence);
        hasUnrecordedRefused = true;
    }

    /** Sends that were refused; some of them may not yet be in the log as such. */
    LongRing refusedSends() {
        return refused;
    }

    boolean hasUnrecordedRefused() {
        return hasUnrecordedRefused;
    }

    void refusedRecorded() {
        hasUnrecordedRefused = false;
    }
}
