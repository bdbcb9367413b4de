// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.it.sim.model.Sent.Outcome;
import io.quoin.it.sim.model.Transaction.State;
import java.util.List;

/** What becomes of the parts of a transaction: all of them share its fate. */
final class Transactions {

    private Transactions() {}

    /** The server has the commit. */
    static void committing(Transaction transaction, long number, ServerView view) {
        transaction.number = number;
        transaction.state = State.COMMITTING;
        transaction.sends.forEach(view::effective);
        for (Copy copy : transaction.acknowledged) {
            DeadLetters.neverMoved(copy);
            view.handledGone(copy);
        }
    }

    /** The server has said so, in words or by showing a message of it. */
    static void proveCommitted(Transaction transaction, ServerView view) {
        if (transaction.state == State.COMMITTED) {
            return;
        }
        if (transaction.state == State.ROLLED_BACK
                || transaction.state == State.OPEN
                || transaction.state == State.PREPARED) {
            throw new Violation(transaction + " is " + transaction.state + ", and a part of it shows as committed");
        }
        transaction.state = State.COMMITTED;
        for (Sent sent : transaction.sends) {
            view.stored(sent);
        }
        for (Copy copy : transaction.acknowledged) {
            copy.held = null;
            view.gone(copy);
        }
    }

    /** Nothing of it may show. */
    static void rolledBack(Transaction transaction, boolean counted, ServerView view) {
        if (transaction.state == State.COMMITTED) {
            throw new Violation(transaction + " was committed, and a part of it shows as rolled back");
        }
        transaction.state = State.ROLLED_BACK;
        for (Sent sent : transaction.sends) {
            sent.outcome = Outcome.NEVER;
        }
        for (Copy copy : transaction.acknowledged) {
            if (copy.held == transaction) {
                restore(copy, counted, view);
            }
        }
    }

    private static void restore(Copy copy, boolean counted, ServerView view) {
        copy.held = null;
        if (copy.gone == Copy.Gone.HANDLED || copy.gone == Copy.Gone.IN_DOUBT) {
            copy.gone = Copy.Gone.NO;
        }
        ConsumerView consumer = copy.at;
        if (counted && consumer == null) {
            // The server had its commit, so nobody remembers here how far the consumer had got.
            copy.countTo++;
            DeadLetters.counted(copy, view);
        }
        if (counted && consumer != null && copy.tag <= consumer.handedOut) {
            view.backCounted(copy);
        } else {
            view.back(copy);
        }
    }

    static void serverGone(Transaction transaction, boolean clean, ServerView view) {
        switch (transaction.state) {
            case OPEN -> rolledBack(transaction, false, view);
            case COMMITTING -> {
                view.arrived(transaction);
                if (clean) {
                    transaction.state = State.COMMITTED;
                    transaction.acknowledged.forEach(view::gone);
                } else {
                    transaction.state = State.IN_DOUBT;
                }
            }
            default -> {}
        }
    }

    /** A message that was acknowledged in it has been delivered again. */
    static void deliveredAgain(Transaction transaction, Copy copy, ServerView view) {
        if (transaction.state == State.COMMITTING || transaction.state == State.COMMITTED) {
            throw new Violation(copy + " was delivered again though " + transaction + " is " + transaction.state);
        }
        if (transaction.holdsFast(view.nowMs())) {
            throw new Violation(copy + " was delivered again though it belongs to " + transaction + ", which is "
                    + transaction.state);
        }
        rolledBack(transaction, transaction instanceof Branch, view);
    }

    /** What is promised of the sends of a list. */
    static void heldBy(Transaction transaction, Sent sent) {
        if (sent.transaction instanceof Branch) {
            return; // sent again, perhaps when its session works in another one
        }
        sent.transaction = transaction;
        sent.outcome = Outcome.HELD;
        if (!transaction.sends.contains(sent)) {
            transaction.sends.add(sent);
        }
    }

    /** The transactions of a list that are not decided, one of them with that number. */
    static Transaction find(List<Transaction> transactions, java.util.UUID connection, long number) {
        for (Transaction transaction : transactions) {
            if (transaction.number == number && transaction.connection.equals(connection)) {
                return transaction;
            }
        }
        return null;
    }
}
