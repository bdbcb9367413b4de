// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What administrators see of distributed transactions, and how they decide what a transaction manager has left in doubt.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class TransactionAdministration {

    private final Now now;
    private final Sources sources;
    private final Destinations destinations;
    private final LoggedTransactions logged;
    private final Branches branches;

    TransactionAdministration(
            Now now, Sources sources, Destinations destinations, LoggedTransactions logged, Branches branches) {
        this.now = now;
        this.sources = sources;
        this.destinations = destinations;
        this.logged = logged;
        this.branches = branches;
    }

    List<TransactionInfo> list() {
        List<TransactionInfo> list = new ArrayList<>();
        for (LoggedTransaction transaction : logged.all()) {
            if (transaction.isTold()) {
                list.add(info(transaction));
            }
        }
        for (Branch branch : branches.unprepared()) {
            list.add(info(branch));
        }
        return list;
    }

    TransactionInfo decide(long number, boolean commit) throws Refusal {
        LoggedTransaction transaction = find(number);
        if (!transaction.isPrepared()) {
            throw new Refusal(
                    ErrorCode.XA_FAILED,
                    "Transaction " + number + " is decided already: it was " + stateOf(transaction));
        }
        TransactionInfo info = info(transaction);
        branches.decide(transaction, commit);
        return info;
    }

    TransactionInfo forget(long number) throws Refusal {
        LoggedTransaction transaction = find(number);
        if (transaction.isPrepared()) {
            throw new Refusal(
                    ErrorCode.XA_FAILED,
                    "Transaction " + number + " is prepared and not decided: commit it or roll it back first");
        }
        TransactionInfo info = info(transaction);
        branches.forget(transaction);
        return info;
    }

    private LoggedTransaction find(long number) throws Refusal {
        LoggedTransaction transaction = logged.find(number);
        if (transaction == null || !transaction.isTold()) {
            throw new Refusal(ErrorCode.TRANSACTION_UNKNOWN, "There is no prepared or decided transaction " + number);
        }
        return transaction;
    }

    private TransactionInfo info(LoggedTransaction transaction) {
        Holds holds = new Holds();
        holds.sent(transaction.sends());
        holds.received(transaction.held());
        long volatileBytes = 0;
        Branch rest = branches.volatilePart(transaction);
        if (rest != null) {
            holds.sent(rest);
            holds.received(rest.held());
            volatileBytes = rest.keptBytes();
        }
        long bytes = transaction.sends().bytes() + volatileBytes;
        String state = stateOf(transaction).replace(' ', '_').toUpperCase(Locale.ROOT);
        return holds.info(
                transaction.number(), state, transaction.xid(), now.wallMs() - transaction.preparedAtMs(), 0, bytes);
    }

    private static String stateOf(LoggedTransaction transaction) {
        return switch (transaction.state()) {
            case OPEN, PREPARED, TAKING_EFFECT, BEING_UNDONE -> "prepared";
            case DECIDED_COMMIT -> "committed";
            case DECIDED_ROLLBACK -> "rolled back";
        };
    }

    private TransactionInfo info(Branch branch) {
        Holds holds = new Holds();
        LoggedPart part = branch.logged();
        LoggedTransaction transaction = part == null ? null : logged.find(part.number());
        if (transaction != null) {
            holds.sent(transaction.sends());
        }
        holds.sent(branch);
        holds.received(branch.held());
        String state = branch.sessions().isEmpty() ? "IDLE" : "ACTIVE";
        return holds.info(
                0,
                branch.hasFailed() ? "ROLLBACK_ONLY" : state,
                branch.xid(),
                now.wallMs() - branch.beganAtMs(),
                branch.sessions().size(),
                branch.bytes());
    }

    /** Counts by destination. */
    private final class Holds {
        private final Map<String, int[]> counts = new TreeMap<>();
        private int sends;
        private int acknowledgements;

        private void sent(Branch branch) {
            for (KeptSends one : branch.sends().values()) {
                for (one.first(); one.isAtSend(); one.next()) {
                    sent(one.destination());
                }
            }
        }

        private void sent(LoggedSends all) {
            for (LoggedSends.Walk walk = all.walk(); walk.next(); ) {
                sent(walk.destination());
            }
        }

        private void sent(int destination) {
            sends++;
            Destination found = destinations.find(destination);
            count(found == null ? null : found.name(), 0, 1);
        }

        private void received(HeldMessages held) {
            for (int i = 0; i < held.ranges(); i++) {
                int messages = (int) (held.last(i) - held.first(i)) + 1;
                acknowledgements += messages;
                Source source = sources.find(held.source(i));
                count(source == null ? null : source.destinationName(), 1, messages);
            }
        }

        private void count(@Nullable String name, int which, int messages) {
            counts.computeIfAbsent(name == null ? "(deleted)" : name, any -> new int[2])[which] += messages;
        }

        private TransactionInfo info(long number, String state, Xid xid, long ageMs, int sessions, long bytes) {
            List<TransactionInfo.Held> holds = new ArrayList<>();
            counts.forEach((name, count) -> holds.add(new TransactionInfo.Held(name, count[0], count[1])));
            return new TransactionInfo(
                    number,
                    state,
                    xid.formatId(),
                    xid.globalId().toString(),
                    xid.branchId().toString(),
                    Math.max(0, ageMs),
                    sessions,
                    sends,
                    bytes,
                    acknowledgements,
                    holds);
        }
    }
}
