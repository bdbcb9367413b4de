// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.ra.fake.Bean;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Message-driven beans on queues and topics of a real server, in a container that is none. */
class InboundTest extends InboundCase {

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

    // --- Topics

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
}
