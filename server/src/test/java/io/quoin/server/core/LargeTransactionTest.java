// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.server.core.xa.XaCode.TM_NO_FLAGS;
import static io.quoin.server.core.xa.XaCode.TM_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.xa.XaCode;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions whose work is logged as it comes, and which take effect in steps: here from 4 messages on, 3 at a time. */
class LargeTransactionTest {

    private static final int S = 1;
    private static final int MESSAGES = 20;
    private static final Xid XID = new Xid(1, Bytes.of((byte) 1), Bytes.EMPTY);

    private TestServer server;
    private TestClient client;
    private int orders;
    private int done;
    private MemorySnapshot lastSnapshot;

    @BeforeEach
    void start() throws Refusal {
        server = new TestServer(BrokerOptions.DEFAULT
                .withTransactionBytesMax(1 << 20)
                .withLargeTransactions(new LargeTransactions(1 << 20, 4, 3, 1 << 20)));
        connect(AcknowledgeMode.TRANSACTED);
    }

    private void connect(AcknowledgeMode mode) throws Refusal {
        client = server.client(new UUID(3, System.identityHashCode(server)));
        client.session(S, mode);
        orders = client.queue("orders");
        done = client.queue("done");
    }

    private static TestClient.Sent inTransaction() {
        return TestClient.sent().transacted();
    }

