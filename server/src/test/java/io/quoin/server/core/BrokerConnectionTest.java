// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerConnectionTest {

    private static final int S = 1;

    private final TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        orders = client.queue("orders");
    }

    @Test
    void aClientIdHasOneConnectionAndIsFreedWithIt() throws Refusal {
        TestClient one = server.client(new UUID(1, 1), "id");
        assertThatThrownBy(() -> server.client(new UUID(1, 2), "id"))
                .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.code()).isEqualTo(ErrorCode.CLIENT_ID_IN_USE));
        server.broker.connections().goodbye(one.c, 1);
        TestClient two = server.client(new UUID(1, 3), "id");
        assertThat(two.c.clientId()).isEqualTo("id");
    }

    @Test
    void aClientIdWhoseConnectionIsGoneIsTakenOverAtOnce() throws Refusal {
        TestClient one = server.client(new UUID(1, 1), "id");
        server.broker.connections().disconnected(one.c);
        TestClient two = server.client(new UUID(1, 2), "id");
        assertThat(two.c.clientId()).isEqualTo("id");
        assertThat(one.c.isGone()).isTrue();
    }

    @Test
    void aSessionIsResumedWithWhatTheClientHas() throws Refusal {
        for (int i = 1; i <= 4; i++) {
            client.send(S, orders, "m" + i);
        }
        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.out.delivered).hasSize(4);
        server.broker.connections().disconnected(client.c);
        server.pass(400);

        RecordingOutlet out = new RecordingOutlet();
        client.c = server.broker.connections().connect(client.id, null, true, out);
        client.out = out;
        assertThat(client.c.wasResumed()).isTrue();
        server.broker.connections().resume(client.c, S, 1, false, List.of(new Frame.Held(1, 2, 1)));
        assertThat(out.results.get(1)).isEqualTo(new Result.Resumed(List.of(new Result.Kept(1, 2))));
        server.settle();
        assertThat(out.delivered).isEmpty();

        server.broker.messages().credit(client.c, S, 1, 100, Long.MAX_VALUE, 1);
        server.settle();
        assertThat(client.texts(1)).containsExactly("m3", "m4");
        assertThat(out.delivered).extracting("tag").containsExactly(3L, 4L);
        assertThat(out.delivered).extracting("redelivered").containsExactly(false, false);
        client.ack(S, 1, 1, 4);
        server.settle();
        assertThat(server.broker.queue("orders").stats().depth()).isZero();
    }

    @Test
    void aSessionIsResumedInSeveralPartsWhenTheLastHasCome() throws Refusal {
        for (int consumer = 1; consumer <= 3; consumer++) {
            client.consume(S, consumer, client.queue("q" + consumer));
            client.send(S, client.queue("q" + consumer), "a");
        }
        server.settle();
        server.broker.connections().disconnected(client.c);
        RecordingOutlet out = new RecordingOutlet();
        client.c = server.broker.connections().connect(client.id, null, true, out);
        client.out = out;

        server.broker.connections().resume(client.c, S, 1, true, List.of(new Frame.Held(1, 1, 1)));
        assertThat(out.results).isEmpty();
        // The link is lost once more, and the client begins again.
        server.broker.connections().disconnected(client.c);
        client.c = server.broker.connections().connect(client.id, null, true, out);
        server.broker.connections().resume(client.c, S, 2, true, List.of(new Frame.Held(1, 1, 1)));
        server.broker
                .connections()
                .resume(client.c, S, 3, false, List.of(new Frame.Held(2, 0, 0), new Frame.Held(9, 1, 1)));

        assertThat(out.results)
                .containsOnlyKeys(2, 3)
                .containsEntry(2, new Result.Resumed(List.of(new Result.Kept(1, 1))))
                .containsEntry(3, new Result.Resumed(List.of(new Result.Kept(2, 0))));
        for (int consumer = 1; consumer <= 3; consumer++) {
            assertThat(server.broker.queue("q" + consumer).stats().consumers()).isEqualTo(consumer == 3 ? 0 : 1);
            assertThat(server.broker.queue("q" + consumer).stats().out()).isEqualTo(consumer == 1 ? 1 : 0);
        }
    }

    @Test
    void aSessionThatIsNotResumedInTimeIsOver() throws Refusal {
        client.send(S, orders, "a");
        client.consume(S, 1, orders);
        server.settle();
        server.broker.connections().disconnected(client.c);
        server.pass(400);
        RecordingOutlet out = new RecordingOutlet();
        client.c = server.broker.connections().connect(client.id, null, true, out);
        server.pass(600);
        server.broker.connections().resume(client.c, S, 1, false, List.of());
        assertThat(out.errors.get(1)).isEqualTo(ErrorCode.SESSION_UNKNOWN);
        assertThat(server.broker.queue("orders").stats().out()).isZero();
    }

    @Test
    void aClientThatMayNotKnowThatItIsNewIsToldSoAgain() throws Refusal {
        server.broker.connections().disconnected(client.c);
        server.pass(501);
        ClientConnection unheard = server.broker.connections().connect(client.id, null, true, new RecordingOutlet());
        assertThat(unheard.wasResumed()).isFalse();
        server.broker.connections().disconnected(unheard);
        ClientConnection unnoticed = server.broker.connections().connect(client.id, null, true, new RecordingOutlet());
        assertThat(unnoticed.wasResumed()).isFalse();
        // The socket of the last one is still open when its client comes again.
        client.c = server.broker.connections().connect(client.id, null, true, new RecordingOutlet());
        assertThat(client.c.wasResumed()).isFalse();

        client.session(S, AcknowledgeMode.AUTO);
        server.broker.connections().disconnected(client.c);
        client.c = server.broker.connections().connect(client.id, null, true, new RecordingOutlet());
        assertThat(client.c.wasResumed()).isTrue();
    }

    @Test
    void aConnectionThatComesTooLateBeginsAnew() throws Refusal {
        server.broker.connections().disconnected(client.c);
        server.pass(501);
        client.c = server.broker.connections().connect(client.id, null, true, new RecordingOutlet());
        assertThat(client.c.wasResumed()).isFalse();
    }

    @Test
    void aNonPersistentSendThatComesAgainIsRecognisedWhenTheGraceIsOver() throws Refusal {
        TestClient sender = server.client(new UUID(1, 1), null);
        sender.session(S, AcknowledgeMode.AUTO);
        int alias = sender.queue("orders");
        long sequence = sender.send(S, alias, "once", TestClient.sent().nonPersistent());
        for (int times = 0; times < 2; times++) {
            server.broker.connections().disconnected(sender.c);
            server.pass(501);
            sender.c = server.broker.connections().connect(sender.id, null, true, sender.out);
            assertThat(sender.c.wasResumed()).isFalse();
            server.broker.connections().destination(sender.c, alias, DestinationKind.QUEUE, "orders", null);
            server.broker.connections().openSession(sender.c, S, AcknowledgeMode.AUTO);
            sender.send(S, alias, "once", TestClient.sent().nonPersistent(), sequence);
        }
        sender.send(S, alias, "another", TestClient.sent().nonPersistent());
        client.consume(S, 1, orders);
        server.settle();
        assertThat(client.texts(1)).containsExactly("once", "another");
    }

    @Test
    void aSecondSocketOfTheSameClientFencesTheFirst() throws Refusal {
        RecordingOutlet first = client.out;
        server.broker.connections().connect(client.id, null, true, new RecordingOutlet());
        assertThat(first.fenced).isEqualTo(ErrorCode.CONNECTION_REPLACED);
    }

    @Test
    void temporaryDestinationsBelongToTheirConnectionAndDieWithIt() throws Refusal {
        int mine = client.temporaryQueue(1);
        client.consume(S, 1, mine);
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        int theirs = other.alias(DestinationKind.TEMPORARY_QUEUE, client.temporaryName(1), null);
        other.send(S, theirs, "hello");
        server.settle();
        assertThat(client.texts(1)).containsExactly("hello");

        int foreign = other.consume(S, 1, theirs);
        assertThat(other.out.errors.get(foreign)).isEqualTo(ErrorCode.TEMPORARY_NOT_OWNED);
        server.broker.connections().deleteTemporary(client.c, 90, mine);
        assertThat(client.out.errors.get(90)).isEqualTo(ErrorCode.DESTINATION_IN_USE);

        server.broker.connections().goodbye(client.c, 91);
        other.send(S, theirs, "too late");
        assertThat(other.out.refused).extracting("code").containsExactly(ErrorCode.DESTINATION_DELETED);
        server.settle();
        assertThat(server.store.liveCount()).isZero();
    }

    @Test
    void anAnswerThatComesBackBeforeItsAskerAfterARestartWaitsForItAndNotForEver() throws Refusal {
        client.temporaryQueue(1);
        client.temporaryQueue(2);
        TestServer after = server.restarted(false);
        TestClient answering = after.client(new UUID(8, 1));
        answering.session(S, AcknowledgeMode.AUTO);
        int first = answering.alias(DestinationKind.TEMPORARY_QUEUE, client.temporaryName(1), null);
        int second = answering.alias(DestinationKind.TEMPORARY_QUEUE, client.temporaryName(2), null);

        answering.send(S, first, "answer");
        answering.send(S, second, "for somebody who is gone");
        assertThat(answering.out.refused).isEmpty();
        TestClient asker = after.client(client.c.id());
        asker.session(S, AcknowledgeMode.AUTO);
        asker.consume(S, 1, asker.temporaryQueue(1));
        after.settle();
        assertThat(asker.texts(1)).containsExactly("answer");

        after.broker.connections().goodbye(asker.c, 91);
        answering.send(S, first, "too late");
        after.pass(AwaitedTemporaries.GRACE_MS);
        answering.send(S, second, "too late");
        assertThat(answering.out.refused)
                .extracting("code")
                .containsExactly(ErrorCode.DESTINATION_DELETED, ErrorCode.DESTINATION_DELETED);
        after.settle();
        assertThat(after.store.liveCount()).isZero();
    }

    @Test
    void aTemporaryQueueLeavesNothingInTheLog() {
        server.settle();
        long before = server.log.appended();
        int mine = client.temporaryQueue(1);
        client.consume(S, 1, mine);
        client.send(S, mine, "hello");
        server.settle();
        client.ack(S, 1, 1, 1);
        assertThat(client.texts(1)).containsExactly("hello");
        assertThat(server.log.appended()).isEqualTo(before);
    }

    @Test
    void namesAndKindsAndOptionsAreChecked() {
        int reserved = client.queue("$quoin.mine");
        int question = client.queue("what?");
        int topic = client.topic("orders");
        int conflict = client.alias(DestinationKind.QUEUE, "orders", "groupSlots=8");
        int unknown = client.alias(DestinationKind.QUEUE, "x", "groupslots=8");
        int bad = client.alias(DestinationKind.QUEUE, "y", "groupSlots=none");
        client.send(S, orders, "creates it");
        for (int alias : new int[] {reserved, question, topic, conflict, unknown, bad, 999}) {
            client.send(S, alias, "refused");
        }
        assertThat(client.out.refused)
                .extracting("code")
                .containsExactly(
                        ErrorCode.INVALID_NAME,
                        ErrorCode.INVALID_NAME,
                        ErrorCode.DESTINATION_KIND_MISMATCH,
                        ErrorCode.OPTION_CONFLICT,
                        ErrorCode.UNKNOWN_DESTINATION_OPTION,
                        ErrorCode.BAD_DESTINATION_OPTION,
                        ErrorCode.ALIAS_UNKNOWN);
        assertThat(client.out.refused.get(4).text()).contains("groupSlots");
        assertThat(server.broker.queues()).extracting("name").containsExactly("orders");
    }

    @Test
    void withoutAutoCreateAnUnknownDestinationIsRefused() throws Refusal {
        TestServer strict = new TestServer(BrokerOptions.DEFAULT.withAutoCreate(false));
        TestClient c = strict.client();
        c.session(S, AcknowledgeMode.AUTO);
        c.send(S, c.queue("orders"), "a");
        assertThat(c.out.refused).extracting("code").containsExactly(ErrorCode.UNKNOWN_DESTINATION);
    }

    @Test
    void aFullQueueStopsItsSendersAndLetsThemGoOnWhenThereIsRoom() {
        int small = client.alias(DestinationKind.QUEUE, "small", "maxBytes=100");
        client.send(S, small, "a");
        server.settle();
        long limit = client.out.sendCredit.get(small);
        assertThat(limit).isLessThanOrEqualTo(250);
        client.send(S, small, "b");
        client.send(S, small, "c");
        assertThat(client.out.refused).extracting("code").contains(ErrorCode.QUEUE_FULL);

        client.consume(S, 1, small);
        server.settle();
        client.ack(S, 1, 1, 10);
        server.settle();
        assertThat(client.out.sendCredit.get(small)).isGreaterThan(limit);
    }

    @Test
    void creditNeverLetsMoreMessagesComeThanThereIsRoomFor() {
        int small = client.alias(DestinationKind.QUEUE, "few", "maxMessages=5");
        long sent = 0;
        for (int i = 1; i <= 5; i++) {
            client.send(S, small, "m" + i);
            server.settle();
            sent = server.broker.queue("few").stats().bytes();
            long left = client.out.sendCredit.get(small) - sent;
            long smallest = sent / i;
            assertThat(Math.max(0, (left + smallest - 1) / smallest))
                    .as("after " + i)
                    .isBetween(i == 5 ? 0L : 1L, 5L - i);
        }
        client.consume(S, 1, small);
        server.settle();
        client.ack(S, 1, 1, 1);
        server.settle();
        assertThat(client.out.sendCredit.get(small)).isEqualTo(sent + 1);
    }

    @Test
    void aRefusalForWantOfRoomWithdrawsCreditUntilThereIsRoom() throws Refusal {
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        int small = client.alias(DestinationKind.QUEUE, "few", "maxMessages=3");
        int same = other.alias(DestinationKind.QUEUE, "few", "maxMessages=3");
        client.send(S, small, "a");
        long first = server.broker.queue("few").stats().bytes();
        other.send(S, same, "b");
        other.send(S, same, "c");
        assertThat(client.out.sendCredit.get(small)).isGreaterThan(first);

        client.send(S, small, "d", TestClient.sent().waiting());

        assertThat(client.out.refused).extracting("code").containsExactly(ErrorCode.QUEUE_FULL);
        long withdrawn = client.out.sendCredit.get(small);
        assertThat(withdrawn).isEqualTo(2 * first);
        client.consume(S, 1, small);
        server.settle();
        client.ack(S, 1, 1, 1);
        server.settle();
        assertThat(client.out.sendCredit.get(small)).isEqualTo(withdrawn + 1);
    }

    @Test
    void aSendThatNobodyWaitsForFindsRoomIfItHadCredit() throws Refusal {
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.AUTO);
        int small = client.alias(DestinationKind.QUEUE, "few", "maxMessages=2");
        client.send(S, small, "a");
        other.send(S, other.queue("few"), "b");

        client.send(S, small, "c");
        client.send(S, small, "d");

        assertThat(client.out.refused).hasSize(1);
        server.settle();
        assertThat(server.broker.queue("few").stats().depth()).isEqualTo(3);
    }

    @Test
    void aBrowserSeesWaitingMessagesAndTakesNone() {
        for (int i = 0; i < 5; i++) {
            client.send(S, orders, "m" + i, TestClient.sent().property("n", i));
        }
        server.settle();
        server.broker.messages().openBrowser(client.c, S, new Frame.BrowseOpen(50, 1, orders, "n >= 2"));
        server.broker.messages().browseNext(client.c, S, new Frame.BrowseNext(51, 1, 2));
        server.settle();
        assertThat(client.out.browsed).hasSize(2);
        assertThat(client.out.results.get(51)).isEqualTo(new Result.BrowsedSoFar(true));
        server.broker.messages().browseNext(client.c, S, new Frame.BrowseNext(52, 1, 100));
        server.settle();
        assertThat(client.out.browsed.stream().map(d -> server.text(d.position())))
                .containsExactly("m2", "m3", "m4");
        assertThat(client.out.results.get(52)).isEqualTo(new Result.BrowsedSoFar(false));
        assertThat(server.broker.queue("orders").stats().depth()).isEqualTo(5);
    }

    @Test
    void aBrowserOfAnUnknownQueueCreatesNothing() {
        server.broker.messages().openBrowser(client.c, S, new Frame.BrowseOpen(50, 1, client.queue("nothing"), null));
        server.broker.messages().browseNext(client.c, S, new Frame.BrowseNext(51, 1, 10));
        server.settle();
        assertThat(client.out.results.get(51)).isEqualTo(new Result.BrowsedSoFar(false));
        assertThat(server.broker.queue("nothing")).isNull();
    }
}
