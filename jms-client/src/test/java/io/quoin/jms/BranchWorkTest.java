// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.XASession;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of messages whose branch was to be ended, when nobody knows whether it was: of those that the session has
 * received itself, and of those that a connection consumer has lent to it.
 */
class BranchWorkTest {

    private static final String OPTIONS = "?requestTimeout=700&reconnectDelay=10&maxReconnectDelay=20";
    private static final Xid XID =
            new QuoinXid(new io.quoin.protocol.codec.Xid(1, Bytes.of((byte) 7), Bytes.of((byte) 2)));
    private static final Xid NEXT =
            new QuoinXid(new io.quoin.protocol.codec.Xid(1, Bytes.of((byte) 8), Bytes.of((byte) 2)));
    private static final long SOON_MS = 5_000;
    private static final long NEVER_MS = 100;

    private final ScriptedServer server = ScriptedServer.start();
    private final BlockingQueue<ServerSession> pool = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> worked = new LinkedBlockingQueue<>();
    private QuoinXAConnection connection;
    private Link link;
    private XASession session;
    private XAResource resource;

    @BeforeEach
    void open() throws JMSException {
        connection = (QuoinXAConnection) new QuoinXAConnectionFactory(server.uri() + OPTIONS).createXAConnection();
        connection.start();
        link = server.link();
        session = connection.createXASession();
        resource = session.getXAResource();
    }

    @AfterEach
    void close() throws JMSException {
        link.release(FrameType.XA_END);
        connection.close();
        server.close();
    }

    private static int codeOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        int[] code = new int[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(XAException.class, e -> code[0] = e.errorCode);
        return code[0];
    }

    // --- messages of the session's own consumers

    private void receiveInBranch() throws Exception {
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number =
                link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
        resource.start(XID, XAResource.TMNOFLAGS);
        link.deliver(1, number, "a");
        assertThat(consumer.receive(SOON_MS)).isNotNull();
    }

    private void endWithoutAnAnswer() {
        link.hold(FrameType.XA_END);
        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(link.next(FrameType.XA_END, Frame.XaEnd.class).xaFlags()).isEqualTo(XAResource.TMSUCCESS);
    }

    @Test
    void anEndThatIsAskedForAgainRepeatsWhatWasReceivedAndFailsTheBranch() throws Exception {
        receiveInBranch();
        endWithoutAnAnswer();
        assertThat(link.nextAck().transacted()).isTrue();
        link.release(FrameType.XA_END);

        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XA_RBCOMMFAIL);

