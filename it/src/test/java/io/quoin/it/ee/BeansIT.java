// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quoin.it.ee.server.AppServers;
import io.quoin.it.ee.server.Stage;
import io.quoin.it.ee.server.WildFly;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Message-driven beans as they are activated in many ways, and what the complaints about other adapters say must not happen to them. */
@ParameterizedClass
@EnumSource
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BeansIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final boolean LONG = Boolean.getBoolean("quoin.long");

    @Parameter
    private Stage.Kind kind;

    private Stage stage;
    private Driven drive;
    private final String id = UUID.randomUUID().toString();

    @BeforeEach
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void deploy() {
        assumeTrue(AppServers.canRun(kind));
        stage = Stage.of(kind);
        drive = Driven.on(stage);
    }

    // --- activation

    @Test
    void aBeanInAContainersTransactionGetsEachMessageOnce() {
        send("ee.plain", texts(100));
        drive.awaitTexts("Plain", id, texts(100));
    }

    @Test
    void aBeanWithTransactionsOfItsOwnGetsOneMessageAtATimeInOrder() {
        send("ee.own", texts(50));
        drive.awaitTexts("OwnTransactions", id, texts(50));
        assertThat(drive.texts("OwnTransactions", id)).isEqualTo(texts(50));
        assertThat(drive.tally("OwnTransactions", "mostAtOnce"))
                .as("maxSession=1")
                .isEqualTo(1);
    }

    @Test
    void aBeanWithoutATransactionGetsEachMessageOnce() {
        send("ee.none", texts(50));
        drive.awaitTexts("NoTransaction", id, texts(50));
    }

    @Test
    void tenSessionsOfATopicGetEachMessageOnceTogether() {
        publish(texts(200), "blue");
        drive.awaitTexts("TenOfATopic", id, texts(200));
        drive.awaitTexts("DurableWithId", id, texts(200));
        assertThat(drive.texts("DurableWithout", id)).as("selects red").isEmpty();
    }

    @Test
    void durableSubscriptionsKeepWhatIsPublishedWhileTheApplicationIsAway() {
        stage.appServer().undeploy("drive.war");
        publish(texts(20), "red");
        Driven.deploy(stage);

        drive.awaitTexts("DurableWithId", id, texts(20));
        drive.awaitTexts("DurableWithout", id, texts(20));
        assertThat(drive.texts("TenOfATopic", id)).as("is not durable").isEmpty();
    }

    @Test
    void namesOfTheApplicationServerMayStandForQueueAndConnectionFactory() {
        send("ee.looked.up", texts(20));
        drive.awaitTexts("LookedUp", id, texts(20));
    }

    @Test
    void beansThatShareASubscriptionGetEachMessageOnceTogether() {
        publish("ee.shared", texts(100), "blue");
        drive.await("have got all", SOON, () -> shared().size() >= 100);
        assertThat(shared()).containsExactlyInAnyOrderElementsOf(texts(100));
    }

    private List<String> shared() {
        return Stream.of("SharedOne", "SharedTwo")
                .flatMap(bean -> drive.texts(bean, id).stream())
                .toList();
    }

    @Test
    void selectorAndNumbersOfABeanAreObeyed() {
        String fails = "fails " + id;
        try (JMSContext context = factory().createContext()) {
            Queue queue = context.createQueue("ee.settings");
            context.createProducer().setProperty("kind", "other").send(queue, id + " of another kind");
            context.createProducer().setProperty("kind", "mine").send(queue, fails);
        }
        assertThat(receive("DLQ.ee.settings")).isEqualTo(fails);
        assertThat(drive.texts("Settings", id)).as("maxDeliveries=2").containsExactly(fails, fails);
        assertThat(receive("ee.settings")).as("not selected").isEqualTo(id + " of another kind");
    }

    @Test
    void withFailFastADeploymentFailsWithoutTheServer() {
        Path archive = DriveArchive.writeHasty(stage.folder());
        stage.quoin().kill();
        try {
            assertThatThrownBy(() -> stage.appServer().deploy(archive)).isInstanceOf(IllegalStateException.class);
        } finally {
            stage.quoin().restart();
        }
        stage.appServer().deploy(archive);
        send("ee.hasty", texts(5));
        drive.await("takes them", SOON, () -> waiting("ee.hasty") == 0);
        stage.appServer().undeploy("hasty.war");
    }

    // --- pools and sessions

    @Test
    void manySessionsOfTwoBeansShareASmallPoolAndNoneStarves() {
        List<String> all = IntStream.range(0, 300)
                .mapToObj(i -> "takes 20: " + id + " " + i)
                .toList();
        long logged = stage.appServer().logSize();
        send("ee.many.a", all);
        send("ee.many.b", all);
        drive.awaitTexts("ManyA", id, all);
        drive.awaitTexts("ManyB", id, all);
        for (String bean : List.of("ManyA", "ManyB")) {
            assertThat(drive.tally(bean, "mostAtOnce"))
                    .as("instances of %s", bean)
                    .isBetween(2L, 8L);
        }
        assertThat(stage.appServer().logSince(logged))
                .as("the server's log")
                .doesNotContainIgnoringCase("timed out")
                .doesNotContainIgnoringCase("timeout")
                .doesNotContain("ARJUNA012117");
    }

    @Test
    void noMessageOfTwoBeansWithManySessionsWaitsLongForAPlaceInTheirPool() {
        // 64 sessions each, and room for fewer at a time: what is in hand must not wait for what is not.
        List<String> all =
                IntStream.range(0, 60).mapToObj(i -> "takes 5: " + id + " " + i).toList();
        for (String text : all) {
            send("ee.many.a", List.of(text));
            send("ee.many.b", List.of(text));
        }
        drive.awaitTexts("ManyA", id, all);
        drive.awaitTexts("ManyB", id, all);
        for (String bean : List.of("ManyA", "ManyB")) {
            long longest = drive.longestWaitMs(bean, id);
            System.out.println(kind + ": " + bean + " waited " + longest + " ms at most from send to onMessage");
            assertThat(longest).as("ms from send to onMessage of %s", bean).isLessThan(1_000);
        }
    }

    @Test
    void aBeanThatUsesQuoinAloneCommitsInOnePhase() {
        assumeTrue(
                stage.appServer() instanceof WildFly, "the log that is read is that of WildFly's transaction manager");
        WildFly wildFly = (WildFly) stage.appServer();
        wildFly.logLevel("com.arjuna.ats.arjuna", "TRACE");
        long logged = wildFly.logSize();
        send("ee.forward", texts(5));
        drive.awaitTexts("Forward", id, texts(5));
        for (int i = 0; i < 5; i++) {
            assertThat(receive("ee.forwarded")).startsWith(id);
        }
        String log = wildFly.logSince(logged);
        wildFly.logLevel("com.arjuna.ats.arjuna", "WARN");
        assertThat(log)
                .contains("BasicAction::onePhaseCommit")
                .doesNotContain("BasicAction::prepare")
                // "Could not end XA resource": its work is ended when its connection goes back to the pool, and once
                // more.
                .doesNotContain("ARJUNA016129");
    }

    @Test
    void anApplicationDefinesItsConnectionFactoryAndItsQueueItself() {
        if (stage.appServer() instanceof WildFly wildFly) {
            wildFly.replacePropertiesInAnnotations();
        }
        stage.appServer().deploy(DriveArchive.writeDefined(stage.folder()));
        assertThat(stage.appServer().get("defined/")).isEqualTo("sent to ee.defined");
        stage.appServer().undeploy("defined.war");
    }

    // --- failures

    @Test
    void aBeanThatAlwaysFailsEndsInTheDeadLettersWithoutBurningTheProcessor() {
        String text = "fails " + id;
        Duration before = cpu();
        long began = System.nanoTime();
        send("ee.plain", List.of(text));
        String dead = receive("DLQ.ee.plain");
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);

        assertThat(dead).isEqualTo(text);
        assertThat(drive.texts("Plain", id)).as("deliveries").hasSize(10);
        System.out.println(kind + ": dead after " + tookMs + " ms and "
                + cpu().minus(before).toMillis() + " ms of processor time");
    }

    @Test
    void connectionsThatFailLeaveNoneInUse() {
        stage.quoin().kill();
        int tries = 1_000;
        assertThat(drive.get("fail?count=" + tries)).isEqualTo(Integer.toString(tries));
        stage.quoin().restart();

        assertThat(drive.get("open?count=50")).as("all that the pool has").isEqualTo("50");
        assertThat(drive.get("open?count=50")).as("all that the pool has").isEqualTo("50");
    }

    @Test
    void aBeanGoesOnByItselfWhenTheServerIsKilledInMidStream() {
        List<String> all = IntStream.range(0, 400)
                .mapToObj(i -> "takes 5: " + id + " " + i)
                .toList();
        send("ee.plain", all);
        drive.await("has begun", SOON, () -> drive.texts("Plain", id).size() > 50);
        stage.quoin().kill();
        int before = drive.texts("Plain", id).size();
        stage.quoin().restart();
        long ready = System.nanoTime();
        drive.await(
                "goes on", Duration.ofSeconds(5), () -> drive.texts("Plain", id).size() > before);
        System.out.println(kind + ": consumed " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ready)
                + " ms after the server was ready");
        drive.await(
                "has got all",
                SOON,
                () -> drive.texts("Plain", id).stream().distinct().count() == all.size());
        assertThat(receiveNow("ee.plain")).as("what is left").isNull();
    }

    @Test
    void anApplicationIsDeployedWhileTheServerIsAwayAndWorksWhenItComes() {
        stage.quoin().kill();
        Driven.deploy(stage);
        if (LONG) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60));
        }
        stage.quoin().restart();
        long ready = System.nanoTime();
        send("ee.plain", texts(10));
        drive.awaitTexts("Plain", id, texts(10));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ready))
                .as("ms after the server was ready")
                .isLessThan(5_000);
    }

    @Test
    void redeploymentsLeaveNoThreadBehind() {
        Driven.deploy(stage);
        send("ee.plain", texts(10));
        drive.awaitTexts("Plain", id, texts(10));
        assertThat(drive.get("open?count=2"))
                .as("pooled connections, which stay")
                .isEqualTo("2");
        int before = drive.quoinThreads();
        for (int i = 0; i < (LONG ? 20 : 5); i++) {
            Driven.deploy(stage);
            assertThat(drive.get("open?count=2")).as("has connections").isEqualTo("2");
        }
        List<String> more = List.of(id + " after all");
        send("ee.plain", more);
        drive.awaitTexts("Plain", id + " after", more);
        drive.await("has as many threads as before", SOON, () -> drive.quoinThreads() <= before);
    }

    // --- what the tests share

    private List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> id + " " + i).toList();
    }

    private QuoinConnectionFactory factory() {
        return new QuoinConnectionFactory(stage.quoin().url());
    }

    private void send(String queue, List<String> texts) {
        try (JMSContext context = factory().createContext(JMSContext.SESSION_TRANSACTED)) {
            texts.forEach(text -> context.createProducer().send(context.createQueue(queue), text));
            context.commit();
        }
    }

    private void publish(List<String> texts, String colour) {
        publish("ee.topic", texts, colour);
    }

    private void publish(String name, List<String> texts, String colour) {
        try (JMSContext context = factory().createContext(JMSContext.SESSION_TRANSACTED)) {
            Topic topic = context.createTopic(name);
            texts.forEach(text ->
                    context.createProducer().setProperty("colour", colour).send(topic, text));
            context.commit();
        }
    }

    private String receive(String queue) {
        try (JMSContext context = factory().createContext()) {
            return context.createConsumer(context.createQueue(queue)).receiveBody(String.class, SOON.toMillis());
        }
    }

    private String receiveNow(String queue) {
        try (JMSContext context = factory().createContext()) {
            return context.createConsumer(context.createQueue(queue)).receiveBody(String.class, 200);
        }
    }

    private int waiting(String queue) {
        try (JMSContext context = factory().createContext();
                QueueBrowser browser = context.createBrowser(context.createQueue(queue))) {
            Enumeration<?> all = browser.getEnumeration();
            return Collections.list(all).size();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private Duration cpu() {
        return stage.appServer().process().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
