// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import java.util.ArrayList;
import java.util.List;

/** How a client ends the local transactions of its sessions, and how it learns what became of them. */
final class Transacting {

    private final SimClient client;
    private final Wire wire;
    private final Trace trace;
    /** Numbers of transactions whose commit was not answered. */
    private final List<Long> inDoubt = new ArrayList<>();

    private long transactions;

    Transacting(SimClient client, Wire wire, Trace trace) {
        this.client = client;
        this.wire = wire;
        this.trace = trace;
    }

    void forget() {
        transactions = 0;
        inDoubt.clear();
    }

    /** The number of a new transaction. */
    long number() {
        return ++transactions;
    }

    void recover(SimSession session) {
        session.waiting = "recover";
        int request = wire.request(ok -> recovered(session), wire.unexpected("recover"));
        wire.write(session.number, new Frame.Recover(request, session.handed()));
    }

    void rollback(SimSession session) {
        session.waiting = "rollback";
        int request = wire.request(ok -> recovered(session), failure -> {
            Refusals.transaction(failure);
            recovered(session);
        });
        wire.write(session.number, new Frame.Rollback(request, number(), session.handed()));
        session.transactionUsed = false;
    }

    private void recovered(SimSession session) {
        session.waiting = null;
        session.consumers.values().forEach(SimConsumer::recovered);
        session.consumers.values().removeIf(c -> c.closing);
        client.consuming.credit(session, true);
    }

    void commit(SimSession session) {
        session.waiting = "commit";
        session.committing = number();
        int request = wire.request(ok -> committed(session), failure -> {
            Refusals.transaction(failure);
            committed(session);
            recovered(session);
        });
        wire.write(session.number, new Frame.Commit(request, session.committing, session.handed()));
        session.transactionUsed = false;
    }

    private static void committed(SimSession session) {
        session.waiting = null;
        session.committing = 0;
        session.consumers.values().removeIf(c -> c.closing && c.unacknowledged.isEmpty());
    }

    /** The answer to the commit of that number is lost. */
    void isInDoubt(long transaction) {
        inDoubt.add(transaction);
    }

    /** Asks what became of the transactions in doubt. */
    void askOutcomes() {
        for (long transaction : inDoubt) {
            int request = wire.request(
                    ok -> {
                        if (Result.Outcome.of(ok).outcome() == TransactionOutcome.OPEN) {
                            trace.add(client, " is told that ", transaction, " is open");
                        }
                    },
                    failure -> {});
            wire.write(0, new Frame.TxOutcome(request, client.id(), transaction));
        }
        inDoubt.clear();
    }
}
