// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpointRegistry;
import org.springframework.jms.config.SimpleJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.messaging.handler.annotation.Header;

/** {@code @JmsListener} methods, in the application that the README shows and in one of many listeners. */
@ExtendWith(OneServer.class)
class JmsListenerIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static AnnotationConfigApplicationContext application(ServerProcess server, Class<?>... configuration) {
        AnnotationConfigApplicationContext application = new AnnotationConfigApplicationContext();
        application
                .getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("quoin.url", server.url())));
        application.register(configuration);
        application.refresh();
        return application;
    }

    private static JmsTemplate template(ServerProcess server) {
        JmsTemplate template = new JmsTemplate(new QuoinConnectionFactory(server.url()));
        template.setReceiveTimeout(SOON.toMillis());
        return template;
    }

    @Test
    void theApplicationOfTheReadmeWritesAnInvoiceForEveryOrder(ServerProcess server) {
        try (var application = application(server, OrdersExample.Messaging.class)) {
            JmsTemplate template = application.getBean(JmsTemplate.class);
            template.setReceiveTimeout(SOON.toMillis());
            List<String> invoices = IntStream.range(0, 50)
                    .mapToObj(i -> {
                        template.convertAndSend("orders", "order " + i);
                        return "invoice for order " + i;
                    })
                    .toList();

            List<Object> received = invoices.stream()
                    .map(i -> template.receiveAndConvert("invoices"))
                    .toList();

            assertThat(received).containsExactlyInAnyOrderElementsOf(invoices);
        }
    }

    @Test
    void theReadmeShowsThatApplication() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        var snippet = Pattern.compile("```java\\n(@Configuration.*?)```", Pattern.DOTALL)
                .matcher(readme);

        assertThat(snippet.find()).as("a block that begins with @Configuration").isTrue();
        Path source = Path.of("src/test/java/io/quoin/it/interop/spring/OrdersExample.java");
        assertThat(lines(Files.readString(source))).containsSubsequence(lines(snippet.group(1)));
    }

    private static List<String> lines(String code) {
        return code.lines()
                .map(line -> line.strip().replaceFirst("^static class", "class"))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Test
    void everyKindOfListenerGetsWhatIsForIt(ServerProcess server) {
        JmsTemplate template = template(server);
        JmsTemplate publisher = template(server);
        publisher.setPubSubDomain(true);
        try (var application = application(server, ManyListeners.class)) {
            Listeners listeners = application.getBean(Listeners.class);
            awaitSubscribed(application.getBean(JmsListenerEndpointRegistry.class));

            assertThat(template.sendAndReceive("listener.upper", session -> session.createTextMessage("quoin")))
                    .satisfies(
                            answer -> assertThat(answer.getBody(String.class)).isEqualTo("QUOIN"));
            assertThat(template.sendAndReceive("listener.simple", session -> session.createTextMessage("abc")))
                    .satisfies(
                            answer -> assertThat(answer.getBody(String.class)).isEqualTo("cba"));
            template.convertAndSend("listener.selected", "not for it");
            template.convertAndSend("listener.selected", "for it", message -> {
                message.setIntProperty("weight", 12);
                return message;
            });
            publisher.convertAndSend("listener.topic", "to all");
            template.convertAndSend("listener.failing?maxDeliveries=2", "never");
            template.convertAndSend("listener.client", "by hand");

            await().atMost(SOON).untilAsserted(() -> {
                assertThat(listeners.selected).containsExactly("for it 12");
                assertThat(listeners.shared).containsExactly("to all");
                assertThat(listeners.durable).containsExactly("to all");
                assertThat(listeners.byHand).containsExactly("by hand");
            });
            assertThat(template.receiveAndConvert("DLQ.listener.failing")).isEqualTo("never");
            assertThat(listeners.failed).containsExactly("never 1", "never 2");
        }
        assertThat(template.receiveAndConvert("listener.selected")).isEqualTo("not for it");
    }

    /** Containers subscribe on threads of their own, and what is published earlier is not for them. */
    private static void awaitSubscribed(JmsListenerEndpointRegistry registry) {
        for (var container : registry.getListenerContainers()) {
            if (container instanceof DefaultMessageListenerContainer looping) {
                await().atMost(SOON).until(looping::isRegisteredWithDestination);
            }
        }
    }

    /** Container factories of each kind, and the listeners. */
    @Configuration
    @Import(OrdersExample.Messaging.class)
    static class ManyListeners {
        @Bean
        DefaultJmsListenerContainerFactory topics(ConnectionFactory connectionFactory) {
            return sharing(connectionFactory, false);
        }

        @Bean
        DefaultJmsListenerContainerFactory durable(ConnectionFactory connectionFactory) {
            return sharing(connectionFactory, true);
        }

        private static DefaultJmsListenerContainerFactory sharing(
                ConnectionFactory connectionFactory, boolean durable) {
            var containers = new DefaultJmsListenerContainerFactory();
            containers.setConnectionFactory(connectionFactory);
            containers.setSubscriptionShared(true);
            containers.setSubscriptionDurable(durable);
            containers.setConcurrency("2");
            return containers;
        }

        @Bean
        DefaultJmsListenerContainerFactory client(ConnectionFactory connectionFactory) {
            var containers = new DefaultJmsListenerContainerFactory();
            containers.setConnectionFactory(connectionFactory);
            containers.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
            return containers;
        }

        @Bean
        SimpleJmsListenerContainerFactory simple(ConnectionFactory connectionFactory) {
            var containers = new SimpleJmsListenerContainerFactory();
            containers.setConnectionFactory(connectionFactory);
            return containers;
        }

        @Bean
        Listeners listeners() {
            return new Listeners();
        }
    }

    /** One listener of every kind. */
    static class Listeners {
        final Queue<String> selected = new ConcurrentLinkedQueue<>();
        final Queue<String> shared = new ConcurrentLinkedQueue<>();
        final Queue<String> durable = new ConcurrentLinkedQueue<>();
        final Queue<String> failed = new ConcurrentLinkedQueue<>();
        final Queue<String> byHand = new ConcurrentLinkedQueue<>();

        @JmsListener(destination = "listener.upper")
        String upper(String text) {
            return text.toUpperCase(java.util.Locale.ROOT);
        }

        @JmsListener(destination = "listener.simple", containerFactory = "simple")
        String reverse(String text) {
            return new StringBuilder(text).reverse().toString();
        }

        @JmsListener(destination = "listener.selected", selector = "weight > 10")
        void selected(String text, @Header("weight") int weight) {
            selected.add(text + " " + weight);
        }

        @JmsListener(destination = "listener.topic", containerFactory = "topics", subscription = "listener")
        void shared(String text) {
            shared.add(text);
        }

        @JmsListener(destination = "listener.topic", containerFactory = "durable", subscription = "listener")
        void durable(String text) {
            durable.add(text);
        }

        @JmsListener(destination = "listener.failing?maxDeliveries=2", concurrency = "1")
        void failing(String text, @Header("JMSXDeliveryCount") int count) {
            failed.add(text + " " + count);
            throw new IllegalStateException("cannot");
        }

        @JmsListener(destination = "listener.client", containerFactory = "client")
        void byHand(Message message, Session session) throws JMSException {
            assertThat(session.getAcknowledgeMode()).isEqualTo(Session.CLIENT_ACKNOWLEDGE);
            byHand.add(message.getBody(String.class));
            message.acknowledge();
        }
    }
}
