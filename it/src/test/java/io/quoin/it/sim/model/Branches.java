// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.it.sim.model.Transaction.State;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.Xid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The branches that the server has, may have, or had. What is asked of one means something when the server handles it; what
 * has come of it, the answer tells. Between the two a branch may be both.
 */
final class Branches {

    private interface OnCode {
        void answered(int code);
    }

    private final ServerView view;
    private final Map<Xid, Branch> branches = new LinkedHashMap<>();

    Branches(ServerView view) {
        this.view = view;
    }

    private @Nullable Branch asked(Xid xid) {
        Branch branch = branches.get(xid);
        if (branch != null) {
            branch.changes++;
        }
        return branch;
    }

    private static Meaning meaning(OnCode onCode) {
        return new Meaning() {
            @Override
            public void ok(Frame.Ok ok) throws ProtocolException {
                onCode.answered(Result.XaDone.of(ok).xaCode());
            }
        };
    }

    // --- work

    Meaning starting(SessionView session, Frame.XaStart f) {
        Branch known = asked(f.xid());
        if (known == null) {
            return beginning(session, f);
        }
        known.join(session);
        return meaning(code -> {
            if (code != XAResource.XA_OK) {
                known.refused(session);
                checkRefused(known, code, "joined");
            }
        });
    }

    private Meaning beginning(SessionView session, Frame.XaStart f) {
        long lifeMs = f.timeoutMs() == 0 ? ServerView.BRANCH_TIMEOUT_MS : f.timeoutMs();
        Branch branch = new Branch(f.xid(), session.openedOn.id(), view.nowMs() + lifeMs);
        if (f.xaFlags() != XAResource.TMNOFLAGS) {
            return meaning(code -> check(code == XAException.XAER_NOTA, branch, "joined", code));
        }
        branches.put(f.xid(), branch);
        branch.join(session);
        return meaning(code -> check(code == XAResource.XA_OK, branch, "begun", code));
    }

    Meaning ending(SessionView session, Frame.XaEnd f) {
        Branch branch = asked(f.xid());
        if (branch == null) {
            return meaning(code -> {
                throw new Violation("The end of a branch that nobody began was answered with " + code);
            });
        }
        if (f.xaFlags() == XAResource.TMSUSPEND) {
            branch.suspend(session);
        } else {
            branch.leave(session);
        }
        boolean fails = f.xaFlags() == XAResource.TMFAIL;
        boolean held = branch.holdsFast(view.nowMs());
        if (fails) {
            branch.mayHaveFailed();
        }
        return meaning(code -> {
            if (isRollback(code)) {
                check(fails || !(held && branch.holdsFast(view.nowMs())), branch, "ended", code);
                branch.leave(session);
                undone(branch);
            } else {
                check(code == XAResource.XA_OK, branch, "ended", code);
                if (fails) {
                    undone(branch);
                }
            }
        });
    }

    /** A copy was acknowledged in the branch: it is the branch's at once, and its consumer has no more to do with it. */
    void acknowledged(Branch branch, Copy copy) {
        ConsumerView from = copy.at;
        if (branch.state == State.ROLLED_BACK) {
            view.backCounted(copy);
            return;
        }
        view.back(copy);
        copy.held = branch;
        copy.heldBy = from;
        branch.acknowledged.add(copy);
    }

    /** The server has refused a send: it is no part of the branch, and nobody may have been told before it fails for that. */
    void refused(Branch branch, Sent sent) {
        branch.sends.remove(sent);
        branch.mayHaveFailed();
    }

    /** The session is closed in an orderly way: what it did is its branches' affair. */
    void closed(SessionView session) {
        List.copyOf(session.branches).forEach(branch -> branch.leave(session));
    }

    /** The link of the client is lost; it may come back. */
    void lost(ClientView client) {
        branches.values().forEach(branch -> branch.lost(client));
    }

    /** The client of the session is gone: its branches are undone. */
    void lost(SessionView session) {
        for (Branch branch : List.copyOf(session.branches)) {
            branch.leave(session);
            branch.mayHaveFailed();
            undone(branch);
        }
    }

    // --- completion

    Meaning preparing(Frame.XaPrepare f) {
        Branch branch = asked(f.xid());
        if (branch == null) {
            return unknown();
        }
        doubtIfUndeliverable(branch);
        boolean idle = branch.sessions.isEmpty() && branch.state == State.OPEN;
        boolean fast = idle && branch.holdsFast(view.nowMs());
        branch.preparing |= idle || branch.state == State.OPEN;
        return meaning(code -> {
            switch (code) {
                case XAResource.XA_OK -> {
                    check(branch.state == State.OPEN && !branch.isEmpty(), branch, "prepared", code);
                    branch.prepared();
                }
                case XAResource.XA_RDONLY -> {
                    check(branch.isEmpty(), branch, "prepared", code);
                    undone(branch);
                }
                default -> {
                    check(!(fast && branch.holdsFast(view.nowMs())), branch, "prepared", code);
                    branch.preparing = false;
                    checkRefused(branch, code, "prepared");
                }
            }
        });
    }