    private List<String> send(int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add("m" + i);
            client.send(S, orders, "m" + i, inTransaction());
        }
        return texts;
    }

    private long depth(TestServer of, String queue) {
        QueueInfo info = of.broker.queue(queue);
        return info == null ? 0 : info.stats().depth();
    }

    private void restart(MemorySnapshot snapshot) throws Refusal {
        server = server.restarted(false, snapshot);
        connect(AcknowledgeMode.TRANSACTED);
    }

    private MemorySnapshot snapshot() {
        server.settle();
        lastSnapshot = MemorySnapshot.of(server.broker, server.log.appended(), lastSnapshot);
        return lastSnapshot;
    }

    @Test
    void itsMessagesAreLoggedAsTheyComeAndSeenInOrderAfterTheCommit() {
        List<String> sent = send(MESSAGES);
        server.settle();
        assertThat(server.log.types().stream().filter(t -> t == RecordType.TX_SEND.code()))
                .hasSize(MESSAGES);
        assertThat(depth(server, "orders")).isZero();
        client.consume(S, 1, orders);

        client.commit(S, 1);
        server.settle();

        assertThat(client.texts(1)).containsExactlyElementsOf(sent);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void theCommitIsAnsweredWhenTheLastStepIsDone() {
        send(MESSAGES);
        int commit = client.commit(S, 1);
        for (int step = 0; step < MESSAGES / 3; step++) {
            assertThat(client.out.okAfter).doesNotContainKey(commit);
            server.broker.tick(1);
        }
        server.settle();
        assertThat(client.out.okAfter).containsKey(commit);
        assertThat(depth(server, "orders")).isEqualTo(MESSAGES);
    }

    @Test
    void aCrashBetweenTheStepsLosesAndDoublesNothing() throws Refusal {
        List<String> sent = send(MESSAGES);
        UUID connection = client.id;
        client.commit(S, 1);
        server.broker.tick(1);
        server.flush();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());

        restart(null);

        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactlyElementsOf(sent);
        TestClient asking = server.client();
        server.broker.transactions().transactionOutcome(asking.c, 1, connection, 1);
        assertThat(((Result.Outcome) asking.out.results.get(1)).outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    }

    @Test
    void whoeverAsksBetweenTheStepsIsAnsweredAtTheEnd() throws Refusal {
        send(MESSAGES);
        client.commit(S, 1);
        TestClient asking = server.client();
        server.broker.transactions().transactionOutcome(asking.c, 1, client.id, 1);
        assertThat(((Result.Outcome) asking.out.results.get(1)).outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        server.flush();
        assertThat(depth(server, "orders")).isEqualTo(MESSAGES);
    }

    @Test
    void anOpenOneIsGoneAfterACrashAndNeedsNoMessageAnyMore() throws Refusal {
        client.send(S, orders, "in", TestClient.sent());
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.CONSUMED, true);
        MemorySnapshot early = snapshot();
        for (int i = 0; i < MESSAGES; i++) {
            client.send(S, done, "m" + i, inTransaction());
        }
        MemorySnapshot late = snapshot();
        client.send(S, done, "last", inTransaction());
        server.flush();

        for (MemorySnapshot from : new MemorySnapshot[] {null, early, late}) {
            TestServer after = server.restarted(false, from);
            assertThat(depth(after, "done")).isZero();
            assertThat(depth(after, "orders")).isEqualTo(1);
            assertThat(after.store.liveCount()).isEqualTo(1);
            assertThat(after.copy(null).digest()).isEqualTo(after.broker.digest());
        }
    }

    @Test
    void rollbackFreesWhatItHasSentAndGivesBackWhatItHasReceived() {
        for (int i = 0; i < 6; i++) {
            client.send(S, orders, "in" + i, TestClient.sent());
        }
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 6, AckOutcome.CONSUMED, true);
        for (int i = 0; i < MESSAGES; i++) {
            client.send(S, done, "m" + i, inTransaction());
        }
        server.settle();
        assertThat(server.store.liveCount()).isEqualTo(6 + MESSAGES);

        client.rollback(S, 1);
        server.settle();

        assertThat(depth(server, "done")).isZero();
        assertThat(depth(server, "orders")).isEqualTo(6);
        assertThat(client.texts(1)).hasSize(12);
        assertThat(server.store.liveCount()).isEqualTo(6);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void acknowledgementsTakeEffectInStepsToo() throws Refusal {
        for (int i = 0; i < MESSAGES; i++) {
            client.send(S, orders, "in" + i, i % 4 == 0 ? TestClient.sent().nonPersistent() : TestClient.sent());
        }
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 9, AckOutcome.CONSUMED, true);
        client.ack(S, 1, 10, MESSAGES, AckOutcome.CONSUMED, true);
        MemorySnapshot open = snapshot();
        client.commit(S, 1);
        server.broker.tick(1);
        server.broker.tick(1);
        MemorySnapshot between = MemorySnapshot.of(server.broker, server.log.appended(), open);
        server.flush();

        for (MemorySnapshot from : new MemorySnapshot[] {null, open, between}) {
            assertThat(depth(server.restarted(false, from), "orders")).isZero();
        }
        server.settle();
        assertThat(depth(server, "orders")).isZero();
        assertThat(server.store.liveCount()).isZero();
        assertThat(server.broker.queue("orders").stats().out()).isZero();
    }

    @Test
    void whatNoLogKeepsIsPartOfItToo() {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            sent.add("m" + i);
            client.send(S, orders, "m" + i, i % 3 == 0 ? inTransaction().nonPersistent() : inTransaction());
        }
        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.out.delivered).isEmpty();
        client.commit(S, 1);
        server.settle();
        assertThat(client.texts(1)).containsExactlyElementsOf(sent);
    }

    @Test
    void aMessageToATopicGoesToThoseThatWereSubscribedWhenItWasSent() {
        int topic = client.topic("news");
        client.consume(S, 1, topic);
        for (int i = 0; i < MESSAGES; i++) {
            client.send(S, topic, "m" + i, inTransaction());
        }
        client.commit(S, 1);
        server.settle();
        assertThat(client.texts(1)).hasSize(MESSAGES);
    }

    @Test
    void itIsRefusedAtTheSendThatMakesItTooLargeAndThenTakesNoRoom() {
        String text = "x".repeat(300_000);
        for (int i = 0; i < 6; i++) {
            client.send(S, orders, text, inTransaction());
        }
        assertThat(client.out.refused).extracting("code").containsOnly(ErrorCode.TRANSACTION_TOO_LARGE);
        int commit = client.commit(S, 1);
        server.settle();
        assertThat(client.out.errors.get(commit)).isEqualTo(ErrorCode.TRANSACTION_ROLLED_BACK);
        assertThat(server.store.liveCount()).isZero();
    }

    @Test
    void theCleanerMovesWhatAnOpenOneNeedsAlsoWhileASnapshotIsTaken() throws Refusal {
        List<String> sent = send(MESSAGES);
        server.settle();
        MemorySnapshot taking = new MemorySnapshot(server.log.appended(), null);
        server.broker.beginSnapshot(taking);
        long end = server.log.appended();
        Relocation relocation = server.broker.relocate(0, end);
        while (relocation.step(7) != Relocation.Progress.DONE) {
            server.broker.bodiesArrived();
        }
        while (!server.broker.snapshotStep(1)) {
            // more blocks
        }
        server.broker.endSnapshot();
        assertThat(server.store.livePositions()).allMatch(position -> position >= end);
        assertThat(server.copy(taking).digest()).isEqualTo(server.broker.digest());
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());

        client.consume(S, 1, orders);
        client.commit(S, 1);
        server.settle();
        assertThat(client.texts(1)).containsExactlyElementsOf(sent);
    }

    @Test
    void aSnapshotTakesOnlyWhatHasChangedOfIt() {
        send(MESSAGES);
        MemorySnapshot first = snapshot();
        MemorySnapshot second = MemorySnapshot.of(server.broker, server.log.appended(), first);
        assertThat(second.kept).isPositive();
        assertThat(server.copy(second).digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void aPreparedBranchSurvivesAndTakesEffectInSteps() throws Refusal {
        connect(AcknowledgeMode.XA);
        client.session(2, AcknowledgeMode.AUTO);
        for (int i = 0; i < 6; i++) {
            client.send(2, done, "in" + i, TestClient.sent());
        }
        client.consume(S, 1, done);
        server.settle();
        assertThat(client.xaStart(S, XID, TM_NO_FLAGS)).isZero();
        client.ack(S, 1, 1, 6, AckOutcome.CONSUMED, true);
        List<String> sent = send(MESSAGES);
        assertThat(client.xaEnd(S, XID, TM_SUCCESS)).isZero();
        assertThat(client.xaPrepare(XID)).isZero();
        MemorySnapshot prepared = snapshot();

        for (MemorySnapshot from : new MemorySnapshot[] {null, prepared}) {
            TestServer after = server.restarted(false, from);
            TestClient tm = after.client();
            assertThat(tm.xaRecover()).containsExactly(XID);
            tm.session(1, AcknowledgeMode.AUTO);
            tm.consume(1, 1, tm.queue("done"));
            tm.consume(1, 2, tm.queue("orders"));
            after.settle();
            assertThat(tm.out.delivered).isEmpty();
            assertThat(tm.xaCommit(XID, false)).isZero();
            after.settle();
            assertThat(tm.texts(2)).containsExactlyElementsOf(sent);
            assertThat(depth(after, "done")).isZero();
            assertThat(tm.xaRecover()).isEmpty();
            assertThat(after.copy().digest()).isEqualTo(after.broker.digest());
        }
        assertThat(client.xaRollback(XID)).isZero();
        server.settle();
        assertThat(depth(server, "orders")).isZero();
        assertThat(depth(server, "done")).isEqualTo(6);
        assertThat(client.texts(1)).hasSize(12);
        assertThat(server.store.liveCount()).isEqualTo(6);
    }

    @Test
    void aBranchIsCommittedInOnePhaseInStepsAndIsUnknownAfterwards() throws Refusal {
        connect(AcknowledgeMode.XA);
        assertThat(client.xaStart(S, XID, TM_NO_FLAGS)).isZero();
        send(MESSAGES);
        assertThat(client.xaEnd(S, XID, TM_SUCCESS)).isZero();
        assertThat(client.xaCommit(XID, true)).isZero();
        assertThat(client.xaCommit(XID, false)).isEqualTo(XaCode.UNKNOWN_BRANCH);
        server.settle();
        assertThat(depth(server, "orders")).isEqualTo(MESSAGES);
        assertThat(server.log.types()).doesNotContain(RecordType.TX_PREPARED.code());
    }

    @Test
    void anAdministratorDecidesALargeBranch() throws Refusal {
        connect(AcknowledgeMode.XA);
        client.xaStart(S, XID, TM_NO_FLAGS);
        send(MESSAGES);
        client.xaEnd(S, XID, TM_SUCCESS);
        client.xaPrepare(XID);
        long number = server.broker.branches().get(0).number();
        server.broker.decideTransaction(number, true);
        assertThat(client.xaCommit(XID, false)).isEqualTo(XaCode.HEURISTIC_COMMIT);
        server.settle();
        assertThat(depth(server, "orders")).isEqualTo(MESSAGES);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    // --- what was received goes back in steps

    private static final int UNSEEN = 5;

    /** Receives everything, and acknowledges all but the last five in the transaction. */
    private List<String> receiveInTransaction(int session) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < MESSAGES + UNSEEN; i++) {
            texts.add("in" + i);
            client.send(S, orders, "in" + i, TestClient.sent());
        }
        client.consume(session, 1, orders);
        server.settle();
        client.ack(session, 1, 1, MESSAGES, AckOutcome.CONSUMED, true);
        client.out.delivered.clear();
        return texts;
    }

    @Test
    void aRollbackGivesBackInStepsAndItsSessionGetsNothingBeforeTheLast() {
        List<String> texts = receiveInTransaction(S);

        int rollback = client.rollback(S, 1);
        for (int step = 0; step < MESSAGES / 3; step++) {
            server.flush();
            server.broker.tick(1);
            server.broker.dispatch(1_000);
            assertThat(client.out.okAfter).doesNotContainKey(rollback);
            assertThat(client.out.delivered).isEmpty();
        }
        server.settle();

        // What is delivered anew must not come before the answer, which so does not wait for the disk.
        assertThat(client.out.okAfter).containsEntry(rollback, 0L);
        assertThat(client.texts(1)).containsExactlyElementsOf(texts);
        assertThat(client.out.delivered.stream().map(d -> d.count()))
                .containsExactlyElementsOf(IntStream.range(0, texts.size())
                        .mapToObj(i -> i < MESSAGES ? 2 : 1)
                        .toList());
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void aRollbackThatIsAskedForAgainInTheMiddleIsAnsweredAtTheEnd() {
        List<String> texts = receiveInTransaction(S);
        client.rollback(S, 1);
        server.broker.tick(1);

        int again = client.rollback(S, 1);

        assertThat(client.out.okAfter).containsKey(again);
        server.settle();
        assertThat(client.texts(1)).containsExactlyElementsOf(texts);
    }

    @Test
    void aSessionThatIsClosedInTheMiddleOfItsRollbackTakesNothingWithIt() throws Refusal {
        List<String> texts = receiveInTransaction(S);
        client.rollback(S, 1);
        server.broker.tick(1);
        client.closeSession(S);
        server.settle();

        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        other.consume(S, 1, other.queue("orders"));
        server.settle();

        assertThat(other.texts(1)).containsExactlyElementsOf(texts);
    }

    @Test
    void aCleanStopInTheMiddleOfARollbackCountsAllOfIt() throws Refusal {
        List<String> texts = receiveInTransaction(S);
        client.rollback(S, 1);
        server.broker.tick(1);
        server.broker.stopping();
        server.broker.stopped();
        server.flush();

        server = server.restarted(true);
        connect(AcknowledgeMode.TRANSACTED);
        client.consume(S, 1, orders);
        server.settle();

        assertThat(client.texts(1)).containsExactlyElementsOf(texts);
        assertThat(client.out.delivered.subList(0, MESSAGES)).allMatch(delivered -> delivered.count() == 2);
    }

    @Test
    void aBranchThatIsRolledBackGivesBackInStepsAndItsConsumersGetNothingBeforeTheLast() {
        client.session(2, AcknowledgeMode.XA);
        client.xaStart(2, XID, XaCode.TM_NO_FLAGS);
        List<String> texts = receiveInTransaction(2);

        client.xaEnd(2, XID, XaCode.TM_FAIL);
        server.broker.messages().returned(client.c, 2, 1, MESSAGES, MESSAGES + 1, MESSAGES + UNSEEN);
        server.broker.messages().credit(client.c, 2, 1, 1_000, Long.MAX_VALUE, MESSAGES);
        for (int step = 0; step < MESSAGES / 3; step++) {
            server.flush();
            server.broker.tick(1);
            server.broker.dispatch(1_000);
            assertThat(client.out.delivered).isEmpty();
        }
        server.settle();

        assertThat(client.texts(1)).containsExactlyElementsOf(texts);
        assertThat(client.xaRollback(XID)).isZero();
    }

    @Test
    void aGroupStaysInOrderForOthersWhileItIsOnItsWayBackAlsoIfItsConsumerIsLost() throws Refusal {
        for (boolean lost : new boolean[] {false, true}) {
            start();
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < MESSAGES + UNSEEN; i++) {
                texts.add("in" + i);
                client.send(S, orders, "in" + i, TestClient.sent().group("g"));
            }
            client.consume(S, 1, orders);
            server.settle();
            TestClient other = server.client();
            other.session(S, AcknowledgeMode.AUTO);
            other.consume(S, 1, other.queue("orders"));
            client.ack(S, 1, 1, MESSAGES, AckOutcome.CONSUMED, true);
            client.out.delivered.clear();

            client.rollback(S, 1);
            for (int step = 0; step < 3; step++) {
                server.flush();
                server.broker.tick(1);
                server.broker.dispatch(1_000);
                assertThat(client.out.delivered).isEmpty();
            }
            if (lost) {
                server.broker.connections().disconnected(client.c);
                server.pass(server.options.graceMs() + 1);
            }
            server.settle();

            List<String> both = new ArrayList<>(other.texts(1));
            both.addAll(client.texts(1));
            assertThat(both).containsExactlyElementsOf(texts);
        }
    }

    @Test
    void anExclusiveConsumersSuccessorGetsEverythingInItsPlace() throws Refusal {
        orders = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "exclusive", "exclusive=true");
        List<String> texts = receiveInTransaction(S);
        TestClient standby = server.client();
        standby.session(S, AcknowledgeMode.AUTO);
        standby.consume(S, 1, standby.alias(io.quoin.protocol.DestinationKind.QUEUE, "exclusive", "exclusive=true"));
        client.rollback(S, 1);
        server.broker.tick(1);
        server.broker.dispatch(1_000);
        assertThat(standby.out.delivered).isEmpty();
        server.broker.connections().disconnected(client.c);
        server.pass(server.options.graceMs() + 1);
        server.settle();
        assertThat(standby.texts(1)).containsExactlyInAnyOrderElementsOf(texts);
    }
}
