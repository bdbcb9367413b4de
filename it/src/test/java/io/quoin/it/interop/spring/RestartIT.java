// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jms.JmsException;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.util.backoff.FixedBackOff;

/** Spring goes on when the server is killed and started again, with nothing lost and nothing leaked. */
class RestartIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int KILLS = Boolean.getBoolean("quoin.long") ? 10 : 1;
    private static final int BATCH = 100;

    @TempDir
    Path folder;

    /** Threads that belong to a connection, by their name; the timer is the JVM's, and ends when nobody needs it. */
    private static List<String> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("quoin") && !name.equals("quoin-ticker"))
                .sorted()
                .toList();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void transactedListenersForwardEverythingOnceThroughKillsOfTheServer() throws Exception {
        List<String> before = clientThreads();
        List<String> all = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            QuoinConnectionFactory quoin = new QuoinConnectionFactory(server.url());
            CachingConnectionFactory kept = new CachingConnectionFactory(quoin);
            DefaultMessageListenerContainer forwarding = forwarding(quoin);
            try {
                JmsTemplate template = new JmsTemplate(kept);
                template.setReceiveTimeout(SOON.toMillis());
                for (int kill = 0; kill < KILLS; kill++) {
                    send(template, all);
                    server.kill();
                    Thread restarting = new Thread(server::restart, "restart");
                    restarting.start();
                    send(template, all);
                    restarting.join();
                }
                send(template, all);

                List<String> forwarded = all.stream()
                        .map(sent -> (String) template.receiveAndConvert("restart.out"))
                        .toList();
                assertThat(forwarded).containsExactlyInAnyOrderElementsOf(all);
                template.setReceiveTimeout(200);
                assertThat(template.receiveAndConvert("restart.out")).isNull();
                assertThat(forwarding.isRunning()).isTrue();
                await().atMost(SOON).until(() -> forwarding.getActiveConsumerCount() >= 3);
            } finally {
                forwarding.destroy();
                kept.destroy();
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(clientThreads()).isEqualTo(before));
        }
    }

    /** With a client that does not connect again by itself, Spring does: messages may come twice then, but none is lost. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void springRecoversByItselfWhereTheClientIsToldNotTo() throws Exception {
        List<String> before = clientThreads();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        List<String> all =
                IntStream.range(0, 2 * BATCH).mapToObj(Integer::toString).toList();
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            QuoinConnectionFactory quoin = new QuoinConnectionFactory(server.url() + "?reconnect=false");
            CachingConnectionFactory kept = new CachingConnectionFactory(quoin);
            DefaultMessageListenerContainer container = container(quoin, "recovery");
            container.setMessageListener((SessionAwareMessageListener<Message>)
                    (message, session) -> seen.add(message.getBody(String.class)));
            container.afterPropertiesSet();
            container.start();
            try {
                JmsTemplate template = new JmsTemplate(kept);
                all.subList(0, BATCH).forEach(body -> sendWithRetry(template, body));
                server.kill();
                server.restart();
                all.subList(BATCH, 2 * BATCH).forEach(body -> sendWithRetry(template, body));

                await().atMost(SOON).until(() -> seen.containsAll(all));
            } finally {
                container.destroy();
                kept.destroy();
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(clientThreads()).isEqualTo(before));
        }
    }

    private static void sendWithRetry(JmsTemplate template, String body) {
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsInstanceOf(JmsException.class)
                .until(() -> {
                    template.convertAndSend("recovery", body);
                    return true;
                });
    }

    /** Sends without a retry: that the server is gone for a while only makes it slower. */
    private static void send(JmsTemplate template, List<String> all) {
        for (int i = 0; i < BATCH; i++) {
            String body = Integer.toString(all.size());
            template.convertAndSend("restart.in", body);
            all.add(body);
        }
    }

    private static DefaultMessageListenerContainer forwarding(QuoinConnectionFactory quoin) {
        DefaultMessageListenerContainer container = container(quoin, "restart.in");
        container.setConcurrency("3-5");
        container.setMessageListener(new Forwarder());
        container.afterPropertiesSet();
        container.start();
        return container;
    }

    private static DefaultMessageListenerContainer container(QuoinConnectionFactory quoin, String queue) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(quoin);
        container.setDestinationName(queue);
        container.setSessionTransacted(true);
        container.setReceiveTimeout(500);
        container.setBackOff(new FixedBackOff(200, Long.MAX_VALUE));
        container.setErrorHandler(error -> {});
        container.setExceptionListener(lost -> {});
        return container;
    }

    /** Receives and sends in one transaction. */
    private static final class Forwarder implements SessionAwareMessageListener<Message> {
        @Override
        public void onMessage(Message message, Session session) throws JMSException {
            session.createProducer(session.createQueue("restart.out"))
                    .send(session.createTextMessage(message.getBody(String.class)));
        }
    }
}
