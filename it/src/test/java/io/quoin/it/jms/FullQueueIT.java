// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A queue with a limit makes its senders wait for room, in every kind of session and from several connections. */
class FullQueueIT extends JmsCase {

    private static final int SENDS = 40;

    private Connection connect(String options) throws JMSException {
        Connection connection = closing(new QuoinConnectionFactory(server().url() + options).createConnection());
        connection.start();
        return connection;
    }

    private static void send(Session session, MessageProducer producer, int number) throws JMSException {
        producer.send(session.createTextMessage(number + "x".repeat(1000)));
        if (session.getTransacted()) {
            session.commit();
        }
    }

    @ParameterizedTest
    @CsvSource({"maxMessages=5, false", "maxMessages=5, true", "maxBytes=20000, false", "maxBytes=20000, true"})
    void withoutAConsumerASendFailsAfterTheTimeOutAndNotBefore(String limit, boolean transacted) throws Exception {
        Session session = connect("?sendTimeout=500ms").createSession(transacted, Session.AUTO_ACKNOWLEDGE);
        Queue queue = session.createQueue("full-" + limit.replace('=', '-') + transacted + "?" + limit);
        MessageProducer producer = session.createProducer(queue);
        long[] startNs = new long[1];

        assertThatThrownBy(() -> {
                    for (int i = 0; i < SENDS; i++) {
                        startNs[0] = System.nanoTime();
                        send(session, producer, i);
                    }
                })
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("QN-4004");

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs[0]))
                .isBetween(490L, 10_000L);
    }

    @ParameterizedTest
    @CsvSource({"maxMessages=5, false", "maxMessages=5, true", "maxBytes=5000, false", "maxBytes=5000, true"})
    void withASlowConsumerEverySendOfTwoConnectionsSucceedsInOrder(String limit, boolean transacted) throws Exception {
        String name = "slow-" + limit.replace('=', '-') + transacted + "?" + limit;
        Session receiving = connect("?prefetch=1").createSession();
        MessageConsumer consumer = receiving.createConsumer(receiving.createQueue(name));
        Session[] sessions = new Session[2];
        MessageProducer[] producers = new MessageProducer[2];
        for (int i = 0; i < 2; i++) {
            sessions[i] = connect("?sendTimeout=20s").createSession(transacted, Session.AUTO_ACKNOWLEDGE);
            producers[i] = sessions[i].createProducer(sessions[i].createQueue(name));
            // The first send of a session would not wait for room.
            send(sessions[i], producers[i], 1000 * i);
        }
        List<CompletableFuture<Void>> senders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int sender = i;
            senders.add(CompletableFuture.runAsync(() -> {
                try {
                    for (int n = 1; n < SENDS; n++) {
                        send(sessions[sender], producers[sender], 1000 * sender + n);
                    }
                } catch (JMSException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }

        int[] next = {0, 1000};
        for (int i = 0; i < 2 * SENDS; i++) {
            // What makes the consumer slow.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            String text = consumer.receive(SOON_MS).getBody(String.class);
            int number = Integer.parseInt(text.substring(0, text.indexOf('x')));
            assertThat(number).isEqualTo(next[number / 1000]++);
        }
        for (CompletableFuture<Void> sender : senders) {
            sender.get(10, TimeUnit.SECONDS);
        }
    }
}
