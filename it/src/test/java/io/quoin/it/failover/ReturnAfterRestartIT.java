// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After a kill of the server a fast client does not get what a slower one has in hand, and nobody waits without need. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ReturnAfterRestartIT {

    private static final long SOON_MS = 10_000;
    private static final long NEVER_MS = 300;
    /** Much less than the grace of 10 s, even where the machine is busy. */
    private static final long NO_WAIT_MS = 5_000;

    @TempDir
    Path folder;

    private ServerProcess server;

    @BeforeEach
    void start() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Connection connect(String options) throws JMSException {
        Connection connection = new QuoinConnectionFactory(server.url() + "?" + options).createConnection();
        connection.start();
        return connection;
    }

    private void send(String queue, String... texts) throws JMSException {
        try (Connection connection = connect("");
                Session session = connection.createSession()) {
            for (String text : texts) {
                session.createProducer(session.createQueue(queue)).send(session.createTextMessage(text));
            }
        }
    }

    private static MessageConsumer consumer(Connection connection, String queue) throws JMSException {
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        return session.createConsumer(session.createQueue(queue));
    }

    private static String text(Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    @Test
    void whatAnApplicationHoldsIsKeptForItThoughOthersAreBackBeforeIt() throws Exception {
        try (Connection slow = connect("reconnectDelay=2s&maxReconnectDelay=2s&prefetch=1");
                Connection fast = connect("maxReconnectDelay=20ms&prefetch=1")) {
            MessageConsumer slowly = consumer(slow, "orders");
            send("orders", "in hand");
            Message inHand = slowly.receive(SOON_MS);
            server.kill();
            server.restart();
            MessageConsumer quickly = consumer(fast, "orders");
            assertThat(text(quickly.receive(NEVER_MS))).isNull();
            send("orders", "next");
            String next = text(quickly.receive(SOON_MS));
            if (next == null) {
                next = text(slowly.receive(SOON_MS)); // it had asked before
            }
            assertThat(next).isEqualTo("next");
            inHand.acknowledge(); // nobody else has got it
        }
    }

    @Test
    void nobodyWaitsWhereNothingWasOut() throws Exception {
        try (Connection lost = connect("reconnectDelay=60s&maxReconnectDelay=60s");
                Connection here = connect("maxReconnectDelay=20ms")) {
            consumer(lost, "orders");
            MessageConsumer consumer = consumer(here, "orders");
            send("orders", "a", "b");
            Message first = consumer.receive(SOON_MS);
            if (first != null) {
                first.acknowledge();
            }
            server.kill();
            server.restart();
            send("idle", "c");
            long beganNs = System.nanoTime();
            assertThat(text(consumer(here, "idle").receive(SOON_MS))).isEqualTo("c");
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
            System.out.println("the first message " + tookMs + " ms after a restart");
            assertThat(tookMs).isLessThan(NO_WAIT_MS);
        }
    }
}
