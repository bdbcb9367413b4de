// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.awaitility.Awaitility.await;

import io.quoin.ra.QuoinResourceAdapter;
import io.quoin.ra.fake.Container;
import io.quoin.ra.fake.TestServer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real server, an adapter in a container that is none, and what its beans have seen. */
abstract class InboundCase {

    @TempDir
    Path folder;

    TestServer server;
    final Container container = new Container();
    QuoinResourceAdapter adapter;
    final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder.resolve("data"));
        adapter = container.started(server.url());
    }

    @AfterEach
    void stop() throws Exception {
        adapter.stop();
        container.close();
        server.close();
    }

    static QuoinActivationSpec of(String queue) {
        QuoinActivationSpec spec = new QuoinActivationSpec();
        spec.setDestination(queue);
        return spec;
    }

    void note(Message message) {
        seen.add(text(message));
    }

    static String text(Message message) {
        try {
            return ((TextMessage) message).getText();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    static void eventually(Runnable check) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(check::run);
    }

    static String[] texts(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    int consumers(String queue) {
        try {
            String info = server.ask("queue.info", Map.of("name", queue));
            Matcher matcher = Pattern.compile("\"consumers\":(\\d+)").matcher(info);
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
        } catch (JMSException e) {
            return 0;
        }
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static QuoinActivationSpec ofTopic(String topic) {
        QuoinActivationSpec spec = of(topic);
        spec.setDestinationType("jakarta.jms.Topic");
        return spec;
    }
}
