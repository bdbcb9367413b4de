// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.pool;

import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * As much of a transaction manager as a pool needs: one transaction a thread, two phases where there is more than one
 * branch, no log.
 */
final class PlainTransactionManager implements TransactionManager {
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

    private final ThreadLocal<Global> current = new ThreadLocal<>();
    /** Branches that were prepared. */
    final AtomicInteger prepared = new AtomicInteger();

    @Override
    public void begin() {
        current.set(new Global(LAST.incrementAndGet()));
    }

    @Override
    public Transaction getTransaction() {
        return current.get();
    }

    @Override
    public int getStatus() {
        Global global = current.get();
        return global == null ? Status.STATUS_NO_TRANSACTION : global.status;
    }

    @Override
    public void commit() throws RollbackException, SystemException {
        Global global = current.get();
        current.remove();
        global.commit();
    }

    @Override
    public void rollback() throws SystemException {
        Global global = current.get();
        current.remove();
        global.rollback();
    }

    @Override
    public void setRollbackOnly() {
        current.get().setRollbackOnly();
    }

    @Override
    public void setTransactionTimeout(int seconds) {}

    @Override
    public Transaction suspend() {
        Global global = current.get();
        current.remove();
        return global;
    }

    @Override
    public void resume(Transaction transaction) {
        current.set((Global) transaction);
    }

    /** A branch of a transaction. */
    private record BranchId(long transaction, int branch) implements Xid {
        @Override
        public int getFormatId() {
            return 7;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(8).putLong(transaction).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return ByteBuffer.allocate(4).putInt(branch).array();
        }
    }

    private final class Global implements Transaction {
        private final long number;
        private final Map<XAResource, BranchId> enlisted = new LinkedHashMap<>();
        /** Of each branch, the resource that speaks for it. */
        private final Map<BranchId, XAResource> branches = new LinkedHashMap<>();

        private final List<Synchronization> synchronizations = new ArrayList<>();
        private int status = Status.STATUS_ACTIVE;

        Global(long number) {
            this.number = number;
        }

        @Override
        public boolean enlistResource(XAResource resource) throws SystemException {
            try {
                for (Map.Entry<BranchId, XAResource> branch : branches.entrySet()) {
                    if (branch.getValue().isSameRM(resource)) {
                        resource.start(branch.getKey(), XAResource.TMJOIN);
                        enlisted.put(resource, branch.getKey());
                        return true;
                    }
                }
                BranchId branch = new BranchId(number, branches.size());
                resource.start(branch, XAResource.TMNOFLAGS);
                branches.put(branch, resource);
                enlisted.put(resource, branch);
                return true;
            } catch (XAException e) {
                throw failure(e);
            }
        }

        @Override
        public boolean delistResource(XAResource resource, int flag) throws SystemException {
            BranchId branch = enlisted.remove(resource);
            if (branch == null) {
                return false;
            }
            try {
                resource.end(branch, flag);
                return true;
            } catch (XAException e) {
                throw failure(e);
            }
        }

        private void delistAll() throws SystemException {
            for (XAResource resource : List.copyOf(enlisted.keySet())) {
                delistResource(resource, XAResource.TMSUCCESS);
            }
        }

        @Override
        public void commit() throws RollbackException, SystemException {
            if (status == Status.STATUS_MARKED_ROLLBACK) {
                rollback();
                throw new RollbackException("marked for rollback");
            }
            synchronizations.forEach(Synchronization::beforeCompletion);
            delistAll();
            try {
                boolean onePhase = branches.size() == 1;
                if (!onePhase) {
                    for (Map.Entry<BranchId, XAResource> branch : branches.entrySet()) {
                        branch.getValue().prepare(branch.getKey());
                        prepared.incrementAndGet();
                    }
                }
                for (Map.Entry<BranchId, XAResource> branch : branches.entrySet()) {
                    branch.getValue().commit(branch.getKey(), onePhase);
                }
            } catch (XAException e) {
                throw failure(e);
            }
            over(Status.STATUS_COMMITTED);
        }

        @Override
        public void rollback() throws SystemException {
            delistAll();
            try {
                for (Map.Entry<BranchId, XAResource> branch : branches.entrySet()) {
                    branch.getValue().rollback(branch.getKey());
                }
            } catch (XAException e) {
                throw failure(e);
            }
            over(Status.STATUS_ROLLEDBACK);
        }

        private void over(int outcome) {
            status = outcome;
            synchronizations.forEach(synchronization -> synchronization.afterCompletion(outcome));
        }

        @Override
        public void setRollbackOnly() {
            status = Status.STATUS_MARKED_ROLLBACK;
        }

        @Override
        public int getStatus() {
            return status;
        }

        @Override
        public void registerSynchronization(Synchronization synchronization) {
            synchronizations.add(synchronization);
        }

        private SystemException failure(XAException e) {
            SystemException failure = new SystemException("XA error " + e.errorCode + ": " + e.getMessage());
            failure.initCause(e);
            return failure;
        }
    }
}
