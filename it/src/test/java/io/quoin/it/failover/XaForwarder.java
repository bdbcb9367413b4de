// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.failover;

import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.ByteBuffer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Moves messages from one queue to another, a few in each branch of a distributed transaction, prepared and committed in one
 * phase by turns, as a transaction manager does it. What is rolled back is done again; a branch that is prepared has to be
 * committed.
 */
final class XaForwarder extends Worker {

    private static final int ROLLED_BACK_FIRST = XAException.XA_RBBASE;
    private static final int ROLLED_BACK_LAST = XAException.XA_RBEND;

    private final String from;
    private final String to;
    private int branches;

    XaForwarder(String url, String from, String to) {
        super("forwarder in distributed transactions", url);
        this.from = from;
        this.to = to;
    }

    @Override
    Connection connect(String uri) throws JMSException {
        return new QuoinXAConnectionFactory(uri).createXAConnection();
    }

    @Override
    void work(Connection connection) throws Exception {
        XASession session = ((XAConnection) connection).createXASession();
        MessageConsumer consumer = session.createConsumer(session.createQueue(from));
        MessageProducer producer = session.createProducer(session.createQueue(to));
        XAResource resource = session.getXAResource();
        while (!isStopping()) {
            Xid xid = new Branch(++branches);
            int moved = move(session, resource, xid, consumer, producer);
            if (moved > 0 && isCommitted(resource, xid)) {
                count(count() + moved);
            }
        }
        int inDoubt = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length;
        if (inDoubt > 0) {
            throw new AssertionError(inDoubt + " branches are in doubt");
        }
    }

    /** Works in a branch; returns how many messages can be committed with it. */
    private int move(
            XASession session, XAResource resource, Xid xid, MessageConsumer consumer, MessageProducer producer)
            throws XAException, JMSException {
        try {
            resource.start(xid, XAResource.TMNOFLAGS);
        } catch (XAException e) {
            return 0; // the session was lost meanwhile, and the branch with it
        }
        int moved = 0;
        Message message = consumer.receive(Traffic.RECEIVE_MS);
        while (message != null) {
            producer.send(Traffic.message(session, Traffic.number(message)));
            moved++;
            message = moved < Traffic.BATCH ? consumer.receive(Traffic.RECEIVE_MS) : null;
        }
        try {
            resource.end(xid, XAResource.TMSUCCESS);
            if (moved > 0) {
                return moved;
            }
        } catch (XAException e) {
            checkRolledBack(e);
        }
        rollBack(resource, xid);
        return 0;
    }

    private boolean isCommitted(XAResource resource, Xid xid) throws XAException {
        boolean onePhase = branches % 2 == 0;
        try {
            if (!onePhase) {
                resource.prepare(xid);
            } else {
                resource.commit(xid, true);
            }
        } catch (XAException e) {
            checkRolledBack(e);
            return false;
        }
        if (!onePhase) {
            resource.commit(xid, false);
        }
        return true;
    }

    private static void rollBack(XAResource resource, Xid xid) throws XAException {
        try {
            resource.rollback(xid);
        } catch (XAException e) {
            checkRolledBack(e);
        }
    }

    /** A server that was started anew has forgotten it, which means the same. */
    private static void checkRolledBack(XAException e) throws XAException {
        boolean rolledBack = e.errorCode >= ROLLED_BACK_FIRST && e.errorCode <= ROLLED_BACK_LAST;
        if (!rolledBack && e.errorCode != XAException.XAER_NOTA) {
            throw e;
        }
    }

    private record Branch(int number) implements Xid {

        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
