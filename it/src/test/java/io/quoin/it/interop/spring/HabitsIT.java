// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.adapter.MessageListenerAdapter;
import org.springframework.jms.support.converter.MessageConverter;

/** What Spring applications do that a provider with prefetch, and one that reads no serialized objects, may trip over. */
@ExtendWith(OneServer.class)
class HabitsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final QuoinConnectionFactory quoin;
    private final List<DisposableBean> started = new ArrayList<>();

    HabitsIT(ServerProcess server) {
        quoin = new QuoinConnectionFactory(server.url());
    }

    @AfterEach
    void end() throws Exception {
        for (DisposableBean bean : started) {
            bean.destroy();
        }
    }

    private JmsTemplate kept() {
        CachingConnectionFactory caching = new CachingConnectionFactory(quoin);
        caching.setSessionCacheSize(10);
        started.add(caching);
        JmsTemplate template = new JmsTemplate(caching);
        template.setReceiveTimeout(SOON.toMillis());
        return template;
    }

    private void listen(String queue, Object listener, boolean transacted) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(quoin);
        container.setDestinationName(queue);
        container.setConcurrency("4-8");
        container.setReceiveTimeout(500);
        container.setSessionTransacted(transacted);
        container.setErrorHandler(error -> {});
        container.setMessageListener(listener);
        container.afterPropertiesSet();
        container.start();
        started.add(0, container);
    }

    /** Spring keeps the consumer of a template that has received once, and with it what was sent ahead to it. */
    @Test
    void aConsumerThatACacheKeepsDoesNotKeepTheMessagesFromOthers() {
        JmsTemplate one = kept();
        JmsTemplate other = kept();
        for (int i = 0; i < 10; i++) {
            one.convertAndSend("habits.kept", "m" + i);
        }
        assertThat(one.receiveAndConvert("habits.kept")).isEqualTo("m0");

        long beganNs = System.nanoTime();
        assertThat(other.receiveAndConvert("habits.kept")).isEqualTo("m1");
        assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void manyThreadsAskThroughOneTemplateAndEachGetsItsOwnAnswer() {
        JmsTemplate template = kept();
        listen("habits.service", new MessageListenerAdapter(new Shouting()), false);
        ExecutorService askers = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Void>> all = IntStream.range(0, 8)
                    .mapToObj(asker -> CompletableFuture.runAsync(() -> ask(template, asker), askers))
                    .toList();
            all.forEach(future ->
                    future.orTimeout(SOON.toSeconds() * 2, TimeUnit.SECONDS).join());
        } finally {
            askers.shutdownNow();
        }
    }

    private static void ask(JmsTemplate template, int asker) {
        for (int i = 0; i < 25; i++) {
            String question = "q-" + asker + "-" + i;
            Message answer = template.sendAndReceive("habits.service", session -> session.createTextMessage(question));
            try {
                assertThat(answer).as(question).isNotNull();
                assertThat(answer.getBody(String.class)).isEqualTo(question.toUpperCase(java.util.Locale.ROOT));
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Called by the adapter's reflection. */
    static final class Shouting {
        public String handleMessage(String text) {
            return text.toUpperCase(java.util.Locale.ROOT);
        }
    }

    @Test
    void aConverterOfTheApplicationsOwnIsUsedBothWays() {
        JmsTemplate template = kept();
        template.setMessageConverter(new OrderConverter());

        template.convertAndSend("habits.converter", new Order("o-7", 12));

        assertThat(template.receiveAndConvert("habits.converter")).isEqualTo(new Order("o-7", 12));
    }

    /** What is converted; also serializable, as careless applications have it. */
    record Order(String id, int pieces) implements Serializable {}

    private static final class OrderConverter implements MessageConverter {
        @Override
        public Message toMessage(Object object, Session session) throws JMSException {
            Order order = (Order) object;
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(order.id().getBytes(StandardCharsets.UTF_8));
            message.setStringProperty("_type", "order");
            message.setIntProperty("pieces", order.pieces());
            return message;
        }

        @Override
        public Object fromMessage(Message message) throws JMSException {
            assertThat(message.getStringProperty("_type")).isEqualTo("order");
            byte[] id = message.getBody(byte[].class);
            return new Order(new String(id, StandardCharsets.UTF_8), message.getIntProperty("pieces"));
        }
    }

    @Test
    void aListenerOfSerializedObjectsThatAreNotAllowedSendsThemToTheDeadLettersAndSaysWhatToDo() {
        JmsTemplate template = kept();
        Queue<String> why = new ConcurrentLinkedQueue<>();
        template.convertAndSend("habits.object?maxDeliveries=2", new Order("o-1", 1));
        listen(
                "habits.object",
                (MessageListener) message -> {
                    try {
                        message.getBody(Order.class);
                    } catch (JMSException e) {
                        why.add(e.getMessage());
                        throw new IllegalStateException(e);
                    }
                },
                true);

        Message dead = template.receive("DLQ.habits.object");
        assertThat(dead).isNotNull();
        assertThat(why).hasSize(2).allMatch(text -> text.contains("objectMessageAllow"));
    }

    @Test
    void priorityDecidesAmongWhatWaitsEvenForConsumersThatAreKept() throws JMSException {
        JmsTemplate template = kept();
        template.setExplicitQosEnabled(true);
        for (int priority = 0; priority <= 9; priority++) {
            template.setPriority(priority);
            template.convertAndSend("habits.priority", "p" + priority);
        }

        for (int priority = 9; priority >= 0; priority--) {
            TextMessage message = (TextMessage) template.receive("habits.priority");
            assertThat(message.getText()).isEqualTo("p" + priority);
            assertThat(message.getJMSPriority()).isEqualTo(priority);
        }
    }

    @Test
    void aListenerThatIsSlowerThanItsTimeoutsHasItsMessagesAcknowledgedAllTheSame() {
        JmsTemplate template = kept();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        quoin.setRequestTimeout(2_000);
        listen(
                "habits.slow",
                (MessageListener) message -> {
                    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
                    seen.add(String.valueOf(message));
                },
                true);
        for (int i = 0; i < 40; i++) {
            template.convertAndSend("habits.slow", "m" + i);
        }

        await().atMost(SOON).until(() -> seen.size() == 40);
        template.setReceiveTimeout(200);
        await().atMost(SOON)
                .until(() -> !template.<Boolean>browse(
                        "habits.slow",
                        (session, browser) -> browser.getEnumeration().hasMoreElements()));
    }
}
