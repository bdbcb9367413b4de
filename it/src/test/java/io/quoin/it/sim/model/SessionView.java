// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.AcknowledgeMode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session as the server must see it. */
final class SessionView {

    final ConnectionView openedOn;
    final int number;
    final AcknowledgeMode mode;
    final Map<Integer, ConsumerView> consumers = new LinkedHashMap<>();
    /** The local one. */
    Transaction transaction;
    /** Branches in which its work has not ended, and the one that it works in now. */
    final Set<Branch> branches = new LinkedHashSet<>();

    @Nullable
    Branch branch;
    /** Whether a recover or rollback is on its way: what is delivered now would be dropped by the client. */
    boolean recovering;
    /** Whether its connection is lost. */
    boolean orphaned;

    SessionView(ConnectionView openedOn, int number, AcknowledgeMode mode) {
        this.openedOn = openedOn;
        this.number = number;
        this.mode = mode;
        this.transaction = new Transaction(openedOn.id());
    }

    /** What a frame that says that it is transacted belongs to; null if the session works in no branch. */
    @Nullable
    Transaction current() {
        return mode == AcknowledgeMode.XA ? branch : transaction;
    }

    boolean isTransacted() {
        return mode == AcknowledgeMode.TRANSACTED;
    }

    @Override
    public String toString() {
        return "s" + number + "@" + openedOn;
    }
}
