// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.server.model.Refusal;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerTransactionTest {

    private static final int S = 1;

    private TestServer server = new TestServer();
    private TestClient client;
    private int orders;
    private int done;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(S, AcknowledgeMode.TRANSACTED);
        orders = client.queue("orders");
        done = client.queue("done");
    }

    private TestClient.Sent inTransaction() {
        return TestClient.sent().transacted();
    }

    @Test
    void whatATransactionSendsIsSeenWhenItHasCommitted() {
        client.consume(S, 1, orders);
        client.send(S, orders, "a", inTransaction());
        client.send(S, orders, "b", inTransaction().nonPersistent());
        server.settle();
        assertThat(client.out.sentUpTo).isEqualTo(2);
        assertThat(client.out.delivered).isEmpty();

        int request = client.commit(S, 1);
        server.settle();
        assertThat(client.out.okAfter.get(request)).isPositive();
        assertThat(client.texts(1)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aNonPersistentMessageOfACommitIsSeenWhenTheCommitIsDurableAndNoneOvertakesIt() {
        client.session(2, AcknowledgeMode.AUTO);
        client.consume(2, 1, orders);
        client.send(2, orders, "before", TestClient.sent().nonPersistent());
        server.settle();
        client.send(S, orders, "a", inTransaction().nonPersistent());
        int first = client.commit(S, 1);
        client.send(2, orders, "b", TestClient.sent().nonPersistent());
        client.send(S, orders, "c", inTransaction().nonPersistent());
        client.commit(S, 2);
        client.send(2, orders, "d", TestClient.sent().nonPersistent());
        int drain = client.drain(2, 1);
        server.broker.dispatch(100);
        assertThat(client.texts(1)).containsExactly("before");
        assertThat(client.out.okAfter).doesNotContainKey(drain);

        server.broker.durable(client.out.okAfter.get(first));
        server.broker.dispatch(100);
        assertThat(client.texts(1)).containsExactly("before", "a", "b");

        server.settle();
        assertThat(client.texts(1)).containsExactly("before", "a", "b", "c", "d");
        assertThat(client.out.results).containsKey(drain);
    }

    @Test
    void rollbackDropsItsSendsAndGivesBackItsDeliveries() {
        client.send(S, orders, "in", TestClient.sent());
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.CONSUMED, true);
        client.send(S, done, "out", inTransaction());
        client.rollback(S, 1, new Handed(1, 1));
        server.settle();

        assertThat(client.texts(1)).containsExactly("in", "in");
        assertThat(client.out.delivered.get(1).count()).isEqualTo(2);
        assertThat(server.broker.queue("done").stats().depth()).isZero();
    }

    @Test
    void aCommitSurvivesACrashAsAWhole() throws Refusal {
        client.send(S, orders, "in", TestClient.sent());
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.CONSUMED, true);
        client.send(S, done, "out", inTransaction());

        TestServer before = server.restarted(false);
        assertThat(before.broker.queue("orders").stats().depth()).isEqualTo(1);
        assertThat(before.broker.queue("done")).isNull();

        client.commit(S, 1);
        server.flush();
        TestServer after = server.restarted(false);
        assertThat(after.broker.queue("orders").stats().depth()).isZero();
        assertThat(after.broker.queue("done").stats().depth()).isEqualTo(1);
        assertThat(outcome(after, client.id, 1)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(outcome(after, client.id, 2)).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    static TransactionOutcome outcome(TestServer server, UUID connection, long transaction) throws Refusal {
        TestClient asking = server.client();
        server.broker.transactions().transactionOutcome(asking.c, 1, connection, transaction);
        return ((Result.Outcome) asking.out.results.get(1)).outcome();
    }

    @Test
    void aRepeatedCommitIsAnsweredAgainAndDoesNothing() {
        client.send(S, orders, "a", inTransaction());
        client.commit(S, 1);
        client.send(S, orders, "b", inTransaction());
        int again = client.commit(S, 1);
        server.settle();
        assertThat(client.out.okAfter).containsKey(again);
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);
    }

    @Test
    void tooLargeATransactionIsRefusedAtTheSendAndCanOnlyBeRolledBack() throws Refusal {
        server = new TestServer(BrokerOptions.DEFAULT.withTransactionBytesMax(1 << 20));
        connect();
        String large = "x".repeat(300_000);
        for (int i = 0; i < 4; i++) {
            client.send(S, orders, large, inTransaction());
        }
        assertThat(client.out.refused).extracting("code").containsExactly(ErrorCode.TRANSACTION_TOO_LARGE);
        int commit = client.commit(S, 1);
        assertThat(client.out.errors.get(commit)).isEqualTo(ErrorCode.TRANSACTION_ROLLED_BACK);
        server.settle();
        assertThat(server.broker.queue("orders").stats().depth()).isZero();

        client.send(S, orders, "small", inTransaction());
        int next = client.commit(S, 2);
        assertThat(client.out.okAfter).containsKey(next);
    }

    @Test
    void aRefusalThatNobodyHeardOfMakesTheCommitFail() {
        int full = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "full", "maxMessages=1");
        client.send(S, full, "a", TestClient.sent());
        client.send(S, full, "b", inTransaction());
        int commit = client.commit(S, 1);
        assertThat(client.out.errors.get(commit)).isEqualTo(ErrorCode.TRANSACTION_ROLLED_BACK);
    }

    @Test
    void closingASessionRollsItsTransactionBack() {
        client.send(S, orders, "a", inTransaction());
        client.closeSession(S);
        server.settle();
        assertThat(server.broker.queue("orders").stats().depth()).isZero();
    }

    @Test
    void aTransactionToATopicIsRoutedWhenItCommits() {
        int topic = client.topic("news");
        client.send(S, topic, "a", inTransaction().property("x", 1));
        client.send(S, topic, "b", inTransaction().property("x", 2));
        client.consume(
                S,
                1,
                topic,
                io.quoin.protocol.FrameFlags.CONSUMER_DURABLE | io.quoin.protocol.FrameFlags.CONSUMER_SHARED,
                "s",
                "x = 2");
        client.commit(S, 1);
        server.settle();
        assertThat(client.texts(1)).containsExactly("b");
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }
}
