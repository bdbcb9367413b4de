// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.List;
import java.util.Optional;

/**
 * A column of the tables.
 *
 * @param broker that it talks to, which another may talk to as well; none for the floor
 * @param client options of {@code quoin bench} that make it this one's client
 * @param xaClient the same for global transactions; empty if it has none
 * @param query added to the URL
 * @param can what it takes part in
 */
record Participant(
        String name, Optional<Broker> broker, List<String> client, List<String> xaClient, Query query, Ability can) {

    static final String FLOOR = "floor";
    static final String QUOIN = "Quoin";
    static final String DURABLE = "Quoin durable";

    /** Adds to a URL what a kind of work needs. */
    interface Query {
        String of(Work work);
    }

    /** Says why a participant has no part in a kind of work, or nothing if it has. */
    interface Ability {
        String lacks(Work work);
    }

    static Participant floor() {
        return new Participant(
                FLOOR,
                Optional.empty(),
                List.of(),
                List.of(),
                work -> "",
                work -> work.floor().isEmpty() ? "the floor has no such shape" : "");
    }

    boolean isFloor() {
        return broker.isEmpty();
    }

    /** One of the two that ratios are taken to. */
    boolean isRival() {
        return name.equals("Artemis") || name.equals("Classic");
    }

    boolean isOurs() {
        return name.startsWith(QUOIN);
    }
}
