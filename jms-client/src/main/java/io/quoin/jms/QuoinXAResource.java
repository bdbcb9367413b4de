// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The resource manager that a transaction manager sees of one session. Branches belong to the server: what starts here may
 * be completed through any other resource of the cluster, and this one completes branches also after its session and
 * connection are closed, on a connection of its own.
 *
 * <p>Thread: any, one at a time.
 */
final class QuoinXAResource implements XAResource {

    private static final Logger LOG = System.getLogger(QuoinXAResource.class.getName());

    private final QuoinXAConnection connection;
    private final SessionCore session;
    private volatile int timeoutSeconds;
    private boolean isScanning;
    private final AtomicBoolean isAskingBack = new AtomicBoolean();

    QuoinXAResource(QuoinXAConnection connection, SessionCore session) {
        this.connection = connection;
        this.session = session;
    }

    // --- the session's work

    @Override
    public void start(@Nullable Xid xid, int flags) throws XAException {
        io.quoin.protocol.codec.Xid name = name(xid);
        long timeoutMs = TimeUnit.SECONDS.toMillis(timeoutSeconds);
        try {
            check(session.branchWork().start(name, flags, timeoutMs), "start");
        } catch (JMSException e) {
            throw failed(e);
        }
    }

    @Override
    public void end(@Nullable Xid xid, int flags) throws XAException {
        io.quoin.protocol.codec.Xid name = name(xid);
        try {
            check(session.branchWork().end(name, flags), "end");
        } catch (JMSException e) {
            throw failed(e);
        }
    }

    // --- completion

    /** An earlier try, the answer to which was lost, may have done it: then the branch is in doubt, or over. */
    @Override
    public int prepare(@Nullable Xid xid) throws XAException {
        io.quoin.protocol.codec.Xid name = name(xid);
        int code = done(on -> prepare(name, on));
        if (code != XAResource.XA_OK) {
            BranchLoans.completed(name);
        }
        if (code != XAResource.XA_RDONLY) {
            check(code, "prepare");
        }
        return code;
    }

    private static int prepare(io.quoin.protocol.codec.Xid name, QuoinConnection on) throws JMSException {
        String what = "prepare a transaction";
        XaRequests xa = new XaRequests(on.requests());
        return xa.repeatedly(what, earlier -> {
            int answer = xa.once(n -> new Frame.XaPrepare(n, name), what);
            boolean prepared = earlier > 0
                    && answer == XAException.XAER_PROTO
                    && inDoubt(on.requests()).contains(name);
            return prepared ? XAResource.XA_OK : answer;
        });
    }

    @Override
    public void commit(@Nullable Xid xid, boolean onePhase) throws XAException {
        io.quoin.protocol.codec.Xid name = name(xid);
        int code = done(
                onePhase ? on -> commitInOnePhase(name, on) : on -> secondPhase(name, new XaRequests(on.requests())));
        BranchLoans.completed(name);
        check(code, "commit");
    }

    /** A prepared branch is over only when it was committed. */
    private static int secondPhase(io.quoin.protocol.codec.Xid name, XaRequests xa) throws JMSException {
        return xa.ask(n -> new Frame.XaCommit(n, name, false, 0), "commit a transaction", XAException.XAER_NOTA);
    }

    /** What became of a commit whose answer was lost is asked for, as with local transactions. */
    private static int commitInOnePhase(io.quoin.protocol.codec.Xid name, QuoinConnection on) throws JMSException {
        String what = "commit a transaction";
        XaRequests xa = new XaRequests(on.requests());
        CommitOutcome outcome = new CommitOutcome(on, on.nextTransaction());
        return xa.repeatedly(what, earlier -> {
            Wire wire = on.channel().wire();
            if (earlier > 0 && outcome.isCommitted(wire)) {
                return XAResource.XA_OK;
            }
            outcome.asked(wire);
            int answer = xa.once(wire, n -> new Frame.XaCommit(n, name, true, outcome.transaction()), what);
            // It is not committed, and the server has forgotten it: its work is undone.
            return earlier > 0 && answer == XAException.XAER_NOTA ? XAException.XA_RBCOMMFAIL : answer;
        });
    }

    @Override
    public void rollback(@Nullable Xid xid) throws XAException {
        io.quoin.protocol.codec.Xid name = name(xid);
        endDoubtful(name);
        int code = done(on -> new XaRequests(on.requests())
                .ask(n -> new Frame.XaRollback(n, name), "roll back a transaction", XAException.XAER_NOTA));
        BranchLoans.completed(name);
        check(code, "rollback");
    }

    /** A rollback follows an end that was not answered. */
    private void endDoubtful(io.quoin.protocol.codec.Xid name) {
        if (connection.isAlive() && !session.isClosedToCaller()) {
            try {
                session.branchWork().endDoubtful(name);
            } catch (JMSException e) {
                LOG.log(Level.DEBUG, "The end of a branch has no answer still: " + e.getMessage());
            }
        }
    }

