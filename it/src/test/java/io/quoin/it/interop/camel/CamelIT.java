// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jms.core.JmsTemplate;

/** Camel's JMS component: request and reply, transacted routes, concurrent consumers. */
@ExtendWith(OneServer.class)
class CamelIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final QuoinConnectionFactory quoin;
    private final JmsTemplate template;
    private final List<CamelContext> contexts = new ArrayList<>();

    @TempDir
    Path folder;

    CamelIT(ServerProcess server) {
        quoin = new QuoinConnectionFactory(server.url());
        template = new JmsTemplate(quoin);
        template.setReceiveTimeout(SOON.toMillis());
    }

    @AfterEach
    void stop() {
        contexts.forEach(CamelContext::stop);
    }

    private CamelContext camel(QuoinConnectionFactory factory, RouteBuilder... routes) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        contexts.add(context);
        context.disableJMX();
        context.getShutdownStrategy().setTimeout(10);
        JmsComponent jms = JmsComponent.jmsComponentAutoAcknowledge(factory);
        jms.setRecoveryInterval(200);
        context.addComponent("jms", jms);
        for (RouteBuilder route : routes) {
            context.addRoutes(route);
        }
        context.start();
        return context;
    }

    private static RouteBuilder service(String from) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from)
                        .process(exchange -> exchange.getMessage()
                                .setBody("answer to " + exchange.getMessage().getBody(String.class)));
            }
        };
    }

    /** A reply queue of its own for each asker; one for all whose replies selectors tell apart; one for this asker alone. */
    @ParameterizedTest
    @ValueSource(strings = {"Temporary", "Shared", "Exclusive"})
    void manyRequestsAtATimeEachGetTheirOwnAnswer(String replies) throws Exception {
        String service = "jms:queue:camel.service." + replies;
        camel(quoin, service(service + "?concurrentConsumers=4"));
        String asking = service + "?requestTimeout=20000&receiveTimeout=500&replyToType=" + replies
                + (replies.equals("Temporary") ? "" : "&replyTo=camel.replies." + replies);
        int askers = replies.equals("Exclusive") ? 1 : 2;

        List<CompletableFuture<Object>> answers = new ArrayList<>();
        for (int asker = 0; asker < askers; asker++) {
            var producer = camel(quoin).createProducerTemplate();
            for (int i = 0; i < 20; i++) {
                answers.add(producer.asyncRequestBody(asking, asker + "-" + i));
            }
        }

        for (int asker = 0; asker < askers; asker++) {
            for (int i = 0; i < 20; i++) {
                assertThat(answers.get(asker * 20 + i).get()).isEqualTo("answer to " + asker + "-" + i);
            }
        }
    }

    @Test
    void aTransactedRouteIsRolledBackAndTriedAgainAndEndsInTheDeadLetters() throws Exception {
        Queue<String> tries = new ConcurrentLinkedQueue<>();
        // The first use creates the queue, and with it what it is like.
        template.convertAndSend("camel.tx.in?maxDeliveries=4", "good");
        template.convertAndSend("camel.tx.in?maxDeliveries=4", "twice");
        template.convertAndSend("camel.tx.in?maxDeliveries=4", "bad");
        camel(quoin, new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:queue:camel.tx.in?transacted=true&lazyCreateTransactionManager=false"
                                + "&cacheLevelName=CACHE_CONSUMER&concurrentConsumers=2")
                        .to("jms:queue:camel.tx.out?transacted=true&lazyCreateTransactionManager=false")
                        .process(exchange -> fail(exchange, tries));
            }
        });

        assertThat(template.receiveAndConvert("DLQ.camel.tx.in")).isEqualTo("bad");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(tries)
                        .containsExactlyInAnyOrder(
                                "good 1", "twice 1", "twice 2", "twice 3", "bad 1", "bad 2", "bad 3", "bad 4"));
    }

    private static void fail(Exchange exchange, Queue<String> tries) {
        String body = exchange.getMessage().getBody(String.class);
        int count = exchange.getMessage().getHeader("JMSXDeliveryCount", Integer.class);
        tries.add(body + " " + count);
        if (body.equals("bad") || body.equals("twice") && count < 3) {
            throw new IllegalStateException("delivery " + count + " of " + body);
        }
    }

    @Test
    void concurrentConsumersForwardEverythingOnce() throws Exception {
        camel(quoin, new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:queue:camel.many.in?concurrentConsumers=5&maxConcurrentConsumers=20&transacted=true"
                                + "&lazyCreateTransactionManager=false&receiveTimeout=500")
                        .to("jms:queue:camel.many.out");
            }
        });
        List<String> all = IntStream.range(0, 300).mapToObj(Integer::toString).toList();
        all.forEach(body -> template.convertAndSend("camel.many.in", body));

        List<String> out = all.stream()
                .map(body -> (String) template.receiveAndConvert("camel.many.out"))
                .toList();

        assertThat(out).containsExactlyInAnyOrderElementsOf(all);
        template.setReceiveTimeout(100);
        assertThat(template.receive("camel.many.out")).isNull();
    }

    @Test
    void headersWithNamesThatNoPropertyMayHaveTravelAsCamelWritesThem() throws Exception {
        var camel = camel(quoin);
        Map<String, Object> headers = Map.of("content-type", "text/plain", "acme.order.id", 7L, "plain", true);

        camel.createProducerTemplate().sendBodyAndHeaders("jms:queue:camel.headers", "body", headers);

        Exchange received = camel.createConsumerTemplate().receive("jms:queue:camel.headers", SOON.toMillis());
        assertThat(received.getMessage().getBody()).isEqualTo("body");
        assertThat(received.getMessage().getHeaders()).containsAllEntriesOf(headers);
    }

    @Test
    void aTopicReachesEverySubscriberAndADurableOneLater() throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        RouteBuilder subscriber = new RouteBuilder() {
            @Override
            public void configure() {
                from("jms:topic:camel.topic?clientId=camel&durableSubscriptionName=all")
                        .process(exchange -> seen.add(exchange.getMessage().getBody(String.class)));
            }
        };
        CamelContext first = camel(quoin, subscriber);
        var producer = camel(quoin).createProducerTemplate();
        producer.sendBody("jms:topic:camel.topic", "while it is there");
        await().atMost(SOON).untilAsserted(() -> assertThat(seen).containsExactly("while it is there"));
        first.stop();
        producer.sendBody("jms:topic:camel.topic", "while it is away");

        camel(quoin, subscriber);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(seen).containsExactly("while it is there", "while it is away"));
    }

    @Test
    void requestsAreAnsweredAgainAfterTheServerWasKilled() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            QuoinConnectionFactory mortal = new QuoinConnectionFactory(server.url());
            camel(mortal, service("jms:queue:camel.restart?receiveTimeout=500"));
            var producer = camel(mortal).createProducerTemplate();
            String asking = "jms:queue:camel.restart?requestTimeout=20000&receiveTimeout=500";
            assertThat(producer.requestBody(asking, "before")).isEqualTo("answer to before");

            server.kill();
            server.restart();

            assertThat(producer.requestBody(asking, "after")).isEqualTo("answer to after");
            contexts.forEach(CamelContext::stop);
        }
    }
}
