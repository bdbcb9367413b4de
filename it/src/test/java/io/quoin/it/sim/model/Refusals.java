// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.ErrorCode;
import java.util.Set;

/** Sends that the server did not take. */
final class Refusals {

    /** What a server may say to the sends of clients that keep to the protocol. */
    private static final Set<ErrorCode> LEGAL = Set.of(
            ErrorCode.QUEUE_FULL,
            ErrorCode.DISK_FULL,
            ErrorCode.MEMORY_FULL,
            ErrorCode.JOURNAL_FAILED,
            ErrorCode.SERVER_STOPPING,
            ErrorCode.SESSION_UNKNOWN,
            ErrorCode.TRANSACTION_ROLLED_BACK,
            ErrorCode.TRANSACTION_UNKNOWN,
            ErrorCode.TRANSACTION_TOO_LARGE,
            ErrorCode.SEND_IN_DOUBT,
            ErrorCode.DESTINATION_DELETED,
            ErrorCode.UNKNOWN_DESTINATION);

    private Refusals() {}

    static void refused(Sent sent, int number, ServerView view) {
        ErrorCode code = ErrorCode.find(number);
        if (code == null || !LEGAL.contains(code)) {
            throw new Violation(sent + " was refused with " + number + " " + code);
        }
        switch (sent.outcome) {
            case STORED -> {
                if (code != ErrorCode.SEND_IN_DOUBT && sent.copies.stream().anyMatch(c -> c.place.durable)) {
                    throw new Violation(sent + " was refused with " + code + " after it was promised or shown");
                }
            }
            case IN_DOUBT -> {}
            default -> {
                if (code == ErrorCode.SEND_IN_DOUBT) {
                    sent.outcome = Sent.Outcome.IN_DOUBT;
                } else {
                    sent.outcome = Sent.Outcome.NEVER;
                    if (sent.transaction instanceof Branch branch) {
                        view.branches().refused(branch, sent);
                    }
                }
            }
        }
    }
}
