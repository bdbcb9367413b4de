// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.model.Refusal;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who waits for whom after a server has ended without a word. */
class AwaitedConsumersTest {

    private static final int S = 1;
    private static final long GRACE_MS = 10_000;
    private static final UUID ID = new UUID(1, 1);

    private TestServer server = new TestServer(BrokerOptions.DEFAULT.withRestartGraceMs(GRACE_MS));
    private TestClient holder;
    private TestClient other;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        holder = consumer(ID);
    }

    private TestClient consumer(UUID id) throws Refusal {
        TestClient client = server.client(id);
        client.session(S, AcknowledgeMode.CLIENT);
        orders = client.queue("orders");
        client.consume(S, 1, orders);
        return client;
    }

    /** The holder has "a" and "b" in hand when the server ends; another one comes first. */
    private void crashWithMessagesOut() throws Refusal {
        holder.send(S, orders, "a");
        holder.send(S, orders, "b");
        server.settle();
        assertThat(holder.texts(1)).containsExactly("a", "b");
        crash();
    }

    private void crash() throws Refusal {
        server = server.restarted(false);
        other = consumer(new UUID(2, 2));
        server.settle();
    }

    private void holderComesBack(Frame.Claim... claims) throws Refusal {
        long boot = server.broker.bootNumber() - 1;
        holder = server.client(ID);
        holder.session(S, AcknowledgeMode.CLIENT);
        int queue = holder.queue("orders");
        holder.consume(S, 1, queue, 0, null, null, 0);
        int source = holder.c.consumers().get(1).source().number();
        server.broker
                .messages()
                .reclaim(holder.c, S, new Frame.Reclaim(holder.request(), true, 1, boot, source, 2, List.of(claims)));
        server.broker.connections().restored(holder.c);
        server.settle();
    }

    private static Frame.Claim claim(long number) {
        return new Frame.Claim(number, 4, number);
    }

    @Test
    void nobodyGetsWhatAFormerConsumerMayHoldUntilItIsBack() throws Refusal {
        crashWithMessagesOut();
        server.pass(GRACE_MS - 1);
        assertThat(other.texts(1)).isEmpty();

        holderComesBack(claim(1));

        assertThat(other.texts(1)).containsExactly("b");
        holder.ack(S, 1, 1, 1);
        server.pass(GRACE_MS);
        assertThat(other.texts(1)).containsExactly("b");
    }

    @Test
    void whoDoesNotComeBackInTimeIsNotWaitedForAnyLonger() throws Refusal {
        crashWithMessagesOut();
        assertThat(server.broker.nextDeadlineMs()).isEqualTo(server.wallMs + GRACE_MS);
        server.pass(GRACE_MS);
        assertThat(other.texts(1)).containsExactly("a", "b");

        server = server.restarted(false);
        server.pass(GRACE_MS);
        TestClient third = consumer(new UUID(3, 3));
        server.settle();
        assertThat(third.texts(1)).containsExactly("a", "b");
    }

    @Test
    void whatIsSentAfterTheStartFlowsAtOnce() throws Refusal {
        crashWithMessagesOut();
        other.send(S, orders, "c");
        server.settle();
        assertThat(other.texts(1)).containsExactly("c");

        holderComesBack(claim(1), claim(2));

        assertThat(other.texts(1)).containsExactly("c");
    }

    @Test
    void whatComesBehindItInItsGroupWaits() throws Refusal {
        holder.send(S, orders, "a", TestClient.sent().group("g"));
        server.settle();
        crash();
        other.send(S, orders, "b", TestClient.sent().group("g"));
        other.send(S, orders, "c", TestClient.sent().group("h"));
        server.settle();
        assertThat(other.texts(1)).containsExactly("c");

        holderComesBack(claim(1));
        assertThat(other.texts(1)).containsExactly("c");
        holder.ack(S, 1, 1, 1);
        server.settle();
        assertThat(holder.texts(1)).as("its slot may be either's").isSubsetOf("b");
        server.broker.connections().goodbye(holder.c, holder.request());
        server.settle();

        assertThat(other.texts(1)).containsExactly("c", "b");
    }

    @Test
    void whatNobodyCanHaveBeenGivenYetFlows() throws Refusal {
        server.broker.connections().goodbye(holder.c, holder.request());
        holder = server.client(ID);
        holder.session(S, AcknowledgeMode.CLIENT);
        holder.consume(S, 1, holder.queue("orders"), 0, null, null, 1);
        int beyond = HandOut.RESERVE + 100;
        for (int i = 1; i <= beyond; i++) {
            holder.send(S, orders, "m");
        }
        server.settle();
        crash();

        QueueInfo info = server.broker.queue("orders");
        assertThat(info.heldBack()).isBetween(HandOut.RESERVE / 2L, (long) beyond - 1);
        assertThat(info.heldBackForMs()).isEqualTo(GRACE_MS);
        assertThat(info.stats().out()).isEqualTo(other.out.delivered.size());
        assertThat(other.out.delivered.get(0).arrival()).isEqualTo(info.heldBack() + 1);

        server.pass(GRACE_MS);
        assertThat(server.broker.queue("orders").heldBack()).isZero();
        assertThat(server.broker.queue("orders").heldBackForMs()).isZero();
    }

    @Test
    void whatIsLetGoComesBeforeWhatWasSentSince() throws Refusal {
        for (int i = 0; i < 5_000; i++) {
            holder.send(S, orders, "old");
        }
        server.settle();
        server = server.restarted(false);
        TestClient sender = server.client();
        sender.session(S, AcknowledgeMode.AUTO);
        sender.send(S, sender.queue("orders"), "new");
        holder = consumer(ID);
        server.broker.connections().restored(holder.c);
        server.settle();

        List<RecordingOutlet.Delivered> delivered = holder.take();
        assertThat(delivered).hasSize(5_001);
        assertThat(delivered).isSortedAccordingTo(Comparator.comparingLong(RecordingOutlet.Delivered::arrival));
    }

    @Test
    void anExclusiveQueueWaitsAltogether() throws Refusal {
        int single = holder.alias(DestinationKind.QUEUE, "single", "exclusive=true");
        holder.consume(S, 2, single);
        holder.send(S, single, "a");
        server.settle();
        server = server.restarted(false);
        other = server.client();
        other.session(S, AcknowledgeMode.CLIENT);
        other.consume(S, 1, other.queue("single"));
        other.send(S, other.queue("single"), "b");
        server.settle();
        assertThat(other.texts(1)).isEmpty();

        server.pass(GRACE_MS);
        assertThat(other.texts(1)).containsExactly("a", "b");
    }

    @Test
    void whoTakesOverAnUnsharedSubscriptionWaitsForNobody() throws Refusal {
        TestClient first = server.client(new UUID(4, 4), "me");
        first.session(S, AcknowledgeMode.CLIENT);
        int news = first.alias(DestinationKind.TOPIC, "news", null);
        first.consume(S, 1, news, FrameFlags.CONSUMER_DURABLE, "sub", null);
        first.send(S, news, "a");
        server.settle();
        server = server.restarted(false);
        TestClient second = server.client(new UUID(5, 5), "me");
        second.session(S, AcknowledgeMode.CLIENT);
        second.consume(
                S, 1, second.alias(DestinationKind.TOPIC, "news", null), FrameFlags.CONSUMER_DURABLE, "sub", null);
        server.settle();

        assertThat(second.texts(1)).containsExactly("a");
    }

    @Test
    void nothingWaitsWhereNothingWasOut() throws Refusal {
        holder.send(S, orders, "a");
        server.settle();
        holder.ack(S, 1, 1, 1);
        server.settle();
        crash();

        other.send(S, orders, "b");
        server.settle();

        assertThat(other.texts(1)).containsExactly("b");
    }

    @Test
    void nothingWaitsForWhoeverHadLeft() throws Refusal {
        holder.send(S, orders, "a");
        server.settle();
        server.broker.connections().goodbye(holder.c, holder.request());
        server.settle();
        crash();

        assertThat(other.texts(1)).containsExactly("a");
    }

    @Test
    void nothingWaitsForWhoeverWasLostBefore() throws Refusal {
        holder.send(S, orders, "a");
        server.settle();
        server.broker.connections().disconnected(holder.c);
        server.pass(BrokerOptions.DEFAULT.graceMs());
        crash();

        assertThat(other.texts(1)).containsExactly("a");
    }

    @Test
    void anotherQueueDoesNotWait() throws Refusal {
        int bills = holder.queue("bills");
        holder.send(S, bills, "x");
        crashWithMessagesOut();
        other.consume(S, 2, other.queue("bills"));
        server.settle();

        assertThat(other.texts(2)).containsExactly("x");
        assertThat(other.texts(1)).isEmpty();
    }

    @Test
    void nothingWaitsAfterACleanStop() throws Refusal {
        holder.send(S, orders, "a");
        server.settle();
        server = server.restarted(true);
        other = consumer(new UUID(2, 2));
        server.settle();

        assertThat(other.texts(1)).containsExactly("a");
    }

    @Test
    void whoIsLostOnTheWayBackIsWaitedForStill() throws Refusal {
        crashWithMessagesOut();
        TestClient early = server.client(ID);
        early.session(S, AcknowledgeMode.CLIENT);
        server.broker.connections().disconnected(early.c);
        server.pass(BrokerOptions.DEFAULT.graceMs());
        assertThat(other.texts(1)).isEmpty();

        holderComesBack(claim(1), claim(2));

        assertThat(other.texts(1)).isEmpty();
    }

    @Test
    void whoMayHoldWhatIsPartOfASnapshotAndOfTheDigest() throws Refusal {
        holder.send(S, orders, "a");
        server.settle();
        MemorySnapshot snapshot = MemorySnapshot.of(server.broker, server.log.appended(), null);
        assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());

        server = server.restarted(false, snapshot);
        other = consumer(new UUID(2, 2));
        server.settle();

        assertThat(other.texts(1)).isEmpty();
    }

    @Test
    void aConsumerGetsNothingBeforeTheLogTellsOfIt() throws Refusal {
        int bills = holder.queue("bills");
        holder.consume(S, 2, bills, 0, null, null, 1);
        holder.send(S, bills, "x");
        holder.send(S, bills, "y");
        server.settle();
        assertThat(holder.texts(2)).containsExactly("x");

        TestClient late = server.client(new UUID(2, 2));
        late.session(S, AcknowledgeMode.CLIENT);
        late.consume(S, 1, late.queue("bills"), 0, null, null, 0);
        late.consume(S, 2, late.queue("bills"));
        int drain = late.drain(S, 2);
        server.broker.dispatch(1_000);
        assertThat(late.out.delivered).isEmpty();
        assertThat(late.out.results).doesNotContainKey(drain);
        assertThat(server.broker.hasUnforcedWork()).isTrue();

        server.settle();
        assertThat(late.texts(2)).containsExactly("y");
        assertThat(late.out.results).containsKey(drain);
        assertThat(server.broker.hasUnforcedWork()).isFalse();
    }

    @Test
    void aDrainDoesNotWaitForOthers() throws Refusal {
        crashWithMessagesOut();
        int before = other.out.results.size();
        server.broker.messages().drain(other.c, S, other.request(), 1);
        server.settle();
        assertThat(other.out.results).hasSizeGreaterThan(before);
    }
}
