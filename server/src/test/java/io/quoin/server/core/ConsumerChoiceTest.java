// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.model.Refusal;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Priority of consumers, and exclusive ones. */
class ConsumerChoiceTest {

    private static final int S = 1;

    private final TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(S, AcknowledgeMode.CLIENT);
        orders = client.queue("orders");
    }

    private void open(int consumer, int alias, int flags, String selector, int priority, long messages) {
        server.broker
                .messages()
                .openConsumer(
                        client.c,
                        S,
                        new Frame.ConsumerOpen(
                                client.request(),
                                flags,
                                consumer,
                                alias,
                                null,
                                selector,
                                priority,
                                messages,
                                Long.MAX_VALUE));
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            client.send(S, orders, "m", TestClient.sent().property("n", i));
        }
        server.settle();
    }

    private int got(int consumer) {
        return client.texts(consumer).size();
    }

    @Test
    void aConsumerOfAHigherPriorityGetsEverythingWhileItHasCredit() {
        open(1, orders, 0, null, 0, 100);
        open(2, orders, 0, null, 5, 3);
        open(3, orders, 0, null, 9, 2);
        send(10);
        assertThat(List.of(got(1), got(2), got(3))).containsExactly(5, 3, 2);
        server.broker.messages().credit(client.c, S, 3, 4, Long.MAX_VALUE, 0);
        send(3);
        assertThat(List.of(got(1), got(2), got(3))).containsExactly(6, 3, 4);
    }

    @Test
    void priorityHoldsAcrossSelectors() {
        open(1, orders, 0, null, 0, 100);
        open(2, orders, 0, "n < 4", 5, 100);
        open(3, orders, 0, "n < 2", 9, 100);
        send(6);
        assertThat(List.of(got(1), got(2), got(3))).containsExactly(2, 2, 2);
    }

    @Test
    void anExclusiveQueueServesOneConsumerAndTheNextWhenAllOfItIsSettled() {
        orders = client.alias(DestinationKind.QUEUE, "one", "exclusive=true");
        open(1, orders, 0, null, 0, 5);
        open(2, orders, 0, null, 0, 100);
        open(3, orders, 0, null, 1, 100);
        send(10);
        assertThat(List.of(got(1), got(2), got(3))).containsExactly(5, 0, 0);
        assertThat(server.broker.queue("one").stats().consumers()).isEqualTo(3);

        client.closeConsumer(S, 1, 2);
        server.settle();
        assertThat(List.of(got(1), got(2), got(3))).containsExactly(5, 0, 0);
        client.ack(S, 1, 1, 2);
        server.settle();
        assertThat(client.texts(3)).hasSize(8);
        assertThat(client.out.delivered.stream().filter(d -> d.consumer() == 3))
                .allSatisfy(d -> assertThat(d.redelivered()).isFalse());
    }

    @Test
    void anExclusiveConsumerTakesOverFromThoseThatDidNotAsk() {
        open(1, orders, 0, null, 0, 100);
        send(4);
        open(2, orders, FrameFlags.CONSUMER_EXCLUSIVE, null, 0, 100);
        server.settle();
        assertThat(client.out.recalled).containsExactly(new RecordingOutlet.Recalled(S, 1, -1));
        server.broker.messages().returned(client.c, S, 1, 1, 2, 4);
        server.settle();
        assertThat(got(2)).isZero();
        client.ack(S, 1, 1, 1);
        server.broker.messages().credit(client.c, S, 1, 100, Long.MAX_VALUE, 1);
        server.settle();
        assertThat(got(2)).isEqualTo(3);
        send(2);
        assertThat(List.of(got(1), got(2))).containsExactly(4, 5);

        client.ack(S, 2, 1, 5);
        client.closeConsumer(S, 2, 5);
        send(2);
        assertThat(List.of(got(1), got(2))).containsExactly(6, 5);
    }

    @Test
    void aDrainOfAConsumerThatWaitsForItsTurnIsAnswered() {
        orders = client.alias(DestinationKind.QUEUE, "one", "exclusive=true");
        open(1, orders, 0, null, 0, 0);
        open(2, orders, 0, null, 0, 100);
        send(3);
        int request = client.drain(S, 2);
        server.settle();
        assertThat(client.out.okAfter).containsKey(request);
        assertThat(got(2)).isZero();
    }

    @Test
    void theNextOneTakesOverWhenTheConnectionIsGoneForGood() throws Refusal {
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        orders = client.alias(DestinationKind.QUEUE, "one", "exclusive=true");
        open(1, orders, 0, null, 0, 100);
        other.consume(S, 1, other.queue("one"));
        send(3);
        server.broker.connections().disconnected(client.c);
        server.pass(400);
        assertThat(other.out.delivered).isEmpty();
        server.pass(200);
        assertThat(other.out.delivered).hasSize(3);
    }

    @Test
    void groupsOfAnExclusiveQueueDoNotWaitForConsumersInWaiting() {
        orders = client.alias(DestinationKind.QUEUE, "one", "exclusive=true");
        open(1, orders, 0, null, 0, 100);
        open(2, orders, 0, null, 0, 100);
        for (int i = 0; i < 40; i++) {
            client.send(S, orders, "m", TestClient.sent().group("g" + i % 20));
        }
        server.settle();
        assertThat(List.of(got(1), got(2))).containsExactly(40, 0);
        client.ack(S, 1, 1, 40);
        client.closeConsumer(S, 1, 40);
        for (int i = 0; i < 40; i++) {
            client.send(S, orders, "m", TestClient.sent().group("g" + i % 20));
        }
        server.settle();
        assertThat(List.of(got(1), got(2))).containsExactly(40, 40);
    }
}
