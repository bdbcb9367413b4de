// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.message.Murmur3;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.model.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a group whose first message fails again and again. */
class ParkedGroupTest {

    private static final int S = 1;
    private static final int C = 1;

    private TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(S, AcknowledgeMode.CLIENT);
    }

    private void queue(String options) {
        orders = client.alias(DestinationKind.QUEUE, "orders", options);
    }

    private void send(String group, String... texts) {
        for (String text : texts) {
            client.send(S, orders, text, TestClient.sent().group(group));
        }
        server.settle();
    }

    private MessageQueue messages() {
        return server.broker.groups().messages("orders");
    }

    private int parked() {
        return messages().parked().all().size();
    }

    /** Every delivery of this text comes back, until none comes any more; what else comes is acknowledged. */
    private String consumeUntilQuiet(String failing) {
        StringBuilder consumed = new StringBuilder();
        for (int idle = 0; idle < 5; idle++) {
            for (RecordingOutlet.Delivered d : client.take()) {
                idle = 0;
                boolean fails = server.text(d.position()).equals(failing);
                consumed.append(fails ? "" : server.text(d.position()) + " ");
                client.ack(S, C, d.tag(), d.tag(), fails ? AckOutcome.RETURNED_COUNTED : AckOutcome.CONSUMED, false);
                server.settle();
            }
            server.pass(500);
        }
        return consumed.toString().strip();
    }

    private void consumeOneByOne() {
        client.consume(S, C, orders, 0, null, null, 0);
        server.broker.messages().credit(client.c, S, C, 1, Long.MAX_VALUE, 0);
        server.settle();
    }

    /** One message out at a time, so that nothing of the group is out behind the one that fails. */
    private String consumeOneByOneUntilQuiet(String failing) {
        StringBuilder consumed = new StringBuilder();
        for (int idle = 0; idle < 5; idle++) {
            for (RecordingOutlet.Delivered d : client.take()) {
                idle = 0;
                boolean fails = server.text(d.position()).equals(failing);
                consumed.append(fails ? "" : server.text(d.position()) + " ");
                client.ack(S, C, d.tag(), d.tag(), fails ? AckOutcome.RETURNED_COUNTED : AckOutcome.CONSUMED, false);
                server.broker.messages().credit(client.c, S, C, d.tag() + 1, Long.MAX_VALUE, d.tag());
                server.settle();
            }
            server.pass(500);
        }
        return consumed.toString().strip();
    }

    private void release(String group) throws Refusal {
        release(group, false);
    }

    private void release(String group, boolean toDeadLetters) throws Refusal {
        server.broker.groups().release("orders", Murmur3.hash(group.getBytes(StandardCharsets.UTF_8)), toDeadLetters);
        server.settle();
    }

    @Test
    void aParkedGroupWaitsForItsReleaseAndThenGoesOnInOrder() throws Refusal {
        queue("maxDeliveries=3&onGroupPoison=park");
        send("a", "a1", "a2", "a3");
        send("b", "b1", "b2");
        consumeOneByOne();
        assertThat(consumeOneByOneUntilQuiet("a1")).isEqualTo("b1 b2");
        assertThat(parked()).isEqualTo(1);
        send("a", "a4");
        send("b", "b3");
        assertThat(consumeOneByOneUntilQuiet("a1")).isEqualTo("b3");

        release("a");
        assertThat(client.out.delivered.get(0).redelivered()).isTrue();
        assertThat(consumeOneByOneUntilQuiet("")).isEqualTo("a1 a2 a3 a4");
        assertThat(parked()).isZero();
        assertThat(messages().depth()).isZero();
    }

    @Test
    void administratorsSeeWhoHasWhichSlotAndWhatIsHeldAndWhy() throws Refusal {
        queue("maxDeliveries=1&onGroupPoison=park&groupSlots=16");
        send("a", "a1", "a2");
        consumeOneByOne();
        consumeOneByOneUntilQuiet("a1");
        send("b", "b1", "b2", "b3");
        client.send(S, orders, "u");
        server.pass(2_000);

        assertThat(server.broker.groups().list()).hasSize(1);
        GroupsInfo info = server.broker.groups().show("orders");
        assertThat(info.description()).isEqualTo("Queue orders");
        assertThat(info.messages()).isEqualTo(5);
        assertThat(info.isComplete()).isTrue();
        assertThat(info.parked()).isEqualTo(1);
        GroupsInfo.Held held = info.held().get(0);
        assertThat(held.group()).isEqualTo("a");
        assertThat(held.why()).isEqualTo("PARKED");
        assertThat(held.sinceMs()).isGreaterThanOrEqualTo(2_000);
        assertThat(info.inUse()).hasSize(2).allSatisfy(slot -> {
            assertThat(slot.ageMs()).isGreaterThanOrEqualTo(2_000);
            assertThat(slot.home()).endsWith("/1");
            assertThat(slot.isElsewhere()).isFalse();
        });
        GroupsInfo.Slot other = info.inUse().stream()
                .filter(slot -> slot.number() != held.slot())
                .findFirst()
                .orElseThrow();
        assertThat(other.messages()).isEqualTo(3);
        assertThat(other.out()).isEqualTo(1);
        assertThat(other.owner()).isEqualTo(other.home());
        assertThat(info.consumers()).singleElement().satisfies(share -> {
            assertThat(share.homes()).isEqualTo(2);
            assertThat(share.holds()).isEqualTo(1);
        });
        assertThat(server.broker.groups().show(Integer.toString(info.id()))).isEqualTo(info);
        assertThatThrownBy(() -> server.broker.groups().show("nothing")).hasMessageContaining("QN-");
    }

    @Test
    void aReleasedMessageThatFailsAgainParksItsGroupAgain() throws Refusal {
        queue("maxDeliveries=2&onGroupPoison=park");
        send("a", "a1", "a2");
        consumeOneByOne();
        assertThat(consumeOneByOneUntilQuiet("a1")).isEmpty();
        release("a");
        assertThat(consumeOneByOneUntilQuiet("a1")).isEmpty();
        assertThat(parked()).isEqualTo(1);
    }

    @Test
    void aParkedGroupSurvivesRestartsWithAndWithoutASnapshot() throws Refusal {
        queue("maxDeliveries=2&onGroupPoison=park");
        send("a", "a1", "a2");
        consumeOneByOne();
        consumeOneByOneUntilQuiet("a1");
        MemorySnapshot snapshot = MemorySnapshot.of(server.broker, server.log.appended(), null);
        long digest = server.broker.digest();
        assertThat(server.copy().digest()).isEqualTo(digest);
        assertThat(server.copy(snapshot).digest()).isEqualTo(digest);
        server.flush();

        server = server.restarted(true, snapshot);
        client = server.client(new UUID(1, 2));
        client.session(S, AcknowledgeMode.CLIENT);
        queue(null);
        assertThat(parked()).isEqualTo(1);
        consumeOneByOne();
        send("b", "b1");
        assertThat(consumeOneByOneUntilQuiet("")).isEqualTo("b1");
        release("a");
        assertThat(consumeOneByOneUntilQuiet("")).isEqualTo("a1 a2");
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void whenTheMessageExpiresOrIsPurgedItsGroupIsNotParkedAnyMore() throws Refusal {
        queue("maxDeliveries=1&onGroupPoison=park");
        client.send(S, orders, "a1", TestClient.sent().group("a").timeToLive(60_000));
        send("a", "a2");
        consumeOneByOne();
        assertThat(consumeOneByOneUntilQuiet("a1")).isEmpty();
        server.pass(60_000);
        assertThat(consumeOneByOneUntilQuiet("")).isEqualTo("a2");
        assertThat(parked()).isZero();

        send("a", "a3", "a4");
        assertThat(consumeOneByOneUntilQuiet("a3")).isEmpty();
        assertThat(parked()).isEqualTo(1);
        server.broker.purge("orders");
        server.settle();
        assertThat(parked()).isZero();
        send("a", "a5");
        assertThat(consumeOneByOneUntilQuiet("")).isEqualTo("a5");
    }

    @Test
    void anAdministratorMaySendTheMessageToTheDeadLettersInstead() throws Refusal {
        queue("maxDeliveries=2&onGroupPoison=park");
        send("a", "a1", "a2");
        consumeOneByOne();
        assertThat(consumeOneByOneUntilQuiet("a1")).isEmpty();
        release("a", true);
        assertThat(consumeOneByOneUntilQuiet("")).isEqualTo("a2");
        assertThat(parked()).isZero();
        assertThat(server.broker.queue("DLQ.orders").stats().depth()).isEqualTo(1);
        assertThatThrownBy(() -> release("a")).hasMessageContaining("QN-2030");
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void aBlockedGroupIsTriedAgainWithoutEnd() {
        queue("maxDeliveries=2&onGroupPoison=block");
        send("a", "a1", "a2");
        send("b", "b1");
        consumeOneByOne();
        assertThat(client.take()).hasSize(1);
        for (int i = 1; i <= 20; i++) {
            client.ack(S, C, i, i, AckOutcome.RETURNED_COUNTED, false);
            server.broker.messages().credit(client.c, S, C, i + 1, Long.MAX_VALUE, i);
            server.settle();
            if (i == 2) {
                // From here on the other group is tried first.
                assertThat(server.text(client.take().get(0).position())).isEqualTo("b1");
                client.ack(S, C, 3, 3);
                server.broker.messages().credit(client.c, S, C, 4, Long.MAX_VALUE, 3);
                i++;
            }
            server.pass(1_000);
            assertThat(server.text(client.take().get(0).position())).isEqualTo("a1");
        }
        assertThat(parked()).isZero();
    }

    @Test
    void byDefaultTheMessageGoesToTheDeadLettersAndTheGroupGoesOn() {
        queue("maxDeliveries=2");
        send("a", "a1", "a2");
        consumeOneByOne();
        assertThat(consumeOneByOneUntilQuiet("a1")).isEqualTo("a2");
        assertThat(messages().depth()).isZero();
    }

    @Test
    void aGroupOfNonPersistentMessagesIsParkedToo() throws Refusal {
        queue("maxDeliveries=2&onGroupPoison=park");
        client.send(S, orders, "a1", TestClient.sent().group("a").nonPersistent());
        client.send(S, orders, "a2", TestClient.sent().group("a"));
        client.send(S, orders, "u");
        server.settle();
        consumeOneByOne();
        assertThat(consumeOneByOneUntilQuiet("a1")).isEqualTo("u");
        assertThat(parked()).isEqualTo(1);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        release("a");
        assertThat(consumeOneByOneUntilQuiet("")).isEqualTo("a1 a2");
    }

    @Test
    void messagesOfAParkedGroupThatWereOutTooComeBackBehindIt() throws Refusal {
        queue("maxDeliveries=2&onGroupPoison=park");
        send("a", "a1", "a2", "a3");
        client.consume(S, C, orders, 0, null, null, 100);
        server.settle();
        client.recover(S, new Handed(C, 3));
        server.settle();
        client.recover(S, new Handed(C, 6));
        server.settle();
        client.take();
        assertThat(parked()).isEqualTo(1);
        assertThat(consumeUntilQuiet("")).isEmpty();
        release("a");
        // a2 has failed as often, so that it parks its group in its turn.
        assertThat(consumeUntilQuiet("")).isEqualTo("a1");
        assertThat(parked()).isEqualTo(1);
        release("a");
        assertThat(consumeUntilQuiet("")).isEqualTo("a2");
        release("a");
        assertThat(consumeUntilQuiet("")).isEqualTo("a3");
    }

    @Test
    void theDelayGrowsAndHoldsTheGroupOnly() {
        queue("redeliveryDelay=1s&redeliveryBackoff=2&redeliveryDelayMax=3s");
        send("a", "a1", "a2");
        consumeOneByOne();
        int[] delays = {1_000, 2_000, 3_000, 3_000};
        long tag = 0;
        for (int delay : delays) {
            tag = client.take().get(0).tag();
            client.ack(S, C, tag, tag, AckOutcome.RETURNED_COUNTED, false);
            server.broker.messages().credit(client.c, S, C, tag + 1, Long.MAX_VALUE, tag);
            server.pass(delay - 1);
            assertThat(client.out.delivered).isEmpty();
            server.pass(1);
            assertThat(client.texts(C)).containsExactly("a1");
        }
    }
}
