// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.UUID;

/**
 * What is durably known of a connection that produces: which of its sends are stored, and which of its local transactions
 * were committed.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Producer {

    /** Refused sends that are remembered; a client that is that far behind with reading answers is lost. */
    private static final int HOLES_MAX = 1_024;
    /** Commits that are remembered: more than a connection has sessions that can be waiting for an answer. */
    private static final int COMMITS_MAX = 1_024;

    private final int number;
    private final UUID connectionId;
    private final LongRing holes = new LongRing(HOLES_MAX);
    private final LongRing commits = new LongRing(COMMITS_MAX);
    private long highest;

    Producer(int number, UUID connectionId) {
        this.number = number;
        this.connectionId = connectionId;
    }

    int number() {
        return number;
    }

    UUID connectionId() {
        return connectionId;
    }

    /** The highest sequence that was stored. */
    long highest() {
        return highest;
    }

    /** The sends that were refused though later ones may be stored. */
    LongRing holes() {
        return holes;
    }

    /** The transactions that were committed. */
    LongRing commits() {
        return commits;
    }

    /** Whether the send is stored; sends that were refused, or not seen yet, are not. */
    boolean isStored(long sequence) {
        return sequence <= highest && !holes.contains(sequence);
    }

    /** Applies a send. */
    void stored(long sequence) {
        if (sequence > highest) {
            highest = sequence;
        } else {
            holes.remove(sequence);
        }
    }

    /** Applies {@code PRODUCER_HOLE}. */
    void refused(long first, long last) {
        for (long sequence = Math.max(first, last - HOLES_MAX + 1); sequence <= last; sequence++) {
            holes.add(sequence);
        }
        highest = Math.max(highest, last);
    }

    /** Restores what a snapshot says. */
    void highest(long restored) {
        highest = restored;
    }
}
