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
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final int BETWEEN_KILLS = 200;

    @TempDir
    Path folder;

    /** Threads of the client, by their name. */
    private static List<String> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("quoin"))
                .sorted()
                .toList();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void transactedListenersForwardEverythingThroughKillsOfTheServer() throws Exception {
        List<String> before = clientThreads();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        int total = (KILLS + 1) * BETWEEN_KILLS;
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            QuoinConnectionFactory quoin = new QuoinConnectionFactory(server.url());
            CachingConnectionFactory kept = new CachingConnectionFactory(quoin);
            DefaultMessageListenerContainer forwarding = forwarding(quoin);
            DefaultMessageListenerContainer collecting = collecting(quoin, seen);
            try {
                JmsTemplate template = new JmsTemplate(kept);
                AtomicInteger failures = new AtomicInteger();
                for (int kill = 0; kill < KILLS; kill++) {
                    sendAll(template, kill * BETWEEN_KILLS, BETWEEN_KILLS / 2, failures);
                    server.kill();
                    Thread restarting = new Thread(server::restart, "restart");
                    restarting.start();
                    sendAll(template, kill * BETWEEN_KILLS + BETWEEN_KILLS / 2, BETWEEN_KILLS / 2, failures);
                    restarting.join();
                }
                sendAll(template, KILLS * BETWEEN_KILLS, BETWEEN_KILLS, failures);

                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(seen)
                                .containsAll(IntStream.range(0, total)
                                        .mapToObj(Integer::toString)
                                        .toList()));
                assertThat(forwarding.isRunning()).isTrue();
                await().atMost(SOON).until(() -> forwarding.getActiveConsumerCount() >= 3);
            } finally {
                forwarding.destroy();
                collecting.destroy();
                kept.destroy();
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(clientThreads()).isEqualTo(before));
        }
    }

    /** Sends each number until it is sent, as an application with a retry does. */
    private static void sendAll(JmsTemplate template, int from, int count, AtomicInteger failures) {
        for (int i = from; i < from + count; i++) {
            String body = Integer.toString(i);
            await().atMost(SOON)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        try {
                            template.convertAndSend("restart.in", body);
                            return true;
                        } catch (JmsException e) {
                            failures.incrementAndGet();
                            return false;
                        }
                    });
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

    private static DefaultMessageListenerContainer collecting(QuoinConnectionFactory quoin, Set<String> seen) {
        DefaultMessageListenerContainer container = container(quoin, "restart.out");
        container.setMessageListener(
                (SessionAwareMessageListener<TextMessage>) (message, session) -> seen.add(message.getText()));
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
