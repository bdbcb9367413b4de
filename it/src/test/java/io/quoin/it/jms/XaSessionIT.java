// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;
import java.nio.ByteBuffer;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** Sessions of distributed transactions (Messaging 3.1 §6.1.8, §6.2.7, §11.3): rules 12, 23 and 74. */
class XaSessionIT extends JmsCase {

    /** A branch of its own. */
    private record Branch(byte[] getGlobalTransactionId) implements Xid {

        Branch() {
            this(ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).array());
        }

        @Override
        public int getFormatId() {
            return 7;
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    private static QuoinXAConnectionFactory xaFactory() {
        return new QuoinXAConnectionFactory(server().url());
    }

    private XASession xaSession() throws JMSException {
        XAConnection connection = closing(xaFactory().createXAConnection());
        connection.start();
        return connection.createXASession();
    }

    @Test
    void rule74OutsideABranchASessionAcknowledgesAutomatically() throws Exception {
        Queue queue = queue();
        XASession session = xaSession();
        assertThat(session.getTransacted()).isTrue();
        send(session, queue, "1", "2");
        assertThat(messages(session().createBrowser(queue))).as("sent at once").hasSize(2);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(text(consumer)).isEqualTo("1");
        session.recover();
        session.close();
        assertThat(drain(queue)).as("what was received is acknowledged").containsExactly("2");

        XAJMSContext context = closing(xaFactory().createXAContext());
        send(queue, "3", "4");
        JMSConsumer ofContext = context.createConsumer(queue);
        assertThat(ofContext.receiveBody(String.class, SOON_MS)).isEqualTo("3");
        context.close();
        assertThat(drain(queue)).containsExactly("4");
    }

    @Test
    void rule74CommitAndRollbackAreTheTransactionManagers() throws Exception {
        XASession session = xaSession();
        XAJMSContext context = closing(xaFactory().createXAContext());
        allThrow(TransactionInProgressException.class, session::commit, session::rollback);
        allThrow(TransactionInProgressRuntimeException.class, context::commit, context::rollback);
        XAQueueConnection queues = closing(xaFactory().createXAQueueConnection());
        XAQueueSession queueSession = queues.createXAQueueSession();
        XATopicConnection topics = closing(xaFactory().createXATopicConnection());
        XATopicSession topicSession = topics.createXATopicSession();
        allThrow(TransactionInProgressException.class, queueSession::commit, topicSession::rollback);
        allThrow(
                IllegalStateException.class,
                () -> queueSession.getQueueSession().createTopic("t"),
                () -> topicSession.getTopicSession().createQueue("q"));
    }

    @Test
    void rule23InABranchCommitRollbackAndRecoverAreRefused() throws Exception {
        Queue queue = queue();
        XASession session = xaSession();
        XAResource resource = session.getXAResource();
        Xid branch = new Branch();
        resource.start(branch, XAResource.TMNOFLAGS);
        send(session, queue, "in the branch");
        allThrow(TransactionInProgressException.class, session::commit, session::rollback, session::recover);
        resource.end(branch, XAResource.TMSUCCESS);
        assertThat(drain(queue)).as("not before the commit").isEmpty();
        resource.commit(branch, true);
        assertThat(drain(queue)).containsExactly("in the branch");
    }

    @Test
    void rule12WorkInABranchIsDecidedByTheTransactionManagerNotByTheClose() throws Exception {
        Queue input = queue();
        Queue output = queue();
        send(input, "1", "2");
        XASession session = xaSession();
        XAResource resource = session.getXAResource();
        Xid committed = new Branch();
        resource.start(committed, XAResource.TMNOFLAGS);
        assertThat(text(session.createConsumer(input))).isEqualTo("1");
        send(session, output, "done");
        resource.end(committed, XAResource.TMSUCCESS);
        assertThat(resource.prepare(committed)).isEqualTo(XAResource.XA_OK);
        session.close();
        XAResource another = xaSession().getXAResource();
        another.commit(committed, false);
        assertThat(drain(output)).containsExactly("done");
        assertThat(drain(input)).containsExactly("2");
    }

    @Test
    void rule74AConnectionHasOrdinarySessionsToo() throws Exception {
        XAConnection connection = closing(xaFactory().createXAConnection());
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        session.commit();
        assertThat(connection.createXASession().getSession().getTransacted()).isTrue();
        assertThat(xaFactory().createConnection()).satisfies(c -> closing(c).createSession());
    }
}
