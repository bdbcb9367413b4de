// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.FrameFlags.CONSUMER_DURABLE;
import static io.quoin.protocol.FrameFlags.CONSUMER_NO_LOCAL;
import static io.quoin.protocol.FrameFlags.CONSUMER_SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions of all topics that a pattern matches. */
class WildcardTopicTest {

    private static final int S = 1;

    private TestServer server = new TestServer();
    private TestClient client;
    private int eu;

    @BeforeEach
    void connect() throws Refusal {
        client = open("me", 1);
        eu = client.topic("orders.eu");
    }

    private TestClient open(String clientId, long number) throws Refusal {
        TestClient opened = server.client(new UUID(1, number), clientId);
        opened.session(S, AcknowledgeMode.CLIENT);
        return opened;
    }

    private void restart(boolean clean) throws Refusal {
        server = server.restarted(clean);
        client = open("me", 2);
    }

    @Test
    void topicsThatAreThereAndThoseThatComeLaterAreMatched() {
        client.send(S, eu, "early");
        client.consume(S, 1, client.topic("orders.*"));
        client.consume(S, 2, client.topic("orders.>"));
        client.consume(S, 3, client.topic(">"), 0, null, "k = 1");
        client.send(S, eu, "a");
        client.send(S, client.topic("orders.us"), "b", TestClient.sent().property("k", 1));
        client.send(S, client.topic("orders.us.ny"), "c", TestClient.sent().nonPersistent());
        client.send(S, client.topic("news"), "d", TestClient.sent().property("k", 1));
        server.settle();
        assertThat(client.texts(1)).containsExactly("a", "b");
        assertThat(client.texts(2)).containsExactly("a", "b", "c");
        assertThat(client.texts(3)).containsExactly("b", "d");
    }

    @Test
    void nobodySendsToAPattern() {
        long sequence = client.send(S, client.topic("orders.*"), "a");
        assertThat(client.out.refused).hasSize(1);
        assertThat(client.out.refused.get(0).sequence()).isEqualTo(sequence);
        assertThat(client.out.refused.get(0).code()).isEqualTo(ErrorCode.WILDCARD_DESTINATION);
        assertThat(server.broker.topics()).isEmpty();
    }

    @Test
    void aDurableOneKeepsWhatItMatchesOverRestartsAndInCopies() throws Refusal {
        client.send(S, eu, "early");
        client.consume(S, 1, client.topic("orders.*"), CONSUMER_DURABLE, "mine", null);
        client.consume(S, 2, eu, CONSUMER_DURABLE | CONSUMER_SHARED, "plain", "k = 1");
        client.closeConsumer(S, 1, 0);
        client.send(S, eu, "a", TestClient.sent().property("k", 1));
        client.send(S, client.topic("orders.us"), "b");
        client.consume(S, 3, client.topic("orders.us"), CONSUMER_DURABLE | CONSUMER_SHARED, "other", "k = 1");
        client.send(S, client.topic("orders.us"), "c");
        client.send(S, client.topic("news"), "no");
        server.settle();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());