    /** What was sent to a temporary queue that may be gone cannot be committed. */
    private void doubtIfUndeliverable(Branch branch) {
        if (branch.state == State.OPEN && branch.sends.stream().anyMatch(view::mayBeUndeliverable)) {
            branch.mayHaveFailed();
        }
    }

    Meaning committing(ConnectionView asking, Frame.XaCommit f) {
        Branch branch = asked(f.xid());
        if (branch == null) {
            return unknown();
        }
        return f.onePhase() ? committingAtOnce(asking, branch, f) : committingPrepared(branch);
    }

    private Meaning committingPrepared(Branch branch) {
        boolean certain = branch.state == State.PREPARED && !branch.mayBeUndone(view.nowMs());
        if (branch.state == State.PREPARED || branch.state == State.IN_DOUBT) {
            takeEffect(branch, certain);
        }
        return meaning(code -> {
            check(
                    code == XAResource.XA_OK || (code == XAException.XAER_NOTA && !certain),
                    branch,
                    "committed after it was prepared",
                    code);
            Transactions.proveCommitted(branch, view);
            view.arrived(branch);
        });
    }

    private Meaning committingAtOnce(ConnectionView asking, Branch branch, Frame.XaCommit f) {
        doubtIfUndeliverable(branch);
        boolean idle = branch.state == State.OPEN && branch.sessions.isEmpty();
        boolean certain = idle && branch.holdsFast(view.nowMs());
        if (branch.state == State.OPEN) {
            branch.connection = asking.id();
            branch.number = f.transaction();
            takeEffect(branch, certain);
        }
        return meaning(code -> {
            if (code == XAResource.XA_OK) {
                Transactions.proveCommitted(branch, view);
                view.arrived(branch);
            } else {
                check(!certain, branch, "committed in one phase", code);
                if (code == XAException.XAER_PROTO) {
                    notCommitted(branch);
                } else {
                    checkRefused(branch, code, "committed in one phase");
                }
            }
        });
    }

    /** What it sent joins, and what it received is gone; if not {@code certain}, perhaps. */
    private void takeEffect(Branch branch, boolean certain) {
        if (branch.state != State.IN_DOUBT) {
            view.opened(branch);
        }
        for (Sent sent : branch.sends) {
            if (sent.outcome != Sent.Outcome.STORED) {
                view.effective(sent);
            }
        }
        for (Copy copy : branch.acknowledged) {
            DeadLetters.neverMoved(copy);
            view.handledGone(copy);
        }
        branch.hasArrived = false;
        branch.state = State.COMMITTING;
        if (!certain) {
            inDoubt(branch);
        }
    }

    private static void inDoubt(Branch branch) {
        branch.state = State.IN_DOUBT;
        for (Sent sent : branch.sends) {
            if (sent.outcome == Sent.Outcome.ACCEPTED) {
                sent.outcome = Sent.Outcome.IN_DOUBT;
            }
        }
        for (Copy copy : branch.acknowledged) {
            if (copy.held == branch && copy.gone == Copy.Gone.HANDLED) {
                copy.gone = Copy.Gone.IN_DOUBT;
            }
        }
    }

    /** The server has changed nothing: the work is as it was. */
    private static void notCommitted(Branch branch) {
        if (branch.state == State.ROLLED_BACK) {
            return; // as it showed before
        }
        branch.state = branch.wasPrepared ? State.PREPARED : State.OPEN;
        branch.number = 0;
        for (Sent sent : branch.sends) {
            sent.outcome = Sent.Outcome.HELD;
        }
        for (Copy copy : branch.acknowledged) {
            if (copy.held == branch) {
                copy.gone = Copy.Gone.NO;
            }
        }
    }

    Meaning rollingBack(Frame.XaRollback f) {
        Branch branch = asked(f.xid());
        if (branch == null) {
            return unknown();
        }
        branch.undoing();
        return meaning(code -> {
            if (code == XAResource.XA_OK) {
                if (branch.wasUndoneOnce(view.nowMs())) {
                    branch.acknowledged.stream()
                            .filter(copy -> copy.held == branch && copy.gone == Copy.Gone.NO)
                            .forEach(copy -> {
                                copy.held = null;
                                view.backCounted(copy);
                            });
                }
                undone(branch);
            } else if (code == XAException.XAER_PROTO) {
                branch.notUndone();
            } else {
                check(code == XAException.XAER_NOTA, branch, "rolled back", code);
                if (branch.state == State.OPEN || branch.state == State.PREPARED) {
                    undone(branch);
                } else {
                    branch.notUndone();
                }
            }
        });
    }

