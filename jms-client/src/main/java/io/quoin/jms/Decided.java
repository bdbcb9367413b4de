// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.protocol.AckOutcome;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of one consumer that the application has decided.
 *
 * @param session the number of the session that the consumer belongs to
 * @param prefetch if the consumer is this session's
 * @param loans if a connection consumer has lent them
 */
record Decided(
        int session, int consumer, @Nullable Prefetch prefetch, long handedOut, AckRanges ranges, List<Loan> loans) {

    static Decided of(List<Loan> loans) {
        AckRanges ranges = new AckRanges();
        loans.forEach(loan -> ranges.add(loan.delivery().tag()));
        Lender lender = loans.get(0).lender();
        return new Decided(lender.carrierNumber(), lender.number(), null, lender.handedOut(), ranges, loans);
    }

    /** Whether the server may have forgotten that these are lent. */
    boolean isStale() {
        return loans.stream().anyMatch(Loan::isStale);
    }

    /** Says what has become of loans. */
    void lent(BiConsumer<Lender, List<Loan>> fate) {
        if (!loans.isEmpty()) {
            fate.accept(loans.get(0).lender(), loans);
        }
    }

    /**
     * Tells the server that they are consumed.
     *
     * @param in the session that decides, whose transaction it is if there is one
     */
    void write(Wire wire, int in, int flags, @Nullable Reply reply, Flush flush) throws JMSException {
        wire.acknowledge(in, consumer, handedOut, AckOutcome.CONSUMED, flags, ranges, reply, flush);
    }
}
