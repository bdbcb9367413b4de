// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connection consumers that load sessions of a pool (Messaging 3.1 §11.2), in every mode. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ConnectionConsumerIT {

    @TempDir
    static Path folder;

    private static ServerProcess server;

    private Connection connection;
    private Session session;
    private Queue queue;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() throws JMSException {
        open("");
    }

    private void open(String options) throws JMSException {
        connection = new QuoinConnectionFactory(server.url() + options).createConnection();
        connection.setClientID("client-" + System.nanoTime());
        session = connection.createSession();
        queue = session.createQueue("q" + System.nanoTime());
        connection.start();
    }

    @AfterEach
    void disconnect() throws JMSException {
        connection.close();
    }

    private static String text(Message message) {
        try {
            return ((TextMessage) message).getText();
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static String[] texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toArray(String[]::new);
    }

    private void send(Destination to, String... texts) throws JMSException {
        try (MessageProducer producer = session.createProducer(to)) {
            producer.setDeliveryMode(jakarta.jms.DeliveryMode.NON_PERSISTENT);
            for (String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    /** What is left in the queue, taken by another connection. */
    private List<String> rest() throws JMSException {
        List<String> rest = new ArrayList<>();
        try (Connection other = new QuoinConnectionFactory(server.url()).createConnection()) {
            other.start();
            MessageConsumer consumer = other.createSession().createConsumer(queue);
            for (Message m = consumer.receive(200); m != null; m = consumer.receive(200)) {
                rest.add(text(m));
            }
        }
        return rest;
    }

    @Test
    void automaticSessionsGetEveryMessageOnceOnSeveralThreads() throws Exception {
        send(queue, texts(500));
        List<String> seen = new CopyOnWriteArrayList<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (FixedPool pool = new FixedPool(connection, 4, Session.AUTO_ACKNOWLEDGE, s -> message -> {
            seen.add(text(message));
            threads.add(Thread.currentThread());
            LockSupport.parkNanos(100_000);
        })) {
            ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 3);
            assertThat(consumer.getServerSessionPool()).isSameAs(pool);
            await().until(() -> seen.size() >= 500);
            consumer.close();
            assertThatThrownBy(consumer::getServerSessionPool).isInstanceOf(IllegalStateException.class);
        }
        assertThat(seen).containsExactlyInAnyOrder(texts(500));
        assertThat(threads).hasSizeGreaterThan(1);
        connection.close();
        assertThat(rest()).isEmpty();
    }

    @Test
    void groupsComeInOrderAndNeverAtTwoThreadsEvenWhenListenersFail() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 600; i++) {
            TextMessage message = session.createTextMessage("" + i);
            message.setStringProperty("JMSXGroupID", "g" + i % 7);
            producer.send(message);
        }
        Map<String, List<Integer>> done = new ConcurrentHashMap<>();
        Map<String, Thread> busy = new ConcurrentHashMap<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        AtomicInteger count = new AtomicInteger();
        try (FixedPool pool = new FixedPool(connection, 8, Session.AUTO_ACKNOWLEDGE, s -> message -> {
            String group = property(message, "JMSXGroupID");
            Thread other = busy.putIfAbsent(group, Thread.currentThread());
            if (other != null) {
                wrong.add(group + " at two threads");
            }
            LockSupport.parkNanos(200_000);
            busy.remove(group);
            int number = Integer.parseInt(text(message));
            if (number % 13 == 0 && property(message, "JMSXDeliveryCount").equals("1")) {
                throw new IllegalArgumentException("planned");
            }
            done.computeIfAbsent(group, g -> new CopyOnWriteArrayList<>()).add(number);
            count.incrementAndGet();
        })) {
            ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 4);
            await().atMost(60, TimeUnit.SECONDS).until(() -> count.get() >= 600);
            consumer.close();
        }
        assertThat(wrong).isEmpty();
        assertThat(count).hasValue(600);
        done.values().forEach(numbers -> assertThat(numbers).isSorted().doesNotHaveDuplicates());
    }

    private static String property(Message message, String name) {
        try {
            return message.getStringProperty(name);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void transactedSessionsCommitAndRollBackTheirOwnMessagesOnly() throws Exception {
        send(queue, texts(300));
        Queue answers = session.createQueue(queue.getQueueName() + ".answers");
        List<String> committed = new CopyOnWriteArrayList<>();
        List<String> rolledBack = new CopyOnWriteArrayList<>();
        try (FixedPool pool = new FixedPool(connection, 5, Session.SESSION_TRANSACTED, s -> message -> {
            try (MessageProducer producer = s.createProducer(answers)) {
                producer.send(s.createTextMessage("re " + text(message)));
                if (!message.getJMSRedelivered() && text(message).endsWith("7")) {
                    rolledBack.add(text(message));
                    s.rollback();
                } else {
                    s.commit();
                    committed.add(text(message));
                }
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        })) {
            ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 1);
            await().atMost(60, TimeUnit.SECONDS).until(() -> committed.size() >= 300);
            consumer.close();
        }
        assertThat(committed).containsExactlyInAnyOrder(texts(300));
        assertThat(rolledBack).hasSize(30);
        MessageConsumer receiver = session.createConsumer(answers);
        List<String> received = new ArrayList<>();
        for (Message m = receiver.receive(1000); m != null; m = receiver.receive(300)) {
            received.add(text(m).substring(3));
        }
        assertThat(received).containsExactlyInAnyOrder(texts(300));
        connection.close();
        assertThat(rest()).isEmpty();
    }

    @Test
    void groupsKeepTheirOrderOverRollbacks() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 200; i++) {
            TextMessage message = session.createTextMessage("" + i);
            message.setStringProperty("JMSXGroupID", "g" + i % 3);
            producer.send(message);
        }
        Map<String, List<Integer>> done = new ConcurrentHashMap<>();
        AtomicInteger count = new AtomicInteger();
        try (FixedPool pool = new FixedPool(connection, 6, Session.SESSION_TRANSACTED, s -> message -> {
            try {
                int number = Integer.parseInt(text(message));
                if (number % 5 == 0 && !message.getJMSRedelivered()) {
                    s.rollback();
                    return;
                }
                done.computeIfAbsent(property(message, "JMSXGroupID"), g -> new CopyOnWriteArrayList<>())
                        .add(number);
                s.commit();
                count.incrementAndGet();
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        })) {
            ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 2);
            await().atMost(60, TimeUnit.SECONDS).until(() -> count.get() >= 200);
            consumer.close();
        }
        done.values().forEach(numbers -> assertThat(numbers).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void sessionsOfBranchesTakeTheirMessagesIntoThem() throws Exception {
        send(queue, texts(60));
        AtomicInteger number = new AtomicInteger();
        List<String> committed = new CopyOnWriteArrayList<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        try (XAConnection distributed = new QuoinXAConnectionFactory(server.url()).createXAConnection()) {
            distributed.start();
            try (FixedPool pool = new FixedPool(3, distributed::createXASession, s -> message -> {
                XAResource resource = ((XASession) s).getXAResource();
                Xid xid = new Branch(number.incrementAndGet());
                try {
                    resource.start(xid, XAResource.TMNOFLAGS);
                    boolean undone =
                            !message.getJMSRedelivered() && text(message).endsWith("3");
                    resource.end(xid, XAResource.TMSUCCESS);
                    if (undone) {
                        resource.rollback(xid);
                    } else {
                        resource.prepare(xid);
                        resource.commit(xid, false);
                        committed.add(text(message));
                    }
                } catch (JMSException | XAException e) {
                    wrong.add(e.toString());
                }
            })) {
                ConnectionConsumer consumer = distributed.createConnectionConsumer(queue, null, pool, 1);
                await().atMost(60, TimeUnit.SECONDS).until(() -> committed.size() >= 60 || !wrong.isEmpty());
                consumer.close();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(committed).containsExactlyInAnyOrder(texts(60));
        assertThat(rest()).isEmpty();
    }

    @Test
    void groupsKeepTheirOrderOverBranchesThatAreRolledBack() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 90; i++) {
            TextMessage message = session.createTextMessage("" + i);
            message.setStringProperty("JMSXGroupID", "g" + i % 3);
            producer.send(message);
        }
        AtomicInteger number = new AtomicInteger(1_000);
        AtomicInteger count = new AtomicInteger();
        Map<String, List<Integer>> done = new ConcurrentHashMap<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        try (XAConnection distributed = new QuoinXAConnectionFactory(server.url()).createXAConnection()) {
            distributed.start();
            try (FixedPool pool = new FixedPool(4, distributed::createXASession, s -> message -> {
                XAResource resource = ((XASession) s).getXAResource();
                Xid xid = new Branch(number.incrementAndGet());
                try {
                    resource.start(xid, XAResource.TMNOFLAGS);
                    resource.end(xid, XAResource.TMSUCCESS);
                    // Another thread would have the next message of the group now, if it was let.
                    LockSupport.parkNanos(2_000_000);
                    int text = Integer.parseInt(text(message));
                    if (text % 7 == 0 && !message.getJMSRedelivered()) {
                        resource.rollback(xid);
                        return;
                    }
                    done.computeIfAbsent(property(message, "JMSXGroupID"), g -> new CopyOnWriteArrayList<>())
                            .add(text);
                    count.incrementAndGet();
                    resource.commit(xid, true);
                } catch (JMSException | XAException e) {
                    wrong.add(e.toString());
                }
            })) {
                ConnectionConsumer consumer = distributed.createConnectionConsumer(queue, null, pool, 1);
                await().atMost(60, TimeUnit.SECONDS).until(() -> count.get() >= 90 || !wrong.isEmpty());
                consumer.close();
            }
        }
        assertThat(wrong).isEmpty();
        done.values().forEach(numbers -> assertThat(numbers).isSorted().doesNotHaveDuplicates());
    }

    private record Branch(int number) implements Xid {

        @Override
        public int getFormatId() {
            return 7;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ("branch" + number).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    @Test
    void clientSessionsAcknowledgeAndRecoverWhatTheyWereGiven() throws Exception {
        send(queue, "a");
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch acknowledged = new CountDownLatch(1);
        try (FixedPool pool = new FixedPool(connection, 1, Session.CLIENT_ACKNOWLEDGE, s -> message -> {
            try {
                seen.add(text(message) + message.getIntProperty("JMSXDeliveryCount"));
                if (message.getJMSRedelivered()) {
                    message.acknowledge();
                    acknowledged.countDown();
                } else {
                    s.recover();
                }
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        })) {
            connection.createConnectionConsumer(queue, null, pool, 1);
            assertThat(acknowledged.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(seen).containsExactly("a1", "a2");
        connection.close();
        assertThat(rest()).isEmpty();
    }

    @Test
    void closingASessionDoesNotAcknowledgeAndClosingTheConsumerReturnsTheUnseen() throws Exception {
        send(queue, texts(50));
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FixedPool pool = new FixedPool(connection, 1, Session.CLIENT_ACKNOWLEDGE, s -> message -> {
            first.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 1);
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        consumer.close();
        assertThat(rest()).contains("m1", "m49").doesNotContain("m0").hasSize(49);
        go.countDown();
        pool.close();
        assertThat(rest()).containsExactly("m0");
    }

    @Test
    void nothingIsDeliveredAfterStopAndEverythingAfterStart() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger count = new AtomicInteger();
        try (FixedPool pool = new FixedPool(connection, 4, Session.DUPS_OK_ACKNOWLEDGE, s -> message -> {
            running.incrementAndGet();
            LockSupport.parkNanos(300_000);
            count.incrementAndGet();
            running.decrementAndGet();
        })) {
            ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 2);
            send(queue, texts(3000));
            for (int i = 0; i < 10; i++) {
                connection.stop();
                int before = count.get();
                assertThat(running).hasValue(0);
                LockSupport.parkNanos(5_000_000);
                assertThat(count).hasValue(before);
                connection.start();
                await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> count.get() > before || before == 3000);
            }
            await().until(() -> count.get() >= 3000);
            consumer.close();
            assertThat(count).hasValue(3000);
        }
    }

    @Test
    void withoutPrefetchNothingIsHeldThatNoSessionWorksOn() throws Exception {
        connection.close();
        open("?prefetch=0");
        send(queue, texts(10));
        CountDownLatch first = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        try (FixedPool pool = new FixedPool(connection, 2, Session.AUTO_ACKNOWLEDGE, s -> message -> {
            first.countDown();
            count.incrementAndGet();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        })) {
            ConnectionConsumer consumer = connection.createConnectionConsumer(queue, null, pool, 1);
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(rest()).hasSize(8);
            go.countDown();
            consumer.close();
        }
        assertThat(count).hasValue(2);
    }

    @Test
    void everyKindOfSubscriptionCanBeConsumed() throws Exception {
        Topic topic = session.createTopic("t" + System.nanoTime());
        List<String> seen = new CopyOnWriteArrayList<>();
        try (FixedPool pool = new FixedPool(connection, 2, Session.AUTO_ACKNOWLEDGE, s -> message -> {
            seen.add(text(message));
        })) {
            List<ConnectionConsumer> consumers = List.of(
                    connection.createConnectionConsumer(topic, "x = 1", pool, 1),
                    connection.createSharedConnectionConsumer(topic, "shared", "x = 1", pool, 1),
                    connection.createDurableConnectionConsumer(topic, "durable", "x = 1", pool, 1),
                    connection.createSharedDurableConnectionConsumer(topic, "both", "x = 1", pool, 1));
            Message message = session.createTextMessage("yes");
            message.setIntProperty("x", 1);
            session.createProducer(topic).send(message);
            send(topic, "no");
            await().until(() -> seen.size() >= 4);
            for (ConnectionConsumer consumer : consumers) {
                consumer.close();
            }
            assertThat(seen).containsExactly("yes", "yes", "yes", "yes");
        }
        session.unsubscribe("durable");
        session.unsubscribe("both");
    }

    @Test
    void wrongArgumentsAndDomainsAreRefused() throws Exception {
        Topic topic = session.createTopic("t");
        try (FixedPool pool = new FixedPool(connection, 1, Session.AUTO_ACKNOWLEDGE, s -> message -> {});
                QueueConnection queues = new QuoinConnectionFactory(server.url()).createQueueConnection()) {
            assertThatThrownBy(() -> connection.createConnectionConsumer(queue, "x >", pool, 1))
                    .isInstanceOf(jakarta.jms.InvalidSelectorException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer((Queue) null, null, pool, 1))
                    .isInstanceOf(jakarta.jms.InvalidDestinationException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer(queue, null, pool, 0))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> connection.createConnectionConsumer(queue, null, null, 1))
                    .isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> queues.createDurableConnectionConsumer(topic, "s", null, pool, 1))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> queues.createSharedConnectionConsumer(topic, "s", null, pool, 1))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> queues.createSharedDurableConnectionConsumer(topic, "s", null, pool, 1))
                    .isInstanceOf(IllegalStateException.class);
        }
        connection.close();
        assertThatThrownBy(() -> connection.createConnectionConsumer(queue, null, null, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSessionWithItsOwnListenerReceivesInNoOtherWay() throws Exception {
        MessageConsumer consumer = session.createConsumer(queue);
        session.setMessageListener(message -> {});
        assertThat(session.getMessageListener()).isNotNull();
        assertThatThrownBy(() -> consumer.receive(10)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> consumer.setMessageListener(message -> {})).isInstanceOf(IllegalStateException.class);
        session.run();
        session.setMessageListener(null);
        assertThat(consumer.receive(10)).isNull();
    }
}
