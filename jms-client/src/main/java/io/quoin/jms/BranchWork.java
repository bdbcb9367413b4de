// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Xid;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * In which branch of a distributed transaction a session works.
 *
 * <p>Thread: one at a time, as the session; {@link #isWorking} any.
 */
final class BranchWork {

    private static final Logger LOG = System.getLogger(BranchWork.class.getName());

    /** Not a code of XA: the server has forgotten the session, and what it did in the branch. */
    private static final int FORGOTTEN = Integer.MIN_VALUE;

    /** The server's word for an end in a branch in which the session does not work. */
    private static final int NOT_HERE = XAException.XAER_PROTO;

    private final SessionCore session;
    private final Channel channel;
    private final XaRequests requests;
    private volatile @Nullable Xid current;
    /**
     * What was received in the current branch, if its end was asked for and not answered; otherwise null. The branch can only
     * be rolled back, and what becomes of these messages is to be said when the server answers.
     */
    private volatile @Nullable Work inDoubt;

    /** The branch whose work ended because the session was closed, and the code of that end. */
    private volatile @Nullable Closed closed;

    private record Closed(Xid xid, int code) {}

    /** The branch whose work ended last, and in success. */
    private volatile @Nullable Xid ended;

    BranchWork(SessionCore session, Requests requests) {
        this.session = session;
        this.channel = requests.channel();
        this.requests = new XaRequests(requests);
    }

    /** The branch that what the session does now belongs to, or null. */
    @Nullable
    Xid current() {
        return current;
    }

    /** Whether what the session does now belongs to a branch. */
    boolean isWorking() {
        return current != null;
    }

    /** From the answer on, what the session does belongs to the branch; returns the answer's code. */
    int start(Xid xid, int flags, long timeoutMs) throws JMSException {
        session.checkOpen();
        endDoubtful(null);
        session.completions().awaitAll();
        int incarnation = session.incarnation();
        String what = "start a branch";
        int code = requests.repeatedly(what, earlier -> {
            int answer = requests.once(n -> new Frame.XaStart(n, xid, flags, timeoutMs), what);
            boolean begun = answer == XAException.XAER_DUPID || answer == XAException.XAER_PROTO;
            if (earlier == 0 || !begun) {
                return answer;
            }
            return session.incarnation() == incarnation ? XAResource.XA_OK : remains(xid, flags);
        });
        if (code == XAResource.XA_OK) {
            current = xid;
            ended = null;
        }
        return code;
    }

    /** An earlier try has begun the branch for a session that the server has forgotten: nobody works in it. */
    private int remains(Xid xid, int flags) throws JMSException {
        if (flags == XAResource.TMNOFLAGS) {
            int code = requests.once(n -> new Frame.XaRollback(n, xid), "roll back a branch that was lost");
            LOG.log(Level.DEBUG, "A branch was lost with its session; its rollback was answered with " + code);
        }
        return XAException.XAER_RMFAIL;
    }

    /**
     * Ends a branch the end of which was not answered. Until the server has answered, all that the session does belongs to
     * that branch there, and is taken for that here.
     *
     * @param only this branch, or null for any
     */
    void endDoubtful(@Nullable Xid only) throws JMSException {
        Xid branch = current;
        if (branch != null && inDoubt != null && (only == null || only.equals(branch))) {
            endCurrent(branch, XAResource.TMFAIL);
        }
    }

    /** Returns when everything that the session has done in the branch is at the server, with the answer's code. */
    int end(Xid xid, int flags) throws JMSException {
        Closed before = closed;
        if (before != null && before.xid.equals(xid)) {
            closed = null;
            return flags == XAResource.TMSUSPEND ? XAException.XAER_PROTO : before.code;
        }
        if (flags == XAResource.TMSUCCESS && xid.equals(ended)) {
            // WildFly ends the work of a pooled connection before completion, and its transaction manager once more.
            return XAResource.XA_OK;
        }
        if (!xid.equals(current)) {
            return requests.ask(
                    n -> new Frame.XaEnd(n, xid, flags, session.decisions().handed()),
                    "end a branch",
                    XAException.XAER_PROTO);
        }
        int code = endCurrent(xid, flags);
        ended = flags == XAResource.TMSUCCESS && code == XAResource.XA_OK ? xid : null;
        return code;
    }

    private int endCurrent(Xid branch, int flags) throws JMSException {
        Work before = inDoubt;
        boolean again = before != null;
        int how = again ? XAResource.TMFAIL : flags;
        try {
            Work taken = session.decisions().takeWork();
            Work work = before == null ? taken : before.and(taken);
            inDoubt = work; // from here on, whatever is thrown
            session.completions().awaitAll();
            int code = ask(branch, how, work);
            current = null;
            inDoubt = null;
            session.transactionEnded();
            settle(branch, work, how, code);
            boolean failed = code == FORGOTTEN || (again && (code == XAResource.XA_OK || code == NOT_HERE));
            return failed ? XAException.XA_RBCOMMFAIL : code;
        } finally {
            // The server has said so too, in its answer: the next branch has nothing to do with it.
            session.outbox().takeRefusal();
        }
    }

    /** Tells the server that what was received is acknowledged in the branch, and asks for the end. */
    private int ask(Xid branch, int how, Work work) throws JMSException {
        String what = "end a branch";
        if (work.isLost()) {
            return FORGOTTEN;
        }
        return requests.repeatedly(what, earlier -> {
            Wire wire = channel.wire();
            if (work.isForgotten(session.incarnation())) {
                return FORGOTTEN;
            }
            work.write(wire, session.number());
            int answer = requests.once(wire, n -> new Frame.XaEnd(n, branch, how, work.handed()), what);
            return earlier > 0 && answer == NOT_HERE ? XAResource.XA_OK : answer;
        });
    }

    /** Says to lenders what becomes of their messages. */
    private void settle(Xid branch, Work work, int how, int code) throws JMSException {
        boolean isRolledBack = code >= XAException.XA_RBBASE && code <= XAException.XA_RBEND;
        boolean isFailed = how == XAResource.TMFAIL && code == XAResource.XA_OK;
        if (code == FORGOTTEN) {
            work.giveBack();
            session.decisions().putBack(); // what the server has forgotten was received and is to come again
        } else if (isRolledBack || isFailed || code == XAException.XAER_NOTA) {
            // The server has undone the branch, and has asked for what came after these messages before it answered.
            work.lent(Lender::settled);
        } else {
            work.lent((lender, loans) -> BranchLoans.ended(branch, lender, loans));
        }
    }

    /**
     * The session is about to be closed, which ends its work; the transaction manager may ask for that end afterwards.
     *
     * @param isReachable whether the server can be asked now: otherwise the branch can only be rolled back
     */
    void closing(boolean isReachable) throws JMSException {
        Xid branch = current;
        if (branch == null) {
            return;
        }
        closed = new Closed(branch, XAException.XA_RBCOMMFAIL);
        try {
            if (isReachable) {
                closed = new Closed(branch, endCurrent(branch, XAResource.TMSUCCESS));
            }
        } finally {
            Work left = inDoubt;
            if (left != null) {
                left.lent(Lender::giveBackDoubtful);
            }
            inDoubt = null;
            current = null;
        }
    }

    /** Commit and rollback are the transaction manager's. */
    static JMSException notYours(String method) {
        return JmsErrors.of(
                ErrorCode.TRANSACTION_IN_PROGRESS,
                method + " was called on a session whose work a transaction manager completes");
    }
}
