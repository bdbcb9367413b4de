// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An application with everything that a connection can have: producers of each kind, consumers of each acknowledge mode, a
 * durable subscription, forwarders in local and in distributed transactions, and requests with replies to a temporary queue. Every consumer checks
 * that it gets the messages of its producer each once and in their order.
 */
final class Traffic {

    static final long RECEIVE_MS = 100;
    private static final long PROGRESS_WITHIN_S = 90;
    static final int BATCH = 7;
    /** So that no queue grows while a server starts. */
    private static final int AHEAD_MAX = 2_000;

    /** Those that send, and those that have to get everything of them. */
    private record Flow(Worker producer, Worker consumer) {}

    private final List<Flow> flows = new ArrayList<>();
    private final List<Worker> others = new ArrayList<>();
    private final String url;

    private Traffic(String url) {
        this.url = url;
    }

    static Traffic start(String url) {
        Traffic traffic = new Traffic(url);
        traffic.flow("auto", Mode.SYNC, false, new Auto("auto", url));
        traffic.flow("listener", Mode.ASYNC, false, new Listener("listener", url));
        traffic.flow("client", Mode.TRANSACTED, false, new Client("client", url));
        Worker subscriber = new Subscriber("durable", url).start();
        // A subscription gets what is sent after it was made.
        await(() -> subscriber.count() == 0 && ((Subscriber) subscriber).isSubscribed, subscriber);
        traffic.flow("durable", Mode.SYNC, true, subscriber);
        traffic.others.add(new Forwarder(url).start());
        traffic.flow("in", Mode.ASYNC, false, new Auto("out", url));
        traffic.others.add(new XaForwarder(url, "xa.in", "xa.out").start());
        traffic.flow("xa.in", Mode.SYNC, false, new Auto("xa.out", url));
        traffic.others.add(new Replier(url).start());
        traffic.others.add(new Requester(url).start());
        return traffic;
    }

    private void flow(String destination, Mode mode, boolean topic, Worker consumer) {
        Worker producer = new Producer(destination, url, mode, topic, consumer).start();
        flows.add(new Flow(producer, consumer.isStarted() ? consumer : consumer.start()));
    }

    private List<Worker> all() {
        List<Worker> all = new ArrayList<>(others);
        flows.forEach(flow -> {
            all.add(flow.producer);
            all.add(flow.consumer);
        });
        return all;
    }

    /** Waits until every part has got on by some messages. */
    void awaitProgress() {
        List<Worker> all = all();
        int[] before = all.stream().mapToInt(Worker::count).toArray();
        for (int i = 0; i < before.length; i++) {
            Worker one = all.get(i);
            int least = before[i] + BATCH;
            await(() -> one.count() >= least, one);
        }
    }

