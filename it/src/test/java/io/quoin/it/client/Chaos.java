// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import io.quoin.jms.ListenerPool;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinSession;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** What many threads do to shared connections in one round; every {@link JMSException} is in order, all else is a failure. */
final class Chaos {

    private static final int CONNECTIONS = 4;
    private static final int[] MODES = {
        Session.AUTO_ACKNOWLEDGE,
        Session.CLIENT_ACKNOWLEDGE,
        Session.DUPS_OK_ACKNOWLEDGE,
        Session.SESSION_TRANSACTED,
        QuoinSession.INDIVIDUAL_ACKNOWLEDGE
    };

    private final QuoinConnectionFactory factory;
    private final List<Shared> shared = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closeable = new CopyOnWriteArrayList<>();
    private final List<ListenerPool> pools = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean over;

    /** A connection, and what tells whether its stop holds. */
    private static final class Shared {

        private final Connection connection;
        private final ReentrantLock starting = new ReentrantLock();
        private final AtomicInteger delivered = new AtomicInteger();
        private final AtomicInteger running = new AtomicInteger();

        Shared(Connection connection) {
            this.connection = connection;
        }
    }

    Chaos(String url) throws JMSException {
        factory = new QuoinConnectionFactory(url + "?requestTimeout=30s&sendTimeout=30s&prefetch=50");
    }

    List<Connection> connections() {
        return shared.stream().map(one -> one.connection).toList();
    }

    List<String> failures() {
        return failures;
    }

    void end() {
        over = true;
    }

    void closePools() throws JMSException {
        for (ListenerPool pool : pools) {
            pool.close();
        }
    }

    void work(Random random) {
        while (!over) {
            try {
                step(random);
            } catch (JMSException | JMSRuntimeException e) {
                // Closed by somebody else, or the link was cut for too long.
            } catch (Exception e) {
                failures.add("a step has thrown " + e);
            }
        }
    }

    private void step(Random random) throws Exception {
        int what = random.nextInt(100);
        if (shared.isEmpty() || (what < 5 && open.get() < CONNECTIONS)) {
            connect(random);
            return;
        }
        Shared on = shared.get(random.nextInt(shared.size()));
        if (what < 20) {
            listen(on, random);
        } else if (what < 40) {
            receive(on, random);
        } else if (what < 65) {
            send(on, random);
        } else if (what < 75) {
            stopAndStart(on);
        } else if (what < 90) {
            closeSomething(random);
        } else if (what < 94) {
            pool(on, random);
        } else if (what < 97) {
            browse(on);
        } else {
            useContext(random);
        }
    }

