// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.FrameFlags.CONSUMER_DURABLE;
import static io.quoin.protocol.FrameFlags.CONSUMER_SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.server.model.Refusal;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Durable subscriptions that nobody wants any more. */
class SubscriptionExpiryTest {

    private static final int S = 1;
    private static final long DAY_MS = 86_400_000;

    private TestServer server = new TestServer();
    private TestClient client;
    private int news;

    @BeforeEach
    void connect() throws Refusal {
        connect(1);
    }

    private void connect(long number) throws Refusal {
        client = server.client(new UUID(1, number), "me");
        client.session(S, AcknowledgeMode.CLIENT);
        news = client.alias(DestinationKind.TOPIC, "news", "subscriptionExpiry=30d");
    }

    private void restart(boolean clean) throws Refusal {
        if (clean) {
            server.broker.stopping();
            server.broker.stopped();
        }
        long wallMs = server.wallMs;
        server = server.restarted(clean);
        server.wallMs = wallMs;
        connect(2);
        server.settle();
    }

    private void subscribe() {
        client.consume(S, 1, news, CONSUMER_DURABLE, "mine", null);
        server.settle();
    }

    private int count() {
        return server.broker.subscriptions().size();
    }

    @Test
    void oneWithoutAConsumerIsRemovedInTime() {
        subscribe();
        server.pass(100 * DAY_MS);
        assertThat(count()).isEqualTo(1);
        client.closeConsumer(S, 1, 0);
        client.send(S, news, "a");
        server.pass(30 * DAY_MS - 1);
        assertThat(count()).isEqualTo(1);
        assertThat(server.broker.subscriptions().get(0).expiresAtMs()).isEqualTo(server.wallMs + 1);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        assertThat(server.broker.nextDeadlineMs()).isEqualTo(server.wallMs + 1);
        server.pass(1);
        assertThat(count()).isZero();
        assertThat(server.broker.expiredSubscriptions()).isEqualTo(1);
        assertThat(server.broker.pollExpiredSubscription().name()).isEqualTo("mine");
        assertThat(server.broker.pollExpiredSubscription()).isNull();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        client.send(S, news, "b");
        subscribe();
        assertThat(client.out.delivered).isEmpty();
    }

    @Test
    void aConsumerBeginsTheTimeAnew() {
        subscribe();
        client.closeConsumer(S, 1, 0);
        server.pass(20 * DAY_MS);
        client.consume(S, 2, news, CONSUMER_DURABLE, "mine", null);
        client.closeConsumer(S, 2, 0);
        server.pass(20 * DAY_MS);
        assertThat(count()).isEqualTo(1);
        server.pass(10 * DAY_MS);
        assertThat(count()).isZero();
    }

    @Test
    void theTimeGoesOnOverRestarts() throws Refusal {
        subscribe();
        client.closeConsumer(S, 1, 0);
        server.pass(20 * DAY_MS);
        restart(true);
        server.pass(9 * DAY_MS);
        restart(false);
        assertThat(count()).isEqualTo(1);
        server.pass(DAY_MS);
        assertThat(count()).isZero();
    }

    @Test
    void oneThatWasInUseHasAllItsTimeAfterACrash() throws Refusal {
        subscribe();
        server.pass(20 * DAY_MS);
        restart(false);
        server.pass(30 * DAY_MS - 1);
        assertThat(count()).isEqualTo(1);
        server.pass(1);
        assertThat(count()).isZero();
    }

    @Test
    void aSnapshotKnowsSinceWhen() {
        subscribe();
        client.closeConsumer(S, 1, 0);
        server.pass(DAY_MS);
        MemorySnapshot snapshot = new MemorySnapshot(server.log.appended(), null);
        server.broker.beginSnapshot(snapshot);
        while (!server.broker.snapshotStep(10)) {
            // Every step brings it nearer to its end.
        }
        assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void whatIsNotSettledKeepsItsSubscription() {
        client.consume(S, 1, news, CONSUMER_DURABLE | CONSUMER_SHARED, "team", null);
        client.send(S, news, "a");
        server.settle();
        client.closeConsumer(S, 1, 1);
        server.pass(40 * DAY_MS);
        assertThat(count()).isEqualTo(1);
        client.ack(S, 1, 1, 1);
        server.pass(60_000);
        assertThat(count()).isZero();
    }

    @Test
    void withoutTheOptionNothingExpiresAndNothingIsRecorded() {
        int plain = client.topic("plain");
        client.consume(S, 1, plain, CONSUMER_DURABLE, "mine", null);
        server.settle();
        long before = server.log.appended();
        client.closeConsumer(S, 1, 0);
        server.settle();
        assertThat(server.log.appended()).isEqualTo(before);
        server.pass(1_000 * DAY_MS);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void onesByPatternExpireToo() {
        int all = client.alias(DestinationKind.TOPIC, "news.>", "subscriptionExpiry=1d");
        client.consume(S, 1, all, CONSUMER_DURABLE, "all", null);
        client.closeConsumer(S, 1, 0);
        server.pass(DAY_MS);
        assertThat(count()).isZero();
        client.send(S, client.topic("news.eu"), "a");
        server.settle();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }
}
