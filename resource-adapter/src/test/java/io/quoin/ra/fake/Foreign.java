// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.fake;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource of something else, which asks back as Quoin's does. */
public class Foreign implements XAResource {

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return other != this && other.isSameRM(this);
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public void forget(Xid xid) throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        throw new XAException("not asked for");
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        throw new XAException("not asked for");
    }
}
