// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One ACK: what it settles when the server handles it, and what its answer promises. */
final class Acknowledgement {

    private final ServerView view;
    private final AckOutcome outcome;
    private final List<Copy> copies = new ArrayList<>();
    /** Whether it names something that is not out, so that it may be refused. */
    private boolean names;

    Acknowledgement(ServerView view, AckOutcome outcome) {
        this.view = view;
        this.outcome = outcome;
    }

    void range(ConsumerView consumer, long first, long last, @Nullable Transaction transaction) {
        for (long tag = first; tag <= last; tag++) {
            Copy copy = consumer.out.get(tag);
            if (copy == null || copy.held != null) {
                names = true;
            } else {
                copies.add(copy);
                settle(copy, transaction);
            }
        }
    }

    private void settle(Copy copy, @Nullable Transaction transaction) {
        if (transaction instanceof Branch branch) {
            view.branches().acknowledged(branch, copy);
            return;
        }
        if (transaction != null) {
            copy.held = transaction;
            transaction.acknowledged.add(copy);
            return;
        }
        switch (outcome) {
            case CONSUMED -> {
                DeadLetters.neverMoved(copy);
                view.handledGone(copy);
            }
            case REJECTED -> {
                if (copy.place.isDeadLetters()) {
                    // Dead letters never dead-letter again: it stays.
                    view.backCounted(copy);
                    return;
                }
                view.back(copy);
                DeadLetters.moved(copy, true, view);
            }
            case RETURNED_COUNTED -> view.backCounted(copy);
            case RETURNED_UNCOUNTED -> {
                // The application gave it back unread: it counts as never handed out.
                view.back(copy);
                copy.handed = false;
            }
        }
    }

    /** The server promises that it is stored. */
    void confirmed() {
        if (names) {
            return;
        }
        for (Copy copy : copies) {
            if (outcome == AckOutcome.CONSUMED && copy.gone == Copy.Gone.HANDLED) {
                view.gone(copy);
            } else if (outcome == AckOutcome.REJECTED && copy.certainlyDead && copy.gone != Copy.Gone.YES) {
                view.gone(copy);
            }
        }
    }

    /** The server has refused it: it knows nothing of what is named. */
    void refused(int code) {
        if (!names) {
            throw new Violation("An acknowledgement of " + copies + " was refused though all of them were out: "
                    + ErrorCode.find(code));
        }
        for (Copy copy : copies) {
            if (copy.gone == Copy.Gone.HANDLED) {
                copy.gone = Copy.Gone.IN_DOUBT;
            }
        }
    }

    @Override
    public String toString() {
        return copies + (names ? " and others" : "");
    }
}
