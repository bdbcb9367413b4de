// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.AckOutcome.CONSUMED;
import static io.quoin.server.core.xa.XaCode.TM_FAIL;
import static io.quoin.server.core.xa.XaCode.TM_JOIN;
import static io.quoin.server.core.xa.XaCode.TM_NO_FLAGS;
import static io.quoin.server.core.xa.XaCode.TM_RESUME;
import static io.quoin.server.core.xa.XaCode.TM_SUCCESS;
import static io.quoin.server.core.xa.XaCode.TM_SUSPEND;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.xa.XaCode;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Branches of distributed transactions: who works in them, what becomes of their work, and what survives a crash. */
class BranchTest {

    private static final int S = 1;
    private static final int PLAIN = 9;

    private TestServer server = new TestServer();
    private TestClient client;
    private int orders;
    private int done;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        orders = client.queue("orders");
        done = client.queue("done");
        client.session(S, AcknowledgeMode.XA);
        client.session(PLAIN, AcknowledgeMode.AUTO);
    }

    static Xid xid(int n) {
        return new Xid(1, Bytes.of((byte) n), Bytes.of((byte) 1));
    }

    private static TestClient.Sent inBranch() {
        return TestClient.sent().transacted();
    }

    private long depth(String queue) {
        return depth(server, queue);
    }

    private static long depth(TestServer server, String queue) {
        QueueInfo info = server.broker.queue(queue);
        return info == null ? 0 : info.stats().depth();
    }

    /** Receives one message of orders and sends one to done, in a branch that ends. */
    private void work(Xid xid) {
        client.send(PLAIN, orders, "in");
        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.xaStart(S, xid, TM_NO_FLAGS)).isZero();
        client.ack(S, 1, 1, 1, CONSUMED, true);
        client.send(S, done, "out", inBranch());
        assertThat(client.xaEnd(S, xid, TM_SUCCESS)).isZero();
    }

    /** All that there is to get from a queue. */
    private static java.util.List<String> receiveAll(TestServer from, String queue) throws Refusal {
        TestClient reader = from.client(new UUID(99, from.log.appended()));
        reader.session(1, AcknowledgeMode.AUTO);
        reader.consume(1, 1, reader.queue(queue));
        from.settle();
        java.util.List<String> texts = reader.texts(1);
        from.broker.connections().goodbye(reader.c, reader.request());
        from.settle();
        return texts;
    }

    @Test
    void aCommitInOnePhaseLeavesNoWordOfABranch() throws Refusal {
        work(xid(1));
        assertThat(client.xaCommit(xid(1), true)).isZero();
        assertThat(client.lastAfter()).isPositive();
        server.settle();
        assertThat(depth("orders")).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("out");
        assertThat(server.log.types()).allMatch(type -> type < RecordType.TX_SEND.code());
        assertThat(client.xaCommit(xid(1), true)).isEqualTo(XaCode.UNKNOWN_BRANCH);
    }

    @Test
    void theOutcomeOfACommitInOnePhaseCanBeAskedForAfterACrashToo() throws Refusal {
        Xid xid = xid(1);
        work(xid);
        client.xaCommit(xid, true, 5);
        Xid empty = xid(2);
        client.xaStart(S, empty, TM_NO_FLAGS);
        client.xaEnd(S, empty, TM_SUCCESS);
        client.xaCommit(empty, true, 6);
        server.settle();

        TestServer after = server.restarted(false);

        assertThat(BrokerTransactionTest.outcome(after, client.id, 5)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(BrokerTransactionTest.outcome(after, client.id, 6)).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void aPreparedBranchSurvivesACrashAndLocksWhatItHolds() throws Refusal {
        work(xid(1));
        assertThat(client.xaPrepare(xid(1))).isZero();
        assertThat(client.lastAfter()).isPositive();
        server.flush();

        TestServer after = server.restarted(false);
        TestClient tm = after.client();
        assertThat(tm.xaRecover()).containsExactly(xid(1));
        assertThat(receiveAll(after, "orders")).isEmpty();
        assertThat(receiveAll(after, "done")).isEmpty();
        assertThat(after.broker.queue("orders").stats().out()).isEqualTo(1);

        assertThat(tm.xaCommit(xid(1), false)).isZero();
        after.settle();
        assertThat(depth(after, "orders")).isZero();
        assertThat(receiveAll(after, "done")).containsExactly("out");
        assertThat(tm.xaRecover()).isEmpty();
        assertThat(after.copy().digest()).isEqualTo(after.broker.digest());
        assertThat(tm.xaCommit(xid(1), false)).isEqualTo(XaCode.UNKNOWN_BRANCH);
    }

    @Test
    void aPreparedBranchThatIsRolledBackAfterACrashGivesBackWhatItHeldCounted() throws Refusal {
        work(xid(1));
        client.xaPrepare(xid(1));
        server.flush();
        TestServer after = server.restarted(false);
        TestClient tm = after.client();
        assertThat(tm.xaRollback(xid(1))).isZero();
        after.settle();
        assertThat(depth(after, "done")).isZero();
        TestClient reader = after.client(new UUID(99, 1));
        reader.session(1, AcknowledgeMode.AUTO);
        reader.consume(1, 1, reader.queue("orders"));
        after.settle();
        assertThat(reader.out.delivered).hasSize(1);
        assertThat(reader.out.delivered.get(0).redelivered()).isTrue();
        assertThat(reader.out.delivered.get(0).count()).isGreaterThanOrEqualTo(2);
        assertThat(after.copy().digest()).isEqualTo(after.broker.digest());
        assertThat(after.store.liveCount()).isEqualTo(1);
    }

    @Test
    void whatIsNotPreparedDoesNotSurviveACrash() throws Refusal {
        work(xid(1));
        server.flush();
        TestServer after = server.restarted(false);
        TestClient tm = after.client();
        assertThat(tm.xaRecover()).isEmpty();
        assertThat(tm.xaPrepare(xid(1))).isEqualTo(XaCode.UNKNOWN_BRANCH);
        assertThat(receiveAll(after, "orders")).containsExactly("in");
        assertThat(receiveAll(after, "done")).isEmpty();
    }

    @Test
    void aPreparedBranchIsPartOfASnapshot() throws Refusal {
        work(xid(1));
        client.xaPrepare(xid(1));
        server.flush();
        MemorySnapshot snapshot = MemorySnapshot.of(server.broker, server.log.appended(), null);
        assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());

        TestServer after = server.restarted(false, snapshot);
        assertThat(receiveAll(after, "orders")).isEmpty();
        TestClient tm = after.client();
        assertThat(tm.xaRecover()).containsExactly(xid(1));
        assertThat(tm.xaCommit(xid(1), false)).isZero();
        after.settle();
        assertThat(depth(after, "orders")).isZero();
        assertThat(receiveAll(after, "done")).containsExactly("out");
    }

    @Test
    void sessionsOfTwoConnectionsWorkInOneBranchAndEachEndsForItself() throws Refusal {
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.XA);
        int fromOther = other.queue("done");
        assertThat(client.xaStart(S, xid(1), TM_NO_FLAGS)).isZero();
        assertThat(other.xaStart(S, xid(1), TM_NO_FLAGS)).isEqualTo(XaCode.DUPLICATE_XID);
        assertThat(other.xaStart(S, xid(1), TM_JOIN)).isZero();
        client.send(S, done, "a", inBranch());
        other.send(S, fromOther, "b", inBranch());
        assertThat(client.xaEnd(S, xid(1), TM_SUCCESS)).isZero();
        assertThat(client.xaPrepare(xid(1))).isEqualTo(XaCode.PROTOCOL_ERROR);
        other.send(S, fromOther, "c", inBranch());
        assertThat(other.xaEnd(S, xid(1), TM_SUCCESS)).isZero();
        TestClient third = server.client();
        assertThat(third.xaPrepare(xid(1))).isZero();
        assertThat(client.xaCommit(xid(1), false)).isZero();
        server.settle();
        assertThat(receiveAll(server, "done")).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void aSessionThatIsClosedLeavesItsWorkToTheTransactionManager() throws Refusal {
        work(xid(1));
        client.closeSession(S);
        server.broker.connections().goodbye(client.c, client.request());
        TestClient tm = server.client();
        assertThat(tm.xaPrepare(xid(1))).isZero();
        assertThat(tm.xaCommit(xid(1), false)).isZero();
        server.settle();
        assertThat(depth("orders")).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("out");
    }

    @Test
    void aSessionThatIsClosedWithinItsBranchHasEndedItsWork() throws Refusal {
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, done, "out", inBranch());
        client.closeSession(S);
        TestClient tm = server.client();
        assertThat(tm.xaCommit(xid(1), true)).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("out");
    }

    @Test
    void aConnectionLostBeforeTheEndFailsTheWholeBranch() throws Refusal {
        client.send(PLAIN, orders, "in");
        client.consume(S, 1, orders);
        server.settle();
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.XA);
        other.xaStart(S, xid(1), TM_NO_FLAGS);
        other.send(S, other.queue("done"), "other", inBranch());
        other.xaEnd(S, xid(1), TM_SUCCESS);
        client.xaStart(S, xid(1), TM_JOIN);
        client.ack(S, 1, 1, 1, CONSUMED, true);
        client.send(S, done, "out", inBranch());
        server.broker.connections().disconnected(client.c);
        server.settle();
        assertThat(other.xaPrepare(xid(1))).isEqualTo(XaCode.PROTOCOL_ERROR);
        server.pass(server.options.graceMs() + 1);

        assertThat(receiveAll(server, "orders")).containsExactly("in");
        assertThat(other.xaPrepare(xid(1))).isEqualTo(XaCode.ROLLED_BACK_BY_LOSS);
        assertThat(other.xaRollback(xid(1))).isEqualTo(XaCode.UNKNOWN_BRANCH);
        assertThat(depth("done")).isZero();
    }

    @Test
    void theLossOfTheLastConnectionThatHasWorkedInABranchRollsItBackUnlessItIsPrepared() throws Refusal {
        work(xid(1));
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.XA);
        other.xaStart(S, xid(1), TM_JOIN);
        other.send(S, other.queue("done"), "other", inBranch());
        other.xaEnd(S, xid(1), TM_SUCCESS);
        other.xaStart(S, xid(2), TM_NO_FLAGS);
        other.send(S, other.queue("done"), "prepared", inBranch());
        other.xaEnd(S, xid(2), TM_SUCCESS);
        assertThat(other.xaPrepare(xid(2))).isZero();

        server.broker.connections().disconnected(client.c);
        server.pass(server.options.graceMs() + 1);
        TestClient manager = server.client();
        assertThat(receiveAll(server, "orders")).as("one is left").isEmpty();

        server.broker.connections().disconnected(other.c);
        server.pass(server.options.graceMs() + 1);
        assertThat(receiveAll(server, "orders")).containsExactly("in");
        assertThat(manager.xaPrepare(xid(1))).isEqualTo(XaCode.ROLLED_BACK_BY_LOSS);
        assertThat(depth("done")).isZero();
        assertThat(manager.xaCommit(xid(2), false)).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("prepared");
    }

    @Test
    void aConnectionThatIsClosedLeavesItsBranchToTheTransactionManager() throws Refusal {
        work(xid(1));
        server.broker.connections().goodbye(client.c, client.request());
        server.pass(server.options.graceMs() + 1);
        TestClient manager = server.client();
        assertThat(manager.xaPrepare(xid(1))).isZero();
        assertThat(manager.xaCommit(xid(1), false)).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("out");
    }

    @Test
    void aConnectionThatComesBackInTimeGoesOnWithItsBranch() throws Refusal {
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, done, "a", inBranch());
        server.broker.connections().disconnected(client.c);
        server.pass(100);
        TestClient back = new TestClient(server, client.id, null, true);
        server.broker.connections().resume(back.c, S, back.request(), false, java.util.List.of());
        back.lastSequence = client.lastSequence;
        back.send(S, back.queue("done"), "b", inBranch());
        assertThat(back.xaEnd(S, xid(1), TM_SUCCESS)).isZero();
        assertThat(back.xaCommit(xid(1), true)).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("a", "b");
    }

    @Test
    void aBranchWhoseTimeIsOverIsUndoneAndSaysSo() throws Refusal {
        client.send(PLAIN, orders, "in");
        client.consume(S, 1, orders);
        server.settle();
        client.xaStart(S, xid(1), TM_NO_FLAGS, 1_000);
        client.ack(S, 1, 1, 1, CONSUMED, true);
        client.send(S, done, "out", inBranch());
        assertThat(server.broker.nextDeadlineMs()).isLessThanOrEqualTo(server.wallMs + 1_000);
        server.pass(1_001);
        assertThat(client.texts(1)).containsExactly("in", "in");
        client.send(S, done, "late", inBranch());
        client.ack(S, 1, 2, 2, CONSUMED, true);
        server.settle();
        assertThat(client.xaEnd(S, xid(1), TM_SUCCESS)).isEqualTo(XaCode.ROLLED_BACK_BY_TIMEOUT);
        assertThat(client.xaCommit(xid(1), true)).isEqualTo(XaCode.ROLLED_BACK_BY_TIMEOUT);
        server.settle();
        assertThat(depth("done")).isZero();
        assertThat(depth("orders")).isEqualTo(1);
        assertThat(client.texts(1)).hasSize(3);
    }

    @Test
    void aPreparedBranchIsNotTimedOut() {
        work(xid(1));
        client.xaPrepare(xid(1));
        server.pass(86_400_000);
        assertThat(client.xaRecover()).containsExactly(xid(1));
        assertThat(client.xaCommit(xid(1), false)).isZero();
    }

    @Test
    void aBranchWithoutWorkIsReadOnly() {
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.xaEnd(S, xid(1), TM_SUCCESS);
        assertThat(client.xaPrepare(xid(1))).isEqualTo(XaCode.READ_ONLY);
        assertThat(client.xaCommit(xid(1), false)).isEqualTo(XaCode.UNKNOWN_BRANCH);
        assertThat(client.xaRecover()).isEmpty();
    }

    @Test
    void aSuspendedBranchLetsItsSessionWorkElsewhereAndGoesOn() throws Refusal {
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, done, "first", inBranch());
        assertThat(client.xaStart(S, xid(2), TM_NO_FLAGS)).isEqualTo(XaCode.PROTOCOL_ERROR);
        assertThat(client.xaEnd(S, xid(1), TM_SUSPEND)).isZero();
        assertThat(client.xaStart(S, xid(2), TM_NO_FLAGS)).isZero();
        client.send(S, done, "second", inBranch());
        client.xaEnd(S, xid(2), TM_SUCCESS);
        assertThat(client.xaRollback(xid(2))).isZero();
        assertThat(client.xaStart(S, xid(1), TM_RESUME)).isZero();
        client.send(S, done, "third", inBranch());
        client.xaEnd(S, xid(1), TM_SUCCESS);
        assertThat(client.xaCommit(xid(1), true)).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("first", "third");
    }

    @Test
    void anEndThatFailsUndoesTheBranchAtOnce() throws Refusal {
        client.send(PLAIN, orders, "in");
        client.consume(S, 1, orders);
        server.settle();
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.ack(S, 1, 1, 1, CONSUMED, true);
        assertThat(client.xaEnd(S, xid(1), TM_FAIL)).isZero();
        server.settle();
        assertThat(client.texts(1)).containsExactly("in", "in");
        assertThat(client.xaRollback(xid(1))).isZero();
        assertThat(client.xaRollback(xid(1))).isEqualTo(XaCode.UNKNOWN_BRANCH);
    }

    @Test
    void anAdministratorsDecisionIsKeptUntilItIsForgotten() throws Refusal {
        work(xid(1));
        client.xaPrepare(xid(1));
        long number = server.broker.branches().get(0).number();
        server.broker.decideTransaction(number, true);
        server.settle();
        assertThat(receiveAll(server, "done")).containsExactly("out");
        TestServer after = server.restarted(true);
        TestClient tm = after.client();
        assertThat(tm.xaRecover()).containsExactly(xid(1));
        assertThat(tm.xaRollback(xid(1))).isEqualTo(XaCode.HEURISTIC_COMMIT);
        assertThat(tm.xaForget(xid(1))).isZero();
        assertThat(tm.xaRecover()).isEmpty();
        assertThat(after.copy().digest()).isEqualTo(after.broker.digest());
    }

    @Test
    void aPreparedBranchHoldsItsGroup() throws Refusal {
        client.send(PLAIN, orders, "1", TestClient.sent().group("g"));
        client.send(PLAIN, orders, "2", TestClient.sent().group("g"));
        client.consume(S, 1, orders, 0, null, null, 1);
        server.settle();
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.ack(S, 1, 1, 1, CONSUMED, true);
        client.xaEnd(S, xid(1), TM_SUCCESS);
        client.xaPrepare(xid(1));
        client.closeSession(S);
        assertThat(receiveAll(server, "orders")).isEmpty();
        server.flush();
        TestServer after = server.restarted(false);
        assertThat(receiveAll(after, "orders")).isEmpty();
        TestClient tm = after.client();
        tm.xaRollback(xid(1));
        after.settle();
        assertThat(receiveAll(after, "orders")).containsExactly("1", "2");

        tm = server.client();
        tm.xaCommit(xid(1), false);
        server.settle();
        assertThat(depth("orders")).isEqualTo(1);
    }

    @Test
    void aRollbackAsksForWhatCameAfterItsMessages() {
        client.send(PLAIN, orders, "1");
        client.send(PLAIN, orders, "2");
        client.consume(S, 1, orders);
        server.settle();
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        server.broker.messages().ack(client.c, S, 0, 1, 1, CONSUMED, true, false, new long[] {1, 1}, 1);
        client.xaEnd(S, xid(1), TM_SUCCESS);
        client.xaRollback(xid(1));
        assertThat(client.out.recalled).containsExactly(new RecordingOutlet.Recalled(S, 1, -1));
    }

    @Test
    void messagesThatNoLogKeepsArePartOfAPreparedBranchWhileTheServerLives() throws Refusal {
        TestClient other = server.client();
        other.session(1, AcknowledgeMode.AUTO);
        int news = other.topic("news");
        other.consume(1, 5, news);
        other.consume(1, 6, news, FrameFlags.CONSUMER_DURABLE | FrameFlags.CONSUMER_SHARED, "s", null);
        int topic = client.topic("news");
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, done, "volatile", inBranch().nonPersistent());
        client.send(S, topic, "both", inBranch());
        client.send(S, topic, "fleeting", inBranch().nonPersistent());
        client.xaEnd(S, xid(1), TM_SUCCESS);
        client.xaPrepare(xid(1));
        server.settle();
        assertThat(other.out.delivered).isEmpty();
        assertThat(client.xaCommit(xid(1), false)).isZero();
        server.broker.dispatch(1_000);
        assertThat(other.out.delivered).isEmpty(); // not durable yet
        server.settle();
        assertThat(other.texts(5)).containsExactlyInAnyOrder("both", "fleeting");
        assertThat(other.texts(6)).containsExactlyInAnyOrder("both", "fleeting");
        assertThat(receiveAll(server, "done")).containsExactly("volatile");
    }

    @Test
    void aGroupKeepsItsOrderThoughNotAllOfItIsPersistent() throws Refusal {
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, done, "1", inBranch().group("g"));
        client.send(S, done, "2", inBranch().group("g").nonPersistent());
        client.send(S, done, "3", inBranch().group("g"));
        client.send(S, done, "4", inBranch().group("g").nonPersistent());
        client.xaEnd(S, xid(1), TM_SUCCESS);
        assertThat(client.xaPrepare(xid(1))).isZero();
        assertThat(client.xaCommit(xid(1), false)).isZero();
        assertThat(receiveAll(server, "done")).containsExactly("1", "2", "3", "4");
    }

    @Test
    void anAdministratorsCommitKeepsTheOrderToo() throws Refusal {
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, done, "1", inBranch().nonPersistent());
        client.send(S, done, "2", inBranch());
        client.xaEnd(S, xid(1), TM_SUCCESS);
        client.xaPrepare(xid(1));
        server.broker.decideTransaction(server.broker.branches().get(0).number(), true);
        assertThat(receiveAll(server, "done")).containsExactly("1", "2");
        assertThat(client.xaCommit(xid(1), false)).isEqualTo(XaCode.HEURISTIC_COMMIT);
    }

    @Test
    void messagesWithIdsAgainstDuplicatesFitIntoWhatIsKeptOfABranch() {
        for (int n = 1; n <= 20; n++) {
            client.xaStart(S, xid(n), TM_NO_FLAGS);
            for (int i = 0; i < 40; i++) {
                TestClient.Sent how = inBranch();
                client.send(S, done, "m", i < n ? how : how.property("JMS_Quoin_DedupId", n + " " + i));
            }
            client.xaEnd(S, xid(n), TM_SUCCESS);
            assertThat(client.xaPrepare(xid(n))).isZero();
            assertThat(client.xaCommit(xid(n), false)).isZero();
        }
        server.settle();
        assertThat(depth("done")).isEqualTo(20 * 40);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void aSubscriptionThatIsGoneAtTheCommitGetsNothing() throws Refusal {
        TestClient other = server.client();
        other.session(1, AcknowledgeMode.AUTO);
        int flags = FrameFlags.CONSUMER_DURABLE | FrameFlags.CONSUMER_SHARED;
        other.consume(1, 5, other.topic("news"), flags, "a", "x = 1");
        other.consume(1, 6, other.topic("news"), flags, "b", null);
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, client.topic("news"), "m", inBranch().property("x", 1));
        client.xaEnd(S, xid(1), TM_SUCCESS);
        client.xaPrepare(xid(1));
        other.closeConsumer(1, 5, 0);
        server.broker.connections().unsubscribe(other.c, other.request(), "a");
        client.xaCommit(xid(1), false);
        server.settle();
        assertThat(other.texts(6)).containsExactly("m");
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        other.ack(1, 6, 1, 1);
        server.settle();
        assertThat(server.store.liveCount()).isZero();
    }

    @Test
    void whatAPreparedBranchSendsIsMovedWhenItsSegmentIsCleaned() throws Refusal {
        work(xid(1));
        client.xaPrepare(xid(1));
        server.flush();
        long end = server.log.appended();
        Relocation relocation = server.broker.relocate(0, end);
        while (relocation.step(10) != Relocation.Progress.DONE) {
            server.flush();
        }
        assertThat(server.store.livePositions()).allMatch(position -> position >= end);
        server.log.forget(end);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        client.xaCommit(xid(1), false);
        server.settle();
        assertThat(receiveAll(server, "done")).containsExactly("out");
    }

    @Test
    void aMessageRolledBackTooOftenIsADeadLetter() {
        int picky = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "picky", "maxDeliveries=2");
        client.send(PLAIN, picky, "poison");
        client.consume(S, 1, picky);
        for (int i = 1; i <= 2; i++) {
            server.settle();
            client.xaStart(S, xid(i), TM_NO_FLAGS);
            client.ack(S, 1, i, i, CONSUMED, true);
            client.xaEnd(S, xid(i), TM_SUCCESS);
            if (i == 2) {
                client.xaPrepare(xid(i));
            }
            client.xaRollback(xid(i));
        }
        server.settle();
        assertThat(depth("picky")).isZero();
        assertThat(depth("DLQ.picky")).isEqualTo(1);
    }

    @Test
    void sendsAndAcknowledgementsOutsideABranchAreNoPartOfOne() throws Refusal {
        client.send(S, done, "lost", inBranch());
        assertThat(client.out.refused).extracting("code").containsExactly(ErrorCode.TRANSACTION_UNKNOWN);
        client.send(S, done, "plain");
        assertThat(receiveAll(server, "done")).containsExactly("plain");
    }

    @Test
    void aRefusalThatNobodyHeardOfFailsTheBranch() {
        int full = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "full", "maxMessages=1");
        client.send(PLAIN, full, "a");
        client.xaStart(S, xid(1), TM_NO_FLAGS);
        client.send(S, full, "b", inBranch());
        assertThat(client.xaEnd(S, xid(1), TM_SUCCESS)).isEqualTo(XaCode.ROLLED_BACK);
    }

    /** Receives "1" and "2" of a group in a branch that fails between the two. */
    private void failBetweenTwo() {
        int full = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "full", "maxMessages=1");
        client.send(PLAIN, full, "a");
        client.send(PLAIN, orders, "1", TestClient.sent().group("g"));
        client.send(PLAIN, orders, "2", TestClient.sent().group("g"));
        client.consume(S, 1, orders);
        server.settle();
        client.xaStart(S, xid(1), TM_NO_FLAGS, 1_000);
        client.ack(S, 1, 1, 1, CONSUMED, true);
        client.send(S, full, "b", inBranch());
        client.ack(S, 1, 2, 2, CONSUMED, true);
        server.settle();
    }

    @Test
    void whatIsAcknowledgedAfterARefusalDoesNotGoBackBeforeWhatCameBeforeIt() {
        failBetweenTwo();
        assertThat(client.texts(1)).containsExactly("1", "2");
        assertThat(client.xaEnd(S, xid(1), TM_SUCCESS)).isEqualTo(XaCode.ROLLED_BACK);
        server.settle();
        assertThat(client.texts(1)).containsExactly("1", "2", "1", "2");
    }

    @Test
    void whoIsToldThatABranchHasFailedFindsItUndone() throws Refusal {
        failBetweenTwo();
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.XA);
        assertThat(other.xaStart(S, xid(1), TM_JOIN)).isEqualTo(XaCode.ROLLED_BACK);
        server.settle();
        assertThat(client.texts(1)).containsExactly("1", "2", "1", "2");
    }

    @Test
    void aBranchThatFailedAndIsEndedAsFailedIsUndoneThen() {
        failBetweenTwo();
        assertThat(client.xaEnd(S, xid(1), TM_FAIL)).isZero();
        server.settle();
        assertThat(client.texts(1)).containsExactly("1", "2", "1", "2");
        assertThat(client.xaRollback(xid(1))).isZero();
    }

    @Test
    void manyPreparedBranchesAreAllFound() {
        for (int i = 0; i < 1_000; i++) {
            Xid xid = new Xid(7, Bytes.of(("g" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8)), Bytes.EMPTY);
            client.xaStart(S, xid, TM_NO_FLAGS);
            client.send(S, done, "m" + i, inBranch());
            client.xaEnd(S, xid, TM_SUCCESS);
            client.xaPrepare(xid);
        }
        assertThat(client.xaRecover()).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void aCleanStopFlagsWhatAnUnpreparedBranchHadAndKeepsThePreparedOne() throws Refusal {
        work(xid(1));
        client.xaPrepare(xid(1));
        client.send(PLAIN, orders, "second");
        server.settle();
        client.xaStart(S, xid(2), TM_NO_FLAGS);
        client.ack(S, 1, 2, 2, CONSUMED, true);
        server.broker.stopping();
        server.broker.stopped();
        TestServer after = server.restarted(true);
        TestClient tm = after.client();
        assertThat(tm.xaRecover()).containsExactly(xid(1));
        TestClient reader = after.client(new UUID(99, 1));
        reader.session(1, AcknowledgeMode.AUTO);
        reader.consume(1, 1, reader.queue("orders"));
        after.settle();
        assertThat(reader.texts(1)).containsExactly("second");
        assertThat(reader.out.delivered.get(0).redelivered()).isTrue();
    }

    // --- consumers that several sessions take from

    private static final int LENDER = 2;
    private static final int OTHER = 3;
    private static final RecordingOutlet.Recalled ALL = new RecordingOutlet.Recalled(LENDER, 1, Frame.Recall.ALL_SLOTS);

    /** A connection consumer, of which sessions take; the messages have tags from 1. */
    private void lend(String... texts) {
        client.session(LENDER, AcknowledgeMode.INDIVIDUAL);
        client.session(OTHER, AcknowledgeMode.XA);
        for (String text : texts) {
            client.send(PLAIN, orders, text);
        }
        client.consume(LENDER, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly(texts);
    }

    /** Takes one message in a branch, when deliveries up to {@code handedOut} have been handed out. */
    private void take(int session, Xid branch, long tag, long handedOut) {
        client.xaStart(session, branch, TM_NO_FLAGS);
        server.broker
                .messages()
                .ack(client.c, session, 0, 1, handedOut, CONSUMED, true, false, new long[] {tag, tag}, 1);
        client.xaEnd(session, branch, TM_SUCCESS);
    }

    /** The client gives back what it has not handed out, as it does when it is asked to. */
    private void giveBackUnseen(long handedOut, long first, long last) {
        client.returnWithGroup(LENDER, 1, first, last, AckOutcome.RETURNED_UNCOUNTED);
        server.broker.messages().returned(client.c, LENDER, 1, handedOut, 1, 0);
        server.broker.messages().credit(client.c, LENDER, 1, 1_000, Long.MAX_VALUE, handedOut);
        server.settle();
    }

    @Test
    void aRollbackAsksForWhatIsUnseenThoughALaterOneIsHandedOut() {
        lend("1", "2", "3");
        take(S, xid(1), 1, 3);

        client.xaRollback(xid(1));
        server.settle();

        assertThat(client.out.recalled).containsExactly(ALL);
        assertThat(client.texts(1)).hasSize(3);
        giveBackUnseen(3, 2, 2);
        assertThat(client.texts(1)).containsExactly("1", "2", "3", "1", "2");
    }

    @Test
    void severalBranchesOfOneConsumerAskOnceUntilItHasAnswered() {
        lend("1", "2", "3", "4", "5");
        take(S, xid(1), 1, 4);
        take(OTHER, xid(2), 3, 4);

        client.xaRollback(xid(2));
        client.xaRollback(xid(1));
        server.settle();

        assertThat(client.out.recalled).containsExactly(ALL);
        client.returnWithGroup(LENDER, 1, 2, 2, AckOutcome.RETURNED_UNCOUNTED);
        giveBackUnseen(4, 5, 5);
        assertThat(client.texts(1)).containsExactly("1", "2", "3", "4", "5", "1", "2", "3", "5");
    }

    @Test
    void aRollbackAfterAnAnswerAsksAgain() {
        lend("1", "2", "3", "4");
        take(S, xid(1), 1, 4);
        take(OTHER, xid(2), 4, 4);
        client.xaRollback(xid(2));
        giveBackUnseen(4, 2, 3);
        client.out.recalled.clear();

        client.xaRollback(xid(1));
        server.settle();

        assertThat(client.out.recalled).containsExactly(ALL);
        giveBackUnseen(4, 5, 7);
        assertThat(client.texts(1).subList(7, 11)).containsExactly("1", "2", "3", "4");
    }

    @Test
    void aBranchThatIsCommittedAsksForNothing() {
        lend("1", "2", "3");
        take(S, xid(1), 1, 3);
        client.xaCommit(xid(1), true);
        server.settle();
        assertThat(client.out.recalled).isEmpty();
    }

    @Test
    void whatIsAcknowledgedInABranchThatHasFailedGoesBackBeforeWhatIsUnseen() {
        lend("1", "2", "3");
        client.xaStart(S, xid(1), TM_NO_FLAGS, 1_000);
        server.pass(1_001);
        server.broker.messages().ack(client.c, S, 0, 1, 1, CONSUMED, true, false, new long[] {1, 1}, 1);
        assertThat(client.xaEnd(S, xid(1), TM_SUCCESS)).isEqualTo(XaCode.ROLLED_BACK_BY_TIMEOUT);
        server.settle();

        assertThat(client.out.recalled).containsExactly(ALL);
        giveBackUnseen(1, 2, 3);
        assertThat(client.texts(1)).containsExactly("1", "2", "3", "1", "2", "3");
    }
}
