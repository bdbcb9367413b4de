// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.AcknowledgeMode;
import java.util.LinkedHashMap;
import java.util.Map;

/** A session as the server must see it. */
final class SessionView {

    final ConnectionView openedOn;
    final int number;
    final AcknowledgeMode mode;
    final Map<Integer, ConsumerView> consumers = new LinkedHashMap<>();
    Transaction transaction;
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

    boolean isTransacted() {
        return mode == AcknowledgeMode.TRANSACTED;
    }

    @Override
    public String toString() {
        return "s" + number + "@" + openedOn;
    }
}
