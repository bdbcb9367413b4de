// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Handed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session at the client's end. */
final class SimSession {

    /** An acknowledgement that the server has not confirmed. */
    record Unconfirmed(int consumer, io.quoin.protocol.AckOutcome outcome, List<Long> tags) {}

    final int number;
    final AcknowledgeMode mode;
    final String label;
    final Map<Integer, SimConsumer> consumers = new LinkedHashMap<>();
    final Map<Integer, Unconfirmed> unconfirmed = new LinkedHashMap<>();
    /** What the session waits for before it does anything else; null if nothing. */
    @Nullable
    String waiting;
    /** The number of its commit that waits for its answer, 0 for none. */
    long committing;
    /** The branch that it works in, and one in which its work is suspended. */
    @Nullable
    SimBranch branch;

    @Nullable
    SimBranch suspended;
    /** Whether anything was done in the open transaction. */
    boolean transactionUsed;
    /** Whether it is of no use any more. */
    boolean dead;

    SimSession(int number, AcknowledgeMode mode, String label) {
        this.number = number;
        this.mode = mode;
        this.label = label;
    }

    boolean isTransacted() {
        return mode == AcknowledgeMode.TRANSACTED;
    }

    /** Whether what it sends and acknowledges takes effect only when that is committed. */
    boolean isInTransaction() {
        return isTransacted() || branch != null;
    }

    // --- branches of distributed transactions

    void enter(SimBranch entered) {
        if (suspended == entered) {
            suspended = null;
        } else {
            entered.working++;
        }
        branch = entered;
    }

    void suspend() {
        suspended = branch;
        branch = null;
    }

    void leave(SimBranch left) {
        if (branch == left) {
            branch = null;
            left.working--;
        } else if (suspended == left) {
            suspended = null;
            left.working--;
        }
    }

    /** The session is no more, and its work has ended in whatever way. */
    void leaveAll() {
        if (branch != null) {
            leave(branch);
        }
        if (suspended != null) {
            leave(suspended);
        }
    }

    boolean isFree() {
        return waiting == null && !dead;
    }

    List<Handed> handed() {
        List<Handed> handed = new ArrayList<>();
        consumers.values().forEach(c -> handed.add(new Handed(c.number, c.handedOut())));
        return handed;
    }

    @Override
    public String toString() {
        return label;
    }
}
