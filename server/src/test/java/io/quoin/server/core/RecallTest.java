// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.model.Refusal;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When what was sent ahead is asked back, and when it is not. */
class RecallTest {

    private static final int S = 1;

    private final TestServer server = new TestServer();
    private TestClient slow;
    private TestClient idle;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        slow = server.client();
        slow.session(S, AcknowledgeMode.CLIENT);
        idle = server.client();
        idle.session(S, AcknowledgeMode.CLIENT);
        orders = slow.queue("orders");
    }

    private void send(int count) {
        for (int i = 0; i < count; i++) {
            slow.send(S, orders, "m" + i);
        }
        server.settle();
    }

    private int recalls() {
        int count = (int) slow.out.recalled.stream()
                .filter(recall -> recall.slot() == Frame.Recall.ALL_SLOTS)
                .count();
        slow.out.recalled.clear();
        return count;
    }

    @Test
    void aConsumerThatWasRecalledGetsNothingUntilItsClientGrantsCredit() {
        slow.consume(S, 1, orders);
        send(10);
        idle.consume(S, 1, idle.queue("orders"));
        server.pass(750);
        assertThat(recalls()).isEqualTo(1);
        server.broker.messages().returned(slow.c, S, 1, 1, 2, 10);
        server.settle();
        assertThat(idle.texts(1)).hasSize(9).startsWith("m1").endsWith("m9");
        send(5);
        assertThat(idle.out.delivered).hasSize(14);
        server.broker.messages().credit(slow.c, S, 1, 1_000, Long.MAX_VALUE, 1);
        send(4);
        assertThat(slow.out.delivered).hasSize(12);
    }

    @Test
    void creditThatCrossesARecallIsVoidSinceWhatIsSentOnItWouldBeSeenBeforeWhatComesBack() {
        slow.consume(S, 1, orders);
        send(10);
        idle.consume(S, 1, idle.queue("orders"), 0, null, null, 1);
        server.pass(750);
        assertThat(recalls()).isEqualTo(1);
        server.broker.messages().credit(slow.c, S, 1, 1_000, Long.MAX_VALUE, 1);
        send(5);
        assertThat(slow.out.delivered).hasSize(10);
        server.broker.messages().returned(slow.c, S, 1, 1, 2, 10);
        server.broker.messages().credit(slow.c, S, 1, 1_000, Long.MAX_VALUE, 1);
        server.settle();
        assertThat(slow.texts(1).subList(10, 19)).startsWith("m1").endsWith("m9");
    }

    @Test
    void aSlowConsumerThatGoesOnSharesWhatItHasWithAnIdleOne() {
        slow.consume(S, 1, orders);
        send(10);
        idle.consume(S, 1, idle.queue("orders"));
        server.pass(400);
        slow.ack(S, 1, 1, 1);
        server.pass(400);
        // One message takes it 400 ms, so that it would need 4 s for the rest.
        assertThat(recalls()).isEqualTo(1);
    }

    @Test
    void nothingIsAskedBackWhereNobodyIsIdle() {
        slow.consume(S, 1, orders);
        idle.consume(S, 1, idle.queue("orders"), 0, null, null, 5);
        send(20);
        server.pass(5_000);
        assertThat(recalls()).isZero();
        slow.closeConsumer(S, 1, 0);
        server.pass(5_000);
        assertThat(recalls()).isZero();
    }

    @Test
    void oneThatHasHandedOutEverythingIsIdleThoughNothingIsAcknowledged() {
        idle.consume(S, 1, idle.queue("orders"), 0, null, null, 100);
        send(2);
        slow.consume(S, 1, orders);
        send(6);
        server.pass(1_000);
        assertThat(recalls()).isZero();
        server.broker.messages().credit(idle.c, S, 1, 100, Long.MAX_VALUE, 5);
        server.pass(250);
        assertThat(recalls()).isEqualTo(1);
    }

    @Test
    void oneThatAsksAgainAndAgainWithoutStandingCreditIsIdleToo() {
        slow.consume(S, 1, orders);
        send(10);
        idle.consume(S, 1, idle.queue("orders"), 0, null, null, 0);
        server.pass(1_000);
        assertThat(recalls()).isZero();
        server.broker.messages().credit(idle.c, S, 1, 1, Long.MAX_VALUE, 0);
        idle.drain(S, 1);
        server.settle();
        assertThat(idle.out.delivered).isEmpty();
        server.pass(250);
        assertThat(recalls()).isEqualTo(1);
        server.broker.messages().returned(slow.c, S, 1, 0, 1, 10);
        server.broker.messages().credit(idle.c, S, 1, 1, Long.MAX_VALUE, 0);
        idle.drain(S, 1);
        server.settle();
        assertThat(idle.texts(1)).containsExactly("m0");
    }

    @Test
    void whatNobodyElseCanTakeIsAskedBackEverMoreSeldom() {
        slow.consume(S, 1, orders, 0, null, null, 100);
        idle.consume(S, 1, idle.queue("orders"), 0, null, "never = 1");
        send(10);
        int asked = 0;
        long tag = 10;
        for (int passed = 0; passed < 60_000; passed += 250) {
            server.pass(250);
            if (recalls() > 0) {
                asked++;
                server.broker.messages().returned(slow.c, S, 1, 0, tag - 9, tag);
                server.broker.messages().credit(slow.c, S, 1, 10_000, Long.MAX_VALUE, 0);
                tag += 10;
            }
        }
        assertThat(asked).isBetween(3, 8);
        assertThat(slow.out.delivered).hasSize((int) tag);
        assertThat(slow.out.delivered)
                .allSatisfy(d -> assertThat(d.redelivered()).isFalse());
    }

    @Test
    void whatIsRecalledIsInItsPlaceAndNotCounted() {
        slow.consume(S, 1, orders, 0, null, null, 100);
        for (int i = 0; i < 10; i++) {
            slow.send(S, orders, "m" + i, TestClient.sent().group("g" + i % 2));
        }
        server.settle();
        idle.consume(S, 1, idle.queue("orders"));
        server.settle();
        server.pass(750);
        assertThat(recalls()).isEqualTo(1);
        server.broker.messages().returned(slow.c, S, 1, 1, 2, 10);
        slow.send(S, orders, "m10", TestClient.sent().group("g0"));
        server.settle();
        // The group whose first message is in hand stays where it is, and the other goes over in order.
        assertThat(idle.texts(1)).containsExactly("m1", "m3", "m5", "m7", "m9");
        slow.ack(S, 1, 1, 1);
        server.settle();
        assertThat(idle.texts(1)).containsExactly("m1", "m3", "m5", "m7", "m9", "m2", "m4", "m6", "m8", "m10");
        assertThat(idle.out.delivered)
                .allSatisfy(d -> assertThat(d.redelivered()).isFalse());
    }

    @Test
    void aConsumerThatDoesNotGetOnKeepsOnlyWhatItHasInHandThoughNobodyIsIdle() {
        slow.consume(S, 1, orders, 0, null, null, 100);
        idle.consume(S, 1, idle.queue("orders"), 0, null, null, 100);
        for (int i = 0; i < 40; i++) {
            slow.send(S, orders, "m" + i, TestClient.sent().group("g" + i % 8));
        }
        server.settle();
        int atSlow = slow.out.delivered.size();
        assertThat(atSlow).isBetween(15, 25);
        // The slow one has its first message in hand from now on; the other finishes one now and then.
        for (int i = 1; i <= 8; i++) {
            server.pass(100);
            idle.ack(S, 1, i, i);
        }
        assertThat(recalls()).isEqualTo(1);
        server.broker.messages().returned(slow.c, S, 1, 1, 2, atSlow);
        idle.ack(S, 1, 9, idle.out.delivered.size());
        server.settle();
        idle.ack(S, 1, 1, idle.out.delivered.size());
        server.settle();
        List<String> got = idle.texts(1);
        String inHand = slow.texts(1).get(0);
        int group = Integer.parseInt(inHand.substring(1)) % 8;
        assertThat(got).doesNotContain(inHand).hasSize(35);
        assertThat(got).noneMatch(text -> Integer.parseInt(text.substring(1)) % 8 == group);
        for (int g = 0; g < 8; g++) {
            int one = g;
            assertThat(got.stream()
                            .map(text -> Integer.parseInt(text.substring(1)))
                            .filter(n -> n % 8 == one))
                    .isSorted();
        }
        // It has finished at last, and has its slots again.
        slow.ack(S, 1, 1, 1);
        server.broker.messages().credit(slow.c, S, 1, 100, Long.MAX_VALUE, atSlow);
        server.pass(100);
        for (int i = 40; i < 80; i++) {
            slow.send(S, orders, "m" + i, TestClient.sent().group("g" + i % 8));
        }
        server.settle();
        assertThat(slow.out.delivered.size()).isGreaterThan(atSlow + 10);
    }

    @Test
    void creditThatWasGivenBeforeTheClientKnewOfTheRecallDoesNotCount() {
        slow.consume(S, 1, orders, 0, null, null, 10);
        send(20);
        idle.consume(S, 1, idle.queue("orders"), 0, null, null, 5);
        server.pass(100);
        idle.ack(S, 1, 1, 5);
        server.broker.messages().credit(idle.c, S, 1, 10, Long.MAX_VALUE, 5);
        server.settle();
        idle.ack(S, 1, 6, 10);
        server.broker.messages().credit(idle.c, S, 1, 20, Long.MAX_VALUE, 10);
        server.pass(750);
        assertThat(recalls()).isEqualTo(1);
        server.broker.messages().credit(slow.c, S, 1, 20, Long.MAX_VALUE, 1);
        send(1);
        assertThat(slow.out.delivered).hasSize(10);
        server.broker.messages().returned(slow.c, S, 1, 1, 2, 10);
        server.broker.messages().credit(slow.c, S, 1, 20, Long.MAX_VALUE, 1);
        server.settle();
        send(12);
        assertThat(slow.out.delivered.size()).isGreaterThan(10);
    }
}
