// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMRESUME;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static javax.transaction.xa.XAResource.TMSUSPEND;
import static javax.transaction.xa.XAResource.XA_RDONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XASession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a transaction manager does with the client's XA classes, and what a kill of the server leaves of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class XaIT {

    private static final long SOON_MS = 10_000;
    private static final long NEVER_MS = 300;

    @TempDir
    Path folder;

    private ServerProcess server;
    private XAConnection connection;
    private XASession session;
    private XAResource resource;
    private Queue in;
    private Queue out;

    @BeforeEach
    void start() throws JMSException {
        server = ServerProcess.start(folder.resolve("data"));
        open();
    }

    private void open() throws JMSException {
        connection = new QuoinXAConnectionFactory(server.url()).createXAConnection();
        session = connection.createXASession();
        resource = session.getXAResource();
        in = session.createQueue("in");
        out = session.createQueue("out");
        connection.start();
    }

    @AfterEach
    void stop() throws JMSException {
        connection.close();
        server.close();
    }

    private void put(Queue queue, String... texts) {
        try (JMSContext context = new QuoinXAConnectionFactory(server.url()).createContext()) {
            for (String text : texts) {
                context.createProducer().send(queue, text);
            }
        }
    }

    private String take(Queue queue, long timeoutMs) {
        try (JMSContext context = new QuoinXAConnectionFactory(server.url()).createContext();
                JMSConsumer consumer = context.createConsumer(queue)) {
            return consumer.receiveBody(String.class, timeoutMs);
        }
    }

    /** Receives one message and sends another one. */
    private void work() throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(in)) {
            TextMessage message = (TextMessage) consumer.receive(SOON_MS);
            session.createProducer(out).send(session.createTextMessage("after " + message.getText()));
        }
    }

    private static int codeOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        int[] code = new int[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(XAException.class, e -> code[0] = e.errorCode);
        return code[0];
    }

    @Test
    void aBranchIsCommittedInOneOrTwoPhasesAndRolledBack() throws Exception {
        put(in, "a", "b", "c");
        Xid first = TestXid.next();
        resource.start(first, TMNOFLAGS);
        work();
        resource.end(first, TMSUCCESS);
        resource.commit(first, true);
        assertThat(take(out, SOON_MS)).isEqualTo("after a");

        Xid second = TestXid.next();
        resource.start(second, TMNOFLAGS);
        work();
        resource.end(second, TMSUCCESS);
        assertThat(resource.prepare(second)).isEqualTo(XAResource.XA_OK);
        assertThat(take(out, NEVER_MS)).isNull();
        resource.commit(second, false);
        assertThat(take(out, SOON_MS)).isEqualTo("after b");

        Xid third = TestXid.next();
        resource.start(third, TMNOFLAGS);
        work();
        resource.end(third, TMSUCCESS);
        resource.rollback(third);
        assertThat(take(in, SOON_MS)).isEqualTo("c");
        assertThat(take(out, NEVER_MS)).isNull();
        assertThat(codeOf(() -> resource.commit(third, true))).isEqualTo(XAException.XAER_NOTA);
    }

    @Test
    void outsideABranchASessionAcknowledgesAutomatically() throws Exception {
        put(in, "a", "b");
        work();
        assertThat(take(out, SOON_MS)).isEqualTo("after a");
        assertThatThrownBy(() -> session.commit()).isInstanceOf(TransactionInProgressException.class);
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        assertThatThrownBy(() -> session.rollback()).isInstanceOf(TransactionInProgressException.class);
        assertThatThrownBy(() -> session.recover()).isInstanceOf(TransactionInProgressException.class);
        resource.end(xid, TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XA_RDONLY);
        connection.close();
        assertThat(take(in, SOON_MS)).isEqualTo("b");
        assertThat(take(in, NEVER_MS)).isNull();
    }

    @Test
    void aPreparedBranchSurvivesAKillOfTheServer() throws Exception {
        put(in, "a");
        TestXid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        work();
        resource.end(xid, TMSUCCESS);
        resource.prepare(xid);
        server.kill();
        server.restart();

        open();
        assertThat(take(in, NEVER_MS)).isNull();
        assertThat(take(out, NEVER_MS)).isNull();
        Xid[] inDoubt = resource.recover(TMSTARTRSCAN | TMENDRSCAN);
        assertThat(inDoubt).hasSize(1).allMatch(xid::names);
        resource.commit(inDoubt[0], false);
        assertThat(take(out, SOON_MS)).isEqualTo("after a");
        assertThat(take(in, NEVER_MS)).isNull();
        assertThat(resource.recover(TMSTARTRSCAN)).isEmpty();
        assertThat(resource.recover(TMENDRSCAN)).isEmpty();
        assertThat(codeOf(() -> resource.recover(TMNOFLAGS))).isEqualTo(XAException.XAER_PROTO);
    }

    @Test
    void aKillBeforePrepareLeavesNothing() throws Exception {
        put(in, "a");
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        work();
        resource.end(xid, TMSUCCESS);
        server.kill();
        server.restart();
        open();
        assertThat(codeOf(() -> resource.prepare(xid))).isEqualTo(XAException.XAER_NOTA);
        assertThat(take(in, SOON_MS)).isEqualTo("a");
        assertThat(take(out, NEVER_MS)).isNull();
    }

    @Test
    void aSessionAndItsConnectionMayBeClosedBeforeTheTransactionManagerCompletes() throws Exception {
        put(in, "a", "b");
        Xid first = TestXid.next();
        resource.start(first, TMNOFLAGS);
        work();
        session.close();
        resource.end(first, TMSUCCESS);
        resource.prepare(first);
        resource.commit(first, false);
        assertThat(take(out, SOON_MS)).isEqualTo("after a");

        session = connection.createXASession();
        resource = session.getXAResource();
        Xid second = TestXid.next();
        resource.start(second, TMNOFLAGS);
        work();
        connection.close();
        resource.end(second, TMSUCCESS);
        resource.commit(second, true);
        assertThat(take(out, SOON_MS)).isEqualTo("after b");
        assertThat(take(in, NEVER_MS)).isNull();
    }

    @Test
    void resourcesOfOneClusterJoinOneBranch() throws Exception {
        QuoinXAConnectionFactory factory = new QuoinXAConnectionFactory(server.url());
        try (XAJMSContext other = factory.createXAContext()) {
            XAResource joining = other.getXAResource();
            assertThat(resource.isSameRM(joining)).isTrue();
            Xid xid = TestXid.next();
            resource.start(xid, TMNOFLAGS);
            session.createProducer(out).send(session.createTextMessage("one"));
            joining.start(xid, TMJOIN);
            other.createProducer().send(out, "two");
            resource.end(xid, TMSUCCESS);
            assertThat(codeOf(() -> resource.prepare(xid))).isEqualTo(XAException.XAER_PROTO);
            joining.end(xid, TMSUCCESS);
            joining.commit(xid, true);
        }
        assertThat(Arrays.asList(take(out, SOON_MS), take(out, SOON_MS))).containsExactlyInAnyOrder("one", "two");
        factory.setXaJoin(false);
        try (XAJMSContext one = factory.createXAContext();
                XAJMSContext two = factory.createXAContext()) {
            assertThat(one.getXAResource().isSameRM(two.getXAResource())).isFalse();
            assertThat(one.getXAResource().isSameRM(one.getXAResource())).isTrue();
        }
    }

    @Test
    void workIsSuspendedAndResumed() throws Exception {
        Xid first = TestXid.next();
        Xid second = TestXid.next();
        resource.start(first, TMNOFLAGS);
        session.createProducer(out).send(session.createTextMessage("1"));
        resource.end(first, TMSUSPEND);
        resource.start(second, TMNOFLAGS);
        session.createProducer(out).send(session.createTextMessage("2"));
        resource.end(second, TMFAIL);
        resource.rollback(second);
        resource.start(first, TMRESUME);
        session.createProducer(out).send(session.createTextMessage("3"));
        resource.end(first, TMSUCCESS);
        resource.commit(first, true);
        assertThat(take(out, SOON_MS)).isEqualTo("1");
        assertThat(take(out, SOON_MS)).isEqualTo("3");
        assertThat(take(out, NEVER_MS)).isNull();
    }

    @Test
    void aBranchWhoseTimeIsOverIsRolledBack() throws Exception {
        assertThat(resource.setTransactionTimeout(1)).isTrue();
        assertThat(resource.getTransactionTimeout()).isEqualTo(1);
        put(in, "a");
        Xid xid = TestXid.next();
        resource.start(xid, TMNOFLAGS);
        work();
        try (XAJMSContext other = new QuoinXAConnectionFactory(server.url()).createXAContext()) {
            awaitFailure(other.getXAResource(), xid);
        }
        assertThat(codeOf(() -> resource.end(xid, TMSUCCESS))).isEqualTo(XAException.XA_RBTIMEOUT);
        assertThat(take(in, SOON_MS)).isEqualTo("a");
        assertThat(codeOf(() -> resource.commit(xid, true))).isEqualTo(XAException.XA_RBTIMEOUT);
        assertThat(take(out, NEVER_MS)).isNull();
    }

    /** Tries to join the branch until it is refused because of its state. */
    private static void awaitFailure(XAResource joining, Xid xid) throws XAException {
        int code;
        do {
            try {
                joining.start(xid, TMJOIN);
                joining.end(xid, TMSUCCESS);
                code = XAResource.XA_OK;
            } catch (XAException e) {
                code = e.errorCode;
            }
        } while (code == XAResource.XA_OK);
        assertThat(code).isEqualTo(XAException.XA_RBTIMEOUT);
    }

    @Test
    void whatWasReceivedInABranchThatIsRolledBackComesAgainBeforeWhatCameAfterIt() throws Exception {
        put(in, "a", "b", "c");
        MessageConsumer consumer = session.createConsumer(in);
        Xid first = TestXid.next();
        resource.start(first, TMNOFLAGS);
        assertThat(((TextMessage) consumer.receive(SOON_MS)).getText()).isEqualTo("a");
        resource.end(first, TMSUCCESS);
        resource.rollback(first);
        Xid second = TestXid.next();
        resource.start(second, TMNOFLAGS);
        TextMessage again = (TextMessage) consumer.receive(SOON_MS);
        assertThat(again.getText()).isEqualTo("a");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        assertThat(((TextMessage) consumer.receive(SOON_MS)).getText()).isEqualTo("b");
        resource.end(second, TMSUCCESS);
        resource.commit(second, true);
        assertThat(((TextMessage) consumer.receive(SOON_MS)).getText()).isEqualTo("c");
        assertThat(take(in, NEVER_MS)).isNull();
    }
}
