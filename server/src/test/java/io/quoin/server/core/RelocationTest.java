// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.FrameFlags.CONSUMER_DURABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is needed of an old stretch of the log moves to its end, and nobody notices. */
class RelocationTest {

    private static final int S = 1;

    private TestServer server = new TestServer();
    private TestClient client;

    @BeforeEach
    void connect() throws Refusal {
        client = open("me");
    }

    private TestClient open(String clientId) throws Refusal {
        TestClient opened = server.client(new java.util.UUID(3, System.identityHashCode(server)), clientId);
        opened.session(S, AcknowledgeMode.CLIENT);
        return opened;
    }

    /** Moves everything that lies before the present end of the log. */
    private Relocation relocateAll() {
        long end = server.log.appended();
        Relocation relocation = server.broker.relocate(0, end);
        for (Relocation.Progress p = relocation.step(7); p != Relocation.Progress.DONE; p = relocation.step(7)) {
            server.broker.bodiesArrived();
        }
        assertThat(server.store.livePositions()).allMatch(position -> position < 0 || position >= end);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        return relocation;
    }

    @Test
    void messagesOfAQueueKeepTheirOrderTheirPlaceAndTheirBytes() throws Refusal {
        int orders = client.queue("orders");
        List<String> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            client.send(S, orders, "m" + i);
            if (i >= 10 && i < 95) {
                waiting.add("m" + i);
            }
        }
        client.consume(S, 1, orders, 0, null, null, 10);
        server.settle();
        client.ack(S, 1, 1, 10);
        server.settle();

        relocateAll();

        server = server.restarted(false);
        client = open("you");
        client.consume(S, 1, client.queue("orders"));
        server.settle();
        assertThat(client.texts(1)).startsWith(waiting.toArray(String[]::new)).hasSize(90);
    }

    @Test
    void whatIsOutCanBeAcknowledgedAndReturnedAfterwards() throws Refusal {
        int orders = client.queue("orders");
        client.send(S, orders, "a");
        client.send(S, orders, "b");
        client.consume(S, 1, orders);
        server.settle();

        relocateAll();
        client.ack(S, 1, 1, 1);
        client.closeSession(S);
        server.settle();

        client.session(2, AcknowledgeMode.AUTO);
        client.consume(2, 2, orders);
        server.settle();
        assertThat(client.texts(2)).containsExactly("b");
    }

    @Test
    void aMessageOfTwoSubscriptionsIsCopiedOnce() {
        int news = client.topic("news");
        client.consume(S, 1, news, CONSUMER_DURABLE, "one", null);
        client.consume(S, 2, news, CONSUMER_DURABLE, "two", null);
        client.send(S, news, "x".repeat(5_000));
        server.settle();

        Relocation relocation = relocateAll();

        assertThat(relocation.copiedBytes()).isBetween(5_000L, 6_000L);
    }

    @Test
    void aDelayedMessageIsDueWhenItWas() throws Refusal {
        int orders = client.queue("orders");
        client.send(S, orders, "later", TestClient.sent().delay(60_000));
        client.consume(S, 1, orders);
        server.settle();

        relocateAll();

        server.pass(59_000);
        assertThat(client.texts(1)).isEmpty();
        server.pass(1_000);
        assertThat(client.texts(1)).containsExactly("later");
    }

    @Test
    void messagesThatAreNotInMemoryAreWaitedFor() {
        int orders = client.queue("orders");
        client.send(S, orders, "cold");
        server.settle();
        server.store.coldByDefault = true;

        Relocation relocation = server.broker.relocate(0, server.log.appended());

        List<Relocation.Progress> progress = new ArrayList<>();
        do {
            progress.add(relocation.step(1));
        } while (progress.get(progress.size() - 1) != Relocation.Progress.DONE);
        assertThat(progress).contains(Relocation.Progress.WAITS);
    }
}
