// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.xa.XaCode;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages with ids of the application's. */
class DedupTest {

    private static final int AUTO = 1;
    private static final int TRANSACTED = 2;
    private static final int XA = 3;

    private TestServer server = new TestServer();
    private TestClient client;
    private int orders;
    private int transactions;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client(new UUID(9, System.identityHashCode(server)));
        client.session(AUTO, AcknowledgeMode.AUTO);
        client.session(TRANSACTED, AcknowledgeMode.TRANSACTED);
        orders = client.queue("orders");
        transactions = 0;
    }

    private static TestClient.Sent id(String id) {
        return TestClient.sent().property("JMS_Quoin_DedupId", id);
    }

    private void send(String id) {
        client.send(AUTO, orders, id, id(id));
    }

    private void restart(MemorySnapshot snapshot) throws Refusal {
        server = server.restarted(false, snapshot);
        connect();
    }

    private long depth() {
        return server.broker.queue("orders").stats().depth();
    }

    @Test
    void theSecondMessageOfAnIdIsAnsweredAndNotStored() {
        send("a");
        send("a");
        send("b");
        client.send(AUTO, orders, "no id", TestClient.sent());
        client.send(AUTO, orders, "no id", TestClient.sent());
        server.settle();
        assertThat(client.out.sentUpTo).isEqualTo(5);
        assertThat(client.out.refused).isEmpty();
        assertThat(depth()).isEqualTo(4);
        assertThat(server.broker.duplicates()).isEqualTo(1);
    }

    @Test
    void eachDestinationHasItsOwnIds() {
        send("a");
        client.send(AUTO, client.queue("others"), "a", id("a"));
        assertThat(server.broker.queue("others").stats().depth()).isEqualTo(1);
    }

    @Test
    void anIdIsKnownAfterARestartFromTheLogAndFromASnapshot() throws Refusal {
        for (int i = 0; i < 500; i++) {
            send("id" + i);
        }
        server.settle();
        MemorySnapshot snapshot = MemorySnapshot.of(server.broker, server.log.appended(), null);
        send("late");
        server.flush();
        TestServer before = server;
        for (MemorySnapshot from : new MemorySnapshot[] {null, snapshot}) {
            server = before;
            restart(from);
            assertThat(server.broker.digest()).isEqualTo(server.copy().digest());
            send("id0");
            send("id499");
            send("late");
            send("new");
            assertThat(depth()).isEqualTo(502);
        }
    }

    @Test
    void aSnapshotTakesOnlyIdsThatAreNew() {
        for (int i = 0; i < 5_000; i++) {
            send("id" + i);
        }
        server.settle();
        MemorySnapshot first = MemorySnapshot.of(server.broker, server.log.appended(), null);
        send("one more");
        server.settle();
        MemorySnapshot second = MemorySnapshot.of(server.broker, server.log.appended(), first);
        assertThat(second.kept).isPositive();
        assertThat(server.copy(second).digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void anIdMayComeAgainAfterItsWindow() {
        orders = client.alias(DestinationKind.QUEUE, "orders", "dedupWindow=10s");
        send("a");
        server.pass(9_000);
        send("a");
        assertThat(depth()).isEqualTo(1);
        server.pass(2_000);
        send("a");
        assertThat(depth()).isEqualTo(2);
        send("a");
        assertThat(depth()).isEqualTo(2);
    }

    @Test
    void theOldestIdsAreForgottenBeyondTheirNumber() {
        orders = client.alias(DestinationKind.QUEUE, "orders", "dedupIds=3");
        List.of("a", "b", "c", "d", "b", "c", "d").forEach(this::send);
        assertThat(depth()).isEqualTo(4);
        send("a");
        assertThat(depth()).isEqualTo(5);
    }

    @Test
    void aWindowOfNothingLooksAtNoIds() {
        orders = client.alias(DestinationKind.QUEUE, "orders", "dedupWindow=0");
        send("a");
        send("a");
        assertThat(depth()).isEqualTo(2);
    }

    @Test
    void aRolledBackOrRefusedMessageDoesNotTakeItsId() {
        client.send(TRANSACTED, orders, "a", id("a").transacted());
        client.rollback(TRANSACTED, ++transactions);
        send("a");
        assertThat(depth()).isEqualTo(1);

        int full = client.alias(DestinationKind.QUEUE, "full", "maxMessages=1");
        client.send(AUTO, full, "x", TestClient.sent());
        client.send(AUTO, full, "a", id("a"));
        assertThat(client.out.refused).hasSize(1);
        client.consume(AUTO, 1, full);
        server.settle();
        client.ack(AUTO, 1, 1, 1);
        server.settle();
        client.send(AUTO, full, "a", id("a"));
        server.settle();
        assertThat(client.texts(1)).containsExactly("x", "a");
    }

    @Test
    void aSecondMessageNeedsNoRoom() {
        int full = client.alias(DestinationKind.QUEUE, "full", "maxMessages=1");
        client.send(AUTO, full, "a", id("a").waiting());
        long again = client.send(AUTO, full, "a", id("a").waiting());
        client.send(TRANSACTED, full, "a", id("a").transacted().waiting());
        server.settle();
        assertThat(client.out.refused).isEmpty();
        assertThat(client.out.sentUpTo).isEqualTo(again + 1);

        long other = client.send(AUTO, full, "b", id("b").waiting());
        client.commit(TRANSACTED, ++transactions);
        server.settle();
        assertThat(client.out.refused)
                .extracting("sequence", "code")
                .containsExactly(tuple(other, ErrorCode.QUEUE_FULL));
        assertThat(server.broker.queue("full").stats().depth()).isEqualTo(1);
        assertThat(server.broker.duplicates()).isEqualTo(2);
    }

    @Test
    void aSecondMessageNeedsNoSpaceOnTheDiskUnlessATransactionKeepsIt() {
        send("a");
        server.broker.refuseProducers(true);
        send("a");
        assertThat(client.out.refused).isEmpty();

        long other = client.send(AUTO, orders, "b", id("b"));
        long kept = client.send(TRANSACTED, orders, "a", id("a").transacted());
        server.settle();
        assertThat(client.out.refused)
                .extracting("sequence", "code")
                .containsExactly(tuple(other, ErrorCode.DISK_FULL), tuple(kept, ErrorCode.DISK_FULL));
        assertThat(depth()).isEqualTo(1);
    }

    @Test
    void whatCommitsFirstIsStored() {
        client.send(TRANSACTED, orders, "a", id("a").transacted());
        client.send(TRANSACTED, orders, "a again", id("a").transacted());
        client.send(TRANSACTED, orders, "b", id("b").transacted());
        send("b");
        client.commit(TRANSACTED, ++transactions);
        server.settle();
        client.consume(AUTO, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("b", "a");
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void aLargeTransactionStoresWhatNobodyElseHasStored() throws Refusal {
        server = new TestServer(
                BrokerOptions.DEFAULT.withLargeTransactions(new LargeTransactions(1 << 20, 4, 3, 1 << 20)));
        connect();
        for (int i = 0; i < 20; i++) {
            client.send(TRANSACTED, orders, "m" + i, id("id" + i % 15).transacted());
        }
        send("id7");
        server.settle();
        MemorySnapshot open = MemorySnapshot.of(server.broker, server.log.appended(), null);
        client.commit(TRANSACTED, ++transactions);
        server.settle();
        assertThat(depth()).isEqualTo(15);
        assertThat(server.broker.duplicates()).isEqualTo(6);
        assertThat(server.store.liveCount()).isEqualTo(15);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        assertThat(server.copy(open).digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void theWindowOfALargeTransactionBeginsWhenItCommits() throws Refusal {
        server = new TestServer(
                BrokerOptions.DEFAULT.withLargeTransactions(new LargeTransactions(1 << 20, 4, 3, 1 << 20)));
        connect();
        orders = client.alias(DestinationKind.QUEUE, "orders", "dedupWindow=10s");
        for (int i = 0; i < 20; i++) {
            client.send(TRANSACTED, orders, "m" + i, id("id" + i).transacted());
        }
        server.settle();
        server.pass(11_000);
        client.commit(TRANSACTED, ++transactions);
        server.settle();
        send("id0");
        send("id19");
        server.settle();
        assertThat(depth()).isEqualTo(20);
        server.pass(11_000);
        send("id0");
        server.settle();
        assertThat(depth()).isEqualTo(21);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void theWindowOfAPreparedBranchBeginsWhenItCommits() {
        orders = client.alias(DestinationKind.QUEUE, "orders", "dedupWindow=10s");
        client.session(XA, AcknowledgeMode.XA);
        Xid xid = new Xid(1, Bytes.of((byte) 1), Bytes.of((byte) 2));
        client.xaStart(XA, xid, XaCode.TM_NO_FLAGS);
        client.send(XA, orders, "a", id("a").transacted());
        client.xaEnd(XA, xid, XaCode.TM_SUCCESS);
        assertThat(client.xaPrepare(xid)).isZero();
        server.settle();
        server.pass(11_000);
        assertThat(client.xaCommit(xid, false)).isZero();
        server.settle();
        send("a");
        server.settle();
        assertThat(depth()).isEqualTo(1);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void nonPersistentMessagesHaveIdsAsLongAsTheServerLives() throws Refusal {
        client.send(AUTO, orders, "a", id("a").nonPersistent());
        client.send(AUTO, orders, "a", id("a").nonPersistent());
        send("a");
        assertThat(depth()).isEqualTo(1);
        server.flush();
        restart(null);
        send("a");
        assertThat(depth()).isEqualTo(1);
    }

    @Test
    void aDeadLetterKeepsItsIdAndIsNoDuplicate() {
        int poor = client.alias(DestinationKind.QUEUE, "poor", "maxDeliveries=1");
        client.send(AUTO, client.queue("DLQ.poor"), "a", id("a"));
        client.send(AUTO, poor, "a", id("a"));
        client.consume(AUTO, 1, poor);
        server.settle();
        client.ack(AUTO, 1, 1, 1, io.quoin.protocol.AckOutcome.REJECTED, false);
        server.settle();
        assertThat(server.broker.queue("DLQ.poor").stats().depth()).isEqualTo(2);
    }
}
