// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Start, stop and close of everything that has them (Messaging 3.1 §6.1.4, §6.1.5, §6.1.7, §6.1.8, §6.2.15, §8.8): rules 6 to 14. */
class LifeCycleIT extends JmsCase {

    @Test
    void rule06AConnectionBeginsStoppedAndSendsAllTheSame() throws Exception {
        Queue queue = queue();
        Connection connection = stopped();
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(queue);
        send(session, queue, "sent while stopped");

        long start = System.nanoTime();
        assertThat(consumer.receive(NEVER_MS)).isNull();
        assertThat(System.nanoTime() - start)
                .as("the timer of a receive goes on while stopped")
                .isBetween(TimeUnit.MILLISECONDS.toNanos(NEVER_MS), TimeUnit.MILLISECONDS.toNanos(SOON_MS));
        assertThat(consumer.receiveNoWait()).isNull();

        connection.start();
        connection.start();
        assertThat(text(consumer)).isEqualTo("sent while stopped");
        connection.stop();
        connection.stop();
        send(session, queue, "again");
        nothingYet(consumer);
        connection.start();
        assertThat(text(consumer)).isEqualTo("again");
    }

    @Test
    void rule06AReceiveThatWaitsGetsItsMessageWhenTheConnectionIsStarted() throws Exception {
        Queue queue = queue();
        Connection connection = stopped();
        MessageConsumer consumer = connection.createSession().createConsumer(queue);
        send(queue, "waiting");
        CompletableFuture<String> received = background(() -> text(consumer));
        connection.start();
        assertThat(received.get(SOON_MS, TimeUnit.MILLISECONDS)).isEqualTo("waiting");
    }

    @Test
    void rule07AContextStartsItselfWithItsFirstConsumer() throws Exception {
        interface Create {
            JMSConsumer on(JMSContext context, Topic topic);
        }
        List<Create> creates = List.of(
                (c, t) -> c.createConsumer(t),
                (c, t) -> c.createConsumer(t, "JMSPriority > 0"),
                (c, t) -> c.createConsumer(t, null, false),
                (c, t) -> c.createDurableConsumer(t, "d"),
                (c, t) -> c.createDurableConsumer(t, "d2", null, false),
                (c, t) -> c.createSharedConsumer(t, "s"),
                (c, t) -> c.createSharedConsumer(t, "s2", null),
                (c, t) -> c.createSharedDurableConsumer(t, "sd"),
                (c, t) -> c.createSharedDurableConsumer(t, "sd2", null));
        for (Create create : creates) {
            JMSContext context = context();
            assertThat(context.getAutoStart()).isTrue();
            context.setClientID(name("id"));
            Topic topic = context.createTopic(name("t"));
            JMSConsumer consumer = create.on(context, topic);
            context.createProducer().send(topic, "x");
            assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("x");
            context.close();
        }
    }

    @Test
    void rule07ABrowserStartsTheContextToo() {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        context.setAutoStart(false);
        JMSConsumer consumer = context.createConsumer(queue);
        context.createProducer().send(queue, "x");
        assertThat(consumer.receive(NEVER_MS)).isNull();
        context.setAutoStart(true);
        context.createBrowser(queue);
        assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("x");
    }

    @Test
    void rule07WithoutAutostartAContextWaitsForStart() {
        JMSContext context = context();
        context.setAutoStart(false);
        assertThat(context.getAutoStart()).isFalse();
        Queue queue = context.createQueue(name("q"));
        JMSConsumer consumer = context.createConsumer(queue);
        context.createProducer().send(queue, "x");
        assertThat(consumer.receive(NEVER_MS)).isNull();
        context.start();
        assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("x");
        context.stop();
        context.createProducer().send(queue, "y");
        assertThat(consumer.receive(NEVER_MS)).isNull();
        context.createConsumer(queue);
        assertThat(consumer.receive(NEVER_MS)).as("autostart is off").isNull();
    }

    @Test
    void rule08StopWaitsForListenersAndNothingIsDeliveredAfterIt() throws Exception {
        Queue queue = queue();
        Connection connection = started();
        Session session = connection.createSession();
        CountDownLatch inListener = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<String> heard = new CopyOnWriteArrayList<>();
        session.createConsumer(queue).setMessageListener(m -> {
            heard.add(textOf(m));
            inListener.countDown();
            waitFor(go);
        });
        send(queue, "1", "2", "3");
        reached(inListener);

        CompletableFuture<Void> stop = background(() -> {
            connection.stop();
            return null;
        });
        notYet(stop);
        go.countDown();
        stop.get(SOON_MS, TimeUnit.MILLISECONDS);
        int heardAtStop = heard.size();
        org.awaitility.Awaitility.await()
                .during(java.time.Duration.ofMillis(NEVER_MS))
                .until(() -> heard.size() == heardAtStop);

        connection.start();
        org.awaitility.Awaitility.await().until(() -> heard.size() == 3);
        assertThat(heard).containsExactly("1", "2", "3");
    }

