// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import java.nio.ByteBuffer;
import java.util.UUID;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Transactions of a session, one after the other, each of so many sends or receives.
 *
 * <p>Thread: the session's.
 */
abstract class UnitOfWork {

    private final int size;
    private int done;

    private UnitOfWork(int size) {
        this.size = size;
    }

    static UnitOfWork of(Session session, BenchPlan.Work work) {
        if (work.size() == 0) {
            return new None();
        }
        return session instanceof XASession xa ? new Global(xa, work.size()) : new Local(session, work.size());
    }

    /** Something is about to be sent or received. */
    final void before() throws JMSException {
        if (done == 0) {
            begin();
        }
    }

    /** It was sent or received: the last one of a transaction commits it. */
    final void after() throws JMSException {
        if (++done == size) {
            done = 0;
            commit();
        }
    }

    /** Commits what is begun. */
    final void end() throws JMSException {
        done = 0;
        commit();
    }

    abstract void begin() throws JMSException;

    abstract void commit() throws JMSException;

    private static final class None extends UnitOfWork {

        None() {
            super(1);
        }

        @Override
        void begin() {}

        @Override
        void commit() {}
    }

    private static final class Local extends UnitOfWork {

        private final Session session;

        Local(Session session, int size) {
            super(size);
            this.session = session;
        }

        @Override
        void begin() {}

        @Override
        void commit() throws JMSException {
            session.commit();
        }
    }

    /** Both phases, as a transaction manager with a second resource has them. */
    private static final class Global extends UnitOfWork {

        private final XAResource resource;
        private final UUID run = UUID.randomUUID();
        private long count;
        private Xid xid = new BenchXid(run, 0);
        private boolean isOpen;

        Global(XASession session, int size) {
            super(size);
            this.resource = session.getXAResource();
        }

        @Override
        void begin() throws JMSException {
            if (isOpen) {
                return; // nothing was received since it began
            }
            try {
                xid = new BenchXid(run, ++count);
                resource.start(xid, XAResource.TMNOFLAGS);
                isOpen = true;
            } catch (XAException e) {
                throw failed("begin", e);
            }
        }

        @Override
        void commit() throws JMSException {
            if (!isOpen) {
                return;
            }
            try {
                isOpen = false;
                resource.end(xid, XAResource.TMSUCCESS);
                if (resource.prepare(xid) == XAResource.XA_OK) {
                    resource.commit(xid, false);
                }
            } catch (XAException e) {
                throw failed("commit", e);
            }
        }

        private static JMSException failed(String what, XAException cause) {
            JMSException failure =
                    new JMSException("A global transaction could not " + what + ": XA error " + cause.errorCode);
            failure.setLinkedException(cause);
            return (JMSException) failure.initCause(cause);
        }
    }

    /** A branch of a run. */
    private record BenchXid(UUID run, long number) implements Xid {

        private static final int FORMAT = 0x51424348;

        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(3 * Long.BYTES)
                    .putLong(run.getMostSignificantBits())
                    .putLong(run.getLeastSignificantBits())
                    .putLong(number)
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
