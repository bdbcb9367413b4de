// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.protocol.codec.Xid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Messages of groups that were lent to sessions, which have ended their work in branches that are not completed: nobody
 * gets another message of such a group before. A transaction manager may complete a branch on any of its connections, so
 * all connections of this JVM share this.
 *
 * <p>Thread: any.
 */
final class BranchLoans {

    private static final Map<Xid, List<Loan>> ENDED = new ConcurrentHashMap<>();

    private BranchLoans() {}

    /** A session has ended its work in a branch; what has no group is nobody's concern any more. */
    static void ended(Xid branch, Lender lender, List<Loan> loans) {
        List<Loan> free = new ArrayList<>();
        List<Loan> grouped = new ArrayList<>();
        for (Loan loan : loans) {
            (loan.delivery().isGrouped() ? grouped : free).add(loan);
        }
        lender.settled(free);
        if (!grouped.isEmpty()) {
            ENDED.merge(branch, grouped, BranchLoans::both);
        }
    }

    private static List<Loan> both(List<Loan> one, List<Loan> other) {
        List<Loan> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    /** The branch is committed or rolled back. */
    static void completed(Xid branch) {
        List<Loan> loans = ENDED.remove(branch);
        if (loans != null) {
            Map<Lender, List<Loan>> byLender = new LinkedHashMap<>();
            for (Loan loan : loans) {
                byLender.computeIfAbsent(loan.lender(), lender -> new ArrayList<>())
                        .add(loan);
            }
            byLender.forEach(Lender::settled);
        }
    }
}
