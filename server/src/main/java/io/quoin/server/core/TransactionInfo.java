// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.List;

/**
 * A branch of a distributed transaction, for administrators.
 *
 * @param number of a prepared or decided one; 0 of others
 * @param state ACTIVE, IDLE, ROLLBACK_ONLY, PREPARED, COMMITTED or ROLLED_BACK; the last two by an administrator
 * @param globalId in hexadecimal digits
 * @param branchId in hexadecimal digits
 * @param ageMs since it was prepared or, if it is not, since it began
 * @param sessions that work in it
 * @param sends messages that it sends
 * @param sendBytes their bytes
 * @param acknowledgements messages that it has received
 * @param holds the same by destination
 */
public record TransactionInfo(
        long number,
        String state,
        int formatId,
        String globalId,
        String branchId,
        long ageMs,
        int sessions,
        int sends,
        long sendBytes,
        int acknowledgements,
        List<Held> holds) {

    /** What it sends to and has received from one destination. */
    public record Held(String destination, int sends, int acknowledgements) {}
}
