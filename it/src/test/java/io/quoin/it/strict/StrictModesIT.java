// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.strict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.InDoubt;
import io.quoin.jms.ListenerPool;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinMessageConsumer;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Strict delivery in every way of receiving, with a window smaller than what applications keep in hand. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StrictModesIT {

    private static final int WINDOW = 4;
    private static final int MESSAGES = 30;

    @TempDir
    static Path folder;

    private static ServerProcess server;

    private String name;
    private Connection connection;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect(TestInfo test) throws JMSException {
        name = test.getTestMethod().orElseThrow().getName();
        connection = connection("");
    }

    private static Connection connection(String options) throws JMSException {
        Connection connection = new QuoinConnectionFactory(server.url() + options).createConnection();
        connection.start();
        return connection;
    }

    @AfterEach
    void close() throws JMSException {
        connection.close();
    }

    private Queue queue(Session session) throws JMSException {
        return session.createQueue(name + "?delivery=strict&strictWindow=" + WINDOW);
    }

    private void send() throws JMSException {
        try (Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(queue(session));
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(session.createTextMessage(Integer.toString(i)));
            }
        }
    }

    private static List<String> all() {
        return IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
    }

    private static List<String> receive(QuoinMessageConsumer consumer, int count) throws JMSException {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            Message message = consumer.receive(10_000);
            if (message == null) {
                return texts;
            }
            texts.add(((TextMessage) message).getText());
        }
        return texts;
    }

    private QuoinMessageConsumer consumer(Session session) throws JMSException {
        return (QuoinMessageConsumer) session.createConsumer(queue(session));
    }

    @Test
    void automaticAcknowledgement() throws JMSException {
        send();
        try (Session session = connection.createSession()) {
            assertThat(receive(consumer(session), MESSAGES)).isEqualTo(all());
        }
    }

    @Test
    void clientAcknowledgementOfMoreThanTheWindow() throws JMSException {
        send();
        try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            QuoinMessageConsumer consumer = consumer(session);
            assertThat(receive(consumer, MESSAGES - 1)).hasSize(MESSAGES - 1);
            consumer.receive(10_000).acknowledge();
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    @Test
    void transactionsOfMoreThanTheWindow() throws JMSException {
        send();
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            QuoinMessageConsumer consumer = consumer(session);
            assertThat(receive(consumer, MESSAGES)).isEqualTo(all());
            session.rollback();
            assertThat(receive(consumer, MESSAGES)).isEqualTo(all());
            session.commit();
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    @Test
    void receivingWithoutWaiting() throws JMSException {
        send();
        try (Session session = connection.createSession()) {
            QuoinMessageConsumer consumer = consumer(session);
            for (String text : all()) {
                assertThat(((TextMessage) consumer.receiveNoWait()).getText()).isEqualTo(text);
            }
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    @Test
    void receivingWithoutPrefetch() throws JMSException {
        send();
        try (Connection asking = connection("?prefetch=0");
                Session session = asking.createSession()) {
            assertThat(receive(consumer(session), MESSAGES)).isEqualTo(all());
        }
    }

    @Test
    void receivingInBatches() throws JMSException {
        send();
        try (Session session = connection.createSession()) {
            List<String> texts = new ArrayList<>();
            QuoinMessageConsumer consumer = consumer(session);
            while (texts.size() < MESSAGES) {
                List<Message> batch = consumer.receiveBatch(10, 10_000);
                assertThat(batch).isNotEmpty();
                for (Message message : batch) {
                    texts.add(((TextMessage) message).getText());
                }
            }
            assertThat(texts).isEqualTo(all());
        }
    }

    @Test
    void listenerPoolWithMoreThreadsThanTheWindow() throws Exception {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        CountDownLatch inHand = new CountDownLatch(10);
        send();
        try (Session session = connection.createSession();
                ListenerPool pool = ListenerPool.of(connection, queue(session))
                        .threads(10, 10)
                        .handler((message, own) -> {
                            seen.add(((TextMessage) message).getText());
                            inHand.countDown();
                            assertThat(inHand.await(20, TimeUnit.SECONDS)).isTrue();
                        })
                        .start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() == MESSAGES);
            assertThat(pool.threads()).isEqualTo(10);
            assertThat(seen).containsExactlyInAnyOrderElementsOf(all());
        }
    }

    @Test
    void whatAVanishedConsumerHadIsParkedShownAndResolved() throws JMSException {
        send();
        JavaProcess.Ended ended = JavaProcess.main(Vanishing.class, server.url(), name, Integer.toString(WINDOW));
        assertThat(ended.exitCode()).isEqualTo(Vanishing.HALTED);
        String id = ended.output().strip();
        await().atMost(Duration.ofSeconds(10)).until(() -> doubts().contains(id));
        assertThat(doubts()).contains("MESSAGE", name);

        try (Session session = connection.createSession()) {
            QuoinMessageConsumer consumer = consumer(session);
            assertThat(receive(consumer, MESSAGES - WINDOW)).isEqualTo(all().subList(WINDOW, MESSAGES));
            consumer.resolve(id, InDoubt.RETRY);
            assertThat(receive(consumer, 1)).containsExactly("0");
            assertThatThrownBy(() -> consumer.resolve(id, InDoubt.CONSUMED)).hasMessageContaining("QN-2029");
            JavaProcess.Ended resolved =
                    JavaProcess.quoin("doubt", "resolve", name, "consumed", "--all", "--url", server.url());
            assertThat(resolved.output()).contains("3 taken for consumed in " + name);
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    private String doubts() {
        return JavaProcess.quoin("doubt", "ls", name, "--url", server.url()).output();
    }

    /** A consumer that has a message in hand when its process ends: prints its id. */
    static final class Vanishing {

        static final int HALTED = 99;

        private Vanishing() {}

        public static void main(String[] args) throws Exception {
            Connection connection = connection(args[0]);
            Session session = connection.createSession();
            session.createConsumer(session.createQueue(args[1] + "?delivery=strict&strictWindow=" + args[2]))
                    .setMessageListener(message -> {
                        try {
                            System.out.println(message.getJMSMessageID());
                            System.out.flush();
                        } catch (JMSException e) {
                            throw new IllegalStateException(e);
                        }
                        Runtime.getRuntime().halt(HALTED);
                    });
            new CountDownLatch(1).await();
        }

        private static Connection connection(String url) throws JMSException {
            Connection connection = new QuoinConnectionFactory(url).createConnection();
            connection.start();
            return connection;
        }
    }
}
