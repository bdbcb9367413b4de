// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.ra.config.ServerAccess;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Completes branches of a server for whoever recovers: every call has a connection of its own, so that there is nothing that
 * could be stale, and nothing left between the calls.
 *
 * <p>Thread: any.
 */
final class RecoveryResource implements XAResource {

    private final ServerAccess server;

    RecoveryResource(ServerAccess server) {
        this.server = server;
    }

    /** Something to ask the server. */
    @FunctionalInterface
    private interface Question<T> {

        T ask(XAResource of) throws XAException;
    }

    private <T> T connected(Question<T> question) throws XAException {
        try (XAConnection connection = factory().createXAConnection()) {
            return question.ask(connection.createXASession().getXAResource());
        } catch (JMSException | IllegalArgumentException e) {
            XAException failed = new XAException(e.getMessage());
            failed.errorCode = XAException.XAER_RMFAIL;
            failed.initCause(e);
            throw failed;
        }
    }

    /** Nobody's client: the client id of the server's URI may be in use by the bean itself. */
    private XAConnectionFactory factory() {
        QuoinXAConnectionFactory factory = server.factory();
        factory.setClientID(null);
        factory.setReconnect(false);
        return factory;
    }

    /** All branches in doubt come with TMSTARTRSCAN; what follows in that scan is empty. */
    @Override
    public Xid[] recover(int flags) throws XAException {
        if ((flags & XAResource.TMSTARTRSCAN) == 0) {
            return new Xid[0];
        }
        return connected(resource -> resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN));
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        connected(resource -> {
            resource.commit(xid, onePhase);
            return server;
        });
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        connected(resource -> {
            resource.rollback(xid);
            return server;
        });
    }

    @Override
    public void forget(Xid xid) throws XAException {
        connected(resource -> {
            resource.forget(xid);
            return server;
        });
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return connected(resource -> resource.prepare(xid));
    }

    /** Nobody works on a connection that ends with the call. */
    @Override
    public void start(Xid xid, int flags) throws XAException {
        throw new XAException(XAException.XAER_PROTO);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        throw new XAException(XAException.XAER_PROTO);
    }

    @Override
    public boolean isSameRM(@Nullable XAResource other) {
        return other instanceof RecoveryResource that && server.equals(that.server);
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }

    @Override
    public String toString() {
        return "RecoveryResource[" + server + "]";
    }
}
