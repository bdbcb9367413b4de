// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Xid;
import jakarta.jms.JMSException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * In which branch of a distributed transaction a session works.
 *
 * <p>Thread: one at a time, as the session; {@link #isWorking} any.
 */
final class BranchWork {

    private final SessionCore session;
    private final XaRequests requests;
    private volatile @Nullable Xid current;
    /** The branch whose work ended because the session was closed, and the code of that end. */
    private volatile @Nullable Closed closed;

    private record Closed(Xid xid, int code) {}

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
        session.completions().awaitAll();
        int incarnation = session.incarnation();
        String what = "start a branch";
        int code = requests.repeatedly(what, earlier -> {
            int answer = requests.once(n -> new Frame.XaStart(n, xid, flags, timeoutMs), what);
            boolean begun = answer == XAException.XAER_DUPID || answer == XAException.XAER_PROTO;
            return earlier > 0 && begun && session.incarnation() == incarnation ? XAResource.XA_OK : answer;
        });
        if (code == XAResource.XA_OK) {
            current = xid;
        }
        return code;
    }

    /** Returns when everything that the session has done in the branch is at the server, with the answer's code. */
    int end(Xid xid, int flags) throws JMSException {
        Closed before = closed;
        if (before != null && before.xid.equals(xid)) {
            closed = null;
            return flags == XAResource.TMSUSPEND ? XAException.XAER_PROTO : before.code;
        }
        if (!xid.equals(current)) {
            return requests.ask(
                    n -> new Frame.XaEnd(n, xid, flags, session.decisions().handed()),
                    "end a branch",
                    XAException.XAER_PROTO);
        }
        return endCurrent(xid, flags);
    }

    private int endCurrent(Xid xid, int flags) throws JMSException {
        try {
            session.completions().awaitAll();
            return session.decisions().endWork(requests, xid, (n, handed) -> new Frame.XaEnd(n, xid, flags, handed));
        } finally {
            // The server has said so too, in its answer: the next branch has nothing to do with it.
            session.outbox().takeRefusal();
            current = null;
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
