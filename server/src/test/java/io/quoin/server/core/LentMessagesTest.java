// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.model.Refusal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One session's consumer, whose messages other sessions of the connection work on: a connection consumer. */
class LentMessagesTest {

    private static final int LENDER = 1;
    private static final int ONE = 2;
    private static final int OTHER = 3;

    private final TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(LENDER, AcknowledgeMode.INDIVIDUAL);
        client.session(ONE, AcknowledgeMode.TRANSACTED);
        client.session(OTHER, AcknowledgeMode.TRANSACTED);
        orders = client.queue("orders");
    }

    private void sendAndConsume(String... texts) {
        for (String text : texts) {
            client.send(LENDER, orders, text);
        }
        client.consume(LENDER, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly(texts);
    }

    private long depth() {
        server.settle();
        return server.broker.queue("orders").stats().depth();
    }

    @Test
    void eachSessionsCommitCoversWhatItHasAcknowledged() {
        sendAndConsume("a", "b", "c");
        client.ack(ONE, 1, 1, 1, AckOutcome.CONSUMED, true);
        client.ack(OTHER, 1, 2, 2, AckOutcome.CONSUMED, true);
        client.ack(ONE, 1, 3, 3, AckOutcome.CONSUMED, true);
        client.commit(ONE, 1);
        assertThat(depth()).isEqualTo(1);

        client.rollback(OTHER, 2);
        server.settle();

        assertThat(client.texts(1)).containsExactly("a", "b", "c", "b");
        assertThat(client.out.delivered.get(3).count()).isEqualTo(2);
    }

    @Test
    void closingTheSessionThatWorksOnThemGivesThemBack() {
        sendAndConsume("a", "b");
        client.ack(ONE, 1, 1, 2, AckOutcome.CONSUMED, true);
        client.closeSession(ONE);
        server.settle();
        assertThat(client.texts(1)).containsExactly("a", "b", "a", "b");
    }

    @Test
    void whatItsConsumersSessionHasGivenBackCannotBeCommitted() {
        sendAndConsume("a");
        client.ack(ONE, 1, 1, 1, AckOutcome.CONSUMED, true);
        client.closeSession(LENDER);
        int commit = client.commit(ONE, 1);
        server.settle();
        assertThat(client.out.errors.get(commit)).isEqualTo(ErrorCode.TRANSACTION_ROLLED_BACK);
        assertThat(depth()).isEqualTo(1);
    }

    @Test
    void withAReturnedMessageTheRestOfItsGroupGoesBackUncounted() {
        client.send(LENDER, orders, "g1", TestClient.sent().group("g"));
        client.send(LENDER, orders, "x");
        client.send(LENDER, orders, "g2", TestClient.sent().group("g"));
        client.send(LENDER, orders, "g3", TestClient.sent().group("g"));
        client.consume(LENDER, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("g1", "x", "g2", "g3");

        client.returnWithGroup(LENDER, 1, 1, 1, AckOutcome.RETURNED_COUNTED);
        server.settle();

        assertThat(client.texts(1)).containsExactly("g1", "x", "g2", "g3", "g1", "g2", "g3");
        assertThat(client.out.delivered.stream().skip(4).map(d -> d.count())).containsExactly(2, 1, 1);
    }

    @Test
    void aFailedCommitGivesBackTheRestOfTheGroupToo() throws Refusal {
        client.send(LENDER, orders, "g1", TestClient.sent().group("g"));
        client.send(LENDER, orders, "g2", TestClient.sent().group("g"));
        client.consume(LENDER, 1, orders);
        server.settle();
        client.ack(ONE, 1, 1, 1, AckOutcome.CONSUMED, true);
        client.rollback(ONE, 1);
        server.settle();
        assertThat(client.texts(1)).containsExactly("g1", "g2", "g1", "g2");
    }
}
