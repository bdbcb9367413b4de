// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.ra.QuoinResourceAdapter;
import io.quoin.ra.fake.Bean;
import jakarta.resource.spi.CommException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Beans whose server is not there or goes away, and how they end. */
class ActivationTest extends InboundCase {

    @Test
    void aBeanIsDeployedWithoutItsServerAndWorksWhenThatIsThere() throws Exception {
        server.send("in", "a");
        server.stop();
        adapter.endpointActivation(Bean.transacted(container, this::note), of("in"));
        server.start();

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
    }

    @Test
    void aWorkManagerThatFailsWhileABeanConnectsIsAskedAgain() throws Exception {
        container.broken.set(5);
        adapter.endpointActivation(Bean.transacted(container, this::note), of("in"));
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
        assertThat(container.broken).hasValue(0);
    }

    @Test
    void withFailFastADeploymentWithoutTheServerFails() throws Exception {
        server.stop();
        QuoinActivationSpec spec = of("in");
        spec.setFailFast(true);
        assertThatThrownBy(() -> adapter.endpointActivation(Bean.plain(this::note), spec))
                .isInstanceOf(CommException.class);
        server.start();
        spec.setMaxSessions(1);
        adapter.endpointActivation(Bean.plain(this::note), spec);
        server.send("in", "a");
        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
    }

    @Test
    void aBeanGoesOnWhenTheServerComesBack() throws Exception {
        QuoinActivationSpec spec = of("in");
        // A server that ends without its process may have accepted a connection that nobody answers.
        spec.setUrl(server.url() + "?connectTimeout=1s");
        adapter.endpointActivation(Bean.transacted(container, this::note), spec);
        server.send("in", "a");
        eventually(() -> assertThat(seen).contains("a"));
        server.stop();
        server.start();
        server.send("in", "b");
        long beforeNs = System.nanoTime();
        eventually(() -> assertThat(seen).contains("b"));
        assertThat(Duration.ofNanos(System.nanoTime() - beforeNs)).isLessThan(Duration.ofSeconds(5));
    }

    // --- The end

    @Test
    void deactivationGivesBackWhatNobodyHasSeen() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Bean bean = Bean.transacted(container, message -> {
            note(message);
            awaitQuietly(go);
        });
        QuoinActivationSpec spec = of("in");
        spec.setMaxSessions(2);
        adapter.endpointActivation(bean, spec);
        server.send("in", texts(10));
        eventually(() -> assertThat(bean.inHand).hasValue(2));
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> adapter.endpointDeactivation(bean, spec));
        eventually(() -> assertThat(server.waiting("in")).isGreaterThanOrEqualTo(8));
        assertThat(stopping).isNotDone();
        go.countDown();
        stopping.get(20, TimeUnit.SECONDS);

        assertThat(seen).hasSize(2);
        assertThat(bean.open).hasValue(0);
        assertThat(server.waiting("in")).isEqualTo(8);
    }

    @Test
    void whoComesBackOftenLeavesNothing() throws Exception {
        Set<Thread> before = quoinThreads();
        for (int i = 0; i < 20; i++) {
            QuoinResourceAdapter again = container.started(server.url());
            Bean bean = Bean.transacted(container, this::note);
            QuoinActivationSpec spec = of("in");
            again.endpointActivation(bean, spec);
            String text = "n" + i;
            server.send("in", text);
            eventually(() -> assertThat(seen).contains(text));
            if (i % 2 == 0) {
                again.endpointDeactivation(bean, spec);
            }
            again.stop();
            assertThat(bean.open).hasValue(0);
        }
        eventually(() -> assertThat(quoinThreads()).isSubsetOf(before));
    }

    private static Set<Thread> quoinThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("quoin-loop"))
                .filter(thread -> thread.getName().startsWith("quoin-")
                        || thread.getName().startsWith("fake-timer"))
                .collect(Collectors.toSet());
    }

    @Test
    void anAdapterThatWasNotStartedRefusesABeanAndOneThatWasStoppedGivesItNothing() throws Exception {
        QuoinResourceAdapter other = new QuoinResourceAdapter();
        other.setUrl(server.url());
        assertThatThrownBy(() -> other.endpointActivation(Bean.plain(this::note), of("in")))
                .hasMessageContaining("QN-7004");
        other.start(container);
        other.stop();
        other.endpointActivation(Bean.plain(this::note), of("in"));
        assertThat(consumers("in")).isLessThanOrEqualTo(0);
    }

    @Test
    void aBeanIsStoppedInTimeAlthoughItsServerIsNotThere() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        QuoinActivationSpec spec = of("in");
        adapter.endpointActivation(bean, spec);
        server.send("in", "a");
        eventually(() -> assertThat(seen).contains("a"));
        // A commit that is under way waits for the server as long as it may.
        eventually(() -> assertThat(container.working).hasValue(0));
        server.stop();
        long beforeNs = System.nanoTime();
        adapter.endpointDeactivation(bean, spec);
        assertThat(Duration.ofNanos(System.nanoTime() - beforeNs)).isLessThan(Duration.ofSeconds(10));
        assertThat(bean.open).hasValue(0);
        server.start();
    }

    /** The long form waits the 10 s that a bean has. */
    @Test
    @EnabledIfSystemProperty(named = "quoin.long", matches = "true")
    void aBeanThatDoesNotReturnIsInterruptedAndThenLeftAlone() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger interrupts = new AtomicInteger();
        Bean bean = Bean.transacted(container, message -> {
            note(message);
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                }
            }
        });
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "a");
        eventually(() -> assertThat(seen).contains("a"));
        long beforeNs = System.nanoTime();
        adapter.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - beforeNs)).isLessThan(Duration.ofSeconds(20));
        assertThat(interrupts).hasValue(1);
        assertThat(server.receive("in", 5_000)).isEqualTo("a");
        never.countDown();
        eventually(() -> assertThat(bean.open).hasValue(0));
    }

    @Test
    void aBeanWhoseConnectionHasEndedForGoodGetsAnotherOne() throws Exception {
        QuoinActivationSpec spec = of("in");
        spec.setUrl(server.url() + "?reconnect=false");
        adapter.endpointActivation(Bean.plain(this::note), spec);
        server.send("in", "a");
        eventually(() -> assertThat(seen).contains("a"));
        server.stop();
        server.start();
        server.send("in", "b");
        eventually(() -> assertThat(seen).contains("b"));
    }
}
