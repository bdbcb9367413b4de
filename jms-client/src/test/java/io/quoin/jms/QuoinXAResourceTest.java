// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.XASession;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a transaction manager is told when links break and answers are lost. */
class QuoinXAResourceTest {

    private static final String OPTIONS = "?requestTimeout=5000&reconnectDelay=10&maxReconnectDelay=20";
    private static final io.quoin.protocol.codec.Xid NAME =
            new io.quoin.protocol.codec.Xid(1, Bytes.of((byte) 1), Bytes.of((byte) 2));
    private static final Xid XID = new QuoinXid(NAME);

    private volatile Consumer<Link> next = link -> {};
    private final ScriptedServer server = ScriptedServer.start(link -> next.accept(link));
    private QuoinXAConnection connection;
    private XASession session;
    private XAResource resource;
    private Link link;

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
        connection.close();
        server.close();
    }

    /** A call of the transaction manager. */
    private interface Call {
        int run() throws XAException;
    }

    /** Makes the call in the background, and returns its answer: a code of XA, whether returned or thrown. */
    private static CompletableFuture<Integer> calling(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.run();
            } catch (XAException e) {
                return e.errorCode;
            }
        });
    }

    private static int answer(CompletableFuture<Integer> calling)
            throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
        return calling.get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<Integer> committing(boolean onePhase) {
        return calling(() -> {
            resource.commit(XID, onePhase);
            return XAResource.XA_OK;
        });
    }

    private CompletableFuture<Integer> starting(int flags) {
        return calling(() -> {
            resource.start(XID, flags);
            return XAResource.XA_OK;
        });
    }

    private CompletableFuture<Integer> ending(int flags) {
        return calling(() -> {
            resource.end(XID, flags);
            return XAResource.XA_OK;
        });
    }

    /** The next link answers nothing of that type, which the test does. */
    private void reconnectHolding(FrameType type) {
        Consumer<Link> before = next;
        next = link -> {
            before.accept(link);
            link.hold(type);
        };
        link.cut();
        link = server.link();
    }

    private void reconnect() {
        link.cut();
        link = server.link();
    }

    // --- completion

    @Test
    void aCommitInOnePhaseWhoseAnswerWasLostReturnsIfItWasDone() throws Exception {
        link.hold(FrameType.XA_COMMIT);
        CompletableFuture<Integer> committing = committing(true);
        Frame.XaCommit asked = link.next(FrameType.XA_COMMIT, Frame.XaCommit.class);
        next = link -> link.forgetful(2).outcome(TransactionOutcome.COMMITTED);

        reconnect();

        assertThat(answer(committing)).isEqualTo(XAResource.XA_OK);
        Frame.TxOutcome outcome = link.next(FrameType.TX_OUTCOME, Frame.TxOutcome.class);
        assertThat(outcome.transaction()).isEqualTo(asked.transaction()).isPositive();
        assertThat(outcome.connectionId()).isEqualTo(connection.channel().connectionId());
        assertThat(link.types()).doesNotContain(FrameType.XA_COMMIT);
    }

    @Test
    void aCommitInOnePhaseThatNeverArrivedIsAskedForAgain() throws Exception {
        link.hold(FrameType.XA_COMMIT);
        CompletableFuture<Integer> committing = committing(true);
        Frame.XaCommit asked = link.next(FrameType.XA_COMMIT, Frame.XaCommit.class);

        reconnect();

        assertThat(answer(committing)).isEqualTo(XAResource.XA_OK);
        assertThat(link.next(FrameType.XA_COMMIT, Frame.XaCommit.class).transaction())
                .isEqualTo(asked.transaction());
    }

    @Test
    void aCommitInOnePhaseOfABranchThatTheServerHasForgottenSinceIsRolledBack() throws Exception {
        link.hold(FrameType.XA_COMMIT);
        CompletableFuture<Integer> committing = committing(true);
        link.next(FrameType.XA_COMMIT);
        next = link -> link.forgetful(2);

        reconnectHolding(FrameType.XA_COMMIT);
        link.done(link.next(FrameType.XA_COMMIT, Frame.XaCommit.class).request(), XAException.XAER_NOTA);

        assertThat(answer(committing)).isEqualTo(XAException.XA_RBCOMMFAIL);
    }

    @Test
    void aCommitInOnePhaseThatAnotherServerCannotTellOfIsInDoubt() throws Exception {
        link.hold(FrameType.XA_COMMIT);
        CompletableFuture<Integer> committing = committing(true);
        link.next(FrameType.XA_COMMIT);
        next = Link::stranger;

        reconnect();

        assertThat(answer(committing)).isEqualTo(XAException.XAER_RMFAIL);
    }

    @Test
    void aSecondPhaseOfWhichNothingIsLeftWasDone() throws Exception {
        link.hold(FrameType.XA_COMMIT);
        CompletableFuture<Integer> committing = committing(false);
        link.next(FrameType.XA_COMMIT);

        reconnectHolding(FrameType.XA_COMMIT);
        link.done(link.next(FrameType.XA_COMMIT, Frame.XaCommit.class).request(), XAException.XAER_NOTA);

        assertThat(answer(committing)).isEqualTo(XAResource.XA_OK);
    }

    @Test
    void aBranchThatNobodyKnowsAtTheFirstTryIsUnknown() throws Exception {
        link.hold(FrameType.XA_COMMIT);
        CompletableFuture<Integer> committing = committing(false);
        link.done(link.next(FrameType.XA_COMMIT, Frame.XaCommit.class).request(), XAException.XAER_NOTA);

        assertThat(answer(committing)).isEqualTo(XAException.XAER_NOTA);
    }

    @Test
    void aPrepareWhoseAnswerWasLostReturnsIfTheBranchIsInDoubt() throws Exception {
        link.hold(FrameType.XA_PREPARE);
        CompletableFuture<Integer> preparing = calling(() -> resource.prepare(XID));
        link.next(FrameType.XA_PREPARE);
        next = link -> link.forgetful(2).inDoubt(NAME);

        reconnectHolding(FrameType.XA_PREPARE);
        link.done(link.next(FrameType.XA_PREPARE, Frame.XaPrepare.class).request(), XAException.XAER_PROTO);

        assertThat(answer(preparing)).isEqualTo(XAResource.XA_OK);
    }

    @Test
    void aPrepareOfABranchThatAnAdministratorHasDecidedIsRefused() throws Exception {
        link.hold(FrameType.XA_PREPARE);
        CompletableFuture<Integer> preparing = calling(() -> resource.prepare(XID));
        link.next(FrameType.XA_PREPARE);

        reconnectHolding(FrameType.XA_PREPARE);
        link.done(link.next(FrameType.XA_PREPARE, Frame.XaPrepare.class).request(), XAException.XAER_PROTO);

        assertThat(answer(preparing)).isEqualTo(XAException.XAER_PROTO);
    }

    @Test
    void branchesAreCompletedAfterTheirConnectionIsClosed() throws Exception {
        connection.close();
        CompletableFuture<Integer> committing = committing(true);

        Link another = server.link();

        assertThat(answer(committing)).isEqualTo(XAResource.XA_OK);
        another.next(FrameType.XA_COMMIT);
        another.next(FrameType.GOODBYE);
    }

    // --- the session's work

    @Test
    void aStartWhoseAnswerWasLostHasBegunTheBranchIfTheSessionIsKnownStill() throws Exception {
        link.hold(FrameType.XA_START);
        CompletableFuture<Integer> starting = starting(XAResource.TMNOFLAGS);
        link.next(FrameType.XA_START);

        reconnectHolding(FrameType.XA_START);
        link.done(link.next(FrameType.XA_START, Frame.XaStart.class).request(), XAException.XAER_DUPID);

        assertThat(answer(starting)).isEqualTo(XAResource.XA_OK);
        resource.end(XID, XAResource.TMSUCCESS);
    }

    @Test
    void aBranchThatWasBegunForASessionThatIsForgottenIsRolledBack() throws Exception {
        link.hold(FrameType.XA_START);
        CompletableFuture<Integer> starting = starting(XAResource.TMNOFLAGS);
        link.next(FrameType.XA_START);
        next = link -> link.forgetful(1);

        reconnectHolding(FrameType.XA_START);
        link.done(link.next(FrameType.XA_START, Frame.XaStart.class).request(), XAException.XAER_DUPID);

        assertThat(answer(starting)).isEqualTo(XAException.XAER_RMFAIL);
        link.next(FrameType.XA_ROLLBACK);
    }

    @Test
    void aJoinOfABranchThatIsLostRollsNothingBack() throws Exception {
        link.hold(FrameType.XA_START);
        CompletableFuture<Integer> starting = starting(XAResource.TMJOIN);
        link.next(FrameType.XA_START);
        next = link -> link.forgetful(1);

        reconnectHolding(FrameType.XA_START);
        link.done(link.next(FrameType.XA_START, Frame.XaStart.class).request(), XAException.XAER_PROTO);

        assertThat(answer(starting)).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(link.types()).doesNotContain(FrameType.XA_ROLLBACK);
    }

    @Test
    void anEndOverALossAfterWhichTheServerKnowsTheSessionIsAskedForAgain() throws Exception {
        resource.start(XID, XAResource.TMNOFLAGS);
        link.hold(FrameType.XA_END);
        CompletableFuture<Integer> ending = ending(XAResource.TMSUCCESS);
        link.next(FrameType.XA_END);

        reconnect();

        assertThat(answer(ending)).isEqualTo(XAResource.XA_OK);
        link.next(FrameType.XA_END);
    }

    @Test
    void anEndThatWasDoneIsNotTakenForAnError() throws Exception {
        resource.start(XID, XAResource.TMNOFLAGS);
        link.hold(FrameType.XA_END);
        CompletableFuture<Integer> ending = ending(XAResource.TMSUCCESS);
        link.next(FrameType.XA_END);

        reconnectHolding(FrameType.XA_END);
        link.done(link.next(FrameType.XA_END, Frame.XaEnd.class).request(), XAException.XAER_PROTO);

        assertThat(answer(ending)).isEqualTo(XAResource.XA_OK);
    }

    @Test
    void anEndOfWorkThatTheServerHasForgottenFailsTheBranch() throws Exception {
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number =
                link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
        resource.start(XID, XAResource.TMNOFLAGS);
        link.deliver(1, number, "a");
        consumer.receive(5_000);
        next = link -> link.forgetful(2);

        reconnect();
        link.next(FrameType.RECLAIM);

        assertThat(answer(ending(XAResource.TMSUCCESS))).isEqualTo(XAException.XA_RBCOMMFAIL);
        resource.rollback(XID);
        resource.start(XID, XAResource.TMNOFLAGS);
        assertThat(answer(ending(XAResource.TMSUCCESS))).isEqualTo(XAResource.XA_OK);
    }

    // --- about itself

    @Test
    void whatIsNoBranchIsRefusedWithoutAskingTheServer() {
        assertThatThrownBy(() -> resource.start(null, XAResource.TMNOFLAGS))
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_INVAL));
        assertThatThrownBy(() -> resource.setTransactionTimeout(-1)).isInstanceOf(XAException.class);
        assertThatThrownBy(() -> resource.recover(XAResource.TMENDRSCAN)).isInstanceOf(XAException.class);
    }

    @Test
    void aScanTellsEverythingAtItsBeginningAndNothingMore() throws Exception {
        link.inDoubt(NAME);
        assertThat(resource.recover(XAResource.TMSTARTRSCAN)).hasSize(1);
        assertThat(resource.recover(XAResource.TMNOFLAGS)).isEmpty();
        assertThat(resource.recover(XAResource.TMENDRSCAN)).isEmpty();
    }
}
