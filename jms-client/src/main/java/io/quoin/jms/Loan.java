// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;

/**
 * A message that a connection consumer has lent to a session of a pool.
 *
 * @param incarnation of the lender's session on the wire: if that was opened anew since, the message may not be its any more
 */
record Loan(Lender lender, Delivery delivery, int incarnation) {

    /** Whether the server has forgotten that it is lent; it may have been reclaimed, or gone to somebody else. */
    boolean isStale() {
        return lender.carrier().incarnation() != incarnation;
    }

    boolean isSameGroup(Loan other) {
        return lender == other.lender
                && delivery.isGrouped()
                && other.delivery.isGrouped()
                && delivery.groupHash() == other.delivery.groupHash();
    }
}
