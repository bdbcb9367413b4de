// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The redelivered messages of a consumer that its client has named before it handed them out, by the hand that has them: the
 * consumer's session, or of a connection consumer each session that it lends to. A hand has what it named last.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Hands {

    /** Hands that may be kept though what they have is done with; then those are forgotten. */
    private static final int KEPT = 64;

    private final Map<Integer, List<Long>> tags = new HashMap<>();

    /** From now on the hand has these, and nothing else. */
    void has(int hand, List<Long> named, Deliveries deliveries) {
        if (tags.size() >= KEPT) {
            tags.values().removeIf(all -> all.stream().noneMatch(deliveries::isOut));
        }
        tags.put(hand, named);
    }

    /** Nobody has anything. */
    void clear() {
        tags.clear();
    }

    /** All that the hands have and that is out still. */
    SortedSet<Long> out(Deliveries deliveries) {
        SortedSet<Long> out = new TreeSet<>();
        for (List<Long> all : tags.values()) {
            for (long tag : all) {
                if (deliveries.isOut(tag)) {
                    out.add(tag);
                }
            }
        }
        return out;
    }
}
