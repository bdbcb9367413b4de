// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Result;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Selectors of consumers of queues (rules 47 to 54, Messaging 3.1 §3.8.1), and what they cost. */
class BrokerSelectorTest {

    private static final int S = 1;

    private final TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        orders = client.queue("orders");
    }

    /** Rule 54: more messages than a hand-out mark reaches lie before the one that matches. */
    @Test
    void aSelectiveConsumerDoesNotStarveBehindMessagesThatDoNotMatch() {
        send(25_000, "colour", "grey");
        client.send(S, orders, "this", TestClient.sent().property("colour", "red"));
        server.settle();

        client.consume(S, 1, orders, 0, null, "colour = 'red'");
        client.consume(S, 2, orders, 0, null, "colour LIKE 'r%' AND colour <> 'red'");
        client.send(S, orders, "that", TestClient.sent().property("colour", "rose"));
        server.settle();

        assertThat(client.texts(1)).containsExactly("this");
        assertThat(client.texts(2)).containsExactly("that");
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(25_002);
    }

    @Test
    void theNextConsumerFindsItsMessagesWithoutLookingAtOthers() {
        send(10_000, "n", 7);
        client.send(S, orders, "eight", TestClient.sent().property("n", 8L));
        client.send(S, orders, "nine", TestClient.sent().property("n", 9.0));
        server.settle();
        client.consume(S, 1, orders, 0, null, "n = 8 AND JMSPriority < 5");
        server.settle();
        assertThat(client.texts(1)).containsExactly("eight");

        client.closeConsumer(S, 1, 0);
        long before = server.store.reads;
        client.consume(S, 2, orders, 0, null, "n = 8");
        client.consume(S, 3, orders, 0, null, "n = 9");
        server.settle();

        assertThat(client.texts(2)).containsExactly("eight");
        assertThat(client.texts(3)).containsExactly("nine");
        assertThat(server.store.reads - before).isLessThan(20);
    }

    @Test
    void aMessageFindsItsConsumerAmongAThousandByOneLook() {
        int consumers = 1_000;
        for (int i = 0; i < consumers; i++) {
            client.consume(S, i, orders, 0, null, "JMSCorrelationID = 'request-" + i + "'");
        }
        server.settle();
        long before = server.store.reads;

        for (int i = 0; i < consumers; i++) {
            client.send(S, orders, "reply " + i, TestClient.sent().correlationId("request-" + i));
        }
        server.settle();

        assertThat(server.store.reads - before).isEqualTo(2L * consumers);
        for (int i = 0; i < consumers; i++) {
            assertThat(client.texts(i)).containsExactly("reply " + i);
        }
    }

    @Test
    void whatNobodyUsesIsKeptForTenMinutesAndNoLonger() {
        send(1_000, "n", 1);
        client.consume(S, 1, orders, 0, null, "n = 2");
        client.consume(S, 2, orders, 0, null, "n > 2");
        server.settle();
        client.closeConsumer(S, 1, 0);
        client.closeConsumer(S, 2, 0);
        server.pass(590_000);
        assertThat(readsOf("n = 2")).isZero();
        assertThat(readsOf("n > 2")).isZero();

        assertThat(server.broker.nextDeadlineMs()).isEqualTo(server.wallMs + 600_000);
        server.pass(600_000);

        assertThat(readsOf("n = 2")).isEqualTo(1_000);
        assertThat(readsOf("n > 2")).isEqualTo(1_000);
    }

    @Test
    void aQueueHasAFewIndexesAndLooksAtEveryMessageForFurtherProperties() {
        send(100, "e", 5);
        for (String name : List.of("a", "b", "c", "d", "e")) {
            client.consume(S, name.charAt(0), orders, 0, null, name + " = 5");
        }
        server.settle();

        assertThat(client.texts('e')).hasSize(100);
        client.closeConsumer(S, 'a', 0);
        client.closeConsumer(S, 'e', 0);
        assertThat(readsOf("e = 5.0")).as("once to index, and once to ask").isEqualTo(200);
        assertThat(readsOf("5 = e")).isEqualTo(100);
    }

    private long readsOf(String selector) {
        long before = server.store.reads;
        client.consume(S, 9_999, orders, 0, null, selector);
        server.settle();
        client.closeConsumer(S, 9_999, 0);
        server.settle();
        return server.store.reads - before;
    }

    @Test
    void anIndexIsNoPartOfTheDurableState() {
        long before = server.broker.digest();
        client.send(S, orders, "a", TestClient.sent().property("n", 1));
        server.settle();
        long without = server.broker.digest();
        client.consume(S, 1, orders, 0, null, "n = 2");
        server.settle();

        assertThat(without).isNotEqualTo(before);
        assertThat(server.broker.digest()).isEqualTo(server.copy().digest());
    }

    @Test
    void theEndOfWhatThereIsIsToldWhenAllHasBeenLookedAt() {
        send(5_000, "n", 1);
        client.send(S, orders, "last", TestClient.sent().property("n", 2));
        server.settle();
        server.store.coldByDefault = true;

        client.consume(S, 1, orders, 0, null, "n = 2");
        int request = client.drain(S, 1);
        while (client.out.results.get(request) == null) {
            assertThat(client.out.delivered).isEmpty();
            server.broker.bodiesArrived();
            server.settle();
        }

        assertThat(client.texts(1)).containsExactly("last");
        assertThat(client.out.results.get(request)).isEqualTo(new Result.Drained(1));
    }

    @Test
    void whoeverWaitsForTheDiskDoesNotKeepOthersOfTheQueueWaiting() {
        client.send(S, orders, "cold", TestClient.sent().property("n", 1));
        server.settle();
        server.store.coldByDefault = true;
        client.consume(S, 1, orders, 0, null, "n > 5");
        client.consume(S, 2, orders, 0, null, "n = 5");
        server.settle();

        server.store.coldByDefault = false;
        client.consume(S, 3, orders);
        server.settle();

        assertThat(client.texts(3)).containsExactly("cold");
    }

    /** Of a message that comes again, selectors see the count of the delivery that it would be. */
    @Test
    void theDeliveryCountIsThatOfTheDeliveryToCome() {
        client.consume(S, 1, orders, 0, null, "JMSXDeliveryCount = 1");
        client.consume(S, 2, orders, 0, null, "JMSXDeliveryCount BETWEEN 2 AND 3");
        client.consume(S, 3, orders, 0, null, "JMSXDeliveryCount > 3 AND n = 0");
        client.send(S, orders, "a", TestClient.sent().property("n", 0));
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.texts(2)).isEmpty();

        client.ack(S, 1, 1, 1, AckOutcome.RETURNED_COUNTED, false);
        server.settle();
        client.ack(S, 2, 1, 1, AckOutcome.RETURNED_COUNTED, false);
        server.settle();
        client.ack(S, 2, 2, 2, AckOutcome.RETURNED_COUNTED, false);
        server.settle();

        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.texts(2)).containsExactly("a", "a");
        assertThat(client.texts(3)).containsExactly("a");
        assertThat(client.out.delivered)
                .extracting(RecordingOutlet.Delivered::count)
                .containsExactly(1, 2, 3, 4);
    }

    /** Rule 54: priorities first, then arrival, among what matches. */
    @Test
    void whatMatchesComesInOrderWhateverItIsFoundBy() {
        for (int i = 0; i < 300; i++) {
            TestClient.Sent how = TestClient.sent().priority(i % 3).property("n", i % 5);
            client.send(S, orders, i % 3 + "-" + i, i % 2 == 0 ? how : how.nonPersistent());
        }
        server.settle();
        client.consume(S, 1, orders, 0, null, "n = 4");
        client.consume(S, 2, orders, 0, null, "n > 2 AND n < 4");
        server.settle();

        List<String> expected = IntStream.of(2, 1, 0)
                .boxed()
                .flatMap(p -> IntStream.range(0, 300)
                        .filter(i -> i % 3 == p && i % 5 == 4)
                        .mapToObj(i -> p + "-" + i))
                .toList();
        assertThat(client.texts(1)).containsExactlyElementsOf(expected);
        assertThat(client.texts(2)).hasSize(60);
    }

    @Test
    void moreSelectorsThanAQueueTakesAreRefused() {
        assertThat(MessageQueue.SELECTORS_MAX).isEqualTo(4095);
        for (int i = 0; i <= MessageQueue.SELECTORS_MAX; i++) {
            client.consume(S, i, orders, 0, null, "n = " + i);
        }
        assertThat(client.out.errors.values()).containsExactly(ErrorCode.TOO_MANY);

        client.closeConsumer(S, 7, 0);
        client.consume(S, 7, orders, 0, null, "n = -1");
        assertThat(client.out.errors).hasSize(1);
    }

    private void send(int count, String property, Object value) {
        for (int i = 0; i < count; i++) {
            client.send(S, orders, "m", TestClient.sent().property(property, value));
        }
    }
}
