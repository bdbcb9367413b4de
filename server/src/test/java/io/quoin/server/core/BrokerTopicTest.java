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

/** Topics and subscriptions (Messaging 3.1 §8.3). */
class BrokerTopicTest {

    private static final int S = 1;

    private TestServer server = new TestServer();
    private TestClient client;
    private int news;

    @BeforeEach
    void connect() throws Refusal {
        client = open("me", 1);
        news = client.topic("news");
    }

    private TestClient open(String clientId, long number) throws Refusal {
        TestClient opened = server.client(new UUID(1, number), clientId);
        opened.session(S, AcknowledgeMode.AUTO);
        return opened;
    }

    @Test
    void everyUnsharedSubscriberGetsEveryMessageSentSinceItCame() {
        client.send(S, news, "early");
        client.consume(S, 1, news);
        client.consume(S, 2, news);
        client.send(S, news, "a");
        client.send(S, news, "b", TestClient.sent().nonPersistent());
        server.settle();

        assertThat(client.texts(1)).containsExactlyInAnyOrder("a", "b");
        assertThat(client.texts(2)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aPersistentMessageWithoutADurableSubscriptionIsNotLogged() {
        client.consume(S, 1, news);
        server.settle();
        long before = server.log.appended();
        client.send(S, news, "a");
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
        assertThat(server.log.appended()).isEqualTo(before);
    }

    @Test
    void aDurableSubscriptionKeepsMessagesOverARestart() throws Refusal {
        client.consume(S, 1, news, CONSUMER_DURABLE, "mine", null);
        client.closeConsumer(S, 1, 0);
        client.send(S, news, "a");
        client.send(S, news, "gone", TestClient.sent().nonPersistent());
        server.settle();

        server = server.restarted(false);
        client = open("me", 2);
        client.consume(S, 1, client.topic("news"), CONSUMER_DURABLE, "mine", null);
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
    }

    @Test
    void aBodyIsStoredOnceForAllSubscriptionsAndFreedWithTheLast() {
        client.consume(S, 1, news, CONSUMER_DURABLE, "one", null);
        client.consume(S, 2, news, CONSUMER_DURABLE, "two", null);
        client.consume(S, 3, news);
        client.send(S, news, "a");
        server.settle();
        assertThat(server.store.liveCount()).isEqualTo(1);
        client.ack(S, 1, 1, 1);
        client.ack(S, 2, 1, 1);
        assertThat(server.store.liveCount()).isEqualTo(1);
        client.ack(S, 3, 1, 1);
        assertThat(server.store.liveCount()).isZero();
    }

    @Test
    void selectorsAreDecidedOnceAndRecorded() throws Refusal {
        client.consume(S, 1, news, CONSUMER_DURABLE, "all", null);
        client.consume(S, 2, news, CONSUMER_DURABLE, "red", "colour = 'red'");
        client.consume(S, 3, news, CONSUMER_DURABLE, "blue", "colour = 'blue'");
        client.consume(S, 4, news, 0, null, "colour = 'red'");
        client.send(S, news, "r", TestClient.sent().property("colour", "red"));
        client.send(S, news, "b", TestClient.sent().property("colour", "blue"));
        client.send(S, news, "v", TestClient.sent().property("colour", "red").nonPersistent());
        server.settle();

        assertThat(client.texts(1)).containsExactlyInAnyOrder("r", "b", "v");
        assertThat(client.texts(2)).containsExactlyInAnyOrder("r", "v");
        assertThat(client.texts(3)).containsExactly("b");
        assertThat(client.texts(4)).containsExactlyInAnyOrder("r", "v");
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void consumersOfASharedSubscriptionDivideItsMessages() throws Refusal {
        TestClient other = open("me2", 2);
        client.consume(S, 1, news, CONSUMER_SHARED, "work", null);
        client.consume(S, 2, news, CONSUMER_SHARED, "work", null);
        assertThat(other.out.errors).isEmpty();
        for (int i = 0; i < 10; i++) {
            client.send(S, news, "m" + i);
        }
        server.settle();
        List<String> one = client.texts(1);
        List<String> two = client.texts(2);
        assertThat(one).isNotEmpty();
        assertThat(two).isNotEmpty();
        assertThat(one.size() + two.size()).isEqualTo(10);
    }

    @Test
    void aNonDurableSharedSubscriptionDiesWithItsLastConsumer() {
        client.consume(S, 1, news, CONSUMER_SHARED, "work", null);
        client.closeConsumer(S, 1, 0);
        client.send(S, news, "a");
        client.consume(S, 2, news, CONSUMER_SHARED, "work", null);
        server.settle();
        assertThat(client.texts(2)).isEmpty();
        assertThat(server.broker.subscriptions()).hasSize(1);
    }

    @Test
    void sharedDurableWorksWithoutAClientIdAndUnsharedDoesNot() throws Refusal {
        TestClient nobody = open(null, 3);
        int topic = nobody.topic("news");
        int shared = nobody.consume(S, 1, topic, CONSUMER_SHARED | CONSUMER_DURABLE, "work", null);
        int unshared = nobody.consume(S, 2, topic, CONSUMER_DURABLE, "mine", null);
        assertThat(nobody.out.okAfter).containsKey(shared);
        assertThat(nobody.out.errors.get(unshared)).isEqualTo(ErrorCode.CLIENT_ID_MISSING);
    }

    @Test
    void noLocalKeepsOutWhatTheSameConnectionOrClientIdSends() throws Refusal {
        client.consume(S, 1, news, CONSUMER_NO_LOCAL, null, null);
        client.consume(S, 2, news, CONSUMER_DURABLE | CONSUMER_NO_LOCAL, "mine", null);
        TestClient other = open("other", 2);
        client.send(S, news, "local");
        other.send(S, other.topic("news"), "foreign");
        server.settle();
        assertThat(client.texts(1)).containsExactly("foreign");
        assertThat(client.texts(2)).containsExactly("foreign");
    }

    @Test
    void anInactiveDurableSubscriptionWithAnotherSelectorIsReplaced() {
        client.consume(S, 1, news, CONSUMER_DURABLE, "mine", null);
        client.closeConsumer(S, 1, 0);
        client.send(S, news, "old");
        client.consume(S, 2, news, CONSUMER_DURABLE, "mine", "x = 1");
        client.send(S, news, "new", TestClient.sent().property("x", 1));
        server.settle();
        assertThat(client.texts(2)).containsExactly("new");
    }

    @Test
    void anActiveSubscriptionRefusesAnotherConsumerOrAnotherShape() {
        client.consume(S, 1, news, CONSUMER_DURABLE, "mine", null);
        int second = client.consume(S, 2, news, CONSUMER_DURABLE, "mine", null);
        int different = client.consume(S, 3, client.topic("sport"), CONSUMER_DURABLE, "mine", null);
        int shared = client.consume(S, 4, news, CONSUMER_DURABLE | CONSUMER_SHARED, "mine", null);
        assertThat(client.out.errors.get(second)).isEqualTo(ErrorCode.SUBSCRIPTION_ACTIVE);
        assertThat(client.out.errors.get(different)).isEqualTo(ErrorCode.SUBSCRIPTION_MISMATCH);
        assertThat(client.out.errors.get(shared)).isEqualTo(ErrorCode.SUBSCRIPTION_MISMATCH);
    }

    @Test
    void unsubscribeNeedsAnUnusedSubscriptionThatExists() {
        int unknown = client.request();
        server.broker.connections().unsubscribe(client.c, unknown, "mine");
        assertThat(client.out.errors.get(unknown)).isEqualTo(ErrorCode.SUBSCRIPTION_UNKNOWN);

        client.consume(S, 1, news, CONSUMER_DURABLE, "mine", null);
        int active = client.request();
        server.broker.connections().unsubscribe(client.c, active, "mine");
        assertThat(client.out.errors.get(active)).isEqualTo(ErrorCode.SUBSCRIPTION_ACTIVE);

        client.send(S, news, "a");
        server.settle();
        client.closeConsumer(S, 1, 1);
        int unacknowledged = client.request();
        server.broker.connections().unsubscribe(client.c, unacknowledged, "mine");
        assertThat(client.out.errors.get(unacknowledged)).isEqualTo(ErrorCode.SUBSCRIPTION_ACTIVE);

        client.ack(S, 1, 1, 1);
        client.send(S, news, "b");
        int done = client.request();
        server.broker.connections().unsubscribe(client.c, done, "mine");
        server.settle();
        assertThat(client.out.okAfter).containsKey(done);
        assertThat(server.store.liveCount()).isZero();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void deadLettersOfASubscriptionGoToTheQueueOfTheTopic() {
        client.consume(S, 1, news, CONSUMER_DURABLE, "mine", null);
        client.send(S, news, "a");
        server.settle();
        client.ack(S, 1, 1, 1, io.quoin.protocol.AckOutcome.REJECTED, false);
        client.consume(S, 2, client.queue("DLQ.news"));
        server.settle();
        assertThat(client.texts(2)).containsExactly("a");
    }

    @Test
    void whoeverAsksTakesOverADurableSubscriptionWhoseConnectionIsGone() throws Refusal {
        client.consume(S, 1, news, CONSUMER_DURABLE, "mine", null);
        client.send(S, news, "a");
        server.settle();
        server.broker.connections().disconnected(client.c);

        TestClient successor = open("me", 9);
        successor.consume(S, 1, successor.topic("news"), CONSUMER_DURABLE, "mine", null);
        server.settle();
        assertThat(successor.texts(1)).containsExactly("a");
        assertThat(successor.out.delivered.get(0).redelivered()).isTrue();
    }

    @Test
    void aPersistentDeadLetterOfANonDurableSubscriptionSurvives() throws Refusal {
        client.consume(S, 1, news);
        client.send(S, news, "kept");
        client.send(S, news, "light", TestClient.sent().nonPersistent());
        server.settle();
        client.ack(S, 1, 1, 2, AckOutcome.REJECTED, false);
        server.settle();
        assertThat(server.broker.queue("DLQ.news").stats().depth()).isEqualTo(2);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());

        server = server.restarted(false);
        client = open("me", 2);
        client.consume(S, 1, client.queue("DLQ.news"));
        server.settle();
        assertThat(client.texts(1)).containsExactly("kept");
    }

    @Test
    void aTopicCannotTakeThePlaceOfDeadLetters() {
        client.send(S, client.topic("DLQ.news"), "a");
        assertThat(client.out.refused).extracting("code").containsExactly(ErrorCode.INVALID_NAME);
    }

    @Test
    void expiredMessagesWhoseQueueIsATopicAreDeadLetters() {
        int perishable = client.alias(DestinationKind.QUEUE, "perishable", "expiryQueue=news");
        client.consume(S, 1, news);
        client.send(S, perishable, "a", TestClient.sent().timeToLive(100));
        server.pass(200);
        assertThat(server.broker.queue("DLQ.perishable").stats().depth()).isEqualTo(1);
    }

    @Test
    void aDelayedMessageIsForSubscriptionsThatWereThereWhenItWasSent() throws Refusal {
        client.consume(S, 1, news);
        client.consume(S, 2, news, CONSUMER_DURABLE, "mine", null);
        client.send(S, news, "late", TestClient.sent().delay(1_000));
        client.send(S, news, "light", TestClient.sent().delay(1_000).nonPersistent());
        server.settle();
        client.consume(S, 3, news);
        client.consume(S, 4, news, CONSUMER_SHARED, "team", null);
        server.pass(999);
        assertThat(client.out.delivered).isEmpty();
        server.pass(1);
        assertThat(client.texts(1)).containsExactlyInAnyOrder("late", "light");
        assertThat(client.texts(2)).containsExactlyInAnyOrder("late", "light");
        assertThat(client.texts(3)).isEmpty();
        assertThat(client.texts(4)).isEmpty();
    }
}
