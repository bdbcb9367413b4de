// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How clients and transaction managers end local transactions and branches of distributed ones. What is refused is told to the
 * connection's {@link Outlet} and has changed nothing.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class TransactionCommands {

    private final Transactions transactions;
    private final Branches branches;
    private final Sessions sessions;
    private final Recorder recorder;
    private final Replies replies;

    TransactionCommands(BrokerParts parts) {
        transactions = parts.transactions;
        branches = parts.branches;
        sessions = parts.sessions;
        recorder = parts.recorder;
        replies = parts.replies;
    }

    // --- transactions

    public void commit(ClientConnection c, int session, int request, long transaction, List<Handed> handed) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, handed);
            Completion completion;
            try {
                completion = transactions.commit(found, transaction);
            } catch (Refusal e) {
                sessions.recover(found);
                throw e;
            }
            if (completion == null) {
                replies.ok(c, request);
            } else {
                completion.whenDone(c.outlet(), request, null);
            }
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    public void rollback(ClientConnection c, int session, int request, long transaction, List<Handed> handed) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, handed);
            Completion completion = transactions.rollBack(found);
            sessions.recover(found);
            if (completion == null) {
                c.outlet().ok(request, 0);
            } else {
                completion.whenUndone(c.outlet(), request);
            }
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    public void transactionOutcome(ClientConnection c, int request, UUID connectionId, long transaction) {
        TransactionOutcome outcome = transactions.outcome(connectionId, transaction);
        c.outlet().ok(request, recorder.appended(), new Result.Outcome(outcome));
    }

    // --- branches of distributed transactions

    public void startBranch(ClientConnection c, int session, Frame.XaStart f) {
        try {
            int code = branches.start(Sessions.find(c, session), f.xid(), f.xaFlags(), f.timeoutMs());
            c.outlet().ok(f.request(), 0, new Result.XaDone(code));
        } catch (Refusal e) {
            Replies.refuse(c, f.request(), e);
        }
    }

    public void endBranch(ClientConnection c, int session, Frame.XaEnd f) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, f.handed());
            c.outlet().ok(f.request(), 0, new Result.XaDone(branches.end(found, f.xid(), f.xaFlags())));
        } catch (Refusal e) {
            Replies.refuse(c, f.request(), e);
        }
    }

    public void prepareBranch(ClientConnection c, int request, Xid xid) {
        xaDone(c, request, branches.prepare(xid));
    }

    public void commitBranch(ClientConnection c, Frame.XaCommit f) {
        int code = f.onePhase() ? branches.commitInOnePhase(f.xid(), c, f.transaction()) : branches.commit(f.xid());
        xaDone(c, f.request(), code);
    }

    public void rollbackBranch(ClientConnection c, int request, Xid xid) {
        xaDone(c, request, branches.rollback(xid));
    }

    public void forgetBranch(ClientConnection c, int request, Xid xid) {
        xaDone(c, request, branches.forget(xid));
    }

    private void xaDone(ClientConnection c, int request, int code) {
        Completion completion = branches.takeBegun();
        if (completion == null) {
            c.outlet().ok(request, recorder.appended(), new Result.XaDone(code));
        } else {
            completion.whenDone(c.outlet(), request, new Result.XaDone(code));
        }
    }

    /** Tells of prepared branches, and of those that an administrator decided, with numbers above {@code after}. */
    public void recoverBranches(ClientConnection c, int request, long after) {
        List<Xid> xids = new ArrayList<>();
        long last = 0;
        boolean more = false;
        for (LoggedTransaction transaction : branches.recover(after)) {
            more = xids.size() == Result.XaRecovered.MAX_XIDS;
            if (more) {
                break;
            }
            xids.add(transaction.xid());
            last = transaction.number();
        }
        c.outlet().ok(request, recorder.appended(), new Result.XaRecovered(more ? last : 0, xids));
    }
}
