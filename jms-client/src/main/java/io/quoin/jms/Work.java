// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Wire;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Handed;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What a session has received in a transaction, local or distributed, as it was at one moment: whoever has taken it says what
 * becomes of it.
 *
 * @param isLost the server has forgotten some of it
 * @param incarnation of the session to which it is known otherwise
 */
record Work(boolean isLost, List<Decided> decided, List<Handed> handed, int incarnation) {

    /** This and what was done after it in the same transaction. */
    Work and(Work later) {
        List<Decided> both = new ArrayList<>(decided);
        both.addAll(later.decided);
        return new Work(isLost || later.isLost, both, later.handed, incarnation);
    }

    /** Whether the server has forgotten some of it, if the session is in that incarnation now. */
    boolean isForgotten(int incarnationNow) {
        return isLost || incarnation != incarnationNow || hasStaleLoans();
    }

    /** Whether the server may have forgotten that something is lent. */
    boolean hasStaleLoans() {
        return decided.stream().anyMatch(Decided::isStale);
    }

    /** Tells the server that all of it is acknowledged in the transaction of that session. */
    void write(Wire wire, int session) throws JMSException {
        for (Decided one : decided) {
            one.write(wire, session, FrameFlags.ACK_TRANSACTED, null, Flush.LATER);
        }
    }

    /** Says what has become of loans. */
    void lent(BiConsumer<Lender, List<Loan>> fate) {
        decided.forEach(one -> one.lent(fate));
    }

    /** Loans go back: the server has forgotten the transaction, and knows of nobody's acknowledgement of them. */
    void giveBack() {
        lent((lender, loans) -> lender.giveBack(loans, List.of()));
    }
}
