// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.ra.fake.Bean;
import io.quoin.ra.fake.Container;
import io.quoin.ra.fake.TestServer;
import io.quoin.ra.inbound.QuoinActivationSpec;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.TextMessage;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.InvalidPropertyException;
import java.beans.PropertyDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    // --- What the container does wrong

    @Test
    void aBeanThatIsNotThereYetGetsItsMessagesLater() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        bean.unavailable.set(5);
        adapter.endpointActivation(bean, of("in"));
        server.send("in", "a");

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
        assertThat(bean.unavailable).hasValue(0);
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

    // --- Sessions

    private int consumers(String queue) {
        try {
            String info = server.ask("queue.info", Map.of("name", queue));
            Matcher matcher = Pattern.compile("\"consumers\":(\\d+)").matcher(info);
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
        } catch (JMSException e) {
            return 0;
        }
    }

    @Test
    void anIdleBeanHasNoThreadAndABusyOneAsManyAsItMay() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Bean bean = Bean.transacted(container, message -> {
            note(message);
            awaitQuietly(go);
        });
        QuoinActivationSpec spec = of("in");
        spec.setMaxSession(4);
        adapter.endpointActivation(bean, spec);
        eventually(() -> assertThat(consumers("in")).isEqualTo(1));
        eventually(() -> assertThat(container.working).hasValue(0));

        server.send("in", texts(20));
        eventually(() -> assertThat(bean.inHand).hasValue(4));
        assertThat(consumers("in")).isEqualTo(1);
        go.countDown();
        eventually(() -> assertThat(seen).hasSize(20));
        eventually(() -> assertThat(container.working).hasValue(0));
        assertThat(bean.inHandMost).hasValue(4);
        assertThat(seen).containsExactlyInAnyOrder(texts(20));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void noMoreThanOneMessageASessionWaitsHere() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Bean bean = Bean.plain(message -> awaitQuietly(go));
        QuoinActivationSpec spec = of("in");
        spec.setMaxSessions(3);
        adapter.endpointActivation(bean, spec);
        server.send("in", texts(20));
        eventually(() -> assertThat(bean.inHand).hasValue(3));

        // Three in hand and three that wait: the others are anybody's.
        Queue<String> others = new ConcurrentLinkedQueue<>();
        for (String text = server.receive("in", 2_000); text != null; text = server.receive("in", 2_000)) {
            others.add(text);
        }
        assertThat(others).hasSizeGreaterThanOrEqualTo(14);
        go.countDown();
    }

    @Test
    void groupsKeepTheirOrder() throws Exception {
        Map<String, List<Integer>> byGroup = new ConcurrentHashMap<>();
        Bean bean = Bean.transacted(container, message -> {
            try {
                byGroup.computeIfAbsent(message.getStringProperty("JMSXGroupID"), id -> new CopyOnWriteArrayList<>())
                        .add(message.getIntProperty("n"));
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        adapter.endpointActivation(bean, of("in"));
        try (JMSContext client = server.client()) {
            JMSProducer producer = client.createProducer();
            for (int i = 0; i < 300; i++) {
                producer.setProperty("JMSXGroupID", "g" + i % 7).setProperty("n", i);
                producer.send(client.createQueue("in"), "x");
            }
        }

        eventually(() ->
                assertThat(byGroup.values().stream().mapToInt(List::size).sum()).isEqualTo(300));
        byGroup.values().forEach(one -> assertThat(one).isSorted());
    }

    // --- The server

    @Test
    void aBeanIsDeployedWithoutItsServerAndWorksWhenThatIsThere() throws Exception {
        server.send("in", "a");
        server.stop();
        adapter.endpointActivation(Bean.transacted(container, this::note), of("in"));
        server.start();

        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("a")));
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

    // --- Topics

    private static QuoinActivationSpec ofTopic(String topic) {
        QuoinActivationSpec spec = of(topic);
        spec.setDestinationType("jakarta.jms.Topic");
        return spec;
    }

    private void publish(String topic, String... texts) {
        try (JMSContext client = server.client()) {
            for (String text : texts) {
                client.createProducer().send(client.createTopic(topic), text);
            }
        }
    }

    /** Publishes until the bean, which subscribes in its own time, has heard something. */
    private void awaitSubscribed(String topic) {
        eventually(() -> {
            publish(topic, "probe");
            assertThat(seen).contains("probe");
        });
        eventually(() -> assertThat(container.working).hasValue(0));
        seen.clear();
    }

    @Test
    void tenSessionsGetEachMessageOfATopicOnce() throws Exception {
        adapter.endpointActivation(Bean.transacted(container, this::note), ofTopic("news"));
        awaitSubscribed("news");
        publish("news", texts(100));
        eventually(() -> assertThat(seen).hasSizeGreaterThanOrEqualTo(100));
        assertThat(seen).filteredOn(text -> !text.equals("probe")).containsExactlyInAnyOrder(texts(100));
    }

    @Test
    void aDurableSubscriptionWithAClientIdIsThatOfTheClient() throws Exception {
        try (JMSContext client = server.client()) {
            client.setClientID("billing");
            client.createDurableConsumer(client.createTopic("news"), "invoices").close();
        }
        publish("news", "before");
        QuoinActivationSpec spec = ofTopic("news");
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName("invoices");
        spec.setClientId("billing");
        adapter.endpointActivation(Bean.transacted(container, this::note), spec);
        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("before")));
    }

    @Test
    void aDurableSubscriptionWithoutAClientIdIsShared() throws Exception {
        try (JMSContext client = server.client()) {
            client.createSharedDurableConsumer(client.createTopic("news"), "invoices")
                    .close();
        }
        publish("news", "before");
        QuoinActivationSpec spec = ofTopic("news");
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName("invoices");
        adapter.endpointActivation(Bean.transacted(container, this::note), spec);
        adapter.endpointActivation(Bean.transacted(container, this::note), spec);
        eventually(() -> assertThat(List.copyOf(seen)).isEqualTo(List.of("before")));
    }

    @Test
    void aChangedDurableSubscriptionKeepsItsBacklog() throws Exception {
        try (JMSContext client = server.client()) {
            client.setClientID("billing");
            client.createDurableConsumer(client.createTopic("news"), "invoices").close();
        }
        publish("news", "kept");
        QuoinActivationSpec spec = ofTopic("news");
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName("invoices");
        spec.setClientId("billing");
        spec.setMessageSelector("colour = 'red'");
        spec.setFailFast(true);
        assertThatThrownBy(() -> adapter.endpointActivation(Bean.transacted(container, this::note), spec))
                .hasMessageContaining("QN-2010");
        try (JMSContext client = server.client()) {
            client.setClientID("billing");
            JMSConsumer consumer = client.createDurableConsumer(client.createTopic("news"), "invoices");
            assertThat(consumer.receiveBody(String.class, 2_000)).isEqualTo("kept");
        }
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
    void aBeanIsStoppedInTimeAlthoughItsServerIsNotThere() throws Exception {
        Bean bean = Bean.transacted(container, this::note);
        QuoinActivationSpec spec = of("in");
        adapter.endpointActivation(bean, spec);
        server.send("in", "a");
        eventually(() -> assertThat(seen).contains("a"));
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

    @Test
    void twoBeansWithManySessionsShareFewThreads() throws Exception {
        try (Container small = new Container(4)) {
            QuoinResourceAdapter crowded = small.started(server.url());
            AtomicLong longestMs = new AtomicLong();
            AtomicInteger done = new AtomicInteger();
            for (String queue : List.of("one", "two")) {
                Bean bean = Bean.transacted(small, message -> {
                    longestMs.accumulateAndGet(age(message), Math::max);
                    LockSupport.parkNanos(10_000_000);
                    done.incrementAndGet();
                });
                QuoinActivationSpec spec = of(queue);
                spec.setMaxSessions(64);
                crowded.endpointActivation(bean, spec);
            }
            eventually(() -> assertThat(consumers("one") + consumers("two")).isEqualTo(2));
            server.send("one", texts(150));
            server.send("two", texts(150));
            eventually(() -> assertThat(done).hasValue(300));
            System.Logger log = System.getLogger(InboundTest.class.getName());
            log.log(System.Logger.Level.INFO, "The oldest of 300 messages was " + longestMs + " ms old");
            crowded.stop();
        }
    }

    private static long age(Message message) {
        try {
            return System.currentTimeMillis() - message.getJMSTimestamp();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- What is wrong from the beginning

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertRefused(new QuoinActivationSpec(), "destinationLookup");
        assertRefused(change(of("in"), spec -> spec.setDestinationType("Queue")), "destinationType");
        assertRefused(change(of("in"), spec -> spec.setAcknowledgeMode("Client-acknowledge")), "acknowledgeMode");
        assertRefused(change(ofTopic("in"), spec -> spec.setSubscriptionDurability("Durable")), "subscriptionName");
        assertRefused(change(ofTopic("in"), spec -> spec.setShareSubscription(true)), "subscriptionName");
        assertRefused(change(of("in"), spec -> spec.setMaxSessions(65)), "maxSessions");
        assertRefused(change(of("in"), spec -> spec.setMinSessions(11)), "minSessions");
        assertRefused(change(of("in"), spec -> spec.setRetryDelay(0L)), "retryDelay");
        assertThatThrownBy(() -> adapter.endpointActivation(
                        Bean.plain(this::note), change(of("java:/in"), spec -> spec.setMaxSessions(1))))
                .hasMessageContaining("QN-7005");
    }

    private static QuoinActivationSpec change(QuoinActivationSpec spec, Consumer<QuoinActivationSpec> how) {
        how.accept(spec);
        return spec;
    }

    private static void assertRefused(QuoinActivationSpec spec, String property) {
        assertThatThrownBy(spec::validate)
                .isInstanceOfSatisfying(
                        InvalidPropertyException.class,
                        e -> assertThat(e.getInvalidPropertyDescriptors())
                                .extracting(PropertyDescriptor::getName)
                                .containsExactly(property));
    }
}
