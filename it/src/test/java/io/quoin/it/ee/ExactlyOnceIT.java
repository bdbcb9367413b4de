// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quoin.it.ee.server.AppServers;
import io.quoin.it.ee.server.Stage;
import io.quoin.it.process.JavaProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The example application takes an order from a queue, books it in a database and confirms it on another queue, each order exactly once, while the application
 * server is killed at any moment.
 */
@ParameterizedClass
@EnumSource
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ExactlyOnceIT {
    private static final int KILLS = Integer.getInteger("quoin.kills", Boolean.getBoolean("quoin.long") ? 20 : 3);
    private static final int ORDERS_A_KILL = 300;
    private static final long KILL_WITHIN_MS = 2_000;
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

    @Parameter
    private Stage.Kind kind;

    private Stage stage;

    @BeforeEach
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void set() {
        assumeTrue(AppServers.canRun(kind));
        stage = Stage.of(kind);
    }

    @Test
    void rowsEqualOrdersEqualConfirmationsHoweverOftenTheServerIsKilled() {
        // The ordinary run kills one kind of server; what both do between kills is the same.
        assumeTrue(kind == Stage.Kind.WILDFLY || Boolean.getBoolean("quoin.long"));
        long seed = Long.getLong("quoin.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        String id = UUID.randomUUID().toString();
        List<String> sent = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> orders = IntStream.range(0, ORDERS_A_KILL)
                    .mapToObj(i -> id + " " + (sent.size() + i))
                    .toList();
            send(orders);
            sent.addAll(orders);
            // The moment of the kill is what is tried, so nothing is waited for.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(KILL_WITHIN_MS)));
            stage.appServer().kill();
            System.out.println(kind + ": killed with " + rest() + " of " + sent.size() + " orders left");
            stage.appServer().start();
        }
        awaitSettled(id, sent.size());
        assertThat(booked(id)).as("rows; seed %d", seed).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(confirmed(id)).as("confirmations; seed %d", seed).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(rest()).as("orders left").isZero();
    }

    @Test
    void aHaltBetweenPrepareAndCommitIsRecoveredToExactlyOnce() {
        String id = UUID.randomUUID().toString();
        Driven drive = Driven.on(stage);
        try {
            drive.get("halt?queue=ee.halted&text=" + id);
        } catch (UncheckedIOException expected) {
            // The server has halted instead of answering.
            stage.appServer().awaitEnd();
        }
        assertThat(stage.appServer().process().isAlive()).isFalse();
        assertThat(inDoubt()).as("the branch at Quoin").contains("PREPARED");

        stage.appServer().start();
        awaitSettled(id, 1);
        try (JMSContext context = factory().createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("ee.halted"));
            assertThat(consumer.receiveBody(String.class, 5_000)).isEqualTo(id);
            assertThat(consumer.receiveBody(String.class, 200)).isNull();
        }
    }

    /** Waits until so many rows are there and nothing is in doubt at Quoin. */
    private void awaitSettled(String id, int rows) {
        Awaitility.await("recovered")
                .atMost(SETTLED_WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    assertThat(inDoubt()).doesNotContain("PREPARED");
                    assertThat(booked(id)).hasSizeGreaterThanOrEqualTo(rows);
                });
    }

    private QuoinConnectionFactory factory() {
        return new QuoinConnectionFactory(stage.quoin().url());
    }

    private void send(List<String> orders) {
        try (JMSContext context = factory().createContext(JMSContext.SESSION_TRANSACTED)) {
            orders.forEach(order -> context.createProducer().send(context.createQueue("orders"), order));
            context.commit();
        }
    }

    /** The orders in the database that begin so. */
    private List<String> booked(String id) {
        return stage.appServer()
                .get("orders/")
                .lines()
                .filter(line -> line.startsWith(id))
                .map(line -> line.substring(0, line.lastIndexOf(" (")))
                .toList();
    }

    private List<String> confirmed(String id) {
        String prefix = "booked: ";
        List<String> all = new ArrayList<>();
        try (JMSContext context = factory().createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("confirmations"));
            for (String text = consumer.receiveBody(String.class, 2_000);
                    text != null;
                    text = consumer.receiveBody(String.class, 500)) {
                if (text.startsWith(prefix + id)) {
                    all.add(text.substring(prefix.length()));
                }
            }
        }
        return all;
    }

    private int rest() {
        try (JMSContext context = factory().createContext()) {
            Enumeration<?> waiting =
                    context.createBrowser(context.createQueue("orders")).getEnumeration();
            return Collections.list(waiting).size();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private String inDoubt() {
        return JavaProcess.quoin("tx", "ls", "--url", stage.quoin().url()).output();
    }
}
