// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TopicSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LifeCycleTest {

    private final ScriptedServer server = ScriptedServer.start();
    private QuoinConnectionFactory factory;
    private QuoinConnection connection;
    private Link link;

    @BeforeEach
    void connect() throws JMSException {
        factory = new QuoinConnectionFactory(server.uri() + "?requestTimeout=3000");
        connection = (QuoinConnection) factory.createConnection();
        link = server.link();
    }

    @AfterEach
    void close() throws JMSException {
        try {
            connection.close();
        } finally {
            server.close();
        }
    }

    private int nextConsumer() {
        return link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
    }

    @Test
    void closingSaysGoodbyeAfterTheSessionsAndTwiceIsOnce() throws Exception {
        Session session = connection.createSession();
        session.createConsumer(session.createQueue("q"));

        connection.close();
        connection.close();

        assertThat(link.types())
                .containsExactly(
                        FrameType.HELLO,
                        FrameType.SESSION_OPEN,
                        FrameType.DESTINATION,
                        FrameType.CONSUMER_OPEN,
                        FrameType.SESSION_CLOSE,
                        FrameType.GOODBYE);
        assertThat(link.awaitEnd(5000)).isTrue();
    }

    @RepeatedTest(20) // how far the client has got with the loss is chance
    void aLinkThatIsLostOverTheGoodbyeIsNoFailureOfTheClose() throws Exception {
        link.watch(seen -> {
            if (seen.type() == FrameType.GOODBYE) {
                link.cut();
            }
        });

        connection.close();

        assertThat(link.types()).endsWith(FrameType.GOODBYE);
    }

    @Test
    void everyMethodOfClosedObjectsIsRefused() throws Exception {
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        connection.close();

        List<Background.Task> calls = List.of(
                session::getAcknowledgeMode,
                session::getTransacted,
                session::commit,
                session::recover,
                session::createTextMessage,
                () -> session.createQueue("q"),
                session::getMessageListener,
                consumer::getMessageSelector,
                consumer::getMessageListener,
                consumer::receive,
                consumer::receiveNoWait,
                () -> consumer.setMessageListener(null),
                producer::getDestination,
                producer::getPriority,
                producer::getDisableMessageID,
                connection::getClientID,
                connection::getMetaData,
                connection::getExceptionListener,
                connection::createSession,
                connection::start,
                connection::stop,
                () -> connection.setClientID("x"));
        for (Background.Task call : calls) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
        }
        session.close();
        consumer.close();
        producer.close();
    }

    @Test
    void blockedReceiveReturnsNullWhenItsConsumerSessionOrConnectionIsClosed() throws Exception {
        for (int what = 0; what < 3; what++) {
            factory.setPrefetch(0);
            Connection own = factory.createConnection();
            Link ownLink = server.link();
            own.start();
            Session session = own.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            CompletableFuture<Message> receiving = Background.ask(consumer::receive);
            ownLink.next(FrameType.CREDIT); // it has begun

            (what == 0 ? consumer : what == 1 ? session : own).close();

            assertThat(receiving.get(5, TimeUnit.SECONDS)).isNull();
            own.close();
        }
    }

    @Test
    void closeReturnsWhenTheReceiveInProgressHas() throws Exception {
        for (int what = 0; what < 3; what++) {
            Connection own = factory.createConnection();
            Link ownLink = server.link().hold(FrameType.DRAIN);
            own.start();
            Session session = own.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
            CompletableFuture<Message> receiving = Background.ask(consumer::receiveNoWait);
            int asked = ownLink.next(FrameType.DRAIN, Frame.Drain.class).request();
            AutoCloseable closed = what == 0 ? consumer : what == 1 ? session : own;
            CompletableFuture<Void> closing = Background.run(closed::close);
            assertThatThrownBy(() -> closing.get(50, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);

            ownLink.write(0, new Result.Drained(0).to(asked));

            assertThat(receiving.get(5, TimeUnit.SECONDS)).isNull();
            closing.get(5, TimeUnit.SECONDS);
            own.close();
        }
    }

    @Test
    void aCompletionListenerMayStopTheConnection() throws Exception {
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        CompletableFuture<Void> stopped = new CompletableFuture<>();

        producer.send(session.createTextMessage("x"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                try {
                    connection.stop();
                    stopped.complete(null);
                } catch (JMSException e) {
                    stopped.completeExceptionally(e);
                }
            }

            @Override
            public void onException(Message message, Exception e) {
                stopped.completeExceptionally(e);
            }
        });

        stopped.get(5, TimeUnit.SECONDS);
    }

    @Test
    void stopWaitsForTheListenerAndHoldsWhatIsPrefetched() throws Exception {
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Message> seen = Collections.synchronizedList(new ArrayList<>());
        consumer.setMessageListener(message -> {
            seen.add(message);
            entered.countDown();
            awaitQuietly(go);
        });
        connection.start();
        link.deliver(1, nextConsumer(), "a", "b", "c");
        entered.await();
        CompletableFuture<Void> stopping = Background.run(connection::stop);
        assertThatThrownBy(() -> stopping.get(50, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);

        go.countDown();
        stopping.get(5, TimeUnit.SECONDS);

        assertThat(seen).hasSize(1);
        link.next(FrameType.ACK);
        assertThat(seen).hasSize(1);
        connection.start();
        await().until(() -> seen.size() == 3);
    }

    @Test
    void closeWaitsForTheRunningListener() throws Exception {
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        consumer.setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(go);
        });
        connection.start();
        link.deliver(1, nextConsumer(), "a");
        entered.await();
        CompletableFuture<Void> closing = Background.run(consumer::close);
        assertThatThrownBy(() -> closing.get(50, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);

        go.countDown();

        closing.get(5, TimeUnit.SECONDS);
        link.next(FrameType.CONSUMER_CLOSE);
        link.next(FrameType.ACK);
    }

    @Test
    void listenerMayCloseItsConsumerAndNothingThatWaitsForIt() throws Exception {
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        List<Exception> refused = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1);
        consumer.setMessageListener(message -> {
            for (Background.Task task : List.<Background.Task>of(session::close, connection::stop, connection::close)) {
                try {
                    task.run();
                } catch (Exception e) {
                    refused.add(e);
                }
            }
            try {
                consumer.close();
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
            done.countDown();
        });
        connection.start();
        link.deliver(1, nextConsumer(), "a", "b");
        assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();

        assertThat(refused).hasSize(3).allSatisfy(e -> assertThat(e).isInstanceOf(IllegalStateException.class));
        assertThat(link.next(FrameType.CONSUMER_CLOSE, Frame.ConsumerClose.class)
                        .handedOut())
                .isEqualTo(1);
        assertThat(link.nextAck().ranges()).hasSize(1);
        assertThat(link.nextAckOrNull(50))
                .as("the second message was never seen")
                .isNull();
    }

    /** One that is not looked for when it is lost. */
    private void connectWithoutReconnection() throws JMSException {
        connection.close();
        factory.setReconnect(false);
        connection = (QuoinConnection) factory.createConnection();
        link = server.link();
    }

    @Test
    void lostConnectionThatIsNotLookedForEndsEverythingThatWaitsAndIsToldOnce() throws Exception {
        connectWithoutReconnection();
        List<JMSException> told = Collections.synchronizedList(new ArrayList<>());
        connection.setExceptionListener(told::add);
        connection.start();
        Session receiving = connection.createSession();
        MessageConsumer consumer = receiving.createConsumer(receiving.createQueue("q"));
        Session sending = connection.createSession();
        MessageProducer producer = sending.createProducer(sending.createQueue("q"));
        link.hold(FrameType.SEND, FrameType.COMMIT);
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        List<CompletableFuture<?>> waiting = List.of(
                Background.ask(consumer::receive),
                Background.run(() -> producer.send(sending.createTextMessage("x"))),
                Background.run(transacted::commit));
        link.next(FrameType.SEND);
        link.next(FrameType.COMMIT);

        link.cut();

        for (CompletableFuture<?> one : waiting) {
            assertThatThrownBy(() -> one.get(5, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("QN-");
        }
        assertThatThrownBy(waiting.get(2)::get).hasMessageContaining("QN-3005");
        await().until(() -> told.size() == 1);
        assertThat(told.get(0).getErrorCode()).isEqualTo("QN-1007");
        assertThatThrownBy(() -> producer.send(sending.createTextMessage("x"))).hasMessageContaining("QN-1007");
        connection.close();
        assertThat(told).hasSize(1);
    }

    @Test
    void silentServerIsTakenForLost() throws Exception {
        QuoinConnection own = (QuoinConnection)
                new QuoinConnectionFactory(server.uri() + "?sessionTimeout=300&reconnect=false").createConnection();
        CompletableFuture<JMSException> told = new CompletableFuture<>();
        own.setExceptionListener(told::complete);
        Link silent = server.link();

        assertThat(told.get(5, TimeUnit.SECONDS).getErrorCode()).isEqualTo("QN-1016");
        assertThat(silent.types()).contains(FrameType.HEARTBEAT);
        own.close();
    }

    @Test
    void serverThatSaysWhyItClosesIsQuoted() throws Exception {
        connectWithoutReconnection();
        CompletableFuture<JMSException> told = new CompletableFuture<>();
        connection.setExceptionListener(told::complete);

        link.write(0, new Frame.GoAway(ErrorCode.SERVER_STOPPING.number(), "The server is stopping"));
        link.cut();

        assertThat(told.get(5, TimeUnit.SECONDS).getErrorCode()).isEqualTo("QN-1012");
    }

    @Test
    void requestWithoutAnAnswerEndsWithATimeOutThatNamesIt() throws Exception {
        QuoinConnection own =
                (QuoinConnection) new QuoinConnectionFactory(server.uri() + "?requestTimeout=100").createConnection();
        server.link().hold(FrameType.CONSUMER_OPEN);
        Session session = own.createSession();

        assertThatThrownBy(() -> session.createConsumer(session.createQueue("orders")))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("QN-1011")
                .hasMessageContaining("open a consumer of orders at " + server.uri())
                .hasMessageContaining("100 ms");
        own.abort(); // close would have those 100 ms for each of its answers
    }

    @Test
    void interruptedReceiveSaysSoAndTheConnectionStays() throws Exception {
        connection.start();
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        Thread.currentThread().interrupt();

        assertThatThrownBy(consumer::receive).isInstanceOf(JMSException.class).hasMessageContaining("QN-1022");

        assertThat(Thread.interrupted()).isTrue();
        link.deliver(1, number, "a");
        assertThat(consumer.receive(5000)).isNotNull();
    }

    @Test
    void clientIdIsSetOnceAndBeforeAnyUse() throws Exception {
        assertThatThrownBy(() -> connection.setClientID("")).isInstanceOf(InvalidClientIDException.class);
        connection.setClientID("me");
        assertThat(link.next(FrameType.CLIENT_ID, Frame.ClientId.class).clientId())
                .isEqualTo("me");
        assertThatThrownBy(() -> connection.setClientID("me")).isInstanceOf(IllegalStateException.class);

        try (QuoinConnection used = (QuoinConnection) factory.createConnection()) {
            used.getMetaData();
            assertThatThrownBy(() -> used.setClientID("x")).isInstanceOf(IllegalStateException.class);
        }
        factory.setClientID("fixed");
        try (QuoinConnection fixed = (QuoinConnection) factory.createConnection()) {
            assertThatThrownBy(() -> fixed.setClientID("fixed")).isInstanceOf(IllegalStateException.class);
            assertThat(fixed.getClientID()).isEqualTo("fixed");
        }
    }

    @Test
    void clientIdInUseIsInvalid() {
        link.hold(FrameType.CLIENT_ID);
        CompletableFuture<Void> setting = Background.run(() -> connection.setClientID("me"));
        int request = link.next(FrameType.CLIENT_ID, Frame.ClientId.class).request();

        link.error(request, ErrorCode.CLIENT_ID_IN_USE, "The client id me is in use");

        assertThatThrownBy(() -> setting.get(5, TimeUnit.SECONDS)).cause().isInstanceOf(InvalidClientIDException.class);
    }

    @Test
    void contextStartsByItselfAndTheLastOneClosesTheConnection() throws Exception {
        JMSContext first = factory.createContext();
        Link own = server.link();
        first.setClientID("late enough");
        JMSContext second = first.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
        assertThatThrownBy(() -> second.setClientID("too late")).isInstanceOf(IllegalStateRuntimeException.class);
        second.createConsumer(second.createQueue("q"));

        first.close();
        assertThat(own.awaitEnd(50)).isFalse();
        assertThatThrownBy(first::createProducer).isInstanceOf(IllegalStateRuntimeException.class);
        second.close();

        assertThat(own.awaitEnd(5000)).isTrue();
    }

    @Test
    void modesAndDomainsAreKeptApart() throws Exception {
        assertThatThrownBy(() -> connection.createSession(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> connection.createSession(false, 0)).isInstanceOf(JMSException.class);
        assertThat(connection.createSession(true, 99).getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
        Session auto = connection.createSession();
        assertThatThrownBy(auto::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(auto::rollback).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection.createSession(true, 0)::recover).isInstanceOf(IllegalStateException.class);
        QueueSession queues = connection.createQueueSession(false, 1);
        TopicSession topics = connection.createTopicSession(false, 1);
        assertThatThrownBy(() -> queues.createTopic("t")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(queues::createTemporaryTopic).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queues.unsubscribe("s")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queues.createDurableConsumer(auto.createTopic("t"), "s"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> topics.createQueue("q")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> topics.createBrowser(auto.createQueue("q"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(topics::createTemporaryQueue).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> auto.createDurableConsumer(auto.createTopic("t"), "s"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> auto.createConsumer(null)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> auto.createSharedConsumer(null, "s")).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> auto.createBrowser(null)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> auto.createSharedDurableConsumer(auto.createTemporaryTopic(), "s"))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    void temporaryQueueIsItsConnectionsAndGoneWhenDeleted() throws Exception {
        Session session = connection.createSession();
        TemporaryQueue queue = session.createTemporaryQueue();
        assertThat(queue.getQueueName()).startsWith("$quoin.temp.");
        assertThat(link.next(FrameType.DESTINATION, Frame.Destination.class).name())
                .isEqualTo(queue.getQueueName());
        try (QuoinConnection other = (QuoinConnection) factory.createConnection()) {
            Session foreign = other.createSession();
            assertThatThrownBy(() -> foreign.createConsumer(queue))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("QN-2011");
        }

        queue.delete();

        link.next(FrameType.DELETE_TEMPORARY);
        assertThatThrownBy(() -> session.createProducer(queue).send(session.createMessage()))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(queue::delete).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    void metadataIsThatOfTheSpecification() throws Exception {
        assertThat(connection.getMetaData().getJMSVersion()).isEqualTo("3.1");
        assertThat(connection.getMetaData().getJMSMajorVersion()).isEqualTo(3);
        assertThat(connection.getMetaData().getJMSMinorVersion()).isEqualTo(1);
        assertThat(Collections.list((java.util.Enumeration<?>)
                                connection.getMetaData().getJMSXPropertyNames())
                        .stream()
                        .map(Object::toString))
                .contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
