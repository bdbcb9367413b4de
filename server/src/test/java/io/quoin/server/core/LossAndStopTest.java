// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of what clients have, when their connection or the server ends at a bad moment. */
class LossAndStopTest {

    private static final int S = 1;
    private static final UUID ID = new UUID(1, 1);

    private TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client(ID);
        client.session(S, AcknowledgeMode.AUTO);
        orders = client.queue("orders");
    }

    private TestClient reconnected() throws Refusal {
        server.broker.connections().disconnected(client.c);
        TestClient again = new TestClient(server, ID, null, true);
        assertThat(again.c.wasResumed()).isTrue();
        return again;
    }

    @Test
    void whatWasOutWhenTheServerStoppedIsFlaggedAndCountsNothing() throws Refusal {
        int deliveries = 2;
        int limited = client.alias(DestinationKind.QUEUE, "limited", "maxDeliveries=" + deliveries);
        client.send(S, limited, "a");
        for (int stop = 0; stop < 2 * deliveries; stop++) {
            client.consume(S, 1, limited);
            server.settle();
            assertThat(client.out.delivered.get(0).redelivered()).isEqualTo(stop > 0);
            assertThat(client.out.delivered.get(0).count()).isEqualTo(stop > 0 ? 2 : 1);

            server.broker.connections().disconnected(client.c);
            server.broker.stopped();
            server = server.restarted(true);
            client = server.client(ID);
            client.session(S, AcknowledgeMode.AUTO);
            limited = client.queue("limited");
        }
    }

    @Test
    void aSessionThatTakesTheNumberOfOneThatWasNotResumedEndsIt() throws Refusal {
        client.consume(S, 1, orders);
        client.send(S, orders, "a");
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");

        TestClient again = reconnected();
        again.session(S, AcknowledgeMode.AUTO);
        again.consume(S, 2, again.queue("orders"));
        server.settle();

        assertThat(again.texts(2)).containsExactly("a");
        assertThat(again.out.delivered.get(0).redelivered()).isTrue();
    }

    @Test
    void aGoodbyeFlagsWhatASessionHadThatWasNotResumed() throws Refusal {
        client.consume(S, 1, orders);
        client.send(S, orders, "a");
        client.send(S, orders, "b", TestClient.sent().nonPersistent());
        server.settle();
        assertThat(client.texts(1)).containsExactlyInAnyOrder("a", "b");

        TestClient again = reconnected();
        server.broker.connections().goodbye(again.c, again.request());
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        other.consume(S, 1, other.queue("orders"));
        server.settle();

        assertThat(other.texts(1)).containsExactlyInAnyOrder("a", "b");
        assertThat(other.out.delivered).allMatch(RecordingOutlet.Delivered::redelivered);
    }

    @Test
    void whatAClosedConsumerHadAcknowledgedIsStillPartOfTheTransactionAfterAResume() throws Refusal {
        client.session(2, AcknowledgeMode.TRANSACTED);
        client.consume(2, 7, orders);
        client.send(S, orders, "a");
        server.settle();
        client.ack(2, 7, 1, 1, AckOutcome.CONSUMED, true);
        client.closeConsumer(2, 7, 1);

        TestClient again = reconnected();
        server.broker.connections().resume(again.c, 2, 100, false, List.of());
        again.commit(2, 1);
        again.consume(2, 8, again.queue("orders"));
        server.settle();

        assertThat(again.out.errors).isEmpty();
        assertThat(again.texts(8)).isEmpty();
        assertThat(server.broker.queue("orders").stats().depth()).isZero();
    }

    @Test
    void anAcknowledgementLetsTheNextOfAGroupGoToAConsumerWithAnotherSelector() {
        client.consume(S, 1, orders, 0, null, "colour = 'yellow'");
        client.consume(S, 2, orders, 0, null, "colour = 'black'");
        client.send(S, orders, "a", TestClient.sent().group("g").property("colour", "yellow"));
        server.settle();
        client.send(S, orders, "b", TestClient.sent().group("g").property("colour", "black"));
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.texts(2)).isEmpty();

        client.ack(S, 1, 1, 1);
        server.settle();

        assertThat(client.texts(2)).containsExactly("b");
    }

    @Test
    void everyConsumerOfADurableSubscriptionWaitsUntilItIsDurable() {
        int flags = FrameFlags.CONSUMER_DURABLE | FrameFlags.CONSUMER_SHARED;
        int first = client.consume(S, 1, client.topic("news"), flags, "all", null);
        int second = client.consume(S, 2, client.topic("news"), flags, "all", null);

        assertThat(client.out.okAfter.get(first)).isPositive();
        assertThat(client.out.okAfter.get(second)).isGreaterThanOrEqualTo(client.out.okAfter.get(first));
    }

    @Test
    void aConsumerThatHasReturnedWhatItDidNotHandOutIsNotAskedAgain() {
        client.consume(S, 1, orders, 0, null, null, 2);
        client.send(S, orders, "a");
        client.send(S, orders, "b");
        server.settle();
        client.consume(S, 2, orders);
        server.pass(1_000);
        assertThat(client.out.recalled).isNotEmpty();
        server.broker.messages().returned(client.c, S, 1, 1, 2, 2);
        server.pass(1_000);
        assertThat(client.texts(2)).containsExactly("b");
        client.ack(S, 2, 1, 1);
        client.out.recalled.clear();

        server.pass(1_000);
        server.pass(1_000);

        assertThat(client.out.recalled).isEmpty();
    }

    @Test
    void nobodyAnswersABrowserWhoseSocketIsGone() throws Refusal {
        client.send(S, orders, "a");
        server.settle();
        server.broker.messages().openBrowser(client.c, S, new Frame.BrowseOpen(client.request(), 5, orders, null));
        server.broker.messages().browseNext(client.c, S, new Frame.BrowseNext(client.request(), 5, 10));

        TestClient again = reconnected();
        server.settle();

        assertThat(again.out.browsed).isEmpty();
        assertThat(again.out.results).isEmpty();
    }
}
