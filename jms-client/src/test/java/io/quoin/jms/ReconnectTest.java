// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ReconnectTest {

    private static final String OPTIONS = "?requestTimeout=5000&reconnectDelay=10&maxReconnectDelay=20";

    private volatile Consumer<Link> next = link -> {};
    private final ScriptedServer server = ScriptedServer.start(link -> next.accept(link));
    private final List<JMSException> told = Collections.synchronizedList(new ArrayList<>());
    private QuoinConnection connection;
    private Link link;

    private void open(String options) throws JMSException {
        connection = (QuoinConnection) new QuoinConnectionFactory(server.uri() + OPTIONS + options).createConnection();
        connection.setExceptionListener(told::add);
        connection.start();
        link = server.link();
    }

    @AfterEach
    void close() throws JMSException {
        if (connection != null) {
            connection.close();
        }
        server.close();
    }

    /** Cuts the link and takes the next one. */
    private void reconnect() {
        link.cut();
        link = server.link();
    }

    private static MessageProducer producer(Session session) throws JMSException {
        return session.createProducer(session.createQueue("q"));
    }

    private int nextConsumer() {
        return link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
    }

    private static String text(Message message) throws JMSException {
        return ((TextMessage) message).getText();
    }

    /** Waits until the thread has got to a method. */
    private static void awaitIn(String method, Thread thread) {
        await().until(() -> Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method)));
    }

    private List<FrameType> typesAfterHello() {
        return link.types().subList(1, link.types().size());
    }

    // --- Sending

    @Test
    void aSendWithoutAnAnswerIsWrittenAgainUnderItsNumberAndItsCallerOnlyWaitsLonger() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        TextMessage message = session.createTextMessage("second");
        CompletableFuture<Void> sending = Background.run(() -> producer.send(message));
        Seen.Sent sent = link.nextSend();

        reconnect();

        Seen.Sent again = link.nextSend();
        sending.get(5, TimeUnit.SECONDS);
        assertThat(again.sequence()).isEqualTo(sent.sequence()).isEqualTo(2);
        assertThat(again.message()).isEqualTo(sent.message());
        assertThat(again.flags() & FrameFlags.SEND_RESENT).isNotZero();
        assertThat(again.flags() & FrameFlags.SEND_WAITING).isNotZero();
        assertThat(link.types())
                .containsExactly(FrameType.HELLO, FrameType.DESTINATION, FrameType.RESUME, FrameType.SEND);
        producer.send(session.createTextMessage("third"));
        Seen.Sent third = link.nextSend();
        assertThat(third.sequence()).isEqualTo(3);
        assertThat(third.flags() & FrameFlags.SEND_RESENT).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void completionListenersAreCalledOnceAndInOrderOverALoss() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.hold(FrameType.SEND);
        List<String> completed = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 5; i++) {
            producer.send(session.createTextMessage("m" + i), new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    try {
                        completed.add(text(message));
                    } catch (JMSException e) {
                        completed.add(e.toString());
                    }
                }

                @Override
                public void onException(Message message, Exception e) {
                    completed.add(e.toString());
                }
            });
        }
        await().until(() -> link.waiting(FrameType.SEND) >= 5);

        reconnect();

        await().until(() -> completed.size() == 5);
        assertThat(completed).containsExactly("m0", "m1", "m2", "m3", "m4");
        assertThat(IntStream.range(0, 5).mapToObj(i -> link.nextSend().sequence()))
                .containsExactly(2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aSessionWithMoreConsumersThanAFrameNamesIsResumed() throws Exception {
        open("");
        Session session = connection.createSession();
        int consumers = 6_500;
        List<MessageConsumer> opened = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            opened.add(session.createConsumer(session.createQueue("q")));
        }

        reconnect();

        List<Frame.Resume> resumes = new ArrayList<>();
        do {
            resumes.add(link.next(FrameType.RESUME, Frame.Resume.class));
        } while (resumes.get(resumes.size() - 1).hasMore());
        Set<Integer> named = resumes.stream()
                .flatMap(resume -> resume.consumers().stream())
                .map(Frame.Held::consumer)
                .collect(Collectors.toSet());
        assertThat(named).hasSize(consumers);
        await().until(() -> connection.channel().isConnected());
        assertThat(link.types()).doesNotContain(FrameType.SESSION_OPEN, FrameType.CONSUMER_OPEN);
        for (int one : List.of(0, consumers - 1)) {
            link.deliver(1, ((QuoinMessageConsumer) opened.get(one)).number(), "m" + one);
            assertThat(text(opened.get(one).receive())).isEqualTo("m" + one);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aSessionWithVeryManyConsumersThatTheServerHasForgottenIsOpenedOnce() throws Exception {
        open("");
        Session session = connection.createSession();
        int consumers = 3_100;
        for (int i = 0; i < consumers; i++) {
            session.createConsumer(session.createQueue("q"));
        }
        next = link -> link.hold(FrameType.RESUME);

        reconnect();
        for (int i = 0; i < 2; i++) {
            link.error(link.next(FrameType.RESUME, Frame.Resume.class).request(), ErrorCode.SESSION_UNKNOWN, "over");
        }

        await().until(() -> connection.channel().isConnected());
        List<FrameType> types = link.types();
        assertThat(Collections.frequency(types, FrameType.SESSION_OPEN)).isOne();
        assertThat(Collections.frequency(types, FrameType.CONSUMER_OPEN)).isEqualTo(consumers);
        assertThat(told).isEmpty();
    }

    @Test
    void nothingOvertakesWhatIsWrittenAgain() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        TextMessage message = session.createTextMessage("second");
        CompletableFuture<Void> sending = Background.run(() -> producer.send(message));
        link.nextSend();
        Channel channel = connection.channel();
        Wire former = channel.wire();
        next = link -> link.hold(FrameType.RESUME);

        reconnect();
        Frame.Resume resume = link.next(FrameType.RESUME, Frame.Resume.class);

        Frame frame = new Frame.Handing(1, 1, List.of(1L));
        assertThatThrownBy(channel::wire).isInstanceOf(LinkLostException.class);
        assertThatThrownBy(() -> channel.post(1, frame, Flush.NOW)).isInstanceOf(LinkLostException.class);
        assertThatThrownBy(() -> channel.request(1, n -> new Frame.Recover(n, List.of()), new Reply()))
                .isInstanceOf(LinkLostException.class);
        Session other = connection.createSession();
        CompletableFuture<Void> third = Background.run(() -> producer(other).send(other.createTextMessage("third")));
        link.write(0, new Result.Resumed(List.of()).to(resume.request()));
        sending.get(5, TimeUnit.SECONDS);
        third.get(5, TimeUnit.SECONDS);

        assertThat(link.nextSend().sequence()).isEqualTo(2);
        assertThat(link.nextSend().sequence()).isEqualTo(3);
        assertThat(link.types()).doesNotContain(FrameType.HANDING, FrameType.RECOVER);
        assertThat(link.types().stream().filter(type -> type == FrameType.SESSION_OPEN))
                .as("the session that was made meanwhile is opened once")
                .hasSize(1);
        assertThatThrownBy(() -> former.post(1, frame, Flush.NOW))
                .as("a link that was lost does not become another")
                .isInstanceOf(LinkLostException.class);
    }

    @Test
    void aNonPersistentSendIsNotWrittenAgainToAServerThatWasStartedAnew() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.hold(FrameType.SEND);
        producer.send(session.createTextMessage("lost"));
        link.nextSend();
        next = link -> link.forgetful(2);

        reconnect();
        await().until(() -> connection.channel().isConnected());
        producer.send(session.createTextMessage("third"));

        Seen.Sent third = link.nextSend();
        assertThat(third.sequence()).isEqualTo(3);
        assertThat(third.flags() & FrameFlags.SEND_WAITING)
                .as("the first one after a reconnect is answered")
                .isNotZero();
    }

    @Test
    void closingWhileThereIsNoLinkIsNoFailureThoughTheOutcomeOfASendIsUnknown() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        producer.send(session.createTextMessage("second"));
        link.nextSend();
        server.refuse(true);
        link.cut();
        await().until(() -> !connection.channel().isConnected());

        connection.close();

        assertThat(connection.isAlive()).isFalse();
        assertThat(told).isEmpty();
    }

    @RepeatedTest(10) // how far the client has got with the loss is chance
    void aLinkThatIsLostWhileClosingIsNoFailureThoughNotAllIsKnownToHaveArrived() throws Exception {
        open("");
        Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "m");
        consumer.receive(5000).acknowledge();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        producer(transacted).send(transacted.createTextMessage("in a transaction"));
        link.hold(FrameType.SEND, FrameType.ACK);
        producer.send(session.createTextMessage("second"));
        link.watch(seen -> {
            if (seen.type() == FrameType.SESSION_CLOSE) {
                link.cut();
            }
        });

        connection.close();

        assertThat(connection.isAlive()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void whatTheServerHasRefusedIsToldByTheCloseThoughThereIsNoLink() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        producer.send(session.createTextMessage("second"));
        producer.send(session.createTextMessage("third"));
        link.nextSend();
        link.refuse(2, ErrorCode.QUEUE_FULL, "The queue q is full");
        link.heartbeat();
        server.refuse(true);
        link.cut();
        await().until(() -> !connection.channel().isConnected());

        assertThatThrownBy(connection::close).hasMessageContaining("The queue q is full");
    }

    @Test
    void aCompletionListenerHearsThatANonPersistentSendIsLostWithTheServersMemory() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        CompletableFuture<Exception> failed = new CompletableFuture<>();
        producer.send(session.createTextMessage("lost"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                failed.complete(new JMSException("sent"));
            }

            @Override
            public void onException(Message message, Exception e) {
                failed.complete(e);
            }
        });
        link.nextSend();
        next = link -> link.forgetful(2);

        reconnect();

        assertThat(failed.get(5, TimeUnit.SECONDS)).hasMessageContaining(ErrorCode.CONNECTION_LOST.code());
        producer.send(session.createTextMessage("third"));
        assertThat(link.nextSend().sequence()).isEqualTo(3);
    }

    @Test
    void aSendThatFindsNoServerEndsWithATimeOutThatSaysSoAndIsNeverSent() throws Exception {
        open("&sendTimeout=300");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        server.refuse(true);
        link.cut();
        await().until(() -> !connection.channel().isConnected());

        assertThatThrownBy(() -> producer.send(session.createTextMessage("second")))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("QN-4004")
                .hasMessageContaining("send a message to q")
                .hasMessageContaining("connecting again");

        server.refuse(false);
        link = server.link();
        producer.send(session.createTextMessage("third"));
        assertThat(link.nextSend().sequence()).isEqualTo(2);
        assertThat(told).isEmpty();
    }

    @Test
    void aCompletionListenerHearsOfASendThatFoundNoServerInTime() throws Exception {
        open("&sendTimeout=300");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        CompletableFuture<Exception> failed = new CompletableFuture<>();
        producer.send(session.createTextMessage("second"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                failed.complete(new JMSException("sent"));
            }

            @Override
            public void onException(Message message, Exception e) {
                failed.complete(e);
            }
        });
        link.nextSend();
        server.refuse(true);

        link.cut();

        assertThat(failed.get(5, TimeUnit.SECONDS)).hasMessageContaining("QN-4004");
        server.refuse(false);
        link = server.link();
        producer.send(session.createTextMessage("third"));
        assertThat(link.nextSend().sequence()).isEqualTo(3);
    }

    // --- Receiving

    @Test
    void aReceiveThatWaitsGoesOnOverALoss() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        CompletableFuture<Message> receiving = Background.ask(() -> consumer.receive(20_000));

        reconnect();
        link.nextCredit();
        link.deliver(1, number, "hello");

        assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("hello");
        assertThat(told).isEmpty();
    }

    @Test
    void aSessionThatIsResumedSaysWhatItHasAndRepeatsAcknowledgementsBeforeItGivesCredit() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.hold(FrameType.ACK);
        link.deliver(1, number, "a", "b", "c");
        assertThat(text(consumer.receive())).isEqualTo("a");
        assertThat(text(consumer.receive())).isEqualTo("b");
        link.nextAck();

        reconnect();

        Frame.Resume resume = link.next(FrameType.RESUME, Frame.Resume.class);
        assertThat(resume.consumers()).containsExactly(new Frame.Held(number, 3, 2));
        assertThat(link.nextAck().ranges().get(0).first()).isEqualTo(1);
        Seen.Credited credit = link.nextCredit();
        assertThat(credit.limitMessages()).isEqualTo(2 + 16);
        List<FrameType> types = typesAfterHello();
        assertThat(types.indexOf(FrameType.ACK)).isLessThan(types.indexOf(FrameType.CREDIT));
        assertThat(text(consumer.receive()))
                .as("what had arrived and was not seen is still there")
                .isEqualTo("c");
    }

    @Test
    void aSessionThatWasForgottenIsOpenedAnewAndReclaimsWhatTheApplicationHolds() throws Exception {
        open("");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.deliver(1, number, "a", "b", "c");
        Message a = consumer.receive();
        assertThat(text(consumer.receive())).isEqualTo("b");
        next = link -> link.forgetful(2);

        reconnect();

        Frame.ConsumerOpen open = link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class);
        assertThat(open.consumer()).isEqualTo(number);
        assertThat(open.limitMessages()).isZero();
        Frame.Reclaim reclaim = link.next(FrameType.RECLAIM, Frame.Reclaim.class);
        assertThat(reclaim.bootNumber()).isEqualTo(1);
        assertThat(reclaim.received()).isEqualTo(3);
        assertThat(reclaim.messages()).extracting(Frame.Claim::tag).containsExactly(1L, 2L);
        link.nextCredit();
        link.redeliver(1, number, "c", 2);
        a.acknowledge();
        Seen.Acknowledged ack = link.nextAck();
        assertThat(ack.ranges()).containsExactly(new Seen.Range(1, 2));
        Message c = consumer.receive();
        assertThat(text(c)).isEqualTo("c");
        assertThat(c.getJMSRedelivered()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void anAcknowledgementOfWhatAnotherConsumerHasGotMeanwhileIsRefused() throws Exception {
        open("");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.deliver(1, number, "a", "b");
        consumer.receive();
        Message b = consumer.receive();
        next = link -> link.forgetful(2).refuseReclaimed(2L);

        reconnect();
        link.nextCredit();

        assertThatThrownBy(b::acknowledge)
                .isInstanceOf(jakarta.jms.IllegalStateException.class)
                .hasMessageContaining("QN-2019");
        link.deliver(1, number, "c");
        consumer.receive().acknowledge();
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsReclaimedSaysWhetherAnAcknowledgementOfItMayHaveArrived() throws Exception {
        open("");
        Session session = connection.createSession(QuoinSession.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "a", "b");
        Message a = consumer.receive();
        consumer.receive();
        link.hold(FrameType.ACK);
        CompletableFuture<Void> acknowledging = Background.run(a::acknowledge);
        link.nextAck();
        next = link -> link.forgetful(2);

        reconnect();

        Frame.Reclaim reclaim = link.next(FrameType.RECLAIM, Frame.Reclaim.class);
        assertThat(reclaim.messages()).extracting(Frame.Claim::acknowledged).containsExactly(true, false);
        acknowledging.get(5, TimeUnit.SECONDS);
    }

    @Test
    void nothingIsReclaimedFromAServerWithOtherMessages() throws Exception {
        open("");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "a");
        consumer.receive();
        next = Link::stranger;

        reconnect();

        assertThat(link.next(FrameType.RECLAIM, Frame.Reclaim.class).messages()).isEmpty();
    }

    @Test
    void aSessionWhoseGraceIsOverIsOpenedAnewThoughTheConnectionIsKnown() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        next = link -> link.hold(FrameType.RESUME);

        reconnect();
        Frame.Resume resume = link.next(FrameType.RESUME, Frame.Resume.class);
        link.error(resume.request(), ErrorCode.SESSION_UNKNOWN, "The connection has no session 1");

        assertThat(link.next(FrameType.SESSION_OPEN).session()).isEqualTo(1);
        assertThat(nextConsumer()).isEqualTo(number);
        link.nextCredit();
        link.deliver(1, number, "hello");
        assertThat(text(consumer.receive(5_000))).isEqualTo("hello");
    }

    @Test
    void aConsumerThatIsClosedWhileThereIsNoServerIsClosedOnTheNextLink() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        server.refuse(true);
        link.cut();
        await().until(() -> !connection.channel().isConnected());

        Background.run(consumer::close).get(5, TimeUnit.SECONDS);
        server.refuse(false);
        link = server.link();

        assertThat(link.next(FrameType.CONSUMER_CLOSE, Frame.ConsumerClose.class)
                        .consumer())
                .isEqualTo(number);
    }

    @Test
    void aListenerThatRunsWhileTheConnectionIsLostHasItsMessageAcknowledgedAfterwards() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        CompletableFuture<Void> go = new CompletableFuture<>();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        consumer.setMessageListener(message -> {
            try {
                seen.add(text(message));
                go.get(5, TimeUnit.SECONDS);
            } catch (Exception e) {
                seen.add(e.toString());
            }
        });
        link.deliver(1, number, "a", "b");
        await().until(() -> !seen.isEmpty());

        reconnect();
        link.nextCredit();
        go.complete(null);

        assertThat(link.nextAck().ranges().get(0).first()).isEqualTo(1);
        await().until(() -> seen.size() == 2);
        assertThat(seen).containsExactly("a", "b");
    }

    // --- Transactions

    private CompletableFuture<Void> commitWithoutAnAnswer(Session session) throws JMSException {
        producer(session).send(session.createTextMessage("x"));
        link.hold(FrameType.COMMIT);
        CompletableFuture<Void> committing = Background.run(session::commit);
        link.next(FrameType.COMMIT);
        return committing;
    }

    @Test
    void aCommitThatWasDoneReturnsThoughItsAnswerWasLost() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = link -> link.forgetful(2).outcome(TransactionOutcome.COMMITTED);

        reconnect();

        committing.get(5, TimeUnit.SECONDS);
        assertThat(link.types()).contains(FrameType.TX_OUTCOME).doesNotContain(FrameType.COMMIT);
    }

    @Test
    void aCommitThatNeverArrivedIsAskedAgainWhereTheServerHasTheTransactionStill() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);

        reconnect();

        assertThat(link.next(FrameType.COMMIT, Frame.Commit.class).transaction())
                .isEqualTo(1);
        committing.get(5, TimeUnit.SECONDS);
    }

    @Test
    void aCommitOfATransactionThatTheServerHasForgottenIsRolledBackAndTheNextOneIsNot() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = link -> link.forgetful(2);

        reconnect();

        assertThatThrownBy(() -> committing.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("QN-3001");
        producer(session).send(session.createTextMessage("y"));
        session.commit();
        assertThat(told).isEmpty();
    }

    @Test
    void aTransactionThatWasOpenWhenTheServerWasStartedAnewIsRolledBackAtItsCommit() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("x"));
        next = link -> link.forgetful(2);

        reconnect();
        producer.send(session.createTextMessage("y"));

        assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);
        link.next(FrameType.ROLLBACK);
        producer.send(session.createTextMessage("z"));
        session.commit();
        link.next(FrameType.COMMIT);
    }

    @Test
    void aCommitThatIsAboutToBeginWhenTheServerTurnsOutToHaveForgottenTheSessionIsRolledBack() throws Exception {
        open("");
        QuoinSession session = (QuoinSession) connection.createSession(Session.SESSION_TRANSACTED);
        producer(session).send(session.createTextMessage("x"));
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "a");
        consumer.receive();
        SessionCore core = session.core();
        ReentrantLock lock = core.inbox().lock();
        // It waits for a completion listener, past all checks that take the lock too: the next is to take its work.
        core.completions().expect();
        CompletableFuture<Thread> committer = new CompletableFuture<>();
        CompletableFuture<Void> committing = Background.run(() -> {
            committer.complete(Thread.currentThread());
            session.commit();
        });
        Thread thread = committer.get(5, TimeUnit.SECONDS);
        awaitIn("awaitAll", thread);
        lock.lock();
        try {
            core.completions().cancel();
            await().until(() -> lock.hasQueuedThread(thread));
            core.lost();
        } finally {
            lock.unlock();
        }

        assertThatThrownBy(() -> committing.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TransactionRolledBackException.class);
        link.next(FrameType.ROLLBACK);
        assertThat(link.types()).doesNotContain(FrameType.COMMIT);
        producer(session).send(session.createTextMessage("y"));
        session.commit();
    }

    @Test
    void aLateAnswerToARollbackSaysNothingOfTheNextOne() throws Exception {
        connection =
                (QuoinConnection) new QuoinConnectionFactory(server.uri() + "?requestTimeout=1000").createConnection();
        connection.start();
        link = server.link();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.deliver(1, number, "a");
        consumer.receive();
        link.hold(FrameType.ROLLBACK);
        assertThatThrownBy(session::rollback).hasMessageContaining(ErrorCode.REQUEST_TIMEOUT.code());
        int first = link.next(FrameType.ROLLBACK, Frame.Rollback.class).request();

        CompletableFuture<Void> again = Background.run(session::rollback);
        int second = link.next(FrameType.ROLLBACK, Frame.Rollback.class).request();
        link.ok(first);
        link.deliver(1, number, "stale");
        link.ok(second);
        link.deliver(1, number, "fresh");

        again.get(5, TimeUnit.SECONDS);
        assertThat(text(consumer.receive())).isEqualTo("fresh");
    }

    @Test
    void aCommitThatWasDoneOverALossLeavesNothingBehindForTheNext() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = link -> link.forgetful(2).outcome(TransactionOutcome.COMMITTED);

        reconnect();
        committing.get(5, TimeUnit.SECONDS);
        producer(session).send(session.createTextMessage("y"));

        session.commit();
        link.next(FrameType.COMMIT);
    }

    @Test
    void aTransactionWithoutWorkIsNotRolledBackByARestart() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        next = link -> link.forgetful(2);

        reconnect();
        await().until(() -> connection.channel().isConnected());

        session.commit();
    }

    @Test
    void aCommitThatAnotherServerCannotTellOfIsInDoubt() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = Link::stranger;

        reconnect();

        assertThatThrownBy(() -> committing.get(5, TimeUnit.SECONDS)).hasMessageContaining("QN-3005");
        producer(session).send(session.createTextMessage("y"));
        session.commit();
    }

    // --- The connection

    @Test
    void temporaryDestinationsKeepTheirNamesAndAliases() throws Exception {
        open("");
        Session session = connection.createSession();
        TemporaryQueue queue = session.createTemporaryQueue();
        Frame.Destination before = link.next(FrameType.DESTINATION, Frame.Destination.class);
        next = link -> link.forgetful(2);

        reconnect();

        assertThat(link.next(FrameType.DESTINATION, Frame.Destination.class))
                .isEqualTo(before)
                .extracting(Frame.Destination::name)
                .isEqualTo(queue.getQueueName());
    }

    @Test
    void theNextHelloHasTheConnectionIdAndTheClientIdThatWasSet() throws Exception {
        connection = (QuoinConnection) new QuoinConnectionFactory(server.uri() + OPTIONS).createConnection();
        link = server.link();
        Frame.Hello first = link.next(FrameType.HELLO, Frame.Hello.class);
        connection.setClientID("me");

        reconnect();

        Frame.Hello hello = link.next(FrameType.HELLO, Frame.Hello.class);
        assertThat(first.resume()).isFalse();
        assertThat(hello.resume()).isTrue();
        assertThat(hello.connectionId()).isEqualTo(first.connectionId());
        assertThat(hello.clientId()).isEqualTo("me");
    }

    @Test
    void closeWhileThereIsNoServerReturnsAtOnceAndEndsWhatWaits() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        server.refuse(true);
        link.cut();
        await().until(() -> !connection.channel().isConnected());
        CompletableFuture<Thread> sender = new CompletableFuture<>();
        CompletableFuture<Void> sending = Background.run(() -> {
            TextMessage message = session.createTextMessage("x");
            sender.complete(Thread.currentThread());
            producer.send(message);
        });
        awaitIn("awaitConnected", sender.get(5, TimeUnit.SECONDS));

        Background.run(connection::stop).get(5, TimeUnit.SECONDS);
        Background.run(connection::close).get(5, TimeUnit.SECONDS);

        assertThatThrownBy(() -> sending.get(5, TimeUnit.SECONDS)).hasMessageContaining("QN-1017");
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName()
                        .equals("quoin-reconnect-" + connection.channel().connectionId())));
        assertThat(told).isEmpty();
    }

    @Test
    void theExceptionListenerIsToldWhenNoServerCouldBeReachedAsOftenAsItMayBeTried() throws Exception {
        open("&maxReconnectAttempts=3");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        CompletableFuture<Message> receiving = Background.ask(consumer::receive);
        server.refuse(true);

        link.cut();

        assertThatThrownBy(() -> receiving.get(5, TimeUnit.SECONDS)).hasMessageContaining("3 rounds");
        await().until(() -> told.size() == 1);
        assertThat(told.get(0).getErrorCode()).isEqualTo("QN-1007");
    }

    @Test
    void aClientIdThatAnotherConnectionHasTakenOverEndsTheConnection() throws Exception {
        open("&clientID=me");
        next = link -> link.hold(FrameType.HELLO)
                .watch(seen -> link.error(0, ErrorCode.CLIENT_ID_IN_USE, "Client id me is in use"));

        link.cut();

        await().until(() -> told.size() == 1);
        assertThat(told.get(0).getErrorCode()).isEqualTo("QN-2001");
    }

    /** Shows messages, by the numbers of their ids, to the browser that asks for some. */
    private void show(boolean more, int... numbers) {
        Frame.BrowseNext asked = link.next(FrameType.BROWSE_NEXT, Frame.BrowseNext.class);
        for (int number : numbers) {
            link.browsed(1, asked.browser(), link.message("m" + number, (long) number));
        }
        link.write(0, new Result.BrowsedSoFar(more).to(asked.request()));
    }

    private static String shown(Enumeration<?> walk) throws JMSException {
        return text((Message) walk.nextElement());
    }

    @Test
    void aWalkThroughAQueueGoesOnAfterALossAndLeavesOutWhatItHasShown() throws Exception {
        open("");
        Session session = connection.createSession();
        QueueBrowser browser = session.createBrowser(session.createQueue("q"));
        next = link -> link.hold(FrameType.BROWSE_NEXT);
        link.hold(FrameType.BROWSE_NEXT);
        CompletableFuture<Enumeration<?>> opening = Background.ask(browser::getEnumeration);
        show(true, 1, 2);
        Enumeration<?> walk = opening.get(5, TimeUnit.SECONDS);
        assertThat(shown(walk)).isEqualTo("m1");
        assertThat(shown(walk)).isEqualTo("m2");
        CompletableFuture<String> walking = Background.ask(() -> shown(walk));
        Frame.BrowseNext cutOff = link.next(FrameType.BROWSE_NEXT, Frame.BrowseNext.class);
        link.browsed(1, cutOff.browser(), link.message("m3", 3L));

        reconnect();

        assertThat(link.next(FrameType.BROWSE_OPEN, Frame.BrowseOpen.class).browser())
                .isNotEqualTo(cutOff.browser());
        show(true, 1, 2);
        show(true, 2, 3, 65, 66);
        assertThat(walking.get(5, TimeUnit.SECONDS)).isEqualTo("m3");
        assertThat(shown(walk)).isEqualTo("m65");
        assertThat(shown(walk)).isEqualTo("m66");
        CompletableFuture<Boolean> ending = Background.ask(walk::hasMoreElements);
        show(false, 66);
        assertThat(ending.get(5, TimeUnit.SECONDS)).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void aCursorThatTheNextLinkDoesNotKnowIsOpenedAgain() throws Exception {
        open("");
        Session session = connection.createSession();
        QueueBrowser browser = session.createBrowser(session.createQueue("q"));
        next = link -> link.hold(FrameType.BROWSE_NEXT);
        link.hold(FrameType.BROWSE_NEXT);
        CompletableFuture<Enumeration<?>> opening = Background.ask(browser::getEnumeration);
        show(true, 1);
        Enumeration<?> walk = opening.get(5, TimeUnit.SECONDS);
        assertThat(shown(walk)).isEqualTo("m1");
        reconnect();
        await().until(() -> connection.channel().isConnected());

        CompletableFuture<String> walking = Background.ask(() -> shown(walk));
        Frame.BrowseNext asked = link.next(FrameType.BROWSE_NEXT, Frame.BrowseNext.class);
        link.error(asked.request(), ErrorCode.BROWSER_UNKNOWN, "The connection has no browser " + asked.browser());

        show(false, 1, 2);
        assertThat(walking.get(5, TimeUnit.SECONDS)).isEqualTo("m2");
    }

    @Test
    void aBrowserIsClosedWithoutALink() throws Exception {
        open("");
        Session session = connection.createSession();
        QueueBrowser browser = session.createBrowser(session.createQueue("q"));
        link.hold(FrameType.BROWSE_NEXT);
        CompletableFuture<Enumeration<?>> opening = Background.ask(browser::getEnumeration);
        show(true, 1);
        Enumeration<?> walk = opening.get(5, TimeUnit.SECONDS);
        server.refuse(true);
        link.cut();
        await().until(() -> !connection.channel().isConnected());

        browser.close();

        assertThat(shown(walk)).as("what had arrived").isEqualTo("m1");
        assertThatThrownBy(walk::hasMoreElements).hasMessageContaining("QN-2017");
    }

    // --- Closing a session over a loss

    @Test
    void aSessionWhoseCloseLostItsLinkRepeatsItsAcknowledgementsAndIsClosedOnTheNextOne() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.hold(FrameType.ACK, FrameType.SESSION_CLOSE);
        link.deliver(1, number, "a");
        assertThat(text(consumer.receive())).isEqualTo("a");
        CompletableFuture<Void> closing = Background.run(session::close);
        link.next(FrameType.SESSION_CLOSE);
        next = link -> link.hold(FrameType.SESSION_CLOSE);

        reconnect();

        closing.get(5, TimeUnit.SECONDS);
        assertThat(link.nextAck().ranges()).containsExactly(new Seen.Range(1, 1));
        link.next(FrameType.SESSION_CLOSE);
        next = link -> {};
        reconnect();
        link.next(FrameType.SESSION_CLOSE);
        List<FrameType> types = typesAfterHello();
        assertThat(types.indexOf(FrameType.RESUME)).isLessThan(types.indexOf(FrameType.SESSION_CLOSE));
        assertThat(told).isEmpty();
        Session other = connection.createSession();
        other.createConsumer(other.createQueue("q")).close(); // answered after the close of the session
        reconnect();
        await().until(() -> connection.channel().isConnected());
        assertThat(link.types()).as("it is forgotten when it is closed").doesNotContain(FrameType.SESSION_CLOSE);
    }

    @Test
    void whatWasSentWithoutWaitingIsRepeatedThoughTheCloseOfItsSessionLostItsLink() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND, FrameType.SESSION_CLOSE);
        producer.send(session.createTextMessage("second"));
        link.nextSend();
        CompletableFuture<Void> closing = Background.run(session::close);
        link.next(FrameType.SESSION_CLOSE);

        reconnect();

        closing.get(5, TimeUnit.SECONDS);
        assertThat(link.nextSend().sequence()).isEqualTo(2);
    }

    @Test
    void allServersOfTheUriAreTriedAtFirstAndAfterALoss() throws Exception {
        try (ScriptedServer other = ScriptedServer.start()) {
            server.refuse(true);
            QuoinConnectionFactory factory = new QuoinConnectionFactory("failover:(" + server.uri() + "," + other.uri()
                    + ")?maxReconnectDelay=20&failover.reconnectDelay=10");
            connection = (QuoinConnection) factory.createConnection();
            Link first = other.link();
            server.refuse(false);
            other.refuse(true);

            first.cut();

            assertThat(server.link().next(FrameType.HELLO, Frame.Hello.class).resume())
                    .isTrue();
        }
    }

    @Test
    void aNewConnectionIsTriedAsOftenAsToldAndThenRefused() {
        server.refuse(true);

        assertThatThrownBy(() -> new QuoinConnectionFactory(
                                server.uri() + "?startupMaxReconnectAttempts=2&reconnectDelay=5")
                        .createConnection())
                .isInstanceOf(JMSException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    /** How far the client has got with the loss is chance: before it has the connection it says so, and later it connects again. */
    @RepeatedTest(50)
    void aLinkThatIsLostRightAfterTheWelcomeIsEitherRefusedOrLookedForAgain() throws Exception {
        next = link -> {
            next = another -> {};
            link.cutAfterWelcome();
        };
        try {
            open("");
        } catch (JMSException e) {
            return;
        }

        link = server.link();
        Session session = connection.createSession();
        producer(session).send(session.createTextMessage("x"));

        link.nextSend();
        assertThat(told).isEmpty();
    }
}
