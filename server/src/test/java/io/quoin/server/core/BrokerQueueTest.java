// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.server.model.Refusal;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerQueueTest {

    private static final int S = 1;

    private TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        orders = client.queue("orders");
    }

    @Test
    void aPersistentMessageIsAnsweredAndDeliveredOnlyWhenDurable() {
        client.consume(S, 1, orders);
        server.settle();

        client.send(S, orders, "a");
        server.broker.dispatch(100);
        assertThat(client.out.delivered).isEmpty();
        assertThat(client.out.sentUpTo).isEqualTo(1);
        assertThat(client.out.sentAfter).isEqualTo(server.log.appended());

        server.flush();
        server.broker.dispatch(100);
        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.out.delivered.get(0).tag()).isEqualTo(1);
        assertThat(client.out.delivered.get(0).count()).isEqualTo(1);
        assertThat(client.out.delivered.get(0).redelivered()).isFalse();
    }

    @Test
    void anAcknowledgedMessageIsGoneAfterARestart() throws Refusal {
        client.consume(S, 1, orders);
        client.send(S, orders, "a");
        client.send(S, orders, "b");
        server.settle();
        int request = client.ack(S, 1, 1, 1);
        assertThat(client.out.okAfter.get(request)).isEqualTo(server.log.appended());
        server.settle();

        server = server.restarted(false);
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        client.consume(S, 1, client.queue("orders"));
        server.settle();

        assertThat(client.texts(1)).containsExactly("b");
        assertThat(client.out.delivered.get(0).redelivered()).isTrue();
        assertThat(client.out.delivered.get(0).count()).isEqualTo(2);
    }

    @Test
    void aNonPersistentMessageIsAnsweredAtOnceDeliveredAndNeverLogged() {
        client.consume(S, 1, orders);
        server.settle();
        long before = server.log.appended();

        client.send(S, orders, "a", TestClient.sent().nonPersistent());
        server.broker.dispatch(100);

        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.out.sentAfter).isZero();
        client.ack(S, 1, 1, 1);
        assertThat(server.log.appended()).isEqualTo(before);
        assertThat(server.store.liveCount()).isZero();
    }

    @Test
    void volatileMessagesAreGoneAfterARestart() throws Refusal {
        client.send(S, orders, "a", TestClient.sent().nonPersistent());
        client.send(S, orders, "b");
        server.settle();

        server = server.restarted(true);

        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);
    }

    @Test
    void higherPrioritiesComeFirst() {
        for (int priority = 0; priority < 10; priority++) {
            client.send(S, orders, "p" + priority, TestClient.sent().priority(priority));
        }
        server.settle();
        client.consume(S, 1, orders);
        server.settle();

        assertThat(client.texts(1)).containsExactly("p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1", "p0");
    }

    @Test
    void creditLimitsWhatIsDelivered() {
        for (int i = 0; i < 10; i++) {
            client.send(S, orders, "m" + i);
        }
        client.consume(S, 1, orders, 0, null, null, 3);
        server.settle();
        assertThat(client.texts(1)).containsExactly("m0", "m1", "m2");

        server.broker.messages().credit(client.c, S, 1, 5, Long.MAX_VALUE, 3);
        server.settle();
        assertThat(client.texts(1)).hasSize(5);
    }

    @Test
    void recoverPutsEverythingBackInOrderAndCountsWhatWasHandedOut() {
        for (int i = 0; i < 4; i++) {
            client.send(S, orders, "m" + i);
        }
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 1);
        client.take();

        client.recover(S, new Handed(1, 3));
        server.settle();

        assertThat(client.texts(1)).containsExactly("m1", "m2", "m3");
        assertThat(client.out.delivered).extracting("count").containsExactly(2, 2, 1);
        assertThat(client.out.delivered).extracting("redelivered").containsExactly(true, true, false);
    }

    @Test
    void theDeliveryCountSurvivesACleanRestart() throws Refusal {
        client.send(S, orders, "a");
        client.consume(S, 1, orders);
        server.settle();
        client.closeSession(S, new Handed(1, 1));
        server.settle();

        server = server.restarted(true);
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        client.consume(S, 1, client.queue("orders"));
        server.settle();

        assertThat(client.out.delivered.get(0).count()).isEqualTo(2);
        assertThat(client.out.delivered.get(0).redelivered()).isTrue();
    }

    @Test
    void aCleanRestartFlagsNothingThatWasNotHandedOut() throws Refusal {
        client.send(S, orders, "a");
        client.consume(S, 1, orders);
        server.settle();
        client.closeSession(S, new Handed(1, 0));
        server.settle();

        server = server.restarted(true);
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        client.consume(S, 1, client.queue("orders"));
        server.settle();

        assertThat(client.out.delivered.get(0).count()).isEqualTo(1);
        assertThat(client.out.delivered.get(0).redelivered()).isFalse();
    }

    @Test
    void afterTooManyDeliveriesAMessageIsADeadLetterWithItsReason() {
        client.send(S, orders, "poison");
        client.send(S, orders, "good");
        client.consume(S, 1, orders, 0, null, null, 1);
        for (int i = 1; i <= 10; i++) {
            server.settle();
            assertThat(client.texts(1)).hasSize(i);
            server.broker.messages().credit(client.c, S, 1, i, Long.MAX_VALUE, i);
            client.ack(S, 1, i, i, AckOutcome.RETURNED_COUNTED, false);
            server.broker.messages().credit(client.c, S, 1, i + 1, Long.MAX_VALUE, i);
        }
        server.settle();
        assertThat(client.texts(1)).hasSize(11).endsWith("good");

        client.consume(S, 2, client.queue("DLQ.orders"));
        server.settle();
        assertThat(client.texts(2)).containsExactly("poison");
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);
    }

    @Test
    void aRejectedDeadLetterStaysWhereItIsAndCounts() {
        client.send(S, orders, "poison");
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.REJECTED, false);
        client.consume(S, 2, client.queue("DLQ.orders"));
        server.settle();
        client.ack(S, 2, 1, 1, AckOutcome.REJECTED, false);
        server.settle();

        assertThat(client.texts(2)).containsExactly("poison", "poison");
        assertThat(client.out.delivered.get(client.out.delivered.size() - 1).count())
                .isEqualTo(2);
        assertThat(server.broker.queue("DLQ.orders").stats().depth()).isEqualTo(1);
        assertThat(server.broker.queue("DLQ.DLQ.orders")).isNull();
    }

    /** A listener pool: one consumer, whose messages are in several hands at once. */
    @Test
    void ofAConsumerThatLendsOnlyWhatIsInAHandThatHasItCounts() throws Refusal {
        client.send(S, orders, "done");
        client.send(S, orders, "poison");
        client.send(S, orders, "neighbour");
        client.send(S, orders, "unseen");
        server.settle();
        for (int life = 0; life < 3; life++) {
            TestClient victim = server.client();
            victim.session(S, AcknowledgeMode.AUTO);
            victim.consume(S, 1, victim.queue("orders"));
            server.settle();
            for (RecordingOutlet.Delivered d : victim.take()) {
                String text = server.text(d.position());
                if (d.redelivered() && !text.equals("unseen")) {
                    // The neighbour is named after the poison, in another hand, and finished before the end.
                    server.broker.messages().handing(victim.c, 1, text.equals("poison") ? 7 : 8, List.of(d.tag()));
                }
                if (text.equals("neighbour") && life == 1 || text.equals("done")) {
                    victim.ack(S, 1, d.tag(), d.tag());
                }
            }
            server.broker.connections().disconnected(victim.c);
            server.pass(1_000);
        }

        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("poison", "unseen");
        assertThat(client.out.delivered.get(0).count()).isEqualTo(4);
        assertThat(client.out.delivered.get(1).count()).isEqualTo(2);
    }

    @Test
    void aMessageThatKillsItsConsumerEndsInTheDeadLettersAlone() throws Refusal {
        client.send(S, orders, "before");
        client.send(S, orders, "poison");
        client.send(S, orders, "after");
        server.settle();

        for (int life = 0; life < 11; life++) {
            TestClient victim = server.client();
            victim.session(S, AcknowledgeMode.AUTO);
            victim.consume(S, 1, victim.queue("orders"));
            server.settle();
            for (RecordingOutlet.Delivered d : victim.take()) {
                if (d.redelivered()) {
                    server.broker.messages().handing(victim.c, 1, S, List.of(d.tag()));
                }
                if (server.text(d.position()).equals("poison")) {
                    break;
                }
                victim.ack(S, 1, d.tag(), d.tag());
            }
            server.broker.connections().disconnected(victim.c);
            server.pass(1_000);
        }

        client.consume(S, 1, client.queue("DLQ.orders"));
        client.consume(S, 2, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("poison");
        assertThat(client.texts(2)).containsExactly("after");
    }

    @Test
    void aRejectedMessageIsADeadLetterAtOnce() {
        client.send(S, orders, "a");
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.REJECTED, false);
        client.consume(S, 2, client.queue("DLQ.orders"));
        server.settle();
        assertThat(client.texts(2)).containsExactly("a");
    }

    @Test
    void aLostConsumersMessagesComeAgainFlaggedButDoNotCount() throws Refusal {
        client.send(S, orders, "a");
        client.consume(S, 1, orders);
        server.settle();
        server.broker.connections().disconnected(client.c);
        server.settle();

        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        other.consume(S, 1, other.queue("orders"));
        server.settle();
        assertThat(other.out.delivered).isEmpty();

        server.pass(501);
        assertThat(other.texts(1)).containsExactly("a");
        assertThat(other.out.delivered.get(0).redelivered()).isTrue();
        assertThat(other.out.delivered.get(0).count()).isEqualTo(2);
    }

    @Test
    void drainAnswersWhenThereIsNothingMore() {
        int request = client.consume(S, 1, orders);
        assertThat(client.out.okAfter).containsKey(request);
        int drain = client.drain(S, 1);
        server.settle();
        assertThat(client.out.results.get(drain)).isEqualTo(new Result.Drained(0));

        client.send(S, orders, "a");
        server.settle();
        assertThat(client.out.delivered).isEmpty();

        server.broker.messages().credit(client.c, S, 1, 1, Long.MAX_VALUE, 0);
        drain = client.drain(S, 1);
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.out.results.get(drain)).isEqualTo(new Result.Drained(1));
    }

    @Test
    void aDrainWaitsForBytesFromTheDisk() {
        server.store.coldByDefault = true;
        client.send(S, orders, "a");
        server.settle();
        client.consume(S, 1, orders);
        int drain = client.drain(S, 1);
        server.settle();
        assertThat(client.out.results).doesNotContainKey(drain);

        server.broker.bodiesArrived();
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.out.results.get(drain)).isEqualTo(new Result.Drained(1));
    }

    @Test
    void selectorsTakeTheirMessagesAndLeaveTheOthers() {
        client.send(S, orders, "red", TestClient.sent().property("colour", "red"));
        client.send(S, orders, "blue", TestClient.sent().property("colour", "blue"));
        client.consume(S, 1, orders, 0, null, "colour = 'blue'");
        server.settle();
        assertThat(client.texts(1)).containsExactly("blue");
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(2);

        int bad = client.consume(S, 2, orders, 0, null, "colour = ");
        assertThat(client.out.errors.get(bad)).isEqualTo(ErrorCode.INVALID_SELECTOR);
    }

    @Test
    void anExpiredMessageIsNotDelivered() {
        client.send(S, orders, "short", TestClient.sent().timeToLive(100));
        client.send(S, orders, "long", TestClient.sent().timeToLive(10_000));
        server.settle();
        server.pass(200);
        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("long");
        assertThat(client.out.delivered.get(0).remainingMs()).isEqualTo(9_800);
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);
    }

    @Test
    void expiryIsExactToTheMillisecond() {
        client.consume(S, 1, orders, 0, null, null, 0);
        client.send(S, orders, "a", TestClient.sent().timeToLive(101));
        client.send(S, orders, "b", TestClient.sent().timeToLive(102));
        server.pass(101);
        server.broker.messages().credit(client.c, S, 1, 10, Long.MAX_VALUE, 0);
        server.settle();
        assertThat(client.texts(1)).containsExactly("b");
        assertThat(client.out.delivered.get(0).remainingMs()).isEqualTo(1);
        server.pass(100);
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);
    }

    @Test
    void whatExpiresWhileItIsOutGoesWhenItComesBack() {
        client.send(S, orders, "a", TestClient.sent().timeToLive(100));
        client.consume(S, 1, orders, 0, null, null, 1);
        server.settle();
        server.pass(500);
        client.closeConsumer(S, 1, 0);
        server.settle();
        server.pass(100);
        assertThat(server.broker.queue("orders").stats().depth()).isZero();
    }

    @Test
    void aTimeToLiveBeyondAllTimeMeansNever() {
        client.send(S, orders, "a", TestClient.sent().timeToLive(Long.MAX_VALUE));
        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
        assertThat(client.out.delivered.get(0).remainingMs()).isZero();
    }

    @Test
    void expiredMessagesGoWhereTheQueueSays() {
        int alias = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "perishable", "expiryQueue=expired");
        client.send(S, alias, "a", TestClient.sent().timeToLive(100));
        server.pass(200);
        client.consume(S, 1, client.queue("expired"));
        server.settle();
        assertThat(client.texts(1)).containsExactly("a");
    }

    @Test
    void aDelayedMessageComesWhenItIsDueAndNotBefore() throws Refusal {
        client.send(S, orders, "late", TestClient.sent().delay(1_000));
        client.send(S, orders, "volatile", TestClient.sent().delay(1_500).nonPersistent());
        client.send(S, orders, "now");
        client.consume(S, 1, orders);
        server.pass(999);
        assertThat(client.texts(1)).containsExactly("now");
        server.pass(1);
        assertThat(client.texts(1)).containsExactly("now", "late");
        server.pass(500);
        assertThat(client.texts(1)).containsExactly("now", "late", "volatile");
    }

    @Test
    void aDelaySurvivesARestart() throws Refusal {
        client.send(S, orders, "late", TestClient.sent().delay(1_000));
        server.settle();
        server = server.restarted(false);
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        client.consume(S, 1, client.queue("orders"));
        server.pass(999);
        assertThat(client.texts(1)).isEmpty();
        server.pass(1);
        assertThat(client.texts(1)).containsExactly("late");
    }

    @Test
    void redeliveryDelayHoldsAMessageBack() {
        int slow = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "slow", "redeliveryDelay=1000");
        client.send(S, slow, "a");
        client.consume(S, 1, slow);
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.RETURNED_COUNTED, false);
        server.pass(999);
        assertThat(client.texts(1)).hasSize(1);
        server.pass(1);
        assertThat(client.texts(1)).hasSize(2);
    }

    @Test
    void aResentSendIsStoredOnce() throws Refusal {
        long sequence = client.send(S, orders, "a");
        client.send(S, orders, "a", TestClient.sent(), sequence);
        server.settle();
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);

        TestServer after = server.restarted(false);
        TestClient again = after.client(client.id);
        again.session(S, AcknowledgeMode.AUTO);
        again.send(S, again.queue("orders"), "a", TestClient.sent(), sequence);
        after.settle();
        assertThat(again.out.sentUpTo).isEqualTo(sequence);
        assertThat(after.broker.queue("orders").stats().depth()).isEqualTo(1);
    }

    @Test
    void aRefusedSendMayComeAgainEvenAfterARestart() throws Refusal {
        int full = client.alias(io.quoin.protocol.DestinationKind.QUEUE, "full", "maxMessages=1");
        client.send(S, full, "a");
        long refused = client.send(S, full, "b");
        client.send(S, orders, "c");
        assertThat(client.out.refused)
                .extracting("sequence", "code")
                .containsExactly(org.assertj.core.api.Assertions.tuple(refused, ErrorCode.QUEUE_FULL));
        server.settle();

        TestServer after = server.restarted(false);
        TestClient again = after.client(client.id);
        again.session(S, AcknowledgeMode.AUTO);
        again.send(S, again.queue("orders"), "b", TestClient.sent(), refused);
        after.settle();
        assertThat(after.broker.queue("orders").stats().depth()).isEqualTo(2);
    }

    @Test
    void purgeEmptiesTheQueueInSteps() {
        for (int i = 0; i < 20_000; i++) {
            client.send(S, orders, "m");
        }
        client.send(S, orders, "v", TestClient.sent().nonPersistent());
        server.settle();
        long purged = 0;
        try {
            purged = server.broker.purge("orders");
        } catch (Refusal e) {
            throw new IllegalStateException(e);
        }
        assertThat(purged).isEqualTo(20_001);
        client.send(S, orders, "later");
        server.settle();
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(1);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void aRestartedBrokerAndACopyHaveTheSameDigest() {
        client.consume(S, 1, orders);
        for (int i = 0; i < 100; i++) {
            client.send(S, orders, "m" + i, TestClient.sent().priority(i % 10));
        }
        server.settle();
        client.ack(S, 1, 3, 40);
        client.recover(S, new Handed(1, 50));
        server.settle();
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void anIdleNeighbourGetsWhatABusyConsumerWasSentAhead() throws Refusal {
        for (int i = 0; i < 10; i++) {
            client.send(S, orders, "m" + i);
        }
        client.consume(S, 1, orders);
        server.settle();
        client.ack(S, 1, 1, 1);
        TestClient neighbour = server.client();
        neighbour.session(S, AcknowledgeMode.AUTO);
        neighbour.consume(S, 1, neighbour.queue("orders"));
        server.pass(400);
        assertThat(client.out.recalled).isEmpty();
        server.pass(250);
        assertThat(client.out.recalled).containsExactly(new RecordingOutlet.Recalled(S, 1, -1));

        server.broker.messages().returned(client.c, S, 1, 2, 3, 10);
        server.settle();
        assertThat(neighbour.out.delivered)
                .isNotEmpty()
                .allSatisfy(d -> assertThat(d.redelivered()).isFalse());
        assertThat(neighbour.out.delivered.size() + client.out.delivered.size()).isEqualTo(18);
    }

    @Test
    void theClocksOfClientsDoNotMatter() {
        long hour = 3_600_000;
        // What a client with a wrong clock writes into the headers is never looked at; durations decide.
        for (long skew : new long[] {-hour, hour}) {
            client.send(S, orders, "expires", TestClient.sent().clock(skew).timeToLive(1_000));
            client.send(
                    S, orders, "late", TestClient.sent().clock(skew).delay(500).timeToLive(10_000));
        }
        server.pass(499);
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(2);
        server.pass(1);
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(4);
        server.pass(501);
        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("late", "late");
        assertThat(client.out.delivered).extracting("remainingMs").containsExactly(8_999L, 8_999L);
    }
}
