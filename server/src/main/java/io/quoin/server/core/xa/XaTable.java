// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.xa;

import static io.quoin.server.core.xa.BranchView.ACTIVE_ELSEWHERE;
import static io.quoin.server.core.xa.BranchView.ACTIVE_HERE;
import static io.quoin.server.core.xa.BranchView.DECIDED_COMMIT;
import static io.quoin.server.core.xa.BranchView.DECIDED_ROLLBACK;
import static io.quoin.server.core.xa.BranchView.FAILED;
import static io.quoin.server.core.xa.BranchView.FAILED_ELSEWHERE;
import static io.quoin.server.core.xa.BranchView.FAILED_HERE;
import static io.quoin.server.core.xa.BranchView.FAILED_SUSPENDED;
import static io.quoin.server.core.xa.BranchView.IDLE;
import static io.quoin.server.core.xa.BranchView.PREPARED;
import static io.quoin.server.core.xa.BranchView.SUSPENDED_HERE;
import static io.quoin.server.core.xa.BranchView.UNKNOWN;
import static io.quoin.server.core.xa.XaAction.LEAVE_AND_SAY_WHY;
import static io.quoin.server.core.xa.XaAction.SAY_WHY;

import java.util.EnumMap;
import java.util.Map;

/**
 * What each call of a transaction manager does in each state of its branch, and how it is answered: the tables 6-2 to 6-4 of
 * the XA specification, with what {@code javax.transaction.xa.XAResource} adds. docs/transactions.md shows it as a table.
 * Whatever is not said otherwise is an error in the protocol of the caller; a branch that is not there is unknown.
 */
public final class XaTable {

    /**
     * What to do.
     *
     * @param code the answer, where the action does not say another one
     */
    public record Verdict(XaAction action, int code) {}

    private static final Verdict PROTOCOL_ERROR = new Verdict(XaAction.NOTHING, XaCode.PROTOCOL_ERROR);
    private static final Verdict UNKNOWN_BRANCH = new Verdict(XaAction.NOTHING, XaCode.UNKNOWN_BRANCH);
    private static final Verdict DUPLICATE = new Verdict(XaAction.NOTHING, XaCode.DUPLICATE_XID);
    private static final Verdict WAS_COMMITTED = new Verdict(XaAction.NOTHING, XaCode.HEURISTIC_COMMIT);
    private static final Verdict WAS_ROLLED_BACK = new Verdict(XaAction.NOTHING, XaCode.HEURISTIC_ROLLBACK);

    private static final Map<XaCall, Map<BranchView, Verdict>> TABLE = new EnumMap<>(XaCall.class);

    static {
        for (XaCall call : XaCall.values()) {
            Map<BranchView, Verdict> row = new EnumMap<>(BranchView.class);
            for (BranchView view : BranchView.values()) {
                row.put(view, view == UNKNOWN ? UNKNOWN_BRANCH : PROTOCOL_ERROR);
            }
            TABLE.put(call, row);
        }
        for (BranchView view : BranchView.values()) {
            row(XaCall.START).put(view, DUPLICATE);
        }
        row(XaCall.START).put(UNKNOWN, done(XaAction.BEGIN));

        row(XaCall.START_JOIN).put(ACTIVE_ELSEWHERE, done(XaAction.JOIN));
        row(XaCall.START_JOIN).put(IDLE, done(XaAction.JOIN));
        row(XaCall.START_JOIN).put(FAILED_ELSEWHERE, done(SAY_WHY));
        row(XaCall.START_JOIN).put(FAILED, done(SAY_WHY));
        row(XaCall.START_RESUME).put(SUSPENDED_HERE, done(XaAction.RESUME));
        row(XaCall.START_RESUME).put(FAILED_SUSPENDED, done(SAY_WHY));

        row(XaCall.END_SUCCESS).put(ACTIVE_HERE, done(XaAction.LEAVE));
        row(XaCall.END_SUCCESS).put(SUSPENDED_HERE, done(XaAction.LEAVE));
        row(XaCall.END_SUCCESS).put(FAILED_HERE, done(LEAVE_AND_SAY_WHY));
        row(XaCall.END_SUCCESS).put(FAILED_SUSPENDED, done(LEAVE_AND_SAY_WHY));
        row(XaCall.END_FAIL).put(ACTIVE_HERE, done(XaAction.LEAVE_FAILED));
        row(XaCall.END_FAIL).put(SUSPENDED_HERE, done(XaAction.LEAVE_FAILED));
        row(XaCall.END_FAIL).put(FAILED_HERE, done(XaAction.LEAVE));
        row(XaCall.END_FAIL).put(FAILED_SUSPENDED, done(XaAction.LEAVE));
        row(XaCall.END_SUSPEND).put(ACTIVE_HERE, done(XaAction.SUSPEND));
        row(XaCall.END_SUSPEND).put(FAILED_HERE, done(LEAVE_AND_SAY_WHY));

        row(XaCall.PREPARE).put(IDLE, done(XaAction.PREPARE));
        row(XaCall.PREPARE).put(FAILED, done(XaAction.ROLL_BACK_AND_SAY_WHY));
        row(XaCall.COMMIT_ONE_PHASE).put(IDLE, done(XaAction.COMMIT_ONE_PHASE));
        row(XaCall.COMMIT_ONE_PHASE).put(FAILED, done(XaAction.ROLL_BACK_AND_SAY_WHY));
        row(XaCall.COMMIT).put(PREPARED, done(XaAction.COMMIT));
        row(XaCall.COMMIT).put(DECIDED_COMMIT, WAS_COMMITTED);
        row(XaCall.COMMIT).put(DECIDED_ROLLBACK, WAS_ROLLED_BACK);
        row(XaCall.ROLLBACK).put(IDLE, done(XaAction.ROLL_BACK));
        row(XaCall.ROLLBACK).put(FAILED, done(XaAction.ROLL_BACK));
        row(XaCall.ROLLBACK).put(PREPARED, done(XaAction.ROLL_BACK_PREPARED));
        row(XaCall.ROLLBACK).put(DECIDED_COMMIT, WAS_COMMITTED);
        row(XaCall.ROLLBACK).put(DECIDED_ROLLBACK, WAS_ROLLED_BACK);
        row(XaCall.FORGET).put(DECIDED_COMMIT, done(XaAction.FORGET));
        row(XaCall.FORGET).put(DECIDED_ROLLBACK, done(XaAction.FORGET));
    }

    private XaTable() {}

    /** What {@code call} does with a branch that looks like {@code view}. */
    public static Verdict verdict(XaCall call, BranchView view) {
        Verdict verdict = row(call).get(view);
        if (verdict == null) {
            throw new IllegalStateException("no verdict on " + call + " of a branch that is " + view);
        }
        return verdict;
    }

    private static Map<BranchView, Verdict> row(XaCall call) {
        Map<BranchView, Verdict> row = TABLE.get(call);
        if (row == null) {
            throw new IllegalStateException("no row for " + call);
        }
        return row;
    }

    private static Verdict done(XaAction action) {
        return new Verdict(action, XaCode.OK);
    }
}
