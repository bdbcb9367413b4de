// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.ra.fake.Bean;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session does when the container, or the bean, fails. */
class BeanSessionTest extends InboundCase {

    @Test
    void aBeanThatIsNotThereYetGetsItsMessagesLater() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        bean.unavailable.set(5);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
        assertThat(bean.unavailable).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBeanThatTheContainerFailsToMakeGetsItsMessagesLaterUncounted(boolean transacted) throws Exception {
        List<Boolean> redelivered = new CopyOnWriteArrayList<>();
        MessageListener notes = message -> {
            note(message);
            redelivered.add(isRedelivered(message));
        };
        Bean bean = transacted ? Bean.transacted(container, notes) : Bean.plain(notes);
        bean.broken.set(5);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
        assertThat(bean.broken).hasValue(0);
        assertThat(redelivered).containsExactly(false);
        eventually(() -> assertThat(server.waiting("in")).isZero());
    }

    @Test
    void aWorkManagerThatFailsIsAskedAgain() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        adapter.endpointActivation(bean, of("in"));
        eventually(() -> assertThat(consumers("in")).isEqualTo(1));
        container.broken.set(5);
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
        assertThat(container.broken).hasValue(0);
    }

    @Test
    void whatTheContainerCannotBeginATransactionForComesAgainUncounted() throws Exception {
        List<Boolean> redelivered = new CopyOnWriteArrayList<>();
        Bean bean = Bean.transacted(container, message -> {
            note(message);
            redelivered.add(isRedelivered(message));
        });
        bean.failBefore.set(4);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
        eventually(() -> assertThat(server.waiting("in")).isZero());
        assertThat(redelivered).containsExactly(false);
    }

    private static boolean isRedelivered(Message message) {
        try {
            return message.getJMSRedelivered();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatTheContainerCannotCommitComesAgain() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        bean.failAfter.set(2);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a", "a", "a")));
        eventually(() -> assertThat(server.waiting("in")).isZero());
        assertThat(bean.open).hasValue(1);
    }

    @Test
    void aContainerThatCannotCommitIsPausedLongerAndLonger() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Bean bean = Bean.transacted(container, message -> tries.incrementAndGet());
        bean.failAfter.set(Integer.MAX_VALUE);
        QuoinActivationSpec spec = of("in");
        spec.setMaxSessions(1);
        spec.setRetryDelay(2_000L);
        spec.setMaxRetryDelay(60_000L);
        adapter.endpointActivation(bean, spec);
        server.send("in", texts(20));

        eventually(() -> assertThat(tries.get()).isPositive());
        // A pause is a random share of 2, 4, 8 s and so on: so many in so short a time are as good as impossible.
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(tries.get()).isLessThan(8));
        assertThat(server.waiting("DLQ.in")).isZero();
    }

    @Test
    void aSessionWhoseTransactionWasNotEndedIsReplacedAloneAndTheOthersGoOn() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        bean.forget.set(1);
        QuoinActivationSpec spec = of("in");
        spec.setMinSessions(3);
        adapter.endpointActivation(bean, spec);
        server.send("in", texts(50));

        eventually(() -> assertThat(seen).containsExactlyInAnyOrder(texts(50)));
        adapter.endpointDeactivation(bean, spec);
        assertThat(bean.open).hasValue(0);
        assertThat(bean.created.get()).isLessThanOrEqualTo(12);
    }

    @Test
    void withoutAThreadAMessageWaitsAndIsForOthersMeanwhile() throws Exception {
        container.rejects = true;
        adapter.endpointActivation(Bean.plain(this::note), of("in"));
        container.rejects = false;
        eventually(() -> assertThat(consumers("in")).isEqualTo(1));
        container.rejects = true;
        server.send("in", "a");

        assertThat(server.receive("in", 5_000)).isEqualTo("a");
        server.send("in", "b");
        container.rejects = false;
        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("b")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAlwaysFailingBeanEndsInTheDeadLetters(boolean transacted) throws Exception {
        AtomicInteger tries = new AtomicInteger();
        MessageListener fails = message -> {
            tries.incrementAndGet();
            throw new IllegalStateException("always");
        };
        Bean bean = transacted ? Bean.transacted(container, fails) : Bean.plain(fails);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "poison");

        eventually(() -> assertThat(server.waiting("DLQ.in")).isEqualTo(1));
        assertThat(tries).hasValue(10);
        assertThat(server.waiting("in")).isZero();
        assertThat(container.scheduled.get()).isLessThan(40);
    }

    @Test
    void maxDeliveriesAndRedeliveryDelayAreOptionsOfTheDestination() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        QuoinActivationSpec spec = of("in");
        spec.setMaxDeliveries(2);
        spec.setRedeliveryDelay(200L);
        adapter.endpointActivation(
                Bean.plain(message -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException("always");
                }),
                spec);
        eventually(() -> assertThat(consumers("in")).isEqualTo(1));
        long beforeNs = System.nanoTime();
        server.send("in", "poison");

        eventually(() -> assertThat(server.waiting("DLQ.in")).isEqualTo(1));
        assertThat(System.nanoTime() - beforeNs).isGreaterThan(200_000_000L);
        assertThat(tries).hasValue(2);
    }
}
