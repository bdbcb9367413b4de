// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A local transaction, or a {@link Branch}. */
class Transaction {

    enum State {
        OPEN,
        /** A branch that is prepared: its transaction manager decides. */
        PREPARED,
        /** The server has the commit. */
        COMMITTING,
        COMMITTED,
        ROLLED_BACK,
        /** The server died between commit and answer: all of it or nothing. */
        IN_DOUBT
    }

    /** Whose transaction of that number it is. */
    UUID connection;

    final List<Sent> sends = new ArrayList<>();
    final List<Copy> acknowledged = new ArrayList<>();
    State state = State.OPEN;
    /** The number that the client gave it; 0 as long as it is open. */
    long number;

    Transaction(UUID connection) {
        this.connection = connection;
    }

    /** Whether all that it sent has joined: its commit was answered, or the server has started again since. */
    boolean hasArrived;

    /** Whether the server has its commit and has not answered it: what it sent may be joining. */
    boolean isTakingEffect() {
        return number != 0 && !hasArrived && state != State.ROLLED_BACK;
    }

    /** Whether the server keeps what was acknowledged in it from everybody, for certain. */
    boolean holdsFast(long nowMs) {
        return false; // of a local one the consumer has it still
    }

    boolean isEmpty() {
        return sends.isEmpty() && acknowledged.isEmpty();
    }

    @Override
    public String toString() {
        return "transaction " + number + " of " + connection;
    }
}
