// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolXAConnectionFactory;
import org.springframework.jms.core.JmsTemplate;

/** The pool of {@code pooled-jms} that takes part in the transactions of a transaction manager. */
@ExtendWith(OneServer.class)
class PooledXaIT {
    private static final long SOON_MS = 10_000;

    private final PlainTransactionManager manager = new PlainTransactionManager();
    private final JmsPoolXAConnectionFactory pool;
    private final JmsTemplate outside;

    @TempDir
    Path folder;

    PooledXaIT(ServerProcess server) {
        pool = pool(server);
        outside = new JmsTemplate(new QuoinConnectionFactory(server.url()));
        outside.setReceiveTimeout(100);
    }

    private JmsPoolXAConnectionFactory pool(ServerProcess server) {
        JmsPoolXAConnectionFactory made = new JmsPoolXAConnectionFactory();
        made.setConnectionFactory(new QuoinXAConnectionFactory(server.url()));
        made.setTransactionManager(manager);
        made.setMaxConnections(2);
        return made;
    }

    @AfterEach
    void stop() {
        pool.stop();
    }

    @Test
    void whatIsSentIsThereWhenTheTransactionIsCommittedAndNeverWhenItIsRolledBack() throws Exception {
        for (int round = 0; round < 5; round++) {
            manager.begin();
            send(pool, "xa.pool.sent", "rolled back");
            manager.rollback();
            manager.begin();
            send(pool, "xa.pool.sent", "committed");
            assertThat(outside.receive("xa.pool.sent")).as("before the commit").isNull();
            manager.commit();
            assertThat(outside.receiveAndConvert("xa.pool.sent")).isEqualTo("committed");
            assertThat(outside.receive("xa.pool.sent")).isNull();
        }
    }

    @Test
    void receivingAndSendingByTwoConnectionsIsOneTransaction() throws Exception {
        outside.convertAndSend("xa.pool.in", "money");

        manager.begin();
        send(pool, "xa.pool.out", receive("xa.pool.in", false));
        manager.rollback();
        assertThat(outside.receive("xa.pool.out")).isNull();
        manager.begin();
        send(pool, "xa.pool.out", receive("xa.pool.in", true));
        manager.commit();

        assertThat(outside.receiveAndConvert("xa.pool.out")).isEqualTo("money");
        assertThat(outside.receive("xa.pool.in")).isNull();
    }

    @Test
    void twoServersAreCommittedInTwoPhases() throws Exception {
        try (ServerProcess second = ServerProcess.start(folder.resolve("data"))) {
            JmsPoolXAConnectionFactory other = pool(second);
            manager.begin();
            send(pool, "xa.pool.two", "here");
            send(other, "xa.pool.two", "there");
            manager.commit();
            other.stop();

            assertThat(manager.prepared).hasValue(2);
            assertThat(outside.receiveAndConvert("xa.pool.two")).isEqualTo("here");
            JmsTemplate there = new JmsTemplate(new QuoinConnectionFactory(second.url()));
            assertThat(there.receiveAndConvert("xa.pool.two")).isEqualTo("there");
        }
    }

    @Test
    void outsideOfATransactionItIsAnOrdinaryPool() throws JMSException {
        send(pool, "xa.pool.none", "at once");

        assertThat(outside.receiveAndConvert("xa.pool.none")).isEqualTo("at once");
    }

    private static void send(JmsPoolXAConnectionFactory through, String queue, String text) throws JMSException {
        try (Connection connection = through.createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(session.createTextMessage(text));
        }
    }

    private String receive(String queue, boolean redelivered) throws JMSException {
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession()) {
            connection.start();
            try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
                Message message = consumer.receive(SOON_MS);
                assertThat(message.getJMSRedelivered()).isEqualTo(redelivered);
                return message.getBody(String.class);
            }
        }
    }
}
