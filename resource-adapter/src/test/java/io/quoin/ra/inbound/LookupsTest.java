// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.ra.destination.AdministeredQueue;
import io.quoin.ra.destination.AdministeredTopic;
import io.quoin.ra.fake.Bean;
import io.quoin.ra.fake.Names;
import io.quoin.ra.fake.Pool;
import jakarta.jms.JMSContext;
import jakarta.resource.spi.InvalidPropertyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What beans find by its name, and what subscriptions they share. */
class LookupsTest extends InboundCase {

    @BeforeAll
    static void install() throws Exception {
        Names.install();
        AdministeredQueue queue = new AdministeredQueue();
        queue.setName("in");
        Names.bind("java:/jms/in", queue);
        AdministeredTopic topic = new AdministeredTopic();
        topic.setName("news");
        Names.bind("java:/jms/news", topic);
        Names.bind("java:/text", "no destination");
    }

    private void activate(Consumer<QuoinActivationSpec> how) throws Exception {
        QuoinActivationSpec spec = new QuoinActivationSpec();
        spec.setFailFast(true);
        how.accept(spec);
        adapter.endpointActivation(Bean.transacted(container, this::note), spec);
    }

    private void publish(String text) {
        try (JMSContext client = server.client()) {
            client.createProducer().send(client.createTopic("news"), text);
        }
    }

    private void eventually(String... texts) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(texts));
    }

    @Test
    void aQueueIsFoundByItsName() throws Exception {
        activate(spec -> spec.setDestinationLookup("java:/jms/in"));
        server.send("in", "a");
        eventually("a");
    }

    @Test
    void aJndiNameMayStandForTheDestinationToo() throws Exception {
        activate(spec -> {
            spec.setDestination("java:/jms/news");
            spec.setDestinationType("jakarta.jms.Topic");
        });
        publish("a");
        eventually("a");
    }

    @Test
    void theServerIsThatOfTheConnectionFactory() throws Exception {
        adapter.setUrl("quoin://127.0.0.1:1");
        Pool pool = new Pool(adapter, container.transactions);
        pool.factory.setUrl(server.url());
        Names.bind("java:/jms/pooled", pool.connections());
        Names.bind("java:/jms/plain", new QuoinConnectionFactory(server.url()));
        for (String name : List.of("java:/jms/pooled", "java:/jms/plain")) {
            activate(spec -> {
                spec.setDestination("in-" + name.substring(10));
                spec.setConnectionFactoryLookup(name);
            });
        }
        server.send("in-pooled", "a");
        server.send("in-plain", "b");
        eventually("a", "b");
    }

    @Test
    void whatIsNotThereOrOfAnotherKindIsRefusedAtOnce() {
        assertRefused(spec -> spec.setDestinationLookup("java:/nothing"));
        assertRefused(spec -> spec.setDestinationLookup("java:/text"));
        assertRefused(spec -> {
            spec.setDestinationLookup("java:/jms/in");
            spec.setDestinationType("jakarta.jms.Topic");
        });
        assertRefused(spec -> {
            spec.setDestinationLookup("java:/jms/news");
            spec.setDestinationType("jakarta.jms.Queue");
        });
        assertRefused(spec -> {
            spec.setDestination("in");
            spec.setConnectionFactoryLookup("java:/jms/in");
        });
    }

    private void assertRefused(Consumer<QuoinActivationSpec> how) {
        assertThatThrownBy(() -> activate(how))
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContaining("QN-7005");
    }

    @Test
    void beansHaveSubscriptionsOfTheirOwnUnlessTheyShareOne() throws Exception {
        activate(spec -> spec.setDestinationLookup("java:/jms/news"));
        activate(spec -> spec.setDestinationLookup("java:/jms/news"));
        for (int i = 0; i < 2; i++) {
            activate(spec -> {
                spec.setDestinationLookup("java:/jms/news");
                spec.setSubscriptionName("shared");
                spec.setShareSubscription(true);
            });
        }
        publish("a");
        eventually("a", "a", "a");
    }

    @Test
    void aSelectorChooses() throws Exception {
        activate(spec -> {
            spec.setDestination("in");
            spec.setMessageSelector("colour = 'red'");
        });
        try (JMSContext client = server.client()) {
            for (String colour : List.of("red", "blue", "red")) {
                client.createProducer().setProperty("colour", colour).send(client.createQueue("in"), colour);
            }
        }
        eventually("red", "red");
        assertThat(server.receive("in")).isEqualTo("blue");
    }
}