    private void connect(Random random) throws JMSException {
        Connection connection = factory.createConnection();
        open.incrementAndGet();
        boolean closes = random.nextBoolean();
        connection.setExceptionListener(problem -> {
            if (closes) {
                quietly(connection::close);
            }
        });
        connection.start();
        shared.add(new Shared(connection));
        if (over) {
            connection.close();
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private void quietly(Action action) {
        try {
            action.run();
        } catch (JMSException | JMSRuntimeException e) {
            // Closed meanwhile.
        } catch (Exception e) {
            failures.add("a callback's call has thrown " + e);
        }
    }

    /** What waits for its caller must say so, unless what it is called on is closed already. */
    private void refuses(String what, Action action) {
        try {
            action.run();
        } catch (IllegalStateException | IllegalStateRuntimeException e) {
            // As it should.
        } catch (Exception e) {
            failures.add(what + " from its own callback has thrown " + e);
        }
    }

    private Session session(Shared on, Random random) throws JMSException {
        Session session = on.connection.createSession(MODES[random.nextInt(MODES.length)]);
        closeable.add(session);
        return session;
    }

    private jakarta.jms.Queue queue(Session session, Random random) throws JMSException {
        return session.createQueue("chaos" + random.nextInt(3));
    }

    private void listen(Shared on, Random random) throws JMSException {
        Session session = session(on, random);
        MessageConsumer consumer = session.createConsumer(queue(session, random));
        closeable.add(consumer);
        MessageProducer producer = session.createProducer(session.createQueue("answers"));
        producer.setTimeToLive(1_000);
        Random own = new Random(random.nextLong());
        consumer.setMessageListener(message -> {
            on.running.incrementAndGet();
            on.delivered.incrementAndGet();
            try {
                onMessage(on, session, consumer, producer, message, own);
            } finally {
                on.running.decrementAndGet();
            }
        });
    }

    private void onMessage(
            Shared on,
            Session session,
            MessageConsumer consumer,
            MessageProducer producer,
            Message message,
            Random random) {
        switch (random.nextInt(40)) {
            case 0 -> throw new IllegalArgumentException("planned");
            case 1 -> quietly(consumer::close);
            case 2 -> refuses("Session.close", session::close);
            case 3 -> refuses("Connection.close", on.connection::close);
            case 4 -> refuses("Connection.stop", on.connection::stop);
            case 5 -> quietly(() -> producer.send(session.createTextMessage("answer")));
            case 6 -> LockSupport.parkNanos(2_000_000);
            default -> quietly(() -> decide(session, message, random));
        }
    }

    private static void decide(Session session, Message message, Random random) throws JMSException {
        int what = random.nextInt(10);
        if (session.getTransacted()) {
            if (what == 0) {
                session.rollback();
            } else if (what < 8) {
                session.commit();
            }
        } else if (what == 0) {
            session.recover();
        } else if (what < 8) {
            message.acknowledge();
        }
    }

    private void receive(Shared on, Random random) throws JMSException {
        try (Session session = session(on, random);
                MessageConsumer consumer = session.createConsumer(queue(session, random))) {
            closeable.add(consumer);
            for (int i = 0; i < 20 && !over; i++) {
                Message message = switch (random.nextInt(3)) {
                    case 0 -> consumer.receiveNoWait();
                    case 1 -> consumer.receive(1 + random.nextInt(20));
                    default -> over ? null : consumer.receive(200);
                };
                if (message != null) {
                    decide(session, message, random);
                }
            }
        }
    }

    private void send(Shared on, Random random) throws JMSException {
        Session session = session(on, random);
        MessageProducer producer = session.createProducer(queue(session, random));
        closeable.add(producer);
        producer.setTimeToLive(5_000);
        producer.setDeliveryMode(random.nextBoolean() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
        boolean asynchronous = random.nextInt(3) == 0;
        for (int i = 0; i < 30 && !over; i++) {
            Message message = session.createTextMessage("m" + i);
            if (random.nextInt(3) == 0) {
                message.setStringProperty("JMSXGroupID", "g" + random.nextInt(5));
            }
            if (asynchronous) {
                producer.send(message, new Completion(session, producer));
            } else {
                producer.send(message);
            }
        }
        if (session.getTransacted()) {
            session.commit();
        }
        session.close();
    }

    private final class Completion implements CompletionListener {

        private final Session session;
        private final MessageProducer producer;

        Completion(Session session, MessageProducer producer) {
            this.session = session;
            this.producer = producer;
        }

        @Override
        public void onCompletion(Message message) {
            if (message.hashCode() % 7 == 0) {
                refuses("Session.close", session::close);
                refuses("MessageProducer.close", producer::close);
            }
        }

        @Override
        public void onException(Message message, Exception exception) {
            onCompletion(message);
        }
    }

    private void stopAndStart(Shared on) throws JMSException {
        if (!on.starting.tryLock()) {
            return;
        }
        try {
            on.connection.stop();
            int before = on.delivered.get();
            LockSupport.parkNanos(2_000_000);
            if (on.delivered.get() != before || on.running.get() != 0) {
                failures.add("something was delivered after stop had returned");
            }
            on.connection.start();
        } finally {
            on.starting.unlock();
        }
    }

    private void closeSomething(Random random) throws Exception {
        if (random.nextInt(12) == 0) {
            Shared one = shared.remove(random.nextInt(shared.size()));
            one.connection.close();
            open.decrementAndGet();
        } else if (!closeable.isEmpty()) {
            AutoCloseable one = closeable.get(random.nextInt(closeable.size()));
            closeable.remove(one);
            one.close();
        }
    }

    private void pool(Shared on, Random random) throws JMSException {
        if (pools.size() > 4) {
            pools.remove(0).close();
            return;
        }
        ListenerPool pool = ListenerPool.of(on.connection, factoryQueue(random))
                .threads(1, 4)
                .mode(MODES[random.nextInt(MODES.length)])
                .handler((message, session) -> {
                    on.running.incrementAndGet();
                    on.delivered.incrementAndGet();
                    try {
                        if (message.hashCode() % 23 == 0) {
                            throw new IllegalArgumentException("planned");
                        }
                        message.acknowledge();
                    } finally {
                        on.running.decrementAndGet();
                    }
                })
                .start();
        pools.add(pool);
    }

    private static jakarta.jms.Queue factoryQueue(Random random) throws JMSException {
        return io.quoin.jms.destination.QuoinQueue.named("chaos" + random.nextInt(3));
    }

    private static void browse(Shared on) throws JMSException {
        try (Session session = on.connection.createSession();
                QueueBrowser browser = session.createBrowser(session.createQueue("chaos0"))) {
            for (var all = browser.getEnumeration(); all.hasMoreElements(); ) {
                all.nextElement();
            }
        }
    }

    private void useContext(Random random) {
        try (JMSContext context = factory.createContext(MODES[random.nextInt(MODES.length)])) {
            jakarta.jms.Queue queue = context.createQueue("chaos" + random.nextInt(3));
            context.createProducer().setTimeToLive(5_000).send(queue, "c");
            try (var consumer = context.createConsumer(queue)) {
                consumer.receiveNoWait();
            }
            if (context.getTransacted()) {
                context.commit();
            }
        }
    }
}
