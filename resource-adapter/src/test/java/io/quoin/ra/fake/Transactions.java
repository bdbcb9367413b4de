// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.fake;

import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A transaction manager: one transaction a thread, two phases, or one where all resources have joined one branch. */
public final class Transactions implements TransactionSynchronizationRegistry {

    private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

    private final ThreadLocal<Transaction> current = new ThreadLocal<>();
    /** What resources were asked, like "start", "join", "end", "prepare", "commit1", "commit", "rollback". */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    private final class Transaction {
        final long id = LAST.incrementAndGet();
        final List<Branch> branches = new ArrayList<>();
        boolean rollbackOnly;
    }

    private static final class Branch {
        final Xid xid;
        final XAResource first;
        final List<XAResource> working = new ArrayList<>();

        Branch(Xid xid, XAResource first) {
            this.xid = xid;
            this.first = first;
        }
    }

    private record Name(long id, int branch) implements Xid {
        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(8).putLong(id).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return ByteBuffer.allocate(4).putInt(branch).array();
        }
    }

    public void begin() {
        current.set(new Transaction());
    }

    public boolean isActive() {
        return current.get() != null;
    }

    public void enlist(XAResource resource) throws XAException {
        Transaction transaction = current.get();
        for (Branch branch : transaction.branches) {
            if (branch.working.contains(resource)) {
                return;
            }
            if (branch.first.isSameRM(resource)) {
                calls.add("join");
                resource.start(branch.xid, XAResource.TMJOIN);
                branch.working.add(resource);
                return;
            }
        }
        Branch branch = new Branch(new Name(transaction.id, transaction.branches.size() + 1), resource);
        calls.add("start");
        resource.start(branch.xid, XAResource.TMNOFLAGS);
        branch.working.add(resource);
        transaction.branches.add(branch);
    }

    public void commit() throws XAException {
        Transaction transaction = current.get();
        if (transaction.rollbackOnly) {
            rollback();
            return;
        }
        current.remove();
        end(transaction, XAResource.TMSUCCESS);
        if (transaction.branches.size() == 1) {
            calls.add("commit1");
            transaction.branches.get(0).first.commit(transaction.branches.get(0).xid, true);
            return;
        }
        for (Branch branch : transaction.branches) {
            calls.add("prepare");
            branch.first.prepare(branch.xid);
        }
        for (Branch branch : transaction.branches) {
            calls.add("commit");
            branch.first.commit(branch.xid, false);
        }
    }

    /** Prepares, and then this process is gone. */
    public void prepareOnly() throws XAException {
        Transaction transaction = current.get();
        current.remove();
        end(transaction, XAResource.TMSUCCESS);
        for (Branch branch : transaction.branches) {
            branch.first.prepare(branch.xid);
        }
    }

    private void end(Transaction transaction, int flags) throws XAException {
        for (Branch branch : transaction.branches) {
            for (XAResource working : branch.working) {
                calls.add("end");
                working.end(branch.xid, flags);
            }
        }
    }

    public void rollback() throws XAException {
        Transaction transaction = current.get();
        current.remove();
        end(transaction, XAResource.TMFAIL);
        for (Branch branch : transaction.branches) {
            calls.add("rollback");
            branch.first.rollback(branch.xid);
        }
    }

    // --- The registry

    @Override
    public int getTransactionStatus() {
        Transaction transaction = current.get();
        if (transaction == null) {
            return Status.STATUS_NO_TRANSACTION;
        }
        return transaction.rollbackOnly ? Status.STATUS_MARKED_ROLLBACK : Status.STATUS_ACTIVE;
    }

    @Override
    public void setRollbackOnly() {
        current.get().rollbackOnly = true;
    }

    @Override
    public boolean getRollbackOnly() {
        return current.get().rollbackOnly;
    }

    @Override
    public Object getTransactionKey() {
        return current.get();
    }

    @Override
    public void putResource(Object key, Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Object getResource(Object key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
        throw new UnsupportedOperationException();
    }
}
