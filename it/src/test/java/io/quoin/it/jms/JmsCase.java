// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTopic;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What tests against the specification have in common: connections that are closed after each test, names that no other test uses, and
 * short ways to send and receive.
 */
@Timeout(60)
abstract class JmsCase {

    /** Long enough for anything that is to happen. */
    static final long SOON_MS = 10_000;
    /** Short enough to wait for something that must not happen. */
    static final long NEVER_MS = 250;

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        Exception failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    static ServerProcess server() {
        return SharedServer.process();
    }

    static QuoinConnectionFactory factory() {
        return new QuoinConnectionFactory(server().url());
    }

    /** Has something closed after the test. */
    final <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    /** A connection that is not started. */
    final Connection stopped() throws JMSException {
        return closing(factory().createConnection());
    }

    final Connection started() throws JMSException {
        Connection connection = stopped();
        connection.start();
        return connection;
    }

    final Connection startedAs(String clientId) throws JMSException {
        Connection connection = stopped();
        connection.setClientID(clientId);
        connection.start();
        return connection;
    }

    final QueueConnection queueConnection() throws JMSException {
        QueueConnection connection = closing(factory().createQueueConnection());
        connection.start();
        return connection;
    }

    final TopicConnection topicConnection() throws JMSException {
        TopicConnection connection = closing(factory().createTopicConnection());
        connection.start();
        return connection;
    }

    /** A session of a started connection of its own. */
    final Session session(int mode) throws JMSException {
        return started().createSession(mode);
    }

    final Session session() throws JMSException {
        return session(Session.AUTO_ACKNOWLEDGE);
    }

    final JMSContext context(int mode) {
        return closing(factory().createContext(mode));
    }

    final JMSContext context() {
        return context(JMSContext.AUTO_ACKNOWLEDGE);
    }

    /** A name that no other test uses. */
    static String name(String prefix) {
        return prefix + "-" + NAMES.incrementAndGet() + "-"
                + ProcessHandle.current().pid();
    }

    static Queue queue() {
        return queue(name("queue"));
    }

    static Queue queue(String name) {
        try {
            return QuoinQueue.named(name);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    static Topic topic() {
        try {
            return QuoinTopic.named(name("topic"));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends texts one after another. */
    static void send(Session session, Destination to, String... texts) throws JMSException {
        try (var producer = session.createProducer(to)) {
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    /** Sends texts through a connection of their own. */
    static void send(Destination to, String... texts) {
        try (JMSContext context = factory().createContext()) {
            for (String text : texts) {
                context.createProducer().send(to, text);
            }
        }
    }

    static String text(MessageConsumer consumer) throws JMSException {
        TextMessage message = (TextMessage) consumer.receive(SOON_MS);
        assertThat(message).as("a message within " + SOON_MS + " ms").isNotNull();
        return message.getText();
    }

    static List<String> texts(MessageConsumer consumer, int count) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(consumer));
        }
        return texts;
    }

    /** That the server has nothing for a consumer now. */
    static void nothing(MessageConsumer consumer) throws JMSException {
        assertThat(consumer.receiveNoWait()).isNull();
    }

    /** That a consumer gets nothing for a while. */
    static void nothingYet(MessageConsumer consumer) throws JMSException {
        assertThat(consumer.receive(NEVER_MS)).isNull();
    }

    /** What is left in a queue, taken out of it through a connection of its own. */
    static List<String> drain(Destination from) {
        List<String> texts = new ArrayList<>();
        try (JMSContext context = factory().createContext();
                var consumer = context.createConsumer(from)) {
            for (var message = consumer.receiveNoWait(); message != null; message = consumer.receiveNoWait()) {
                texts.add(((TextMessage) message).getText());
            }
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
        return texts;
    }

    /** What a browser sees now. */
    static List<Message> messages(QueueBrowser browser) throws JMSException {
        return listOf(browser.getEnumeration(), Message.class);
    }

    /** The API has enumerations without types. */
    static <T> List<T> listOf(Enumeration<?> enumeration, Class<T> type) {
        List<T> list = new ArrayList<>();
        while (enumeration.hasMoreElements()) {
            list.add(type.cast(enumeration.nextElement()));
        }
        return list;
    }

    /** That each of the calls throws exactly an exception of that type or a subtype. */
    static void allThrow(Class<? extends Throwable> type, ThrowingCallable... calls) {
        for (int i = 0; i < calls.length; i++) {
            Throwable thrown = catchThrowable(calls[i]);
            assertThat(thrown).as("call " + (i + 1) + " of " + calls.length).isInstanceOf(type);
        }
    }

    static void illegalState(ThrowingCallable... calls) {
        allThrow(jakarta.jms.IllegalStateException.class, calls);
    }

    static void illegalStateRuntime(ThrowingCallable... calls) {
        allThrow(jakarta.jms.IllegalStateRuntimeException.class, calls);
    }

    static void reached(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(SOON_MS, TimeUnit.MILLISECONDS)).isTrue();
    }

    /** Runs something on a thread of its own. */
    static <T> CompletableFuture<T> background(java.util.concurrent.Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                done.complete(work.call());
            } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
