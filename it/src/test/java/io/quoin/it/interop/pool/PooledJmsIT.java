// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.springframework.jms.core.JmsTemplate;

/** The {@code pooled-jms} pool, which Spring Boot and Quarkus put over a connection factory. */
@ExtendWith(OneServer.class)
class PooledJmsIT {
    private static final long SOON_MS = 10_000;

    private final JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();

    @TempDir
    Path folder;

    PooledJmsIT(ServerProcess server) {
        pool.setConnectionFactory(new QuoinConnectionFactory(server.url()));
    }

    @AfterEach
    void stop() {
        pool.stop();
    }

    @Test
    void manyThreadsShareTwoConnections() {
        pool.setMaxConnections(2);
        List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> sendAndReceive("pool.shared." + thread)))
                .toList();

        threads.forEach(CompletableFuture::join);

        assertThat(pool.getNumConnections()).isEqualTo(2);
    }

    private void sendAndReceive(String queue) {
        for (int i = 0; i < 20; i++) {
            try (JMSContext context = pool.createContext()) {
                context.createProducer().send(context.createQueue(queue), "m" + i);
            }
            try (JMSContext context = pool.createContext()) {
                Message received =
                        context.createConsumer(context.createQueue(queue)).receive(SOON_MS);
                assertThat(received.getBody(String.class)).isEqualTo("m" + i);
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void aSessionThatGoesBackToThePoolLeavesNothingToTheNextUser() throws JMSException {
        pool.setMaxConnections(1);
        try (Connection connection = pool.createConnection()) {
            try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
                session.createProducer(session.createQueue("pool.left"))
                        .send(session.createTextMessage("not committed"));
            }
            try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
                    MessageProducer producer = session.createProducer(session.createQueue("pool.left"))) {
                producer.send(session.createTextMessage("committed"));
                session.commit();
            }
            connection.start();
            try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
                MessageConsumer abandoned = session.createConsumer(session.createQueue("pool.left"));
                assertThat(abandoned.receive(SOON_MS).getBody(String.class)).isEqualTo("committed");
            }
            try (Session session = connection.createSession();
                    MessageConsumer consumer = session.createConsumer(session.createQueue("pool.left"))) {
                Message again = consumer.receive(SOON_MS);
                assertThat(again.getBody(String.class)).isEqualTo("committed");
                assertThat(again.getJMSRedelivered()).isTrue();
                assertThat(consumer.receiveNoWait()).isNull();
            }
        }
    }

    @Test
    void temporaryQueuesEndWithTheirUsersConnectionAlthoughThePoolKeepsIts() throws JMSException {
        pool.setMaxConnections(1);
        Session kept = pool.createConnection().createSession();
        jakarta.jms.TemporaryQueue temporary;
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession()) {
            temporary = session.createTemporaryQueue();
            session.createProducer(temporary).send(session.createTextMessage());
        }

        MessageProducer late = kept.createProducer(null);
        assertThatThrownBy(() -> late.send(temporary, kept.createTextMessage()))
                .isInstanceOf(jakarta.jms.InvalidDestinationException.class);
    }

    @Test
    void aTemplateOverThePoolKeepsItsConnection() {
        pool.setMaxConnections(1);
        JmsTemplate template = new JmsTemplate(pool);
        template.setReceiveTimeout(SOON_MS);
        for (int i = 0; i < 100; i++) {
            template.convertAndSend("pool.template", "m" + i);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(template.receiveAndConvert("pool.template")).isEqualTo("m" + i);
        }
        assertThat(pool.getNumConnections()).isEqualTo(1);
    }

    @Test
    void connectionsThatTheServersDeathHasCutAreReplaced() {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            pool.setMaxConnections(3);
            pool.setConnectionFactory(new QuoinConnectionFactory(server.url()));
            for (int i = 0; i < 3; i++) {
                sendOne();
            }
            server.kill();
            server.restart();

            await().atMost(Duration.ofMillis(SOON_MS))
                    .ignoreExceptionsInstanceOf(JMSRuntimeException.class)
                    .until(() -> {
                        sendOne();
                        return true;
                    });
            for (int i = 0; i < 5; i++) {
                sendOne();
            }
            assertThat(pool.getNumConnections()).isLessThanOrEqualTo(3);
        }
    }

    private void sendOne() {
        try (JMSContext context = pool.createContext()) {
            context.createProducer().send(context.createQueue("pool.cut"), "x");
        }
    }
}
