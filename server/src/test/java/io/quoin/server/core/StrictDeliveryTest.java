// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Permits, and what becomes of a message whose consumer vanished with one. */
class StrictDeliveryTest {

    private static final int S = 1;
    private static final int WINDOW = 4;
    private static final UUID ID = new UUID(3, 3);

    private TestServer server = new TestServer();
    private TestClient producer;
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        open("");
    }

    private void open(String options) throws Refusal {
        producer = server.client();
        producer.session(S, AcknowledgeMode.AUTO);
        client = server.client(ID);
        client.session(S, AcknowledgeMode.AUTO);
        orders = strict(client, options);
    }

    private static int strict(TestClient of, String options) {
        return of.alias(DestinationKind.QUEUE, "orders", "delivery=strict&strictWindow=" + WINDOW + options);
    }

    /** Another queue, with options of its own. */
    private void reopen(String options) throws Refusal {
        server = new TestServer();
        open(options);
    }

    private void send(String... texts) {
        for (String text : texts) {
            producer.send(S, strict(producer, ""), text);
        }
        server.settle();
    }

    private List<String> inDoubt() throws Refusal {
        List<String> texts = new ArrayList<>();
        for (DoubtInfo doubt : server.broker.doubts().list(null)) {
            texts.add(String.valueOf(doubt.arrival()));
        }
        return texts;
    }

    /** Kills the client: its connection is lost beyond its grace. */
    private void kill() {
        server.broker.connections().disconnected(client.c);
        server.pass(1_000);
    }

    private TestClient other() throws Refusal {
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        other.consume(S, 1, other.queue("orders"));
        server.settle();
        return other;
    }

    /** The durable state is that of whoever applies the same records. */
    private void checkCopies() {
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        MemorySnapshot snapshot = MemorySnapshot.of(server.broker, server.log.appended(), null);
        assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void messagesAreSentAheadAndPermittedByTheWindow() {
        int opened = client.consume(S, 1, orders);
        send("1", "2", "3", "4", "5", "6", "7", "8", "9");

        assertThat(client.out.results.get(opened))
                .isInstanceOfSatisfying(
                        Result.Opened.class,
                        result -> assertThat(result.strictWindow()).isEqualTo(WINDOW));
        assertThat(client.texts(1)).hasSize(9);
        assertThat(client.out.permitted).containsEntry(1, 4L);
        client.ack(S, 1, 1, 1);
        server.settle();
        assertThat(client.out.permitted).containsEntry(1, 4L);
        client.ack(S, 1, 2, 2);
        server.settle();
        assertThat(client.out.permitted).containsEntry(1, 6L);
        checkCopies();
    }

    @Test
    void whatAVanishedConsumerWasPermittedIsInDoubtAndTheRestWasNotSeen() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2", "3", "4", "5", "6");
        client.ack(S, 1, 1, 1);
        kill();

        TestClient other = other();

        assertThat(inDoubt()).containsExactly("2", "3", "4");
        assertThat(other.texts(1)).containsExactly("5", "6");
        assertThat(other.out.delivered).noneMatch(RecordingOutlet.Delivered::redelivered);
        assertThat(server.broker.queue("orders").stats().inDoubt()).isEqualTo(3);
        checkCopies();
    }

    @Test
    void whatIsDecidedGoesOrIsDeliveredOnceMore() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2");
        kill();
        TestClient other = other();

        assertThat(resolve(other, 1, Resolution.CONSUMED)).isNull();
        assertThat(resolve(other, 2, Resolution.RETRY)).isNull();
        assertThat(resolve(other, 2, Resolution.RETRY)).isEqualTo(ErrorCode.NOT_IN_DOUBT);
        server.settle();

        assertThat(inDoubt()).isEmpty();
        assertThat(other.texts(1)).containsExactly("2");
        assertThat(other.out.delivered.get(0).redelivered()).isTrue();
        assertThat(other.out.delivered.get(0).inDoubt()).isFalse();
        checkCopies();
    }

    private ErrorCode resolve(TestClient by, long sequence, Resolution resolution) {
        int request = by.request();
        server.broker.messages().resolve(by.c, S, new Frame.Resolve(request, 1, producer.id, sequence, resolution));
        return by.out.errors.get(request);
    }

    @Test
    void anOrderlyEndReturnsUnusedPermits() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2", "3");
        client.closeSession(S, new Handed(1, 1));

        TestClient other = other();

        assertThat(inDoubt()).isEmpty();
        assertThat(other.texts(1)).containsExactly("1", "2", "3");
        assertThat(other.out.delivered.get(0).redelivered()).isTrue();
        assertThat(other.out.delivered.get(1).redelivered()).isFalse();
        checkCopies();
    }

    @Test
    void whatTheApplicationGivesBackIsNotInDoubt() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2");
        client.recover(S, new Handed(1, 1));
        server.settle();
        client.ack(S, 1, 3, 3);
        kill();

        assertThat(client.texts(1)).containsExactly("1", "2", "1", "2");
        assertThat(inDoubt()).containsExactly("2");
    }

    @Test
    void anApplicationThatKeepsMessagesUndecidedIsPermittedMoreWhenItWantsThem() {
        client.consume(S, 1, orders);
        send("1", "2", "3", "4", "5", "6");

        server.broker.messages().permitWanted(client.c, 1, 4);
        server.settle();

        assertThat(client.out.permitted).containsEntry(1, 6L);
    }

    @Test
    void aMessageInDoubtHoldsItsGroup() throws Refusal {
        client.consume(S, 1, orders, 0, null, null, 1);
        producer.send(S, strict(producer, ""), "a1", TestClient.sent().group("a"));
        producer.send(S, strict(producer, ""), "a2", TestClient.sent().group("a"));
        producer.send(S, strict(producer, ""), "b1", TestClient.sent().group("b"));
        server.settle();
        kill();
        TestClient other = other();
        assertThat(other.texts(1)).containsExactly("b1");

        resolve(other, 1, Resolution.RETRY);
        server.settle();

        assertThat(other.texts(1)).containsExactly("b1", "a1", "a2");
    }

    @Test
    void afterARestartTheHolderHasItsTimeToComeBack() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2", "3", "4", "5");
        server = server.restarted(false);
        server.settle();
        TestClient other = other();
        assertThat(other.texts(1)).containsExactly("5");

        client = server.client(ID);
        client.session(S, AcknowledgeMode.AUTO);
        client.consume(S, 1, client.queue("orders"), 0, null, null, 0);
        int request = client.request();
        List<Frame.Claim> claims = List.of(new Frame.Claim(1, 4, 1), new Frame.Claim(2, 4, 2));
        server.broker.messages().reclaim(client.c, S, new Frame.Reclaim(request, true, 1, 1, 1, 4, claims));
        client.ack(S, 1, 1, 1);
        server.settle();

        assertThat(client.out.results.get(request)).isEqualTo(new Result.Reclaimed(List.of()));
        assertThat(other.texts(1)).containsExactly("5", "3", "4");
        assertThat(other.out.delivered).noneMatch(RecordingOutlet.Delivered::redelivered);
        server.pass(11_000);
        assertThat(inDoubt()).isEmpty();
        kill();
        assertThat(inDoubt()).containsExactly("2");
        checkCopies();
    }

    @Test
    void afterARestartWhatNobodyComesBackForIsInDoubt() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2", "3", "4", "5");
        server = server.restarted(false);
        server.pass(9_000);
        assertThat(inDoubt()).isEmpty();
        server.pass(2_000);

        assertThat(inDoubt()).containsExactly("1", "2", "3", "4");
        checkCopies();
        server = server.restarted(true);
        server.settle();
        assertThat(inDoubt()).containsExactly("1", "2", "3", "4");
        assertThat(other().texts(1)).containsExactly("5");
    }

    @Test
    void aCleanStopLeavesThePermitsToThoseWhoComeBack() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2", "3", "4", "5");
        server.broker.stopping();
        server.broker.stopped();
        server = server.restarted(true);
        server.pass(1_000);

        assertThat(inDoubt()).isEmpty();
        assertThat(other().texts(1)).containsExactly("5");
        server.pass(10_000);
        assertThat(inDoubt()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void aHolderThatComesBackLateHasWhatIsStillInDoubt() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2", "3");
        kill();
        assertThat(inDoubt()).hasSize(3);

        client = server.client(ID);
        client.session(S, AcknowledgeMode.AUTO);
        client.consume(S, 1, client.queue("orders"), 0, null, null, 0);
        List<Frame.Claim> claims = List.of(new Frame.Claim(2, 4, 2));
        server.broker.messages().reclaim(client.c, S, new Frame.Reclaim(client.request(), true, 1, 1, 1, 3, claims));
        client.ack(S, 1, 2, 2);
        server.settle();

        assertThat(inDoubt()).isEmpty();
        assertThat(other().texts(1)).containsExactly("1", "3");
    }

    @Test
    void anotherClientCannotReclaimWhatIsInDoubt() throws Refusal {
        client.consume(S, 1, orders);
        send("1");
        kill();
        TestClient thief = server.client();
        thief.session(S, AcknowledgeMode.AUTO);
        thief.consume(S, 1, thief.queue("orders"), 0, null, null, 0);
        int request = thief.request();
        server.broker
                .messages()
                .reclaim(thief.c, S, new Frame.Reclaim(request, true, 1, 1, 1, 3, List.of(new Frame.Claim(1, 4, 1))));

        assertThat(thief.out.results.get(request)).isEqualTo(new Result.Reclaimed(List.of(1L)));
        assertThat(inDoubt()).containsExactly("1");
    }

    @Test
    void redeliverGivesItToTheNextAfterItsTime() throws Refusal {
        reopen("&onInDoubt=redeliver&inDoubtTimeout=5s");
        client.consume(S, 1, orders);
        producer.send(S, producer.queue("orders"), "1");
        server.settle();
        kill();
        TestClient other = other();
        assertThat(other.texts(1)).isEmpty();

        server.pass(5_000);

        assertThat(other.texts(1)).containsExactly("1");
        assertThat(other.out.delivered.get(0).redelivered()).isTrue();
        assertThat(other.out.delivered.get(0).inDoubt()).isTrue();
        other.ack(S, 1, 1, 1);
        server.settle();
        assertThat(inDoubt()).isEmpty();
    }

    @Test
    void askGivesItToTheNextAtOnceMarked() throws Refusal {
        reopen("&onInDoubt=ask&inDoubtTimeout=1h");
        client.consume(S, 1, orders);
        producer.send(S, producer.queue("orders"), "1");
        server.settle();
        kill();
        assertThat(inDoubt()).containsExactly("1");

        TestClient other = other();

        assertThat(other.texts(1)).containsExactly("1");
        assertThat(other.out.delivered.get(0).inDoubt()).isTrue();
        assertThat(other.out.permitted).containsEntry(1, 1L);
        assertThat(inDoubt()).isEmpty();
        checkCopies();
    }

    @Test
    void theTimeOutMovesWhatNobodyDecidedToTheDeadLetters() throws Refusal {
        reopen("&inDoubtTimeout=5s");
        client.consume(S, 1, orders);
        producer.send(S, producer.queue("orders"), "1");
        server.settle();
        kill();
        server = server.restarted(false);
        server.pass(5_000);

        assertThat(inDoubt()).isEmpty();
        assertThat(server.broker.queue("orders").stats().depth()).isZero();
        assertThat(server.broker.queue("DLQ.orders").stats().depth()).isEqualTo(1);
    }

    @Test
    void whatIsDecidedIsNotKeptUntilItsTimeOut() throws Refusal {
        int rounds = 12;
        for (int round = 0; round < rounds; round++) {
            server = round == 0 ? new TestServer() : server;
            TestClient sender = server.client();
            sender.session(S, AcknowledgeMode.AUTO);
            TestClient vanishing = server.client();
            vanishing.session(S, AcknowledgeMode.AUTO);
            String declared = "delivery=strict&strictWindow=500&inDoubtTimeout=365d";
            vanishing.consume(S, 1, vanishing.alias(DestinationKind.QUEUE, "long", declared));
            for (int i = 0; i < 500; i++) {
                sender.send(S, sender.queue("long"), "m");
            }
            server.settle();
            server.broker.connections().disconnected(vanishing.c);
            server.pass(1_000);
            assertThat(server.broker.doubts().resolveAll("long", Resolution.CONSUMED))
                    .isEqualTo(500);
            server.settle();
        }
        assertThat(server.broker.doubts().awaitedTimeouts()).isLessThan(2_100);
    }

    @Test
    void ofALostLocalTransactionWhatWasReceivedIsInDoubt() throws Refusal {
        client.session(2, AcknowledgeMode.TRANSACTED);
        client.consume(2, 1, orders);
        send("1", "2");
        client.ack(2, 1, 1, 1, AckOutcome.CONSUMED, true);
        kill();

        assertThat(inDoubt()).containsExactly("1", "2");
        checkCopies();
    }

    @Test
    void subscriptionsAreStrictToo() throws Refusal {
        int news = client.alias(DestinationKind.TOPIC, "news", "delivery=strict");
        client.consume(S, 1, news, FrameFlags.CONSUMER_DURABLE | FrameFlags.CONSUMER_SHARED, "all", null);
        producer.send(S, producer.topic("news"), "1");
        server.settle();
        kill();

        assertThat(server.broker.doubts().list(null)).singleElement().satisfies(doubt -> {
            assertThat(doubt.subscription()).isEqualTo("all");
            assertThat(doubt.id()).hasToString("ID:" + producer.id.toString().replace("-", "") + "-1");
        });
        checkCopies();
    }

    @Test
    void nonPersistentMessagesAreInDoubtUntilARestart() throws Refusal {
        client.consume(S, 1, orders);
        producer.send(S, strict(producer, ""), "1", TestClient.sent().nonPersistent());
        server.settle();
        assertThat(client.out.permitted).containsEntry(1, 1L);
        kill();

        assertThat(inDoubt()).hasSize(1);
        assertThat(other().texts(1)).isEmpty();
        server = server.restarted(false);
        server.pass(11_000);
        assertThat(inDoubt()).isEmpty();
    }

    @Test
    void purgedMessagesAreInNoDoubt() throws Refusal {
        client.consume(S, 1, orders);
        send("1", "2");
        kill();
        server.broker.purge("orders");
        server.settle();

        assertThat(inDoubt()).isEmpty();
        checkCopies();
    }
}
