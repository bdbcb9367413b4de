// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

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

    private final SessionCore session;
    private final XaRequests requests;
    private volatile @Nullable Xid current;
    /** The end of the current branch was asked for and not answered: its work may be lost, it can only be rolled back. */
    private volatile boolean endInDoubt;

    /** The branch whose work ended because the session was closed, and the code of that end. */
    private volatile @Nullable Closed closed;

    private record Closed(Xid xid, int code) {}

    /** The branch whose work ended last, and in success. */
    private volatile @Nullable Xid ended;

    BranchWork(SessionCore session, Requests requests) {
        this.session = session;
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
        if (branch != null && endInDoubt && (only == null || only.equals(branch))) {
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

    private int endCurrent(Xid xid, int flags) throws JMSException {
        boolean again = endInDoubt;
        int how = again ? XAResource.TMFAIL : flags;
        endInDoubt = true;
        try {
            session.completions().awaitAll();
            int code = session.decisions().endWork(requests, xid, (n, handed) -> new Frame.XaEnd(n, xid, how, handed));
            endInDoubt = false;
            current = null;
            return again && code == XAResource.XA_OK ? XAException.XA_RBCOMMFAIL : code;
        } finally {
            // The server has said so too, in its answer: the next branch has nothing to do with it.
            session.outbox().takeRefusal();
        }
    }

    /**
     * The session is about to be closed, which ends its work; the transaction manager may ask for that end afterwards.
     *
     * @param suspended whether the server cannot be reached now: then the branch can only be rolled back
     */
    void closing(boolean suspended) throws JMSException {
        Xid branch = current;
        if (branch != null) {
            closed = new Closed(branch, XAException.XA_RBCOMMFAIL);
            if (!suspended) {
                closed = new Closed(branch, endCurrent(branch, XAResource.TMSUCCESS));
            }
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
