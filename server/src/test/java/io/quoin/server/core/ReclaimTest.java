// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client's application holds while the server is started anew, or forgets the client's sessions. */
class ReclaimTest {

    private static final int S = 1;
    private static final UUID ID = new UUID(1, 1);

    private TestServer server = new TestServer();
    private TestClient client;
    private int orders;
    private long bootNumber;
    private List<RecordingOutlet.Delivered> delivered;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client(ID);
        client.session(S, AcknowledgeMode.CLIENT);
        orders = client.queue("orders");
        client.consume(S, 1, orders);
        bootNumber = server.broker.bootNumber();
    }

    private void receive(String... texts) {
        for (String text : texts) {
            client.send(S, orders, text);
        }
        server.settle();
        delivered = new ArrayList<>(client.take());
        assertThat(delivered).hasSize(texts.length);
    }

    private int source() {
        return client.c.consumers().get(1).source().number();
    }

    /** The client is back on a server that does not know it any more, and opens its consumer without credit. */
    private void comeBack() throws Refusal {
        client = server.client(ID);
        client.session(S, AcknowledgeMode.CLIENT);
        orders = client.queue("orders");
        client.consume(S, 1, orders, 0, null, null, 0);
    }

    private void reclaim(int source, long received, int... tags) {
        List<Frame.Claim> claims = new ArrayList<>();
        for (int tag : tags) {
            claims.add(new Frame.Claim(tag, 4, delivered.get(tag - 1).arrival()));
        }
        server.broker
                .messages()
                .reclaim(
                        client.c,
                        S,
                        new Frame.Reclaim(client.request(), true, 1, bootNumber, source, received, claims));
    }

    private void credit(long limitMessages) {
        server.broker.messages().credit(client.c, S, 1, limitMessages, 1 << 20, 0);
        server.settle();
    }

    @Test
    void whatIsReclaimedAfterARestartIsNotDeliveredAgainAndKeepsItsTag() throws Refusal {
        receive("a", "b", "c", "d", "e");
        int source = source();
        server = server.restarted(false);
        comeBack();

        reclaim(source, 5, 2, 4);
        credit(100);

        assertThat(client.texts(1)).containsExactly("a", "c", "e");
        assertThat(client.out.delivered).allMatch(RecordingOutlet.Delivered::redelivered);
        assertThat(client.out.delivered.get(0).tag()).isEqualTo(6);
        client.ack(S, 1, 2, 2);
        client.ack(S, 1, 4, 8);
        assertThat(server.broker.queue("orders").stats().depth()).isZero();
    }

    @Test
    void whatIsReclaimedComesBackFlaggedWhenItIsNotAcknowledged() throws Refusal {
        receive("a", "b");
        int source = source();
        server = server.restarted(false);
        comeBack();
        reclaim(source, 2, 1, 2);
        client.closeSession(S);

        client.session(S, AcknowledgeMode.CLIENT);
        client.consume(S, 1, orders);
        server.settle();

        assertThat(client.texts(1)).containsExactly("a", "b");
        assertThat(client.out.delivered).allMatch(RecordingOutlet.Delivered::redelivered);
    }

    @Test
    void whatAnotherConsumerHasOrHasFinishedIsNotReclaimed() throws Refusal {
        receive("a", "b", "c");
        int source = source();
        server = server.restarted(false);
        TestClient other = server.client(new UUID(2, 2));
        other.session(S, AcknowledgeMode.CLIENT);
        other.consume(S, 1, other.queue("orders"), 0, null, null, 2);
        server.settle();
        other.ack(S, 1, 1, 1);
        comeBack();

        reclaim(source, 3, 1, 2, 3);
        assertThat(client.out.results).containsValue(new Result.Reclaimed(List.of(1L, 2L)));
        client.ack(S, 1, 1, 3);
        server.settle();

        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);
        assertThat(server.broker.queue("orders").stats().out()).isEqualTo(1);
    }

    @Test
    void whatIsGoneMayHaveBeenAcknowledgedByWhoeverSaysSo() throws Refusal {
        receive("a");
        int source = source();
        client.ack(S, 1, 1, 1);
        server.settle();
        server = server.restarted(false);
        comeBack();

        List<Frame.Claim> claims =
                List.of(new Frame.Claim(1, 4, delivered.get(0).arrival(), true));
        server.broker
                .messages()
                .reclaim(client.c, S, new Frame.Reclaim(client.request(), true, 1, bootNumber, source, 1, claims));

        assertThat(client.out.results).containsValue(new Result.Reclaimed(List.of()));
    }

    @Test
    void nothingIsReclaimedFromAnotherSource() throws Refusal {
        receive("a");
        int source = source();
        server = server.restarted(false);
        comeBack();

        reclaim(source + 1, 1, 1);
        credit(100);

        assertThat(client.texts(1)).containsExactly("a");
    }

    @Test
    void aVolatileMessageIsReclaimedOnlyFromTheServerThatDeliveredIt() throws Refusal {
        client.send(S, orders, "v", TestClient.sent().nonPersistent());
        server.settle();
        delivered = client.take();
        int source = source();
        server.broker.connections().disconnected(client.c);
        server.pass(60_000);
        comeBack();
        reclaim(source, 1, 1);
        credit(100);
        assertThat(client.texts(1)).isEmpty();
        assertThat(server.broker.queue("orders").stats().out()).isEqualTo(1);

        server = server.restarted(false);
        comeBack();
        client.send(S, orders, "w", TestClient.sent().nonPersistent());
        server.settle();
        reclaim(source, 1, 1);
        credit(100);

        assertThat(client.texts(1)).containsExactly("w");
    }

    @Test
    void theGroupOfAMessageThatIsReclaimedWaitsForIt() throws Refusal {
        client.send(S, orders, "a", TestClient.sent().group("g"));
        client.send(S, orders, "b", TestClient.sent().group("g"));
        client.send(S, orders, "c", TestClient.sent().group("h"));
        server.settle();
        delivered = client.take();
        int source = source();
        server = server.restarted(false);
        comeBack();

        reclaim(source, 3, 1);
        credit(100);
        assertThat(client.texts(1)).containsExactly("c");
        client.ack(S, 1, 1, 1);
        server.settle();

        assertThat(client.texts(1)).containsExactly("c", "b");
    }

    @Test
    void numbersThatMakeNoSenseDoNoHarm() throws Refusal {
        receive("a");
        int source = source();
        server = server.restarted(false);
        comeBack();
        List<Frame.Claim> claims = List.of(
                new Frame.Claim(0, 4, 1),
                new Frame.Claim(1, 200, 1),
                new Frame.Claim(2, 4, Long.MAX_VALUE),
                new Frame.Claim(Long.MAX_VALUE, 4, 1),
                new Frame.Claim(3, 4, 0));

        server.broker
                .messages()
                .reclaim(
                        client.c,
                        S,
                        new Frame.Reclaim(client.request(), true, 1, bootNumber, source, 1L << 40, claims));
        credit(Long.MAX_VALUE);

        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.out.delivered.get(0).tag()).isEqualTo((1L << 40) + 1);
    }
}