    @Test
    void rule09CloseWaitsForARunningListener() throws Exception {
        interface Close {
            void on(Connection connection, Session session, MessageConsumer consumer) throws JMSException;
        }
        List<Close> closes = List.of((c, s, m) -> c.close(), (c, s, m) -> s.close(), (c, s, m) -> m.close());
        for (Close close : closes) {
            Queue queue = queue();
            Connection connection = started();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(queue);
            CountDownLatch inListener = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<Boolean> served = new CompletableFuture<>();
            consumer.setMessageListener(m -> {
                inListener.countDown();
                waitFor(go);
                try {
                    // All facilities stay available to a listener until it returns (6.1.8).
                    send(session, queue(name("from-listener")), "still open");
                    served.complete(true);
                } catch (JMSException e) {
                    served.completeExceptionally(e);
                }
            });
            send(queue, "1");
            reached(inListener);
            CompletableFuture<Void> closing = background(() -> {
                close.on(connection, session, consumer);
                return null;
            });
            notYet(closing);
            go.countDown();
            closing.get(SOON_MS, TimeUnit.MILLISECONDS);
            assertThat(served).as("the listener was over when close returned").isDone();
            assertThat(served.get()).isTrue();
        }
    }

    @Test
    void rule09ABlockedReceiveReturnsNullOnClose() throws Exception {
        interface Close {
            void on(Connection connection, Session session, MessageConsumer consumer) throws JMSException;
        }
        List<Close> closes = List.of((c, s, m) -> c.close(), (c, s, m) -> s.close(), (c, s, m) -> m.close());
        for (Close close : closes) {
            Connection connection = started();
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(queue());
            CompletableFuture<Message> forEver = background(consumer::receive);
            notYet(forEver);
            close.on(connection, session, consumer);
            assertThat(forEver.get(SOON_MS, TimeUnit.MILLISECONDS)).isNull();
        }
        JMSContext context = context();
        JMSConsumer consumer = context.createConsumer(context.createQueue(name("q")));
        CompletableFuture<String> body = background(() -> consumer.receiveBody(String.class));
        notYet(body);
        context.close();
        assertThat(body.get(SOON_MS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void rule10AListenerMayNotCloseOrStopWhatWaitsForIt() throws Exception {
        Queue queue = queue();
        Connection connection = started();
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(queue);
        CompletableFuture<Void> tried = new CompletableFuture<>();
        consumer.setMessageListener(m -> attempt(tried, () -> {
            illegalState(connection::close, connection::stop, session::close);
        }));
        send(queue, "1");
        tried.get(SOON_MS, TimeUnit.MILLISECONDS);

        JMSContext context = context();
        Queue another = context.createQueue(name("q"));
        CompletableFuture<Void> triedOnContext = new CompletableFuture<>();
        context.createConsumer(another)
                .setMessageListener(
                        m -> attempt(triedOnContext, () -> illegalStateRuntime(context::close, context::stop)));
        send(another, "1");
        triedOnContext.get(SOON_MS, TimeUnit.MILLISECONDS);
    }

    @Test
    void rule10AListenerMayCloseItsOwnConsumerAndItsMessageIsAcknowledged() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageConsumer consumer = session.createConsumer(queue);
        CompletableFuture<Void> closed = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        consumer.setMessageListener(m -> {
            calls.incrementAndGet();
            attempt(closed, consumer::close);
        });
        send(queue, "1", "2");
        closed.get(SOON_MS, TimeUnit.MILLISECONDS);
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(drain(queue)).containsExactly("2"));
        assertThat(calls).hasValue(1);

        JMSContext context = context();
        Queue another = context.createQueue(name("q"));
        JMSConsumer jmsConsumer = context.createConsumer(another);
        CompletableFuture<Void> closedToo = new CompletableFuture<>();
        jmsConsumer.setMessageListener(m -> attempt(closedToo, jmsConsumer::close));
        send(another, "1");
        closedToo.get(SOON_MS, TimeUnit.MILLISECONDS);
        context.close();
        assertThat(drain(another)).isEmpty();
    }

    @Test
    void rule11CloseAgainDoesNothingAndMessagesOutliveTheirSession() throws Exception {
        Queue queue = queue();
        Connection connection = started();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        QueueBrowser browser = session.createBrowser(queue);
        TextMessage sent = session.createTextMessage("x");
        sent.setIntProperty("i", 1);
        producer.send(sent);
        TextMessage received = (TextMessage) consumer.receive(SOON_MS);
        for (int i = 0; i < 2; i++) {
            consumer.close();
            producer.close();
            browser.close();
            session.close();
            connection.close();
        }
        assertThat(received.getText()).isEqualTo("x");
        assertThat(received.getIntProperty("i")).isEqualTo(1);
        assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
        received.clearBody();
        received.setText("y");
        illegalState(received::acknowledge);
    }

    @Test
    void rule11AcknowledgeOnAClosedSessionIsRefusedInEveryMode() throws Exception {
        for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE, Session.SESSION_TRANSACTED}) {
            Queue queue = queue();
            Session session = session(mode);
            send(queue, "x");
            Message received = session.createConsumer(queue).receive(SOON_MS);
            received.acknowledge();
            session.close();
            illegalState(received::acknowledge);
        }
    }

    @Test
    void rule12CloseRollsBackAndAcknowledgesNothing() throws Exception {
        for (int mode : new int[] {Session.SESSION_TRANSACTED, Session.CLIENT_ACKNOWLEDGE}) {
            Queue queue = queue();
            Queue output = queue();
            send(queue, "1", "2");
            Session session = session(mode);
            MessageConsumer consumer = session.createConsumer(queue);
            assertThat(texts(consumer, 2)).containsExactly("1", "2");
            if (mode == Session.SESSION_TRANSACTED) {
                send(session, output, "never");
            }
            consumer.close();
            assertThat(drain(queue)).as("closing the consumer decides nothing").isEmpty();
            session.close();
            assertThat(drain(queue)).containsExactlyInAnyOrder("1", "2");
            assertThat(drain(output)).isEmpty();
        }
    }

    @Test
    void rule12WhatAClosedConsumerDeliveredIsCommittedOrAcknowledgedWithItsSession() throws Exception {
        Queue queue = queue();
        send(queue, "1", "2");
        Session transacted = session(Session.SESSION_TRANSACTED);
        MessageConsumer first = transacted.createConsumer(queue);
        text(first);
        first.close();
        transacted.commit();
        assertThat(drain(queue)).containsExactly("2");

        send(queue, "3", "4");
        Session client = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer second = client.createConsumer(queue);
        Message message = second.receive(SOON_MS);
        second.close();
        message.acknowledge();
        client.close();
        assertThat(drain(queue)).containsExactly("4");
    }

    @Test
    void rule12ClosingAConnectionRollsBack() throws Exception {
        Queue queue = queue();
        send(queue, "1");
        Connection connection = started();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        text(session.createConsumer(queue));
        connection.close();
        assertThat(drain(queue)).containsExactly("1");
    }

    @Test
    void rule13TheLastContextOfAConnectionClosesIt() {
        JMSContext first = context();
        Queue queue = first.createQueue(name("q"));
        Queue temporary = first.createTemporaryQueue();
        JMSContext second = first.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        first.close();
        first.close();
        illegalStateRuntime(() -> first.createProducer(), () -> first.createConsumer(queue));
        second.createProducer().send(queue, "still open");
        assertThat(second.createConsumer(queue).receiveBody(String.class, SOON_MS))
                .isEqualTo("still open");
        second.createProducer().send(temporary, "the temporary queue as well");
        second.close();
        allThrow(jakarta.jms.JMSRuntimeException.class, () -> {
            try (JMSContext third = factory().createContext()) {
                third.createProducer().send(temporary, "gone with its connection");
            }
        });
    }

    @Test
    void rule14TheExceptionListenerHearsWhatNoCallerHears() throws Exception {
        try (Relay relay = Relay.to(server().port())) {
            Connection connection = closing(
                    new io.quoin.jms.QuoinConnectionFactory(relay.url() + "?reconnect=false").createConnection());
            List<JMSException> heard = Collections.synchronizedList(new java.util.ArrayList<>());
            AtomicInteger running = new AtomicInteger();
            AtomicReference<String> problem = new AtomicReference<>();
            connection.setExceptionListener(e -> {
                if (running.incrementAndGet() > 1) {
                    problem.set("two calls at a time");
                }
                heard.add(e);
                running.decrementAndGet();
            });
            assertThat(connection.getExceptionListener()).isNotNull();
            connection.start();
            MessageConsumer consumer = connection.createSession().createConsumer(queue());
            CompletableFuture<Message> waiting = background(consumer::receive);
            notYet(waiting);
            relay.cut();
            org.awaitility.Awaitility.await().until(() -> !heard.isEmpty());
            assertThat(problem).hasNullValue();
            assertThat(heard.get(0)).isInstanceOf(JMSException.class);
            allThrow(Exception.class, () -> waiting.get(SOON_MS, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void rule14WhatACallerHearsTheExceptionListenerDoesNot() throws Exception {
        Connection connection = started();
        AtomicInteger calls = new AtomicInteger();
        connection.setExceptionListener(e -> calls.incrementAndGet());
        Session session = connection.createSession();
        allThrow(JMSException.class, () -> session.createConsumer(queue(), "no selector at all"));
        allThrow(JMSException.class, () -> session.createConsumer(null));
        connection.setExceptionListener(null);
        assertThat(connection.getExceptionListener()).isNull();
        assertThat(calls).hasValue(0);
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void attempt(CompletableFuture<Void> outcome, Action action) {
        try {
            action.run();
            outcome.complete(null);
        } catch (Exception | AssertionError e) {
            outcome.completeExceptionally(e);
        }
    }

    private static void notYet(CompletableFuture<?> future) {
        allThrow(TimeoutException.class, () -> future.get(NEVER_MS, TimeUnit.MILLISECONDS));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            reached(latch);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String textOf(Message message) {
        try {
            return ((TextMessage) message).getText();
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
