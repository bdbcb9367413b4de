// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Wildcards, exclusive consumers, priority and recall by an application, against a server process. */
class ConsumerChoiceIT {

    private static final long SOON_MS = 5_000;
    private static final long WITHIN_A_SECOND_MS = 1_000;
    private static final long SHORT_MS = 200;

    @TempDir
    static Path folder;

    private static ServerProcess server;

    private final List<Connection> connections = new ArrayList<>();
    private String name;
    private Session session;
    private Queue queue;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect(TestInfo info) throws JMSException {
        name = info.getTestMethod().orElseThrow().getName();
        session = session(Session.AUTO_ACKNOWLEDGE);
        queue = session.createQueue(name);
    }

    @AfterEach
    void disconnect() throws JMSException {
        for (Connection connection : connections) {
            connection.close();
        }
    }

    private Session session(int mode) throws JMSException {
        Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
        connections.add(connection);
        connection.start();
        return connection.createSession(mode == Session.SESSION_TRANSACTED, mode);
    }

    private void send(Destination to, int count) throws JMSException {
        try (MessageProducer producer = session.createProducer(to)) {
            for (int i = 0; i < count; i++) {
                producer.send(session.createTextMessage("m" + i));
            }
        }
    }

    private static List<String> all(MessageConsumer consumer) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message m = consumer.receive(SHORT_MS); m != null; m = consumer.receive(SHORT_MS)) {
            texts.add(m.getBody(String.class));
        }
        return texts;
    }

    @Test
    void aPatternGetsTheMessagesOfItsTopicsAndEachSaysWhichOneItIsOf() throws JMSException {
        MessageConsumer consumer = session.createConsumer(session.createTopic(name + ".*"));
        Topic eu = session.createTopic(name + ".eu");
        send(eu, 1);
        send(session.createTopic(name + ".us.ny"), 1);
        Message message = consumer.receive(SOON_MS);
        assertThat(message.getJMSDestination()).isEqualTo(eu);
        assertThat(consumer.receive(SHORT_MS)).isNull();
    }

    @Test
    void aDurablePatternIsThereAfterARestart() throws JMSException {
        Topic all = session.createTopic(name + ".>");
        session.createSharedDurableConsumer(all, name).close();
        send(session.createTopic(name + ".a.b"), 2);
        disconnect();
        connections.clear();
        server.kill();
        server.restart();
        session = session(Session.AUTO_ACKNOWLEDGE);
        send(session.createTopic(name + ".c"), 1);
        try (MessageConsumer consumer = session.createSharedDurableConsumer(all, name)) {
            assertThat(all(consumer)).containsExactly("m0", "m1", "m0");
        }
        session.unsubscribe(name);
    }

    @Test
    void nobodySendsToAPattern() throws JMSException {
        Topic pattern = session.createTopic(name + ".*");
        assertThatThrownBy(() -> send(pattern, 1))
                .isInstanceOfSatisfying(
                        InvalidDestinationException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("QN-2028"));
    }

    @Test
    void optionsOfAConsumerAreItsOwn() throws JMSException {
        Queue preferred = session.createQueue(name + "?maxDeliveries=3&consumer.priority=5");
        assertThat(preferred.getQueueName()).isEqualTo(name);
        assertThat(preferred).isEqualTo(queue).hasToString(name);
        MessageConsumer first = session.createConsumer(preferred);
        MessageConsumer second = session.createConsumer(queue);
        send(queue, 10);
        assertThat(all(first)).hasSize(10);
        assertThat(all(second)).isEmpty();
        assertThatThrownBy(() -> session.createQueue(name + "?consumer.prioritty=5"))
                .isInstanceOfSatisfying(
                        InvalidDestinationException.class,
                        e -> assertThat(e).hasMessageContaining("QN-2021").hasMessageContaining("consumer.priority"));
        assertThatThrownBy(() -> session.createQueue(name + "?consumer.priority=high"))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining("QN-2022");
    }

    @Test
    void anExclusiveConsumerGetsEverythingAndTheNextTakesOver() throws JMSException {
        Queue exclusive = session.createQueue(name + "?consumer.exclusive=true");
        MessageConsumer plain = session.createConsumer(queue);
        MessageConsumer first = session.createConsumer(exclusive);
        MessageConsumer second = session(Session.AUTO_ACKNOWLEDGE).createConsumer(exclusive);
        send(queue, 5);
        assertThat(all(first)).hasSize(5);
        assertThat(all(second)).isEmpty();
        assertThat(all(plain)).isEmpty();
        first.close();
        send(queue, 5);
        assertThat(all(second)).hasSize(5);
        second.close();
        send(queue, 5);
        assertThat(all(plain)).hasSize(5);
    }

    @Test
    void anIdleConsumerHasWorkWithinASecondThoughAnotherOneWasSentEverything() throws Exception {
        send(queue, 10);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        MessageConsumer slow = session(Session.AUTO_ACKNOWLEDGE).createConsumer(queue);
        slow.setMessageListener(message -> {
            begun.countDown();
            awaitEnd(end);
        });
        assertThat(begun.await(SOON_MS, TimeUnit.MILLISECONDS)).isTrue();
        MessageConsumer idle = session.createConsumer(queue);
        assertThat(idle.receive(WITHIN_A_SECOND_MS)).isNotNull();
        assertThat(all(idle)).hasSize(8);
        end.countDown();
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatAConsumerWithoutAReceiveOrAStoppedOneHoldsGoesToAnother() throws JMSException {
        MessageConsumer unused = session(Session.AUTO_ACKNOWLEDGE).createConsumer(queue);
        send(queue, 5);
        MessageConsumer other = session.createConsumer(queue);
        assertThat(other.receive(WITHIN_A_SECOND_MS)).isNotNull();
        assertThat(all(other)).hasSize(4);

        send(queue, 6);
        assertThat(all(unused).size() + all(other).size()).isEqualTo(6);
        connections.get(1).stop();
        other.close();
        MessageConsumer third = session.createConsumer(queue);
        send(queue, 6);
        for (int i = 0; i < 6; i++) {
            // Half of them were sent to the stopped one, and come back.
            assertThat(third.receive(WITHIN_A_SECOND_MS)).isNotNull();
        }
        connections.get(1).start();
        send(queue, 2);
        assertThat(all(third).size() + all(unused).size()).isEqualTo(2);
    }

    @Test
    void oneThatOnlyAsksNowAndThenIsGivenWhatAnotherDoesNotGetTo() throws JMSException {
        session(Session.AUTO_ACKNOWLEDGE).createConsumer(queue);
        send(queue, 5);
        MessageConsumer polling = session.createConsumer(queue);
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SOON_MS);
        int got = 0;
        while (got < 5 && System.nanoTime() < endNs) {
            got += polling.receiveNoWait() == null ? 0 : 1;
        }
        assertThat(got).isEqualTo(5);
    }

    @Test
    void aTransactedConsumerThatWaitsForMoreIsGivenWhatAnotherDoesNotGetTo() throws JMSException {
        Session transacted = session(Session.SESSION_TRANSACTED);
        MessageConsumer waiting = transacted.createConsumer(queue);
        send(queue, 1);
        assertThat(waiting.receive(SOON_MS)).isNotNull();
        MessageConsumer unused = session.createConsumer(queue);
        send(queue, 6);
        int got = 0;
        while (waiting.receive(2 * WITHIN_A_SECOND_MS) != null) {
            got++;
        }
        assertThat(got).isEqualTo(6);
        transacted.commit();
        assertThat(unused.receiveNoWait()).isNull();
    }

    @Test
    void closeReturnsWhenUnseenMessagesAreBack() throws JMSException {
        send(queue, 20);
        MessageConsumer first = session.createConsumer(queue);
        assertThat(first.receive(SOON_MS).getBody(String.class)).isEqualTo("m0");
        first.close();
        MessageConsumer second = session.createConsumer(queue);
        for (int i = 1; i < 20; i++) {
            Message message = second.receiveNoWait();
            assertThat(message.getBody(String.class)).isEqualTo("m" + i);
            assertThat(message.getJMSRedelivered()).isFalse();
        }
    }
}
