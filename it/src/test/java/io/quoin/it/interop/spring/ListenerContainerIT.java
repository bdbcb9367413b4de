// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

/** Spring's two listener containers: the one that receives in a loop, and the one that sets a message listener. */
@ExtendWith(OneServer.class)
class ListenerContainerIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final QuoinConnectionFactory quoin;
    private final JmsTemplate template;
    private final List<AbstractMessageListenerContainer> containers = new ArrayList<>();

    ListenerContainerIT(ServerProcess server) {
        quoin = new QuoinConnectionFactory(server.url());
        template = new JmsTemplate(quoin);
        template.setReceiveTimeout(SOON.toMillis());
    }

    @AfterEach
    void end() {
        containers.forEach(AbstractMessageListenerContainer::destroy);
    }

    /** How a container is told to acknowledge. */
    enum Acknowledging {
        AUTO(Session.AUTO_ACKNOWLEDGE),
        DUPS_OK(Session.DUPS_OK_ACKNOWLEDGE),
        CLIENT(Session.CLIENT_ACKNOWLEDGE),
        TRANSACTED(Session.SESSION_TRANSACTED);

        private final int mode;

        Acknowledging(int mode) {
            this.mode = mode;
        }

        void set(AbstractMessageListenerContainer container) {
            container.setSessionTransacted(this == TRANSACTED);
            if (this != TRANSACTED) {
                container.setSessionAcknowledgeMode(mode);
            }
        }
    }

    private DefaultMessageListenerContainer looping(String destination, Object listener) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setReceiveTimeout(200);
        return configured(container, destination, listener);
    }

    private SimpleMessageListenerContainer simple(String destination, Object listener) {
        return configured(new SimpleMessageListenerContainer(), destination, listener);
    }

    private <C extends AbstractMessageListenerContainer> C configured(
            C container, String destination, Object listener) {
        container.setConnectionFactory(quoin);
        container.setDestinationName(destination);
        container.setMessageListener(listener);
        containers.add(container);
        return container;
    }

    private static <C extends AbstractMessageListenerContainer> C started(C container) {
        container.afterPropertiesSet();
        container.start();
        return container;
    }

    private void send(String destination, int count) {
        template.execute(destination, (session, producer) -> {
            for (int i = 0; i < count; i++) {
                producer.send(session.createTextMessage(Integer.toString(i)));
            }
            return null;
        });
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static MessageListener collectingIn(Queue<String> seen) {
        return message -> seen.add(body(message));
    }

    private static String body(Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitAll(Queue<String> seen, int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrderElementsOf(numbers(count)));
    }

    private void assertEmpty(String queue) {
        assertThat(template.<Boolean>browse(
                        queue, (session, browser) -> browser.getEnumeration().hasMoreElements()))
                .as("something is left in " + queue)
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void everyMessageIsProcessedOnceWithFiveToTwentyConsumers(Acknowledging acknowledging) {
        String queue = "container.loop." + acknowledging;
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        DefaultMessageListenerContainer container = looping(queue, collectingIn(seen));
        container.setConcurrency("5-20");
        acknowledging.set(container);
        started(container);

        send(queue, 300);

        awaitAll(seen, 300);
        container.shutdown();
        assertEmpty(queue);
    }

    @ParameterizedTest
    @EnumSource
    void aSimpleContainerProcessesEveryMessageOnce(Acknowledging acknowledging) {
        String queue = "container.simple." + acknowledging;
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        SimpleMessageListenerContainer container = simple(queue, collectingIn(seen));
        container.setConcurrentConsumers(4);
        acknowledging.set(container);
        started(container);

        send(queue, 300);

        awaitAll(seen, 300);
        container.shutdown();
        assertEmpty(queue);
    }

    /** With the prefetch of old and none: what the first five were sent ahead must come back for those who start later. */
    @ParameterizedTest
    @CsvSource({"1000, 10", "0, 20"})
    void aContainerGrowsToItsMaximumByTheMessagesThatWaitAndShrinksWhenIdle(int prefetch, int most)
            throws InterruptedException {
        String queue = "container.grow." + prefetch;
        CountDownLatch inHand = new CountDownLatch(most);
        CountDownLatch release = new CountDownLatch(1);
        DefaultMessageListenerContainer container = looping(queue, (MessageListener) message -> {
            inHand.countDown();
            awaitUninterruptibly(release);
        });
        quoin.setPrefetch(prefetch);
        container.setConcurrency("5-" + most);
        container.setMaxMessagesPerTask(2);
        container.setSessionTransacted(true);
        started(container);
        await().atMost(SOON).until(() -> container.getActiveConsumerCount() == 5);

        send(queue, most);

        boolean all = inHand.await(SOON.toSeconds(), TimeUnit.SECONDS);
        release.countDown();
        assertThat(all)
                .as("as many messages are in the hands of as many listeners, but for " + inHand.getCount())
                .isTrue();
        await().atMost(SOON).until(() -> container.getActiveConsumerCount() == 5);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT", "TRANSACTED"})
    void whatAListenerThrowsAtGoesToTheDeadLettersAfterItsDeliveries(Acknowledging acknowledging) throws JMSException {
        String queue = "container.poison." + acknowledging;
        Queue<String> deliveries = new ConcurrentLinkedQueue<>();
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        DefaultMessageListenerContainer container = looping(queue + "?maxDeliveries=3", (MessageListener) message -> {
            deliveries.add(body(message) + count(message));
            if (body(message).equals("bad")) {
                throw new IllegalArgumentException("cannot process this");
            }
        });
        container.setErrorHandler(errors::add);
        acknowledging.set(container);
        started(container);

        template.convertAndSend(queue, "bad");
        template.convertAndSend(queue, "good");

        Message dead = template.receive("DLQ." + queue);
        assertThat(dead).isNotNull();
        assertThat(dead.getBody(String.class)).isEqualTo("bad");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deliveries)
                        .contains("bad 1", "bad 2", "bad 3")
                        .filteredOn(d -> d.startsWith("bad"))
                        .hasSize(3));
        await().atMost(SOON).untilAsserted(() -> assertThat(deliveries).anyMatch(d -> d.startsWith("good")));
        assertThat(errors).hasSize(3).allSatisfy(e -> assertThat(e).hasMessage("cannot process this"));
        container.shutdown();
        assertEmpty(queue);
    }

    private static String count(Message message) {
        try {
            return " " + message.getIntProperty("JMSXDeliveryCount");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSimpleContainersTransactionIsRolledBackWhenTheListenerThrows() throws JMSException {
        String queue = "container.simple.poison";
        Queue<String> deliveries = new ConcurrentLinkedQueue<>();
        SimpleMessageListenerContainer container =
                simple(queue + "?maxDeliveries=3", (SessionAwareMessageListener<Message>) (message, session) -> {
                    session.createProducer(session.createQueue(queue + ".out"))
                            .send(session.createTextMessage("must not be seen"));
                    deliveries.add(body(message) + count(message));
                    throw new IllegalArgumentException("cannot process this");
                });
        container.setErrorHandler(error -> {});
        container.setSessionTransacted(true);
        started(container);

        template.convertAndSend(queue, "bad");

        assertThat(template.receive("DLQ." + queue).getBody(String.class)).isEqualTo("bad");
        assertThat(deliveries).containsExactly("bad 1", "bad 2", "bad 3");
        assertEmpty(queue + ".out");
    }

    @ParameterizedTest
    @EnumSource
    void aDurableSubscriptionKeepsWhatIsPublishedWhileTheContainerIsStopped(Kind kind) {
        String topic = "container.durable." + kind;
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        DefaultMessageListenerContainer first = subscriber(kind, topic, seen);
        template.setPubSubDomain(true);
        await().atMost(SOON).until(first::isRegisteredWithDestination);
        send(topic, 10);
        awaitAll(seen, 10);
        first.destroy();

        send(topic, 10);
        seen.clear();
        subscriber(kind, topic, seen);

        awaitAll(seen, 10);
    }

    /** Whether a subscription is for one connection or for many. */
    enum Kind {
        UNSHARED,
        SHARED
    }

    private DefaultMessageListenerContainer subscriber(Kind kind, String topic, Queue<String> seen) {
        DefaultMessageListenerContainer container = looping(topic, collectingIn(seen));
        container.setPubSubDomain(true);
        container.setSubscriptionDurable(true);
        container.setSubscriptionName("all-" + kind);
        container.setSessionTransacted(true);
        if (kind == Kind.SHARED) {
            container.setSubscriptionShared(true);
            container.setConcurrency("3-6");
        } else {
            container.setClientId("container-" + kind);
        }
        return started(container);
    }

    @Test
    void consumersOfASharedSubscriptionShareAndThoseOfTwoEachGetAll() {
        String topic = "container.shared";
        template.setPubSubDomain(true);
        List<Queue<String>> seen = List.of(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
        for (int i = 0; i < 2; i++) {
            for (int container = 0; container < 2; container++) {
                DefaultMessageListenerContainer sharing = looping(topic, collectingIn(seen.get(i)));
                sharing.setPubSubDomain(true);
                sharing.setSubscriptionShared(true);
                sharing.setSubscriptionName("shared-" + i);
                sharing.setConcurrentConsumers(2);
                started(sharing);
                await().atMost(SOON).until(sharing::isRegisteredWithDestination);
            }
        }

        send(topic, 100);

        awaitAll(seen.get(0), 100);
        awaitAll(seen.get(1), 100);
    }

    @Test
    void aSelectorOfAContainerLeavesTheRest() {
        String queue = "container.selector";
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        DefaultMessageListenerContainer container = looping(queue, collectingIn(seen));
        container.setMessageSelector("colour = 'red'");
        started(container);
        for (String colour : List.of("blue", "red", "green", "red")) {
            template.convertAndSend(queue, colour, message -> {
                message.setStringProperty("colour", colour);
                return message;
            });
        }

        await().atMost(SOON).untilAsserted(() -> assertThat(seen).containsExactly("red", "red"));
        assertThat(template.receiveAndConvert(queue)).isEqualTo("blue");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("green");
    }

    @Test
    void aContainerCanBeStoppedAndStartedAgain() {
        String queue = "container.pause";
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        DefaultMessageListenerContainer container = looping(queue, collectingIn(seen));
        started(container);
        send(queue, 10);
        awaitAll(seen, 10);
        CountDownLatch stopped = new CountDownLatch(1);
        container.stop(stopped::countDown);
        await().atMost(SOON).until(() -> stopped.getCount() == 0);
        seen.clear();

        send(queue, 10);
        assertThat(template.<Boolean>browse(
                        queue, (session, browser) -> browser.getEnumeration().hasMoreElements()))
                .isTrue();
        assertThat(seen).isEmpty();
        container.start();

        awaitAll(seen, 10);
    }
}
