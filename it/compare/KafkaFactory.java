// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka for {@code quoin bench}: a queue is a topic with a partition for each consumer, which has one of them and commits as the client comes (every five seconds); a
 * topic has one partition, which every subscriber reads from its end. The producer of a connection is shared, as its documentation recommends.
 */
public final class KafkaFactory extends NativeFactory {

    /** Which partition the next consumer of a queue gets. */
    private final Map<String, AtomicInteger> consumers = new ConcurrentHashMap<>();

    public KafkaFactory(String url) {
        super(url);
    }

    @Override
    Client connect() {
        return new KafkaClient();
    }

    private Properties common() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", host());
        return properties;
    }

    private KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        Properties properties = common();
        properties.put("acks", "all");
        properties.put("linger.ms", transactionalId == null ? option("linger") : "5");
        properties.put("batch.size", String.valueOf(128 << 10));
        if (transactionalId != null) {
            properties.put("transactional.id", transactionalId);
        }
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void create(Set<String> topics) throws Exception {
        int partitions = Integer.parseInt(option("partitions"));
        try (Admin admin = Admin.create(common())) {
            List<NewTopic> all = new ArrayList<>();
            topics.forEach(name -> all.add(new NewTopic(name, partitions, (short) 1)));
            var created = admin.createTopics(all).values();
            for (var each : created.values()) {
                try {
                    each.get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw e;
                    }
                }
            }
        }
    }

    private final class KafkaClient implements Client {

        private KafkaProducer<byte[], byte[]> shared;

        @Override
        public Side open(boolean isTransacted) {
            return new KafkaSide(this, isTransacted);
        }

        synchronized KafkaProducer<byte[], byte[]> shared() {
            if (shared == null) {
                shared = producer(null);
            }
            return shared;
        }

        @Override
        public synchronized void close() {
            if (shared != null) {
                shared.close(Duration.ofSeconds(10));
            }
        }
    }

    private final class KafkaSide implements Side {

        private final KafkaClient client;
        private final boolean isTransacted;
        private final Set<Where> subscriptions = new HashSet<>();
        private final ArrayDeque<byte[]> received = new ArrayDeque<>();
        private final Set<String> known = new HashSet<>();
        private KafkaProducer<byte[], byte[]> producer;
        private KafkaConsumer<byte[], byte[]> consumer;
        private boolean isBegun;

        KafkaSide(KafkaClient client, boolean isTransacted) {
            this.client = client;
            this.isTransacted = isTransacted;
        }

        private KafkaProducer<byte[], byte[]> producer() {
            if (producer == null) {
                producer = isTransacted
                        ? KafkaFactory.this.producer(UUID.randomUUID().toString())
                        : client.shared();
                if (isTransacted) {
                    producer.initTransactions();
                }
            }
            if (isTransacted && !isBegun) {
                producer.beginTransaction();
                isBegun = true;
            }
            return producer;
        }

        private ProducerRecord<byte[], byte[]> message(Where where, byte[] body) throws Exception {
            if (known.isEmpty()) {
                create(Set.of(where.name())); // others are there: their consumers have made them
            }
            known.add(where.name());
            return new ProducerRecord<>(where.name(), body);
        }

        @Override
        public void send(Where where, boolean isPersistent, byte[] body) throws Exception {
            var sent = producer().send(message(where, body));
            if (!isTransacted) {
                sent.get();
            }
        }

        @Override
        public void send(Where where, byte[] body, Done done) throws Exception {
            producer().send(message(where, body), (metadata, failure) -> done.done(failure));
        }

        @Override
        public void subscribe(Where where) {
            subscriptions.add(where);
        }

        @Override
        public void subscribed() throws Exception {
            Set<String> names = new HashSet<>();
            subscriptions.forEach(where -> names.add(where.name()));
            create(names);
            Properties properties = common();
            properties.put("auto.offset.reset", "earliest");
            properties.put("group.id", "bench");
            boolean isTopic = subscriptions.iterator().next().isTopic();
            properties.put("enable.auto.commit", String.valueOf(!isTransacted && !isTopic));
            if (isTransacted) {
                properties.put("isolation.level", "read_committed");
            }
            consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            List<TopicPartition> assigned = new ArrayList<>();
            int partitions = Integer.parseInt(option("partitions"));
            for (Where where : subscriptions) {
                int number = consumers
                        .computeIfAbsent(where.name(), name -> new AtomicInteger())
                        .getAndIncrement();
                assigned.add(new TopicPartition(where.name(), isTopic ? 0 : number % partitions));
            }
            consumer.assign(assigned);
            if (isTopic) {
                consumer.seekToEnd(assigned);
            }
            assigned.forEach(consumer::position);
        }

        @Override
        public byte[] receive(long timeoutMs) {
            if (received.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(timeoutMs))) {
                    received.add(record.value());
                }
            }
            return received.poll();
        }

        @Override
        public void commit() {
            if (isBegun) {
                producer.commitTransaction();
                isBegun = false;
            }
            if (consumer != null) {
                consumer.commitSync();
            }
        }

        @Override
        public void close() {
            if (isTransacted && producer != null) {
                producer.close(Duration.ofSeconds(10));
            }
            if (consumer != null) {
                consumer.close();
            }
        }
    }
}
