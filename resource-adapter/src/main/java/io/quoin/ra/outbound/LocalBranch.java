// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.nio.ByteBuffer;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of one managed connection alone, for pools that are configured for no more than that: a branch that nobody
 * else knows of, committed in one phase. So one session serves both kinds of transactions.
 *
 * <p>Thread: one at a time; {@link #isActive} any.
 */
final class LocalBranch implements LocalTransaction {

    private final XAResource resource;
    private volatile @Nullable Xid current;

    LocalBranch(XAResource resource) {
        this.resource = resource;
    }

    boolean isActive() {
        return current != null;
    }

    @Override
    public void begin() throws ResourceException {
        if (current != null) {
            throw new IllegalStateException("A local transaction was begun inside another one");
        }
        Xid branch = new LocalXid();
        try {
            resource.start(branch, XAResource.TMNOFLAGS);
            current = branch;
        } catch (XAException e) {
            throw failed("begun", e);
        }
    }

    @Override
    public void commit() throws ResourceException {
        Xid branch = take("committed");
        try {
            resource.end(branch, XAResource.TMSUCCESS);
            resource.commit(branch, true);
        } catch (XAException e) {
            if (e.errorCode != XAException.XAER_RMFAIL) {
                forgetQuietly(branch, e);
            }
            throw failed("committed", e);
        }
    }

    /** The end has failed, so that the branch can only be rolled back. */
    private void forgetQuietly(Xid branch, XAException because) {
        try {
            resource.rollback(branch);
        } catch (XAException e) {
            because.addSuppressed(e);
        }
    }

    @Override
    public void rollback() throws ResourceException {
        Xid branch = take("rolled back");
        try {
            resource.end(branch, XAResource.TMFAIL);
        } catch (XAException e) {
            if (!isRolledBack(e)) {
                throw failed("rolled back", e);
            }
        }
        try {
            resource.rollback(branch);
        } catch (XAException e) {
            if (!isRolledBack(e) && e.errorCode != XAException.XAER_NOTA) {
                throw failed("rolled back", e);
            }
        }
    }

    private static boolean isRolledBack(XAException e) {
        return e.errorCode >= XAException.XA_RBBASE && e.errorCode <= XAException.XA_RBEND;
    }

    private Xid take(String what) throws ResourceException {
        Xid branch = current;
        if (branch == null) {
            throw new IllegalStateException("No local transaction is there to be " + what);
        }
        current = null;
        return branch;
    }

    private static ResourceException failed(String what, XAException e) {
        return new LocalTransactionException("The local transaction was not " + what + ": " + e.getMessage(), e);
    }

    /** A name that no transaction manager gives. */
    private static final class LocalXid implements Xid {

        /** "Quoi" in ASCII. */
        private static final int FORMAT = 0x51756f69;

        private final UUID id = UUID.randomUUID();

        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits())
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
