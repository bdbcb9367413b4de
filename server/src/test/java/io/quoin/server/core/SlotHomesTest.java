// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who has the slots of message groups, as clients hear of it that want to. */
class SlotHomesTest {

    private static final int S = 1;
    private static final int GROUPS = 1_000;

    private final TestServer server = new TestServer();
    private final List<TestClient> clients = new ArrayList<>();

    private TestClient join() throws Refusal {
        TestClient client = server.client();
        client.session(S, AcknowledgeMode.CLIENT);
        client.consume(S, 1, client.queue("orders"));
        server.broker.messages().slotsWanted(client.c, 1);
        clients.add(client);
        server.settle();
        return client;
    }

    /** Everybody acknowledges what he has, and gives back nothing. */
    private void acknowledge() {
        for (TestClient client : clients) {
            client.ack(S, 1, 1, client.out.delivered.size());
        }
        server.settle();
    }

    private int slotsOfAll() {
        Set<Integer> union = new TreeSet<>();
        int sum = 0;
        for (TestClient client : clients) {
            union.addAll(client.out.slots);
            sum += client.out.slots.size();
        }
        assertThat(union).as("each slot has one home").hasSize(sum);
        return sum;
    }

    private void send(TestClient by) {
        for (int i = 0; i < GROUPS; i++) {
            by.send(S, by.queue("orders"), "m", TestClient.sent().group("group-" + i));
        }
        server.settle();
    }

    private void everybodyHasItsShare() {
        double share = (double) slotsOfAll() / clients.size();
        assertThat(clients)
                .allSatisfy(
                        client -> assertThat((double) client.out.slots.size()).isBetween(0.8 * share, 1.2 * share));
    }

    @Test
    void eachConsumerIsHomeToItsShareWhoeverComesAndGoes() throws Refusal {
        TestClient first = join();
        send(first);
        acknowledge();
        int slots = slotsOfAll();
        assertThat(slots).isEqualTo(first.out.slots.size()).isBetween(550, 720);
        for (int i = 1; i < 6; i++) {
            Set<Integer> before = new TreeSet<>(first.out.slots);
            join();
            server.pass(100);
            everybodyHasItsShare();
            before.removeAll(first.out.slots);
            assertThat(before).as("slots that have moved").hasSizeLessThan(2 * slots / ((i + 1) * i) + slots / 10);
        }
        TestClient gone = clients.remove(2);
        gone.closeConsumer(S, 1, gone.out.delivered.size());
        server.settle();
        everybodyHasItsShare();
        assertThat(slotsOfAll()).isEqualTo(slots);
    }

    @Test
    void eightGroupsKeepEightConsumersBusy() throws Refusal {
        for (int i = 0; i < 8; i++) {
            join();
        }
        for (int i = 0; i < 80; i++) {
            TestClient by = clients.get(0);
            by.send(S, by.queue("orders"), "m", TestClient.sent().group("group-" + i % 8));
        }
        server.settle();
        assertThat(clients)
                .allSatisfy(client -> assertThat(client.out.delivered).hasSize(10));
        server.pass(600);
        assertThat(clients).allSatisfy(client -> assertThat(client.out.slots).hasSize(1));
    }
}
