// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.message.MessageView;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ProducerTest {

    private final ScriptedServer server = ScriptedServer.start();
    private Connection connection;
    private Link link;
    private Session session;
    private Queue queue;
    private MessageProducer producer;

    @BeforeEach
    void connect() throws JMSException {
        connection =
                new QuoinConnectionFactory(server.uri() + "?sendTimeout=2000&requestTimeout=2000").createConnection();
        link = server.link();
        session = connection.createSession();
        queue = session.createQueue("orders");
        producer = session.createProducer(queue);
    }

    @AfterEach
    void close() throws JMSException {
        try {
            connection.close();
        } finally {
            server.close();
        }
    }

    private static boolean isWaiting(Seen.Sent sent) {
        return (sent.flags() & FrameFlags.SEND_WAITING) != 0;
    }

    private static MessageView view(Seen.Sent sent) throws Exception {
        MessageView view = new MessageView().wrap(ByteBuffer.wrap(sent.message()), 0, sent.message().length);
        view.verify();
        return view;
    }

    @Test
    void sessionAndProducerTakeNoRoundTripAndNoWrite() {
        assertThat(link.types()).containsExactly(FrameType.HELLO);
    }

    @Test
    void everythingOfASendIsInTheFrame() throws Exception {
        producer.setPriority(7);
        producer.setTimeToLive(60_000);
        producer.setDeliveryDelay(500);
        TextMessage message = session.createTextMessage("hello");
        message.setStringProperty("JMSXGroupID", "g");
        message.setJMSCorrelationID("c");
        message.setJMSType("t");
        long before = System.currentTimeMillis();

        producer.send(message);

        Seen.Sent sent = link.nextSend();
        MessageView view = view(sent);
        assertThat(link.types())
                .containsExactly(FrameType.HELLO, FrameType.SESSION_OPEN, FrameType.DESTINATION, FrameType.SEND);
        assertThat(sent.sequence()).isEqualTo(1);
        assertThat(sent.session()).isEqualTo(1);
        assertThat(sent.flags()).isEqualTo(FrameFlags.SEND_PERSISTENT | FrameFlags.SEND_WAITING);
        assertThat(sent.timeToLiveMs()).isEqualTo(60_000);
        assertThat(sent.delayMs()).isEqualTo(500);
        assertThat(view.text()).isEqualTo("hello");
        assertThat(view.priority()).isEqualTo(7);
        assertThat(view.isPersistent()).isTrue();
        assertThat(view.isGrouped()).isTrue();
        assertThat(view.correlationId()).isEqualTo("c");
        assertThat(view.type()).isEqualTo("t");
        assertThat(view.destinationName()).isEqualTo("orders");
        assertThat(message.getJMSMessageID()).isEqualTo(view.id().text()).startsWith("ID:");
        assertThat(message.getJMSTimestamp()).isEqualTo(view.timestampMs()).isGreaterThanOrEqualTo(before);
        assertThat(message.getJMSExpiration()).isEqualTo(message.getJMSTimestamp() + 60_000);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp() + 500);
        assertThat(message.getJMSDestination()).isEqualTo(queue);
        assertThat(message.getJMSPriority()).isEqualTo(7);
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
    }

    @Test
    void persistentSendReturnsOnlyAfterItsAnswer() throws Exception {
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        CompletableFuture<Void> sending = Background.run(() -> producer.send(session.createTextMessage("x")));
        Seen.Sent sent = link.nextSend();

        link.sent(sent.sequence() - 1);
        assertThat(sending).isNotDone();
        link.sent(sent.sequence());

        sending.get(5, TimeUnit.SECONDS);
    }

    @Test
    void nonPersistentSendWaitsForTheFirstAnswerOnly() throws Exception {
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        assertThat(isWaiting(link.nextSend())).isTrue();
        link.hold(FrameType.SEND);

        producer.send(session.createTextMessage("second"));

        assertThat(isWaiting(link.nextSend())).isFalse();
    }

    @Test
    void firstSendOfEachSessionWaitsInATransactionToo() throws Exception {
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer other = transacted.createProducer(queue);
        producer.send(session.createTextMessage("x"));
        link.nextSend();

        other.send(transacted.createTextMessage("first"));
        other.send(transacted.createTextMessage("second"));

        Seen.Sent first = link.nextSend();
        Seen.Sent second = link.nextSend();
        assertThat(first.flags())
                .isEqualTo(FrameFlags.SEND_PERSISTENT | FrameFlags.SEND_WAITING | FrameFlags.SEND_TRANSACTED);
        assertThat(second.flags()).isEqualTo(FrameFlags.SEND_PERSISTENT | FrameFlags.SEND_TRANSACTED);
        assertThat(second.sequence()).isEqualTo(3);
    }

    @Test
    void refusalOfASendThatWaitsIsThrownByIt() {
        link.hold(FrameType.SEND);
        CompletableFuture<Void> sending = Background.run(() -> producer.send(session.createTextMessage("x")));
        Seen.Sent sent = link.nextSend();

        link.refuse(sent.sequence(), ErrorCode.UNKNOWN_DESTINATION, "There is no queue orders");
        link.sent(sent.sequence());

        assertThatThrownBy(() -> sending.get(5, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining("QN-2002: There is no queue orders.")
                .extracting(e -> ((JMSException) e).getErrorCode())
                .isEqualTo("QN-2002");
    }

    @Test
    void refusalOfASendThatDoesNotWaitIsThrownByTheNextOneWhichIsFollowedByOneThatWaits() throws Exception {
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        producer.send(session.createTextMessage("second"));
        Seen.Sent second = link.nextSend();
        link.refuse(second.sequence(), ErrorCode.QUEUE_FULL, "The queue orders is full");
        link.sent(second.sequence());
        link.release(FrameType.SEND);

        await().untilAsserted(() -> assertThatExceptionOfType(ResourceAllocationException.class)
                .isThrownBy(() -> {
                    producer.send(session.createTextMessage("third"));
                    link.nextSend();
                })
                .withMessageContaining("QN-4001"));
        producer.send(session.createTextMessage("fourth"));

        assertThat(isWaiting(link.nextSend())).isTrue();
    }

    @Test
    void refusalInATransactionRollsItBackAtCommit() throws Exception {
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer sender = transacted.createProducer(queue);
        sender.send(transacted.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        sender.send(transacted.createTextMessage("second"));
        Seen.Sent second = link.nextSend();
        link.hold(FrameType.COMMIT);
        CompletableFuture<Void> committing = Background.run(transacted::commit);
        Frame.Commit commit = link.next(FrameType.COMMIT, Frame.Commit.class);

        link.refuse(second.sequence(), ErrorCode.QUEUE_FULL, "full");
        link.sent(second.sequence());
        link.error(commit.request(), ErrorCode.TRANSACTION_ROLLED_BACK, "A message was refused");

        assertThatThrownBy(() -> committing.get(5, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("QN-4001");
        link.next(FrameType.ROLLBACK);
    }

    @Test
    void withoutCreditASendWaitsForItAndThenFailsNamingTheDestination() throws Exception {
        Link small = connectAgain(l -> l.sendCredit(10));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("takes it all"));
        small.nextSend();

        assertThatExceptionOfType(ResourceAllocationException.class)
                .isThrownBy(() -> producer.send(session.createTextMessage("x")))
                .withMessageContaining("QN-4004")
                .withMessageContaining("orders");
        CompletableFuture<Void> sending = Background.run(() -> producer.send(session.createTextMessage("y")));
        assertThat(small.poll(FrameType.SEND, 50)).isNull();
        small.write(0, new Frame.SendCredit(1, 1_000_000));

        sending.get(5, TimeUnit.SECONDS);
        assertThat(small.nextSend().sequence()).isEqualTo(2);
    }

    @Test
    void aSendThatFindsNoRoomAfterAllIsSentAgainWhenThereIsCredit() throws Exception {
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        CompletableFuture<Void> sending = Background.run(() -> producer.send(session.createTextMessage("second")));
        Seen.Sent refused = link.nextSend();
        link.write(0, new Frame.SendCredit(1, 1));
        link.refuse(refused.sequence(), ErrorCode.QUEUE_FULL, "full");
        link.sent(refused.sequence());
        assertThat(link.poll(FrameType.SEND, 50)).isNull();
        assertThat(sending).isNotDone();

        link.write(0, new Frame.SendCredit(1, 1_000_000));

        Seen.Sent again = link.nextSend();
        assertThat(view(again).text()).isEqualTo("second");
        assertThat(again.sequence()).isEqualTo(3);
        assertThat(again.flags() & FrameFlags.SEND_RESENT).isZero();
        link.sent(again.sequence());
        sending.get(5, TimeUnit.SECONDS);
    }

    @Test
    void firstSendToAFullDestinationFailsAtOnceAndTheNextOneWaitsForRoom() throws Exception {
        Link full = connectAgain(l -> l.hold(FrameType.SEND));
        CompletableFuture<Void> sending = Background.run(() -> producer.send(session.createTextMessage("first")));
        Seen.Sent first = full.nextSend();
        full.write(0, new Frame.SendCredit(1, 1));
        full.refuse(first.sequence(), ErrorCode.QUEUE_FULL, "full");
        full.sent(first.sequence());
        assertThatThrownBy(() -> sending.get(5, TimeUnit.SECONDS)).cause().hasMessageContaining("QN-4001");

        long startNs = System.nanoTime();
        assertThatExceptionOfType(ResourceAllocationException.class)
                .isThrownBy(() -> producer.send(session.createTextMessage("second")))
                .withMessageContaining("QN-4004")
                .withMessageContaining("orders");

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs)).isBetween(290L, 2_000L);
        assertThat(full.poll(FrameType.SEND, 0)).isNull();
    }

    @Test
    void oneFullDestinationDoesNotStopAnother() throws Exception {
        Link small = connectAgain(l -> l.sendCredit(10));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("takes it all"));
        CompletableFuture<Void> stuck = Background.run(() -> producer.send(session.createTextMessage("x")));

        Session other = connection.createSession();
        other.createProducer(other.createQueue("free")).send(other.createTextMessage("y"));

        assertThat(stuck).isNotDone();
        small.write(0, new Frame.SendCredit(1, 1_000_000));
        stuck.get(5, TimeUnit.SECONDS);
    }

    @Test
    void sendWithoutAnAnswerEndsWithATimeOutThatNamesDestinationAndServer() {
        link.hold(FrameType.SEND);

        assertThatExceptionOfType(ResourceAllocationException.class)
                .isThrownBy(() -> producer.send(session.createTextMessage("x")))
                .withMessageContaining("QN-4004")
                .withMessageContaining("orders")
                .withMessageContaining("2000 ms");
    }

    @Test
    void numbersRiseInTheOrderOfTheFramesWhateverTheThreads() throws Exception {
        int threads = 8;
        int each = 200;
        List<CompletableFuture<Void>> sending = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            sending.add(Background.run(() -> {
                Session own = connection.createSession();
                MessageProducer sender = own.createProducer(queue);
                for (int n = 0; n < each; n++) {
                    sender.setDeliveryMode(n % 2 == 0 ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
                    TextMessage message = own.createTextMessage("x");
                    message.setIntProperty("n", n);
                    sender.send(message);
                }
            }));
        }
        for (CompletableFuture<Void> one : sending) {
            one.get(30, TimeUnit.SECONDS);
        }

        int[] next = new int[threads + 2];
        for (long number = 1; number <= threads * each; number++) {
            Seen.Sent sent = link.nextSend();
            assertThat(sent.sequence()).isEqualTo(number);
            MessageView view = view(sent);
            assertThat(view.sequence()).isEqualTo(number);
            assertThat(view.properties().get("n")).isEqualTo(next[sent.session() - 1]);
            next[sent.session() - 1]++;
        }
    }

    @Test
    void completionListenersAreCalledInOrderOnAnotherThreadWithTheSameMessage() throws Exception {
        List<Message> completed = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Thread> on = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(100);
        List<Message> messages = new ArrayList<>();
        CompletionListener listener = new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                on.set(Thread.currentThread());
                completed.add(message);
                done.countDown();
            }

            @Override
            public void onException(Message message, Exception exception) {
                throw new AssertionError(exception);
            }
        };

        for (int i = 0; i < 100; i++) {
            TextMessage message = session.createTextMessage("m" + i);
            messages.add(message);
            producer.send(message, listener);
        }

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(on.get()).isNotSameAs(Thread.currentThread());
        assertThat(completed).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(completed.get(i)).isSameAs(messages.get(i));
            assertThat(messages.get(i).getJMSMessageID()).endsWith("-" + (i + 1));
        }
    }

    @Test
    void refusedAsynchronousSendTellsItsListenerAndNobodyElse() throws Exception {
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        CompletableFuture<Exception> told = new CompletableFuture<>();
        producer.send(session.createTextMessage("second"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                told.completeExceptionally(new AssertionError("completed"));
            }

            @Override
            public void onException(Message message, Exception exception) {
                told.complete(exception);
            }
        });
        long number = link.nextSend().sequence();
        link.refuse(number, ErrorCode.QUEUE_FULL, "full");
        link.sent(number);

        assertThat(told.get(5, TimeUnit.SECONDS)).isInstanceOf(ResourceAllocationException.class);
        link.release(FrameType.SEND);
        producer.send(session.createTextMessage("third"));
    }

    @Test
    void firstAsynchronousSendToAForbiddenDestinationThrowsAndDoesNotCallItsListener() throws Exception {
        link.hold(FrameType.SEND);
        CountDownLatch called = new CountDownLatch(1);
        CompletableFuture<Void> sending =
                Background.run(() -> producer.send(session.createTextMessage("x"), new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        called.countDown();
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        called.countDown();
                    }
                }));
        long number = link.nextSend().sequence();
        link.refuse(number, ErrorCode.UNKNOWN_DESTINATION, "There is no queue orders");
        link.sent(number);

        assertThatThrownBy(() -> sending.get(5, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(InvalidDestinationException.class);
        session.close(); // waits for all callbacks
        assertThat(called.getCount()).isEqualTo(1);
    }

    @Test
    void commitAndCloseWaitForCallbacksAndAreRefusedInThem() throws Exception {
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer sender = transacted.createProducer(queue);
        List<Exception> refused = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        sender.send(transacted.createTextMessage("x"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                entered.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (Background.Task attempt : List.<Background.Task>of(
                        transacted::commit, transacted::rollback, transacted::close, sender::close)) {
                    try {
                        attempt.run();
                    } catch (Exception e) {
                        refused.add(e);
                    }
                }
            }

            @Override
            public void onException(Message message, Exception exception) {}
        });
        entered.await();
        CompletableFuture<Void> committing = Background.run(transacted::commit);
        assertThat(link.poll(FrameType.COMMIT, 50)).isNull();

        go.countDown();

        committing.get(5, TimeUnit.SECONDS);
        assertThat(refused).hasSize(4).allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void messageIsFreeForReuseAfterTheSend() throws Exception {
        TextMessage message = session.createTextMessage("one");
        producer.send(message);
        message.setText("two");
        producer.send(message);

        assertThat(view(link.nextSend()).text()).isEqualTo("one");
        assertThat(view(link.nextSend()).text()).isEqualTo("two");
    }

    @Test
    void foreignMessagesAreConvertedAndGetTheirHeaders() throws Exception {
        ForeignTextMessage foreign = new ForeignTextMessage("body");
        foreign.setStringProperty("p", "v");
        foreign.setJMSCorrelationID("c");

        producer.send(foreign, DeliveryMode.NON_PERSISTENT, 3, 1000);

        MessageView view = view(link.nextSend());
        assertThat(view.text()).isEqualTo("body");
        assertThat(view.properties()).containsEntry("p", "v");
        assertThat(view.correlationId()).isEqualTo("c");
        assertThat(foreign.getJMSMessageID()).isEqualTo(view.id().text());
        assertThat(foreign.getJMSPriority()).isEqualTo(3);
        assertThat(foreign.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(foreign.getJMSExpiration()).isEqualTo(foreign.getJMSTimestamp() + 1000);
        assertThat(foreign.getJMSDestination()).isEqualTo(queue);
    }

    @Test
    void whatAProducerMayNotBeAskedForIsRefusedAsPrescribed() throws Exception {
        MessageProducer anonymous = session.createProducer(null);
        TextMessage message = session.createTextMessage();

        assertThatThrownBy(() -> producer.send(queue, message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> anonymous.send(message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> anonymous.send((Queue) null, message)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> producer.send(null)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> producer.send(message, (CompletionListener) null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> producer.setDeliveryMode(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setPriority(10)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(message, 1, -1, 0)).isInstanceOf(JMSException.class);
        producer.close();
        producer.close();
        assertThatThrownBy(producer::getPriority).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> producer.send(message)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tooLargeMessageIsRefusedBeforeItIsWritten() throws Exception {
        TextMessage message = session.createTextMessage("x".repeat(2 << 20));

        assertThatThrownBy(() -> producer.send(message))
                .isInstanceOf(ResourceAllocationException.class)
                .hasMessageContaining("QN-4003");
        assertThat(link.waiting(FrameType.SEND)).isZero();
        producer.send(session.createTextMessage("small"));
        assertThat(link.nextSend().sequence()).isEqualTo(1);
    }

    @Test
    void interruptedSenderGetsItsAnswerAndKeepsItsFlag() throws Exception {
        Thread.currentThread().interrupt();
        try {
            producer.send(session.createTextMessage("x"));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        producer.send(session.createTextMessage("y"));
        assertThat(link.nextSend().sequence()).isEqualTo(1);
    }

    private Link connectAgain(Consumer<Link> change) throws JMSException {
        connection.close();
        connection =
                new QuoinConnectionFactory(server.uri() + "?sendTimeout=300&requestTimeout=2000").createConnection();
        Link another = server.link();
        change.accept(another);
        session = connection.createSession();
        producer = session.createProducer(queue);
        return another;
    }

    /** Whether the time-out or the answer is first is chance. */
    @RepeatedTest(10)
    void aFirstSendWithAListenerThatTimesOutThrowsOrTellsAndNeverBoth() throws Exception {
        try (ScriptedServer slow = ScriptedServer.start();
                Connection own = new QuoinConnectionFactory(slow.uri() + "?sendTimeout=20").createConnection()) {
            Link held = slow.link().hold(FrameType.SEND);
            Session sending = own.createSession();
            MessageProducer sender = sending.createProducer(sending.createQueue("orders"));
            Completed completed = new Completed();

            CompletableFuture<Void> call = Background.run(() -> sender.send(sending.createTextMessage("x"), completed));
            Seen.Sent sent = held.nextSend();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            held.sent(sent.sequence());
            boolean thrown = call.handle((nothing, e) -> e != null).get(5, TimeUnit.SECONDS);
            sending.close(); // returns when the listener has been called, if it is

            assertThat(completed.told()).hasSize(thrown ? 0 : 1);
        }
    }

    @Test
    void aFirstSendThatHasThrownTellsItsListenerNothingAfterwards() throws Exception {
        try (ScriptedServer slow = ScriptedServer.start();
                Connection own = new QuoinConnectionFactory(slow.uri() + "?sendTimeout=20").createConnection()) {
            Link held = slow.link().hold(FrameType.SEND);
            Session sending = own.createSession();
            MessageProducer sender = sending.createProducer(sending.createQueue("orders"));
            Completed completed = new Completed();
            assertThatThrownBy(() -> sender.send(sending.createTextMessage("x"), completed))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining(ErrorCode.SEND_TIMEOUT.code());

            held.sent(held.nextSend().sequence());
            sending.close();

            assertThat(completed.told()).isEmpty();
        }
    }
}