    /** Which branches must be told, and which must not, as long as nothing else is asked of them before the answer. */
    Meaning recovering() {
        Map<Branch, Integer> asOf = new LinkedHashMap<>();
        branches.values().forEach(branch -> asOf.put(branch, branch.changes));
        return ok -> {
            Set<Xid> told = Set.copyOf(Result.XaRecovered.of(ok).xids());
            for (Xid xid : told) {
                if (!branches.containsKey(xid)) {
                    throw new Violation("A branch is told of that nobody began: " + xid);
                }
            }
            asOf.forEach((branch, changes) -> {
                if (branch.changes == changes) {
                    recovered(branch, told.contains(branch.xid));
                }
            });
        };
    }

    private void recovered(Branch branch, boolean told) {
        switch (branch.state) {
            case OPEN -> {
                if (told && !branch.preparing) {
                    throw new Violation(branch + " is told of as prepared, and never was");
                } else if (told) {
                    branch.prepared();
                } else if (branch.preparing) {
                    undone(branch);
                }
            }
            case PREPARED -> {
                if (!told && branch.holdsFast(view.nowMs())) {
                    throw new Violation(branch + " was prepared, and is forgotten");
                } else if (!told) {
                    undone(branch);
                }
            }
            case IN_DOUBT -> {
                if (told) {
                    notCommitted(branch);
                } else if (branch.wasPrepared && !branch.mayBeUndone(view.nowMs())) {
                    Transactions.proveCommitted(branch, view);
                }
            }
            case COMMITTED, ROLLED_BACK -> {
                if (told) {
                    throw new Violation(branch + " is " + branch.state + ", and is told of as prepared");
                }
            }
            case COMMITTING -> {}
        }
    }

    private static Meaning unknown() {
        return meaning(code -> {
            if (code != XAException.XAER_NOTA) {
                throw new Violation("A branch that nobody began is answered for with " + code);
            }
        });
    }

    /** The branch was not there any more, or could only be rolled back: nothing of it may show. */
    private void checkRefused(Branch branch, int code, String what) {
        if (code == XAException.XAER_NOTA || isRollback(code)) {
            check(!branch.holdsFast(view.nowMs()), branch, what, code);
            undone(branch);
        } else {
            check(code == XAException.XAER_PROTO, branch, what, code);
        }
    }

    private void undone(Branch branch) {
        if (branch.state != State.ROLLED_BACK) {
            Transactions.rolledBack(branch, true, view);
        }
    }

    private static boolean isRollback(int code) {
        return code >= XAException.XA_RBBASE && code <= XAException.XA_RBEND;
    }

    private static void check(boolean legal, Branch branch, String what, int code) {
        if (!legal) {
            throw new Violation(branch + ", which is " + branch.state + ", is " + what + " with the answer " + code);
        }
    }

    /** Time is over for all that are not prepared. */
    void timedOut() {
        for (Branch branch : List.copyOf(branches.values())) {
            if (branch.state == State.OPEN && !branch.preparing) {
                undone(branch);
            }
        }
    }

    /** What is back in its place without a word may be among the dead letters by now. */
    void review() {
        for (Branch branch : branches.values()) {
            if (branch.state != State.ROLLED_BACK && branch.mayBeUndone(view.nowMs())) {
                branch.acknowledged.stream()
                        .filter(copy -> copy.held == branch)
                        .forEach(copy -> DeadLetters.mayBeCounted(copy, view));
            }
        }
    }

    // --- the server's end

    void serverGone(boolean clean) {
        for (Branch branch : List.copyOf(branches.values())) {
            serverGone(branch, clean);
            branch.changes++;
        }
        branches.values().removeIf(b -> b.state == State.ROLLED_BACK && !b.preparing);
    }

    private void serverGone(Branch branch, boolean clean) {
        boolean certain = clean && !branch.mayBeUndone(view.nowMs());
        List.copyOf(branch.sessions).forEach(branch::leave);
        switch (branch.state) {
            case OPEN -> {
                if (!branch.preparing) {
                    Transactions.rolledBack(branch, !certain, view);
                    branch.acknowledged.forEach(copy -> copy.uncertain = true);
                } else if (certain) {
                    branch.prepared();
                } else {
                    branch.mayHaveFailed();
                }
            }
            case COMMITTING -> {
                view.arrived(branch);
                if (clean) {
                    branch.state = State.COMMITTED;
                    branch.acknowledged.forEach(view::gone);
                } else {
                    inDoubt(branch);
                }
            }
            case PREPARED, IN_DOUBT, COMMITTED, ROLLED_BACK -> {}
        }
        // No log keeps these, not even of a prepared branch.
        branch.sends.removeIf(sent -> !sent.survives());
    }
}