    private static void await(java.util.function.BooleanSupplier done, Worker of) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PROGRESS_WITHIN_S);
        while (!done.getAsBoolean()) {
            of.check();
            assertThat(System.nanoTime()).as("%s does not get on", of).isLessThan(deadlineNs);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Sends no more, and waits until everything has arrived. */
    void finish() throws InterruptedException {
        for (Flow flow : flows) {
            flow.producer.end();
        }
        for (Flow flow : flows) {
            int sent = flow.producer.count();
            await(() -> flow.consumer.count() >= sent, flow.consumer);
        }
        for (Worker worker : all()) {
            worker.end();
        }
        for (Flow flow : flows) {
            assertThat(flow.consumer.count()).as(flow.toString()).isEqualTo(flow.producer.count());
        }
    }

    @Override
    public String toString() {
        return all().toString();
    }

    private enum Mode {
        SYNC,
        ASYNC,
        TRANSACTED
    }

    static int number(Message message) throws JMSException {
        return message.getIntProperty("number");
    }

    static Message message(Session session, int number) throws JMSException {
        Message message = session.createTextMessage("message " + number);
        message.setIntProperty("number", number);
        return message;
    }

    private static final class Producer extends Worker {

        private final String destination;
        private final Mode mode;
        private final boolean topic;
        private final Worker consumer;

        Producer(String destination, String url, Mode mode, boolean topic, Worker consumer) {
            super("producer of " + destination, url);
            this.destination = destination;
            this.mode = mode;
            this.topic = topic;
            this.consumer = consumer;
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession(mode == Mode.TRANSACTED, Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer =
                    session.createProducer(topic ? session.createTopic(destination) : session.createQueue(destination));
            while (!isStopping()) {
                while (count() - consumer.count() > AHEAD_MAX && !isStopping()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
                switch (mode) {
                    case SYNC -> producer.send(message(session, count()));
                    case ASYNC -> sendAsync(session, producer);
                    case TRANSACTED -> sendTransacted(session, producer);
                }
                if (mode == Mode.SYNC) {
                    count(count() + 1);
                }
            }
        }

        private void sendAsync(Session session, MessageProducer producer) throws Exception {
            Semaphore completed = new Semaphore(0);
            for (int i = 0; i < BATCH; i++) {
                int number = count() + i;
                producer.send(message(session, number), new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        completed.release();
                    }

                    @Override
                    public void onException(Message message, Exception e) {
                        failed(new AssertionError("message " + number + " was not sent", e));
                        completed.release();
                    }
                });
            }
            completed.acquire(BATCH);
            count(count() + BATCH);
        }

        private void sendTransacted(Session session, MessageProducer producer) throws JMSException {
            for (int i = 0; i < BATCH; i++) {
                producer.send(message(session, count() + i));
            }
            try {
                session.commit();
                count(count() + BATCH);
            } catch (TransactionRolledBackException e) {
                // As prescribed: nothing of it was kept, so it is done again.
            }
        }
    }

    private static final class Auto extends Worker {

        private final String queue;

        Auto(String queue, String url) {
            super("consumer of " + queue, url);
            this.queue = queue;
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            while (!isStopping()) {
                Message message = consumer.receive(RECEIVE_MS);
                if (message != null) {
                    received(number(message), message.getJMSRedelivered());
                }
            }
        }
    }

    private static final class Listener extends Worker {

        private final String queue;

        Listener(String queue, String url) {
            super("listener of " + queue, url);
            this.queue = queue;
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            consumer.setMessageListener(message -> {
                try {
                    received(number(message), message.getJMSRedelivered());
                } catch (JMSException | AssertionError e) {
                    failed(e);
                }
            });
            while (!isStopping()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RECEIVE_MS));
            }
        }
    }

    private static final class Client extends Worker {

        private final String queue;

        Client(String queue, String url) {
            super("client-acknowledging consumer of " + queue, url);
            this.queue = queue;
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
            int unacknowledged = 0;
            while (!isStopping()) {
                Message message = consumer.receive(RECEIVE_MS);
                if (message != null) {
                    received(number(message), message.getJMSRedelivered());
                    unacknowledged++;
                }
                if (message != null && unacknowledged >= 3 * BATCH) {
                    message.acknowledge();
                    unacknowledged = 0;
                }
            }
        }
    }

    private static final class Subscriber extends Worker {

        private volatile boolean isSubscribed;
        private final String topic;

        Subscriber(String topic, String url) {
            super("subscriber of " + topic, url);
            this.topic = topic;
        }

        @Override
        void configure(QuoinConnectionFactory of) {
            of.setClientID("subscriber");
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession();
            MessageConsumer consumer = session.createDurableSubscriber(session.createTopic(topic), "subscription");
            isSubscribed = true;
            while (!isStopping()) {
                Message message = consumer.receive(RECEIVE_MS);
                if (message != null) {
                    received(number(message), message.getJMSRedelivered());
                }
            }
        }
    }

    /** Moves messages from one queue to another, a few in each transaction. */
    private static final class Forwarder extends Worker {

        Forwarder(String url) {
            super("forwarder", url);
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageConsumer consumer = session.createConsumer(session.createQueue("in"));
            MessageProducer producer = session.createProducer(session.createQueue("out"));
            int open = 0;
            while (!isStopping()) {
                Message message = consumer.receive(RECEIVE_MS);
                if (message != null) {
                    producer.send(message(session, number(message)));
                    open++;
                }
                if (open >= BATCH || (message == null && open > 0)) {
                    try {
                        session.commit();
                        count(count() + open);
                    } catch (TransactionRolledBackException e) {
                        // As prescribed: what was received comes again.
                    }
                    open = 0;
                }
            }
        }
    }

    private static final class Replier extends Worker {

        Replier(String url) {
            super("replier", url);
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession();
            MessageConsumer consumer = session.createConsumer(session.createQueue("requests"));
            MessageProducer producer = session.createProducer(null);
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            while (!isStopping()) {
                Message request = consumer.receive(RECEIVE_MS);
                if (request != null) {
                    reply(session, producer, request);
                    count(count() + 1);
                }
            }
        }

        private static void reply(Session session, MessageProducer producer, Message request) throws JMSException {
            try {
                producer.send(request.getJMSReplyTo(), message(session, number(request)));
            } catch (jakarta.jms.InvalidDestinationException e) {
                // The requester is not back yet, and its temporary queue neither: it asks again.
            }
        }
    }

    /** Asks, and asks again when no reply comes: after a restart neither request nor reply need have survived. */
    private static final class Requester extends Worker {

        Requester(String url) {
            super("requester", url);
        }

        @Override
        void work(Connection connection) throws Exception {
            Session session = connection.createSession();
            TemporaryQueue replies = session.createTemporaryQueue();
            MessageConsumer consumer = session.createConsumer(replies);
            MessageProducer producer = session.createProducer(session.createQueue("requests"));
            while (!isStopping()) {
                Message request = message(session, count());
                request.setJMSReplyTo(replies);
                producer.send(request);
                Message reply = consumer.receive(2_000);
                while (reply != null && number(reply) != count()) {
                    reply = consumer.receive(2_000);
                }
                if (reply != null) {
                    count(count() + 1);
                }
            }
        }
    }
}
