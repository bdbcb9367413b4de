// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.ra.fake.Bean;
import io.quoin.ra.fake.Container;
import io.quoin.ra.fake.TestServer;
import io.quoin.ra.inbound.QuoinActivationSpec;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Message-driven beans on a real server, in a container that is none. */
class InboundTest {

    @TempDir
    Path folder;

    private TestServer server;
    private final Container container = new Container();
    private QuoinResourceAdapter adapter;
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

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

    private static QuoinActivationSpec of(String queue) {
        QuoinActivationSpec spec = new QuoinActivationSpec();
        spec.setDestination(queue);
        return spec;
    }

    private void note(Message message) {
        seen.add(text(message));
    }

    private static String text(Message message) {
        try {
            return ((TextMessage) message).getText();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void eventually(Runnable check) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(check::run);
    }

    private static String[] texts(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    void aBeanGetsEachMessageOnce() throws Exception {
        Bean bean = Bean.plain(this::note);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", texts(100));

        eventually(() -> assertThat(seen).hasSize(100));
        assertThat(seen).containsExactlyInAnyOrder(texts(100));
        eventually(() -> assertThat(server.waiting("in")).isZero());
    }

    @Test
    void aTransactedBeanGetsEachMessageInABranchThatCommitsInOnePhase() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", texts(20));

        eventually(() -> assertThat(seen).hasSize(20));
        eventually(() -> assertThat(server.waiting("in")).isZero());
        eventually(() -> assertThat(container.transactions.calls)
                .filteredOn("commit1"::equals)
                .hasSize(20));
        assertThat(container.transactions.calls).doesNotContain("prepare");
    }

    @Test
    void aMessageWhoseTransactionIsRolledBackComesAgain() throws Exception {
        Bean bean = Bean.transacted(container, message -> {
            note(message);
            if (seen.size() == 1) {
                container.transactions.setRollbackOnly();
            }
        });
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a", "a")));
        eventually(() -> assertThat(server.waiting("in")).isZero());
    }
}
