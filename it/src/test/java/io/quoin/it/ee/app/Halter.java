// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A part of a transaction that halts the application server when it is told to commit: when every part is prepared, the decision is in the log, and those
 * enlisted after this one have not heard of it.
 */
final class Halter implements XAResource {
    private Halter() {}

    /** Makes one a part of the caller's transaction. */
    static void enlist() throws SystemException, RollbackException {
        transactionManager().getTransaction().enlistResource(new Halter());
    }

    @SuppressWarnings("BanJNDI") // The names are those of the container's own directory.
    private static TransactionManager transactionManager() {
        for (String name : new String[] {"java:jboss/TransactionManager", "java:appserver/TransactionManager"}) {
            try {
                return InitialContext.doLookup(name);
            } catch (NamingException e) {
                // That is another server's name; tried is the next.
                continue;
            }
        }
        throw new IllegalStateException("No transaction manager was found");
    }

    @Override
    public void commit(Xid xid, boolean onePhase) {
        Runtime.getRuntime().halt(1);
    }

    @Override
    public int prepare(Xid xid) {
        return XA_OK;
    }

    @Override
    public void start(Xid xid, int flags) {}

    @Override
    public void end(Xid xid, int flags) {}

    @Override
    public void rollback(Xid xid) {}

    @Override
    public void forget(Xid xid) {}

    @Override
    public Xid[] recover(int flag) {
        return new Xid[0];
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
