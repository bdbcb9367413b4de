// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.jms.peer.Seen;
import io.quoin.jms.peer.Seen.Range;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.message.Murmur3;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsumerTest {

    private final ScriptedServer server = ScriptedServer.start();
    private QuoinConnection connection;
    private Link link;
    private Session session;
    private MessageConsumer consumer;
    private int number;

    private void open(String options, int mode) throws JMSException {
        connection = (QuoinConnection)
                new QuoinConnectionFactory(server.uri() + "?requestTimeout=3000" + options).createConnection();
        link = server.link();
        connection.start();
        session = connection.createSession(mode);
        consumer = session.createConsumer(session.createQueue("q"));
        number = link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
    }

    @AfterEach
    void close() throws JMSException {
        try {
            if (connection != null) {
                connection.close();
            }
        } finally {
            server.close();
        }
    }

    private static String text(Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    private static String[] texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    void consumerThatTakesItsMessagesIsGrantedTwiceAsManyUntilItHasItsWholeWindow() throws Exception {
        open("&prefetch=100", Session.AUTO_ACKNOWLEDGE);
        assertThat(((Frame.ConsumerOpen) ((Seen.Rare) link.all().get(link.all().size() - 1)).frame()).limitMessages())
                .isEqualTo(16);
        link.deliver(1, number, texts(0, 16));
        receive(8);
        assertThat(link.nextCredit().limitMessages()).isEqualTo(8 + 32);
        link.deliver(1, number, texts(16, 40));
        receive(16);
        assertThat(link.nextCredit().limitMessages()).isEqualTo(24 + 64);
        link.deliver(1, number, texts(40, 88));
        receive(32);
        assertThat(link.nextCredit().limitMessages()).isEqualTo(56 + 100);
        link.deliver(1, number, texts(88, 156));
        receive(50);
        assertThat(link.nextCredit().limitMessages()).isEqualTo(106 + 100);
    }

    private void receive(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            assertThat(consumer.receive(5000)).isNotNull();
        }
    }

    @Test
    void consumerIsOpenedWithTheFirstPartOfItsWindow() throws Exception {
        open("&prefetch=50&prefetchBytes=4096", Session.AUTO_ACKNOWLEDGE);
        MessageConsumer durable = session.createSharedDurableConsumer(session.createTopic("t"), "sub", "a = 1");

        Frame.ConsumerOpen second = link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class);

        assertThat(second.limitMessages()).isEqualTo(16);
        assertThat(second.limitBytes()).isEqualTo(4096);
        assertThat(second.subscription()).isEqualTo("sub");
        assertThat(second.selector()).isEqualTo("a = 1");
        assertThat(second.flags()).isEqualTo(FrameFlags.CONSUMER_DURABLE | FrameFlags.CONSUMER_SHARED);
        durable.close();
    }

    @Test
    void refusedConsumerGivesTheExceptionOfItsCode() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        link.hold(FrameType.CONSUMER_OPEN);
        CompletableFuture<Void> opening = Background.run(() -> session.createConsumer(session.createQueue("q"), "a >"));
        int request =
                link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).request();

        link.error(request, ErrorCode.INVALID_SELECTOR, "The selector ends at character 4");

        assertThatThrownBy(() -> opening.get(5, TimeUnit.SECONDS)).cause().isInstanceOf(InvalidSelectorException.class);
    }

    @Test
    void receivedMessageHasWhatTheServerSaysOfIt() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        link.deliver(
                1,
                number,
                FrameFlags.DELIVER_REDELIVERED,
                3,
                0,
                link.message("x", m -> m.property("JMSXDeliveryCount", 9).property("a", "b")));

        Message message = consumer.receive(5000);

        assertThat(text(message)).isEqualTo("x");
        assertThat(message.getJMSRedelivered()).isTrue();
        assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(3);
        assertThat(Collections.list((java.util.Enumeration<?>) message.getPropertyNames()).stream()
                        .map(Object::toString))
                .containsExactlyInAnyOrder("a", "JMSXDeliveryCount", "JMSXRcvTimestamp");
    }

    @Test
    void automaticAcknowledgementsGoOutAsARangeWhenNothingMoreIsInHand() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        link.deliver(1, number, texts(0, 10));
        await().until(() -> connection.isAlive());
        for (int i = 0; i < 10; i++) {
            assertThat(text(consumer.receive(5000))).isEqualTo("" + i);
        }

        // The mark may be ahead of the ranges: a timer may write them while the next message is on its way to its
        // receiver.
        long acknowledged = 0;
        while (acknowledged < 10) {
            Seen.Acknowledged ack = link.nextAck();
            assertThat(ack.outcome()).isEqualTo(AckOutcome.CONSUMED);
            assertThat(ack.request()).as("asks to be confirmed").isNotZero();
            assertThat(ack.transacted()).isFalse();
            assertThat(ack.ranges()).hasSize(1);
            Range range = ack.ranges().get(0);
            assertThat(range.first()).isEqualTo(acknowledged + 1);
            assertThat(ack.handedOut()).isBetween(range.last(), 10L);
            acknowledged = range.last();
        }
        assertThat(acknowledged).isEqualTo(10);
    }

    @Test
    void acknowledgementDoesNotWaitForTheListenerAfterIt() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        consumer.setMessageListener(message -> {
            try {
                if (text(message).equals("1")) {
                    second.countDown();
                    go.await();
                }
            } catch (JMSException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        link.deliver(1, number, "0", "1");
        second.await();

        Seen.Acknowledged ack = link.nextAck();

        assertThat(ack.ranges()).containsExactly(new Range(1, 1));
        go.countDown();
        assertThat(link.nextAck().ranges()).containsExactly(new Range(2, 2));
    }

    @Test
    void atMost64MessagesAreInOneAutomaticAcknowledgement() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        CountDownLatch all = new CountDownLatch(500);
        link.deliver(1, number, texts(0, 500));
        consumer.setMessageListener(message -> all.countDown());
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();

        long acknowledged = 0;
        while (acknowledged < 500) {
            Seen.Acknowledged ack = link.nextAck();
            assertThat(ack.ranges()).hasSize(1);
            Range range = ack.ranges().get(0);
            assertThat(range.first()).isEqualTo(acknowledged + 1);
            assertThat(range.last() - acknowledged).isLessThanOrEqualTo(64);
            acknowledged = range.last();
        }
    }

    @Test
    void creditIsRenewedAtHalfOfTheWindowInMessages() throws Exception {
        open("&prefetch=10", Session.AUTO_ACKNOWLEDGE);
        link.deliver(1, number, texts(0, 10));
        for (int i = 0; i < 4; i++) {
            consumer.receive(5000);
        }
        assertThat(link.poll(FrameType.CREDIT, 50)).isNull();

        consumer.receive(5000);

        Seen.Credited credit = link.nextCredit();
        assertThat(credit.limitMessages()).isEqualTo(15);
        assertThat(credit.handedOut()).isEqualTo(5);
    }

    @Test
    void creditIsRenewedAtHalfOfTheWindowInBytes() throws Exception {
        open("&prefetchBytes=1000", Session.AUTO_ACKNOWLEDGE);
        int size = link.message("x".repeat(200)).remaining();
        for (int i = 0; i < 3; i++) {
            link.deliver(1, number, "x".repeat(200));
        }
        consumer.receive(5000);
        assertThat(link.poll(FrameType.CREDIT, 50)).isNull();

        consumer.receive(5000);

        assertThat(link.nextCredit().limitBytes()).isEqualTo(2L * size + 1000);
    }

    @Test
    void receiveNoWaitAsksTheServerBeforeItReturnsNull() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        assertThat(consumer.receiveNoWait()).isNull();
        link.next(FrameType.DRAIN);
        link.hold(FrameType.DRAIN);
        CompletableFuture<Message> receiving = Background.ask(consumer::receiveNoWait);
        Seen.Credited credit = link.nextCredit();
        assertThat(credit.limitMessages()).isEqualTo(16);
        int request = link.next(FrameType.DRAIN, Frame.Drain.class).request();
        link.deliver(1, number, "late");
        link.write(0, new Result.Drained(1).to(request));

        assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("late");
    }

    @Test
    void receiveThatTimesOutWithdrawsItsCreditAndTheNextOneRenewsIt() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        assertThat(consumer.receive(20)).isNull();
        link.next(FrameType.DRAIN);
        CompletableFuture<Message> receiving = Background.ask(consumer::receive);
        assertThat(link.nextCredit().limitMessages()).isEqualTo(16);

        link.deliver(1, number, "x");

        assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("x");
    }

    @Test
    void withoutPrefetchEveryReceiveAsksForOneMessage() throws Exception {
        open("&prefetch=0", Session.AUTO_ACKNOWLEDGE);
        assertThat(((Frame.ConsumerOpen) ((Seen.Rare) link.all().get(link.all().size() - 1)).frame()).limitMessages())
                .isZero();
        for (int i = 1; i <= 3; i++) {
            CompletableFuture<Message> receiving = Background.ask(consumer::receive);
            assertThat(link.nextCredit().limitMessages()).isEqualTo(i);
            link.deliver(1, number, "m" + i);
            assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("m" + i);
        }
        assertThat(link.waiting(FrameType.CREDIT)).isZero();
    }

    @Test
    void withoutPrefetchAMessageThatNobodyWaitsForGoesBackAtOnce() throws Exception {
        open("&prefetch=0", Session.AUTO_ACKNOWLEDGE);
        CompletableFuture<Void> receiving = Background.run(() -> {
            Thread.currentThread().interrupt();
            consumer.receive();
        });
        assertThatThrownBy(() -> receiving.get(5, TimeUnit.SECONDS)).hasMessageContaining("QN-1022");
        assertThat(link.nextCredit().limitMessages()).isEqualTo(1);
        link.deliver(1, number, "late");
        Seen.Acknowledged back = link.nextAck();
        assertThat(back.outcome()).isEqualTo(AckOutcome.RETURNED_UNCOUNTED);
        assertThat(back.ranges()).containsExactly(new Range(1, 1));

        CompletableFuture<Message> again = Background.ask(consumer::receive);
        assertThat(link.nextCredit().limitMessages()).isEqualTo(2);
        link.deliver(1, number, "again");
        assertThat(text(again.get(5, TimeUnit.SECONDS))).isEqualTo("again");
    }

    @Test
    void withoutPrefetchAStoppedConnectionHoldsNothing() throws Exception {
        open("&prefetch=0", Session.AUTO_ACKNOWLEDGE);
        CompletableFuture<Message> receiving = Background.ask(consumer::receive);
        link.nextCredit();
        connection.stop();
        link.deliver(1, number, "late");
        assertThat(link.nextAck().outcome()).isEqualTo(AckOutcome.RETURNED_UNCOUNTED);
        connection.start();
        assertThat(link.nextCredit().limitMessages()).isEqualTo(2);
        link.deliver(1, number, "again");
        assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("again");
    }

    @Test
    void batchIsWhatIsAtHandWithOneAcknowledgement() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        link.deliver(1, number, texts(0, 200));
        session.unsubscribe("a round trip: they have arrived");

        List<Message> batch = ((QuoinMessageConsumer) consumer).receiveBatch(150, 5000);

        assertThat(batch).hasSize(150);
        assertThat(text(batch.get(149))).isEqualTo("149");
        assertThat(link.nextAck().ranges()).containsExactly(new Range(1, 150));
        assertThat(((QuoinMessageConsumer) consumer).receiveBatch(150, 5000)).hasSize(50);
        assertThat(link.nextAck().ranges()).containsExactly(new Range(151, 200));
        assertThat(((QuoinMessageConsumer) consumer).receiveBatch(150, 20)).isEmpty();
        assertThatThrownBy(() -> ((QuoinMessageConsumer) consumer).receiveBatch(0, 1))
                .isInstanceOf(JMSException.class);
    }

    @Test
    void batchWithoutPrefetchTakesOneRoundTrip() throws Exception {
        open("&prefetch=0", Session.CLIENT_ACKNOWLEDGE);
        link.hold(FrameType.DRAIN);
        CompletableFuture<List<Message>> receiving =
                Background.ask(() -> ((QuoinMessageConsumer) consumer).receiveBatch(10, 5000));
        assertThat(link.nextCredit().limitMessages()).isEqualTo(10);
        int request = link.next(FrameType.DRAIN, Frame.Drain.class).request();
        link.deliver(1, number, "a", "b", "c");
        link.write(0, new Result.Drained(3).to(request));

        List<Message> batch = receiving.get(5, TimeUnit.SECONDS);

        assertThat(batch).hasSize(3);
        batch.get(0).acknowledge();
        assertThat(link.nextAck().ranges()).containsExactly(new Range(1, 3));
    }

    @Test
    void withoutPrefetchAListenerAsksForOneMessageAfterTheOther() throws Exception {
        open("&prefetch=0", Session.AUTO_ACKNOWLEDGE);
        CountDownLatch three = new CountDownLatch(3);
        consumer.setMessageListener(message -> three.countDown());
        for (int i = 1; i <= 3; i++) {
            assertThat(link.nextCredit().limitMessages()).isEqualTo(i);
            link.deliver(1, number, "m" + i);
        }
        assertThat(three.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void expiredMessagesAreAcknowledgedAndNeverHandedOut() throws Exception {
        open("", Session.CLIENT_ACKNOWLEDGE);
        connection.stop();
        link.deliver(1, number, 0, 1, 1, link.message("expired"));
        link.deliver(1, number, 0, 1, 3_600_000, link.message("lasting"));
        session.unsubscribe("a round trip: the two have arrived");
        CompletableFuture<Message> receiving = Background.ask(consumer::receive);
        assertThat(link.poll(FrameType.ACK, 20)).isNull();
        connection.start();

        assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("lasting");
        assertThat(link.nextAck().ranges()).containsExactly(new Range(1, 1));
    }

    @Test
    void creditIsRenewedWhenAWholeWindowHasExpired() throws Exception {
        open("&prefetch=3", Session.AUTO_ACKNOWLEDGE);
        connection.stop();
        for (int i = 0; i < 3; i++) {
            link.deliver(1, number, 0, 1, 1, link.message("expired"));
        }
        session.unsubscribe("a round trip: they have arrived");
        CountDownLatch listened = new CountDownLatch(1);
        consumer.setMessageListener(message -> listened.countDown());
        assertThat(link.poll(FrameType.CREDIT, 20)).isNull();
        connection.start();

        assertThat(link.nextCredit().limitMessages()).isEqualTo(6);
        link.deliver(1, number, "fresh");
        assertThat(listened.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void creditIsRenewedWhenEverythingWasRecalledWhileTheConnectionWasStopped() throws Exception {
        open("&prefetch=3", Session.AUTO_ACKNOWLEDGE);
        connection.stop();
        CountDownLatch listened = new CountDownLatch(1);
        consumer.setMessageListener(message -> listened.countDown());
        link.deliver(1, number, "a", "b", "c");
        link.write(1, new Frame.Recall(number, Frame.Recall.ALL_SLOTS));
        assertThat(link.next(FrameType.RETURN, Frame.Return.class).last()).isEqualTo(3);
        assertThat(link.poll(FrameType.CREDIT, 20)).isNull();
        connection.start();

        assertThat(link.nextCredit().limitMessages()).isEqualTo(6);
        link.deliver(1, number, "again");
        assertThat(listened.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void redeliveredMessageIsNamedBeforeItIsHandedOutAndAfterPendingAcknowledgements() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        link.deliver(1, number, "a");
        link.redeliver(1, number, "b", 2);
        link.deliver(1, number, "c");
        for (int i = 0; i < 3; i++) {
            consumer.receive(5000);
        }

        assertThat(link.next(FrameType.HANDING, Frame.Handing.class).tags()).containsExactly(2L);
        List<FrameType> types = link.types();
        assertThat(types.indexOf(FrameType.ACK)).isLessThan(types.indexOf(FrameType.HANDING));
        assertThat(types.stream().filter(t -> t == FrameType.HANDING)).hasSize(1);
    }

    @Test
    void recallIsAnsweredWithWhatTheApplicationHasNotSeen() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        link.deliver(1, number, texts(0, 5));
        assertThat(text(consumer.receive(5000))).isEqualTo("0");

        link.write(1, new Frame.Recall(number, Frame.Recall.ALL_SLOTS));

        Frame.Return given = link.next(FrameType.RETURN, Frame.Return.class);
        assertThat(given).isEqualTo(new Frame.Return(number, 1, 2, 5));
        link.deliver(1, number, "again");
        assertThat(text(consumer.receive(5000))).isEqualTo("again");
    }

    private Seen.Acknowledged returned() throws Exception {
        Seen.Acknowledged ack = link.nextAck();
        while (ack.outcome() != AckOutcome.RETURNED_UNCOUNTED) {
            ack = link.nextAck();
        }
        return ack;
    }

    @Test
    void recallOfASlotIsAnsweredWithTheMessagesOfThatSlotOnly() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        for (String group : List.of("a", "b", "a", "b", "a")) {
            link.deliver(1, number, 0, 1, 0, link.message("text", w -> w.property("JMSXGroupID", group)));
        }
        assertThat(consumer.receive(5000).getStringProperty("JMSXGroupID")).isEqualTo("a");
        int slot = Math.floorMod(Murmur3.hash("b".getBytes(StandardCharsets.UTF_8)), 1024);

        link.write(1, new Frame.Recall(number, slot));

        assertThat(returned().ranges()).containsExactly(new Range(2, 2), new Range(4, 4));
        assertThat(consumer.receive(5000).getStringProperty("JMSXGroupID")).isEqualTo("a");
        assertThat(consumer.receive(5000).getStringProperty("JMSXGroupID")).isEqualTo("a");
        assertThat(consumer.receive(100)).isNull();
    }

    @Test
    void acknowledgeCoversEverythingDeliveredByTheSession() throws Exception {
        open("", Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer other = session.createConsumer(session.createQueue("other"));
        int otherNumber =
                link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
        link.deliver(1, number, "a", "b", "c");
        link.deliver(1, otherNumber, "d");
        Message first = consumer.receive(5000);
        consumer.receive(5000);
        other.receive(5000);
        assertThat(link.poll(FrameType.ACK, 20)).isNull();
        link.hold(FrameType.ACK);

        CompletableFuture<Void> acknowledging = Background.run(first::acknowledge);

        Seen.Acknowledged one = link.nextAck();
        Seen.Acknowledged two = link.nextAck();
        assertThat(one.ranges()).containsExactly(new Range(1, 2));
        assertThat(two.consumer()).isEqualTo(otherNumber);
        assertThat(two.ranges()).containsExactly(new Range(1, 1));
        link.ok(one.request());
        assertThat(acknowledging).isNotDone();
        link.ok(two.request());
        acknowledging.get(5, TimeUnit.SECONDS);
        link.release(FrameType.ACK);
    }

    @Test
    void individualAcknowledgementCoversOneMessage() throws Exception {
        open("", QuoinSession.INDIVIDUAL_ACKNOWLEDGE);
        link.deliver(1, number, "a", "b", "c");
        consumer.receive(5000);
        Message second = consumer.receive(5000);
        consumer.receive(5000);

        second.acknowledge();

        Seen.Acknowledged ack = link.nextAck();
        assertThat(ack.ranges()).containsExactly(new Range(2, 2));
        assertThat(ack.handedOut()).isEqualTo(3);
    }

    @Test
    void commitCarriesTheAcknowledgementsOfTheTransaction() throws Exception {
        open("", Session.SESSION_TRANSACTED);
        link.deliver(1, number, "a", "b");
        consumer.receive(5000);
        consumer.receive(5000);

        session.commit();

        Seen.Acknowledged ack = link.nextAck();
        assertThat(ack.transacted()).isTrue();
        assertThat(ack.request()).isZero();
        assertThat(ack.ranges()).containsExactly(new Range(1, 2));
        Frame.Commit commit = link.next(FrameType.COMMIT, Frame.Commit.class);
        assertThat(commit.handed()).containsExactly(new Handed(number, 2));
        session.commit();
        assertThat(link.next(FrameType.COMMIT, Frame.Commit.class).transaction())
                .isGreaterThan(commit.transaction());
        assertThat(link.waiting(FrameType.ACK)).isZero();
    }

    @Test
    void everythingThatArrivesBeforeTheAnswerToARollbackIsStale() throws Exception {
        open("", Session.SESSION_TRANSACTED);
        link.deliver(1, number, "a", "b", "c");
        assertThat(text(consumer.receive(5000))).isEqualTo("a");
        link.hold(FrameType.ROLLBACK);
        CompletableFuture<Void> rolling = Background.run(session::rollback);
        Frame.Rollback rollback = link.next(FrameType.ROLLBACK, Frame.Rollback.class);
        assertThat(rollback.handed()).containsExactly(new Handed(number, 1));
        link.deliver(1, number, "stale");

        link.ok(rollback.request());
        link.redeliver(1, number, "a", 2);

        rolling.get(5, TimeUnit.SECONDS);
        Message again = consumer.receive(5000);
        assertThat(text(again)).isEqualTo("a");
        assertThat(again.getJMSRedelivered()).isTrue();
        session.commit();
        assertThat(link.nextAck().ranges())
                .as("nothing from before the rollback")
                .containsExactly(new Range(5, 5));
    }

    @Test
    void recoverAcknowledgesNothingOfAClientSession() throws Exception {
        open("", Session.CLIENT_ACKNOWLEDGE);
        link.deliver(1, number, "a", "b");
        consumer.receive(5000);

        session.recover();
        link.redeliver(1, number, "a", 2);

        Message again = consumer.receive(5000);
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        again.acknowledge();
        assertThat(link.nextAck().ranges()).containsExactly(new Range(3, 3));
    }

    @Test
    void failingListenerOfAnAutomaticSessionGetsItsMessageAgainBeforeAnyOther() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch twice = new CountDownLatch(2);
        consumer.setMessageListener(message -> {
            try {
                seen.add(text(message) + (message.getJMSRedelivered() ? " again" : ""));
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
            twice.countDown();
            if (seen.size() == 1) {
                throw new IllegalArgumentException("planned");
            }
        });
        link.hold(FrameType.RECOVER);
        link.deliver(1, number, "a", "b");
        Frame.Recover recover = link.next(FrameType.RECOVER, Frame.Recover.class);
        assertThat(recover.handed()).containsExactly(new Handed(number, 1));

        link.ok(recover.request());
        link.redeliver(1, number, "a", 2);

        assertThat(twice.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).containsExactly("a", "a again");
        assertThat(link.nextAck().ranges()).containsExactly(new Range(3, 3));
    }

    @Test
    void failingListenerOfAClientSessionGetsTheNextMessage() throws Exception {
        open("", Session.CLIENT_ACKNOWLEDGE);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        consumer.setMessageListener(message -> {
            try {
                seen.add(text(message));
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
            throw new IllegalArgumentException("planned");
        });

        link.deliver(1, number, "a", "b");

        await().until(() -> seen.equals(List.of("a", "b")));
        assertThat(link.waiting(FrameType.RECOVER)).isZero();
    }

    @Test
    void bodyOfAnotherTypeLeavesTheMessageForTheNextReceive() throws Exception {
        try (JMSContext context = new QuoinConnectionFactory(server.uri()).createContext()) {
            Link own = server.link();
            JMSConsumer receiver = context.createConsumer(context.createQueue("q"));
            int consumerNumber =
                    own.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
            own.deliver(1, consumerNumber, "text");

            assertThatThrownBy(() -> receiver.receiveBody(byte[].class, 5000))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThat(own.poll(FrameType.ACK, 20)).isNull();
            assertThat(receiver.receiveBody(String.class, 5000)).isEqualTo("text");
            assertThat(own.nextAck().ranges()).containsExactly(new Range(1, 1));
        }
    }

    @Test
    void sessionWithAListenerDoesNotReceive() throws Exception {
        open("", Session.AUTO_ACKNOWLEDGE);
        MessageConsumer other = session.createConsumer(session.createQueue("other"));
        consumer.setMessageListener(message -> {});

        assertThatThrownBy(() -> other.receive(10)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void durableAcknowledgementsAreWaitedForBeforeTheMessageIsReturned() throws Exception {
        open("&ackMode=durable", Session.AUTO_ACKNOWLEDGE);
        link.hold(FrameType.ACK);
        link.deliver(1, number, "a");
        CompletableFuture<Message> receiving = Background.ask(consumer::receive);
        Seen.Acknowledged ack = link.nextAck();
        assertThat(receiving).isNotDone();

        link.ok(ack.request());

        assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("a");
        link.release(FrameType.ACK);
    }

    @Test
    void damagedMessageEndsTheConnectionAndIsNotHandedOut() throws Exception {
        open("&reconnect=false", Session.AUTO_ACKNOWLEDGE);
        CompletableFuture<JMSException> told = new CompletableFuture<>();
        connection.setExceptionListener(told::complete);
        java.nio.ByteBuffer message = link.message("hello");
        message.put(message.limit() - 1, (byte) 'X');

        link.deliver(1, number, 0, 1, 0, message);

        assertThat(told.get(5, TimeUnit.SECONDS).getErrorCode()).isEqualTo("QN-1006");
        assertThatThrownBy(() -> consumer.receive(10))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("QN-1006");
    }
}