        Seen.Acknowledged repeated = link.nextAck();
        assertThat(repeated.transacted()).isTrue();
        assertThat(repeated.ranges()).containsExactly(new Seen.Range(1, 1));
        assertThat(link.next(FrameType.XA_END, Frame.XaEnd.class).xaFlags()).isEqualTo(XAResource.TMFAIL);
    }

    @Test
    void anEndThatGotLostWithItsLinkIsRepeatedByTheRollbackWithWhatWasReceived() throws Exception {
        receiveInBranch();
        server.refuse(true);
        link.cut();
        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XAER_RMFAIL);
        server.refuse(false);
        link = server.link();

        resource.rollback(XID);

        assertThat(link.nextAck().ranges()).containsExactly(new Seen.Range(1, 1));
        assertThat(link.next(FrameType.XA_END, Frame.XaEnd.class).xaFlags()).isEqualTo(XAResource.TMFAIL);
        link.next(FrameType.XA_ROLLBACK);
    }

    @Test
    void theNextBranchBeginsWhenTheOneInDoubtIsEnded() throws Exception {
        receiveInBranch();
        endWithoutAnAnswer();
        link.release(FrameType.XA_END);

        resource.start(NEXT, XAResource.TMNOFLAGS);

        assertThat(link.types()
                        .subList(
                                link.types().lastIndexOf(FrameType.XA_END),
                                link.types().size()))
                .containsSubsequence(FrameType.XA_END, FrameType.XA_START);
        resource.end(NEXT, XAResource.TMSUCCESS);
    }

    @Test
    void anEndThatWasDoneAtTheFirstTryFailsTheBranchForItsTransactionManager() throws Exception {
        receiveInBranch();
        endWithoutAnAnswer();
        Thread answering = new Thread(
                () -> link.done(link.next(FrameType.XA_END, Frame.XaEnd.class).request(), XAException.XAER_PROTO));
        answering.start();

        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XA_RBCOMMFAIL);
        answering.join();
        resource.rollback(XID);
    }

    // --- messages that were lent

    /** Begins a branch and runs the session in it, which takes what it is given. */
    private final class Working implements ServerSession {

        private final XASession of;
        private final Xid branch;

        Working(XASession of, Xid branch) throws JMSException {
            this.of = of;
            this.branch = branch;
            of.setMessageListener(message -> worked.add(text(message)));
        }

        @Override
        public Session getSession() {
            return of;
        }

        @Override
        public void start() throws JMSException {
            try {
                of.getXAResource().start(branch, XAResource.TMNOFLAGS);
            } catch (XAException e) {
                throw new JMSException("no branch: " + e.errorCode);
            }
            new Thread(of::run, "working").start();
        }
    }

    private static String text(Message message) {
        try {
            return ((TextMessage) message).getText();
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private final ServerSessionPool sessions = () -> {
        try {
            return pool.take();
        } catch (InterruptedException e) {
            throw new JMSException("closed");
        }
    };

    /** A connection consumer has two messages of a group, the first of which the session works on. */
    private int lend() throws Exception {
        connection.createConnectionConsumer(session.createQueue("q"), null, sessions, 1);
        Seen.Rare opened = (Seen.Rare) link.next(FrameType.CONSUMER_OPEN);
        int number = ((Frame.ConsumerOpen) opened.frame()).consumer();
        for (String text : new String[] {"first", "second"}) {
            link.deliver(opened.session(), number, 0, 1, 0, link.message(text, w -> w.property("JMSXGroupID", "g")));
        }
        pool.add(new Working(session, XID));
        assertThat(worked.poll(SOON_MS, TimeUnit.MILLISECONDS)).isEqualTo("first");
        return number;
    }

    /** Offers another session, and returns what it is given. */
    private String toAnother(long timeoutMs) throws Exception {
        pool.add(new Working(connection.createXASession(), NEXT));
        return worked.poll(timeoutMs, TimeUnit.MILLISECONDS);
    }

    @Test
    void aGroupIsHeldWhileTheEndIsInDoubtAndLetGoByTheRollback() throws Exception {
        lend();
        endWithoutAnAnswer();
        assertThat(toAnother(NEVER_MS)).isNull();
        link.release(FrameType.XA_END);

        resource.rollback(XID);

        assertThat(worked.poll(SOON_MS, TimeUnit.MILLISECONDS)).isEqualTo("second");
    }

    @Test
    void aGroupIsLetGoWhenTheNextBranchBegins() throws Exception {
        lend();
        endWithoutAnAnswer();
        link.release(FrameType.XA_END);

        resource.start(NEXT, XAResource.TMNOFLAGS);
        resource.end(NEXT, XAResource.TMSUCCESS);

        assertThat(toAnother(SOON_MS)).isEqualTo("second");
    }

    @Test
    void aGroupIsLetGoByAnEndInABranchThatIsUnknownByNow() throws Exception {
        lend();
        endWithoutAnAnswer();
        Thread answering = new Thread(() -> {
            link.done(link.next(FrameType.XA_END, Frame.XaEnd.class).request(), XAException.XAER_NOTA);
            link.release(FrameType.XA_END);
        });
        answering.start();

        resource.start(NEXT, XAResource.TMNOFLAGS);
        answering.join();

        assertThat(toAnother(SOON_MS)).isEqualTo("second");
    }

    @Test
    void aGroupIsHeldUntilTheRollbackIfTheFirstEndWasDone() throws Exception {
        lend();
        endWithoutAnAnswer();
        Thread answering = new Thread(
                () -> link.done(link.next(FrameType.XA_END, Frame.XaEnd.class).request(), XAException.XAER_PROTO));
        answering.start();
        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XA_RBCOMMFAIL);
        answering.join();
        assertThat(toAnother(NEVER_MS)).isNull();

        resource.rollback(XID);

        assertThat(worked.poll(SOON_MS, TimeUnit.MILLISECONDS)).isEqualTo("second");
    }

    @Test
    void whatTheServerHasUndoneIsNotGivenBackToItOnceMore() throws Exception {
        lend();
        link.hold(FrameType.XA_END);
        Thread answering = new Thread(
                () -> link.done(link.next(FrameType.XA_END, Frame.XaEnd.class).request(), XAException.XA_RBCOMMFAIL));
        answering.start();

        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XA_RBCOMMFAIL);
        answering.join();

        assertThat(toAnother(SOON_MS)).isEqualTo("second");
        assertThat(link.all().stream()
                        .filter(seen -> seen instanceof Seen.Acknowledged)
                        .map(seen -> ((Seen.Acknowledged) seen).outcome()))
                .containsOnly(AckOutcome.CONSUMED);
    }

    @Test
    void aSessionThatIsClosedWhileNobodyAnswersGivesBackWhatItWasLentOnTheNextLink() throws Exception {
        lend();
        server.refuse(true);
        link.cut();
        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XAER_RMFAIL);
        session.close();
        server.refuse(false);
        link = server.link();

        Seen.Acknowledged unseen = link.nextAck();
        assertThat(unseen.outcome()).isEqualTo(AckOutcome.RETURNED_UNCOUNTED);
        assertThat(unseen.ranges()).containsExactly(new Seen.Range(2, 2));
        Seen.Acknowledged seen = link.nextAck();
        assertThat(seen.outcome()).isEqualTo(AckOutcome.RETURNED_COUNTED);
        assertThat(seen.ranges()).containsExactly(new Seen.Range(1, 1));
        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XA_RBCOMMFAIL);
        resource.rollback(XID);
    }

    @Test
    void aSessionThatIsClosedAfterAnEndInDoubtEndsItAndLetsTheGroupGo() throws Exception {
        lend();
        endWithoutAnAnswer();
        link.release(FrameType.XA_END);

        session.close();

        assertThat(link.next(FrameType.XA_END, Frame.XaEnd.class).xaFlags()).isEqualTo(XAResource.TMFAIL);
        assertThat(toAnother(SOON_MS)).isEqualTo("second");
        assertThat(codeOf(() -> resource.end(XID, XAResource.TMSUCCESS))).isEqualTo(XAException.XA_RBCOMMFAIL);
    }
}
