// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A promise that was broken.
 *
 * @param kind which
 * @param sentence what happened
 * @param excerpt the events that show it, in order: those of the messages concerned, and what was done to the processes meanwhile
 */
public record Violation(Kind kind, String sentence, List<Event> excerpt) {
    /** What can be broken. */
    public enum Kind {
        /** A confirmed message was never delivered, or its work never accepted. */
        LOST,
        /** Delivered without having been sent, or though its producer rolled it back. */
        GHOST,
        /** Delivered again after its acknowledgement was confirmed. */
        AGAIN,
        /** Delivered again although its listener had returned, and nothing had happened to consumer or server. */
        REPEATED,
        /** Delivered again without the flag, or with a delivery count that contradicts it. */
        UNFLAGGED,
        /** Delivered before an earlier one of its producer and group. */
        ORDER,
        /** Accepted before an earlier one of its producer and group. */
        SKIPPED,
        /** Delivered while another consumer, or the same one, was at work on its group. */
        OVERLAP,
        /** An acknowledgement or commit was confirmed for what another consumer had been given meanwhile. */
        ZOMBIE,
        /** An acknowledgement or commit was refused, and nothing had happened to consumer or server. */
        REFUSED,
        /** The first message after a change of the group's consumer did not say so. */
        NOT_FIRST
    }

    @Override
    public String toString() {
        long start = excerpt.isEmpty() ? 0 : excerpt.get(0).timeNs();
        return kind + ": " + sentence
                + excerpt.stream().map(e -> "\n    " + e.describe(start)).collect(Collectors.joining());
    }
}