    @Override
    public void forget(@Nullable Xid xid) throws XAException {
        io.quoin.protocol.codec.Xid name = name(xid);
        check(
                done(on -> new XaRequests(on.requests())
                        .ask(n -> new Frame.XaForget(n, name), "forget a transaction", XAException.XAER_NOTA)),
                "forget");
    }

    /** All branches in doubt come with TMSTARTRSCAN; what follows in that scan is empty. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        boolean starts = (flags & XAResource.TMSTARTRSCAN) != 0;
        boolean ends = (flags & XAResource.TMENDRSCAN) != 0;
        if ((flags & ~(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)) != 0) {
            throw new XAException(XAException.XAER_INVAL);
        }
        if (!starts && !isScanning) {
            throw new XAException(XAException.XAER_PROTO);
        }
        isScanning = !ends;
        return starts ? inDoubt() : new Xid[0];
    }

    private Xid[] inDoubt() throws XAException {
        List<io.quoin.protocol.codec.Xid> found = new ArrayList<>();
        done(on -> {
            found.addAll(inDoubt(on.requests()));
            return XAResource.XA_OK;
        });
        return found.stream().map(QuoinXid::new).toArray(Xid[]::new);
    }

    private static List<io.quoin.protocol.codec.Xid> inDoubt(Requests requests) throws JMSException {
        List<io.quoin.protocol.codec.Xid> found = new ArrayList<>();
        long after = 0;
        do {
            long next = after;
            Frame.Ok ok = requests.ask(n -> new Frame.XaRecover(n, next), new Reply(), "find transactions in doubt")
                    .ok();
            try {
                Result.XaRecovered page = Result.XaRecovered.of(ok);
                found.addAll(page.xids());
                after = page.last();
            } catch (ProtocolException e) {
                throw JmsErrors.of(e);
            }
        } while (after != 0);
        return found;
    }

    // --- about itself

    /** True for all resources of one cluster, unless {@code xaJoin=false} makes each one its own. */
    @Override
    public boolean isSameRM(@Nullable XAResource other) throws XAException {
        if (!(other instanceof QuoinXAResource that)) {
            return other != null && isSameWrapped(other);
        }
        if (this == that || !connection.joins() || !that.connection.joins()) {
            return this == that;
        }
        return connection.channel().clusterId().equals(that.connection.channel().clusterId());
    }

    /** Application servers wrap the resources of pooled connections: the wrapper knows, for it asks what is inside. */
    private boolean isSameWrapped(XAResource other) throws XAException {
        if (!isAskingBack.compareAndSet(false, true)) {
            return false; // It is no wrapper of ours, and asks back as well.
        }
        try {
            return other.isSameRM(this);
        } finally {
            isAskingBack.set(false);
        }
    }

    @Override
    public int getTransactionTimeout() {
        return timeoutSeconds;
    }

    /** For branches that start from now on; 0 for the server's own time-out. */
    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        if (seconds < 0) {
            throw new XAException(XAException.XAER_INVAL);
        }
        timeoutSeconds = seconds;
        return true;
    }

    // --- asking

    /** What is asked of the server, in the name of a connection. */
    @FunctionalInterface
    private interface Question {

        int ask(QuoinConnection on) throws JMSException;
    }

    /** Asks on the session's connection or, if that is gone, on one that lives as long as the question. */
    private int done(Question question) throws XAException {
        try {
            if (connection.isAlive()) {
                return question.ask(connection);
            }
            QuoinConnection another = QuoinConnection.open(connection.completing(), Domain.BOTH);
            try {
                return question.ask(another);
            } finally {
                another.close();
            }
        } catch (JMSException e) {
            throw failed(e);
        }
    }

    private static io.quoin.protocol.codec.Xid name(@Nullable Xid xid) throws XAException {
        if (xid == null) {
            throw new XAException(XAException.XAER_INVAL);
        }
        try {
            return QuoinXid.wire(xid);
        } catch (IllegalArgumentException e) {
            throw exception(XAException.XAER_INVAL, e.getMessage(), e);
        }
    }

    private static void check(int code, String call) throws XAException {
        if (code != XAResource.XA_OK) {
            throw exception(code, call + " was answered with the XA code " + code, null);
        }
    }

    /** The server was not reached, or has not answered: the transaction manager tries again when it recovers. */
    private static XAException failed(Exception cause) {
        return exception(XAException.XAER_RMFAIL, cause.getMessage(), cause);
    }

    private static XAException exception(int code, @Nullable String text, @Nullable Exception cause) {
        XAException exception = new XAException(text);
        exception.errorCode = code;
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }
}
