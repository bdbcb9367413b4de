// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.model.Refusal;
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
    void whatIsSentMeanwhileWaitsBehindIt() throws Refusal {
        crashWithMessagesOut();
        other.send(S, orders, "c");
        server.settle();
        assertThat(other.texts(1)).isEmpty();

        holderComesBack(claim(1), claim(2));

        assertThat(other.texts(1)).containsExactly("c");
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
    void aDrainDoesNotWaitForOthers() throws Refusal {
        crashWithMessagesOut();
        int before = other.out.results.size();
        server.broker.messages().drain(other.c, S, other.request(), 1);
        server.settle();
        assertThat(other.out.results).hasSizeGreaterThan(before);
    }
}
