// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of an undecided transaction that is in the log as a {@link LoggedTransaction}, and what no log tells of that part:
 * which of its messages non-durable subscriptions take, too.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class LoggedPart {

    /**
     * A message that the log has, for non-durable subscriptions of its topic as well.
     *
     * @param send which of the transaction's, from 0
     */
    record Route(int topic, int send, Set<Integer> takers) {}

    private final List<Route> routes = new ArrayList<>();
    private final Set<Integer> destinations = new TreeSet<>();
    private long number;
    private int sends;
    private long bytes;

    /** The transaction's number; 0 as long as the log has nothing of it. */
    long number() {
        return number;
    }

    /** The first record is about to be written. */
    void number(long newNumber) {
        number = newNumber;
    }

    boolean isEmpty() {
        return number == 0;
    }

    void sent(int destination, int messageBytes) {
        destinations.add(destination);
        sends++;
        bytes += messageBytes;
    }

    /** Messages that it sends. */
    int sends() {
        return sends;
    }

    /** Bytes of the messages. */
    long bytes() {
        return bytes;
    }

    /** Where they go. */
    Set<Integer> destinations() {
        return destinations;
    }

    /** In the order of the messages. */
    List<Route> routes() {
        return routes;
    }
}
