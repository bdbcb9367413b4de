// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * RabbitMQ for {@code quoin bench}: a session is a channel; queues are durable, topics fanout exchanges with a queue for each subscriber. Persistent messages are
 * confirmed by the broker (publisher confirms), others are not. A transaction is a number of messages that are confirmed, or acknowledged, together.
 */
public final class RabbitFactory extends NativeFactory {

    private static final int PREFETCH = 500;
    private static final int ACKS = 50;
    private static final long CONFIRM_LIMIT_MS = 60_000;

    public RabbitFactory(String url) {
        super(url);
    }

    @Override
    Client connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port());
        Connection connection = factory.newConnection();
        return new Client() {
            @Override
            public Side open(boolean isTransacted) throws Exception {
                return new RabbitSide(connection.createChannel(), isTransacted);
            }

            @Override
            public void close() throws Exception {
                connection.close();
            }
        };
    }

    private record Delivery(long tag, byte[] body) {}

    private final class RabbitSide implements Side {

        private final Channel channel;
        private final boolean isTransacted;
        private final Set<Where> declared = new HashSet<>();
        private final LinkedBlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        private final ConcurrentNavigableMap<Long, Done> unconfirmed = new ConcurrentSkipListMap<>();
        private boolean isConfirming;
        private boolean isListening;
        private long received;
        private int unacknowledged;

        RabbitSide(Channel channel, boolean isTransacted) {
            this.channel = channel;
            this.isTransacted = isTransacted;
        }

        private void publish(Where where, boolean isPersistent, byte[] body) throws Exception {
            if (!declared.contains(where)) {
                declare(where);
            }
            AMQP.BasicProperties properties =
                    isPersistent ? MessageProperties.PERSISTENT_BASIC : MessageProperties.BASIC;
            channel.basicPublish(where.isTopic() ? where.name() : "", where.name(), properties, body);
        }

        private void declare(Where where) throws Exception {
            declared.add(where);
            if (where.isTopic()) {
                channel.exchangeDeclare(where.name(), "fanout", true);
            } else {
                channel.queueDeclare(where.name(), true, false, false, Map.of("x-queue-type", option("type")));
            }
        }

        private void confirm() throws Exception {
            if (!isConfirming) {
                isConfirming = true;
                channel.confirmSelect();
            }
        }

        @Override
        public void send(Where where, boolean isPersistent, byte[] body) throws Exception {
            if (isPersistent) {
                confirm();
            }
            publish(where, isPersistent, body);
            if (isPersistent && !isTransacted) {
                channel.waitForConfirmsOrDie(CONFIRM_LIMIT_MS);
            }
        }

        @Override
        public void send(Where where, byte[] body, Done done) throws Exception {
            if (!isListening) {
                isListening = true;
                confirm();
                channel.addConfirmListener(
                        (tag, isMultiple) -> confirmed(tag, isMultiple, null),
                        (tag, isMultiple) -> confirmed(
                                tag, isMultiple, new IllegalStateException("The broker has refused a message")));
            }
            unconfirmed.put(channel.getNextPublishSeqNo(), done);
            publish(where, true, body);
        }

        private void confirmed(long tag, boolean isMultiple, Exception failure) {
            Map<Long, Done> done =
                    isMultiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
            done.values().forEach(each -> each.done(failure));
            done.clear();
        }

        @Override
        public void subscribe(Where where) throws Exception {
            if (declared.isEmpty()) {
                channel.basicQos(PREFETCH);
            }
            declare(where);
            String queue = where.name();
            if (where.isTopic()) {
                queue = channel.queueDeclare().getQueue();
                channel.queueBind(queue, where.name(), "");
            }
            channel.basicConsume(queue, false, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(
                        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                    deliveries.add(new Delivery(envelope.getDeliveryTag(), body));
                }
            });
        }

        @Override
        public void subscribed() {
            // Each subscription has begun by itself.
        }

        @Override
        public byte[] receive(long timeoutMs) throws Exception {
            Delivery next = deliveries.poll();
            if (!isTransacted && unacknowledged > 0 && (next == null || unacknowledged >= ACKS)) {
                acknowledge();
            }
            if (next == null) {
                next = deliveries.poll(timeoutMs, TimeUnit.MILLISECONDS);
            }
            if (next == null) {
                return null;
            }
            received = next.tag();
            unacknowledged++;
            return next.body();
        }

        private void acknowledge() throws Exception {
            channel.basicAck(received, true);
            unacknowledged = 0;
        }

        @Override
        public void commit() throws Exception {
            if (isConfirming) {
                channel.waitForConfirmsOrDie(CONFIRM_LIMIT_MS);
            }
            if (unacknowledged > 0) {
                acknowledge();
            }
        }

        @Override
        public void close() throws Exception {
            if (unacknowledged > 0) {
                acknowledge();
            }
            channel.close();
        }
    }
}
