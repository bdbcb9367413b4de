// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * RocketMQ for {@code quoin bench}: a queue is a topic with a queue for each consumer, which has one of them; a topic has one queue, which every subscriber
 * reads from its end. The producer of a connection is shared, as its documentation recommends.
 */
public final class RocketFactory extends NativeFactory {

    private static final long ROUTE_LIMIT_NS = 20_000_000_000L;
    private static final int BATCH = 32;

    /** Which of its queues the next consumer gets. */
    private final Map<String, AtomicInteger> consumers = new ConcurrentHashMap<>();

    private final Set<String> created = new HashSet<>();

    public RocketFactory(String url) {
        super(url);
    }

    @Override
    Client connect() throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("bench-producer");
        producer.setNamesrvAddr(names());
        producer.setInstanceName(UUID.randomUUID().toString());
        producer.setSendMsgTimeout(30_000);
        producer.setRetryTimesWhenSendFailed(0);
        producer.setRetryTimesWhenSendAsyncFailed(0);
        producer.start();
        return new Client() {
            @Override
            public Side open(boolean isTransacted) {
                return new RocketSide(producer);
            }

            @Override
            public void close() {
                producer.shutdown();
            }
        };
    }

    private String names() {
        return "127.0.0.1:" + option("names");
    }

    private void create(DefaultMQProducer producer, String topic) throws Exception {
        synchronized (created) {
            if (created.add(topic)) {
                producer.createTopic("TBW102", topic, Integer.parseInt(option("partitions")), Map.of());
                await(() -> producer.fetchPublishMessageQueues(topic));
            }
        }
    }

    /** Topics of RocketMQ have no dots. */
    private static String topic(Where where) {
        return where.name().replace('.', '_');
    }

    private interface Queues {

        Collection<MessageQueue> get() throws MQClientException;
    }

    /** A new topic is known to the name server after a moment. */
    private static List<MessageQueue> await(Queues queues) throws MQClientException {
        long endNs = System.nanoTime() + ROUTE_LIMIT_NS;
        while (true) {
            try {
                List<MessageQueue> all = new ArrayList<>(queues.get());
                all.sort(null);
                if (!all.isEmpty()) {
                    return all;
                }
            } catch (MQClientException e) {
                if (System.nanoTime() > endNs) {
                    throw e;
                }
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private final class RocketSide implements Side {

        private final DefaultMQProducer producer;
        private final Set<Where> subscriptions = new HashSet<>();
        private final ArrayDeque<byte[]> received = new ArrayDeque<>();
        private DefaultLitePullConsumer consumer;

        RocketSide(DefaultMQProducer producer) {
            this.producer = producer;
        }

        @Override
        public void send(Where where, boolean isPersistent, byte[] body) throws Exception {
            create(producer, topic(where));
            check(producer.send(new Message(topic(where), body)));
        }

        @Override
        public void send(Where where, byte[] body, Done done) throws Exception {
            create(producer, topic(where));
            producer.send(new Message(topic(where), body), new SendCallback() {
                @Override
                public void onSuccess(SendResult result) {
                    try {
                        check(result);
                        done.done(null);
                    } catch (IllegalStateException e) {
                        done.done(e);
                    }
                }

                @Override
                public void onException(Throwable failure) {
                    done.done(new IllegalStateException(failure));
                }
            });
        }

        private void check(SendResult result) {
            if (result.getSendStatus() != SendStatus.SEND_OK) {
                throw new IllegalStateException("A send ended with " + result.getSendStatus());
            }
        }

        @Override
        public void subscribe(Where where) {
            subscriptions.add(where);
        }

        @Override
        public void subscribed() throws Exception {
            boolean isTopic = subscriptions.iterator().next().isTopic();
            consumer = new DefaultLitePullConsumer(isTopic ? "bench-" + UUID.randomUUID() : "bench");
            consumer.setNamesrvAddr(names());
            consumer.setInstanceName(UUID.randomUUID().toString());
            consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
            consumer.setPullBatchSize(BATCH);
            consumer.start();
            List<MessageQueue> assigned = new ArrayList<>();
            for (Where where : subscriptions) {
                create(producer, topic(where));
                List<MessageQueue> all = await(() -> consumer.fetchMessageQueues(topic(where)));
                int number = consumers
                        .computeIfAbsent(where.name(), name -> new AtomicInteger())
                        .getAndIncrement();
                assigned.add(all.get(isTopic ? 0 : number % all.size()));
            }
            consumer.assign(assigned);
            if (isTopic) {
                for (MessageQueue queue : assigned) {
                    consumer.seekToEnd(queue);
                }
            }
        }

        @Override
        public byte[] receive(long timeoutMs) {
            if (received.isEmpty()) {
                for (MessageExt message : consumer.poll(timeoutMs)) {
                    received.add(message.getBody());
                }
            }
            return received.poll();
        }

        @Override
        public void commit() {
            throw new IllegalStateException("RocketMQ has no transactions of several messages");
        }

        @Override
        public void close() {
            if (consumer != null) {
                consumer.shutdown();
            }
        }
    }
}