        MemorySnapshot snapshot = new MemorySnapshot(server.log.appended(), null);
        server.broker.beginSnapshot(snapshot);
        while (!server.broker.snapshotStep(10)) {
            // Every step brings it nearer to its end.
        }
        server.broker.endSnapshot();
        client.send(S, client.topic("orders.asia"), "d");
        server.settle();
        assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());

        restart(false);
        client.send(S, client.topic("orders.africa"), "e");
        client.consume(S, 1, client.topic("orders.*"), CONSUMER_DURABLE, "mine", null);
        server.settle();
        assertThat(client.texts(1)).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void patternAndTopicAreDifferentSubscriptionsOfAName() {
        client.consume(S, 1, client.topic("orders.*"), CONSUMER_DURABLE, "mine", null);
        client.send(S, eu, "a");
        server.settle();
        assertThat(client.out.errors.get(client.consume(S, 2, eu, CONSUMER_DURABLE, "mine", null)))
                .isEqualTo(ErrorCode.SUBSCRIPTION_MISMATCH);
        client.ack(S, 1, 1, 1);
        client.closeConsumer(S, 1, 1);
        client.consume(S, 3, eu, CONSUMER_DURABLE, "mine", null);
        client.send(S, eu, "b");
        client.send(S, client.topic("orders.us"), "c");
        server.settle();
        assertThat(client.texts(3)).containsExactly("b");
        assertThat(server.broker.subscriptions()).hasSize(1);
    }

    @Test
    void sharedOnesAndNoLocalWorkAsWithOneTopic() throws Refusal {
        TestClient other = open("you", 9);
        client.consume(S, 1, client.topic("orders.*"), CONSUMER_SHARED, "team", null);
        client.consume(S, 2, client.topic("orders.*"), CONSUMER_SHARED, "team", null);
        client.consume(S, 3, client.topic("orders.>"), CONSUMER_NO_LOCAL, null, null);
        for (int i = 0; i < 10; i++) {
            client.send(S, eu, "mine");
            other.send(S, other.topic("orders.eu"), "theirs");
        }
        server.settle();
        assertThat(client.texts(1).size() + client.texts(2).size()).isEqualTo(20);
        assertThat(client.texts(1)).isNotEmpty();
        assertThat(client.texts(3)).hasSize(10).containsOnly("theirs");
    }

    @Test
    void itEndsWithItsLastConsumerAndItsMessagesWithIt() {
        client.consume(S, 1, client.topic("orders.*"));
        client.send(S, eu, "a");
        server.settle();
        client.closeConsumer(S, 1, 0);
        server.settle();
        assertThat(server.broker.subscriptions()).isEmpty();
        client.send(S, eu, "b");
        client.send(S, client.topic("orders.us"), "c");
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
    }

    @Test
    void itsOptionsAreItsOwn() {
        int pattern = client.alias(DestinationKind.TOPIC, "orders.*", "maxDeliveries=1");
        client.consume(S, 1, pattern, CONSUMER_DURABLE, "mine", null);
        client.send(S, eu, "a");
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.RETURNED_COUNTED, false);
        server.settle();
        assertThat(server.broker.queue("DLQ.orders.eu").stats().depth()).isEqualTo(1);
        client.closeConsumer(S, 1, 1);
        int differing = client.alias(DestinationKind.TOPIC, "orders.*", "maxDeliveries=2");
        int request = client.consume(S, 2, differing, CONSUMER_DURABLE, "mine", null);
        assertThat(client.out.errors.get(request)).isEqualTo(ErrorCode.OPTION_CONFLICT);
    }

    @Test
    void temporaryTopicsAreNotMeant() {
        client.consume(S, 1, client.topic(">"));
        client.send(S, client.alias(DestinationKind.TEMPORARY_TOPIC, client.temporaryName(1), null), "a");
        server.settle();
        assertThat(client.out.delivered).isEmpty();
    }

    @Test
    void manyPatternsAndTopicsStayConsistent() throws Refusal {
        List<String> patterns = List.of("a.*", "*.x", ">", "a.>", "*.*", "b.x");
        for (int i = 0; i < patterns.size(); i++) {
            client.consume(
                    S,
                    100 + i,
                    client.topic(patterns.get(i)),
                    CONSUMER_DURABLE | CONSUMER_SHARED,
                    "s" + i,
                    i % 2 == 0 ? "k = 1" : null);
            client.send(
                    S,
                    client.topic((i % 2 == 0 ? "a." : "b.") + (i < 3 ? "x" : "y" + i)),
                    "m" + i,
                    TestClient.sent().property("k", i % 3));
        }
        server.settle();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        restart(true);
        for (int i = 0; i < patterns.size(); i++) {
            client.send(S, client.topic("a.x"), "n" + i, TestClient.sent().property("k", 1));
        }
        server.settle();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }
}
