// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.ListenerPool;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool of listener threads that follows its load. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ListenerPoolIT {

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
        connection = new QuoinConnectionFactory(server.url()).createConnection();
        session = connection.createSession();
        queue = session.createQueue("q" + System.nanoTime());
        connection.start();
    }

    @AfterEach
    void disconnect() throws JMSException {
        connection.close();
    }

    @Test
    void threadsFollowALoadStepAndGoWhenThereIsNothingToDo() throws Exception {
        AtomicInteger done = new AtomicInteger();
        try (ListenerPool pool = ListenerPool.of(connection, queue)
                .listener(message -> {
                    LockSupport.parkNanos(20_000_000);
                    done.incrementAndGet();
                })
                .start()) {
            assertThat(pool.threads()).isEqualTo(5);
            int sent = send(100, 1_000);
            assertThat(pool.threads()).as("at 100 messages a second").isLessThan(40);

            long startNs = System.nanoTime();
            CompletableFuture<Long> grown = CompletableFuture.supplyAsync(() -> {
                await().pollInterval(10, TimeUnit.MILLISECONDS)
                        .atMost(20, TimeUnit.SECONDS)
                        .until(() -> pool.threads() >= 40);
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            });
            sent += send(2_000, 6_000);
            long grownMs = grown.get();
            int all = sent;
            await().atMost(30, TimeUnit.SECONDS).until(() -> done.get() >= all);
            await().atMost(30, TimeUnit.SECONDS).until(() -> pool.threads() == 5);

            System.out.println("listener pool: 40 threads after " + grownMs + " ms, at most " + pool.largest());
            assertThat(grownMs).isLessThan(5_000);
            assertThat(pool.largest()).isLessThanOrEqualTo(64);
            assertThat(done).hasValue(all);
        }
    }

    /** Sends so many messages a second for so long, and returns how many that were. */
    private int send(int perSecond, long forMs) throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        long startNs = System.nanoTime();
        int sent = 0;
        for (long nowNs = 0; nowNs < TimeUnit.MILLISECONDS.toNanos(forMs); nowNs = System.nanoTime() - startNs) {
            while (sent < nowNs * perSecond / 1_000_000_000L) {
                producer.send(session.createTextMessage("m" + sent++));
            }
            LockSupport.parkNanos(1_000_000);
        }
        return sent;
    }

    @Test
    void whatAHandlerLeavesUndecidedGoesBackWhenItsThreadIsIdle() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        for (String text : List.of("first", "second")) {
            TextMessage message = session.createTextMessage(text);
            message.setStringProperty("JMSXGroupID", "g");
            producer.send(message);
        }
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ListenerPool pool = ListenerPool.of(connection, queue)
                .threads(2, 2)
                .mode(Session.CLIENT_ACKNOWLEDGE)
                .idleMs(300)
                .handler((message, own) -> {
                    seen.add(((TextMessage) message).getText() + " " + message.getJMSRedelivered());
                    if (message.getJMSRedelivered()) {
                        message.acknowledge();
                    }
                })
                .start()) {
            await().atMost(30, TimeUnit.SECONDS).until(() -> seen.contains("second true"));
            assertThat(seen).contains("first true");
            assertThat(pool.threads()).isEqualTo(2);
        }
        assertThat(session.createConsumer(queue).receiveNoWait()).isNull();
    }

    @Test
    void groupsKeepTheirOrderInTransactionsThatAreRolledBack() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 400; i++) {
            TextMessage message = session.createTextMessage("" + i);
            message.setStringProperty("JMSXGroupID", "g" + i % 5);
            producer.send(message);
        }
        Queue answers = session.createQueue(queue.getQueueName() + ".answers");
        Map<String, Integer> last = new ConcurrentHashMap<>();
        Map<String, Thread> busy = new ConcurrentHashMap<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        try (ListenerPool pool = ListenerPool.of(connection, queue)
                .threads(2, 16)
                .batch(2)
                .transacted()
                .handler((message, own) -> {
                    String group = message.getStringProperty("JMSXGroupID");
                    int number = Integer.parseInt(((TextMessage) message).getText());
                    if (busy.putIfAbsent(group, Thread.currentThread()) != null) {
                        wrong.add(number + " beside another of its group");
                    }
                    own.createProducer(answers).send(own.createTextMessage("" + number));
                    LockSupport.parkNanos(1_000_000);
                    busy.remove(group);
                    if (number % 17 == 0 && !message.getJMSRedelivered()) {
                        throw new IllegalArgumentException("planned");
                    }
                    Integer before = last.put(group, number);
                    if (before != null && before >= number) {
                        wrong.add(number + " after " + before);
                    }
                })
                .start()) {
            MessageConsumer receiver = session.createConsumer(answers);
            List<Integer> received = new ArrayList<>();
            while (received.size() < 400) {
                Message message = receiver.receive(30_000);
                assertThat(message).as("after %s", received).isNotNull();
                received.add(Integer.parseInt(((TextMessage) message).getText()));
            }
            assertThat(receiver.receive(100)).isNull();
            assertThat(received).doesNotHaveDuplicates();
            assertThat(wrong).isEmpty();
            assertThat(pool.largest()).isLessThanOrEqualTo(16);
        }
    }

    @Test
    void transactionsOfAPoolSurviveCutsAndAServerThatIsKilled() throws Exception {
        int count = 600;
        try (ServerProcess killed = ServerProcess.start(folder.resolve("killed"));
                CuttingProxy proxy = new CuttingProxy(killed.port());
                Connection through = new QuoinConnectionFactory(proxy.url()).createConnection()) {
            Session own = through.createSession();
            Queue answers = own.createQueue("answers");
            MessageProducer producer = own.createProducer(queue);
            for (int i = 0; i < count; i++) {
                TextMessage message = own.createTextMessage("" + i);
                message.setStringProperty("JMSXGroupID", "g" + i % 6);
                producer.send(message);
            }
            through.start();
            AtomicInteger handled = new AtomicInteger();
            try (ListenerPool pool = ListenerPool.of(through, queue)
                    .threads(4, 8)
                    .transacted()
                    .handler((message, session) -> {
                        handled.incrementAndGet();
                        TextMessage answer = session.createTextMessage(((TextMessage) message).getText());
                        answer.setStringProperty("JMSXGroupID", message.getStringProperty("JMSXGroupID"));
                        session.createProducer(answers).send(answer);
                        LockSupport.parkNanos(3_000_000);
                    })
                    .start()) {
                for (int cut = 1; cut <= 4; cut++) {
                    int until = cut * count / 6;
                    await().atMost(60, TimeUnit.SECONDS).until(() -> handled.get() >= until);
                    if (cut == 3) {
                        killed.kill();
                        killed.restart();
                    } else {
                        proxy.cut();
                    }
                }
                Map<String, Integer> last = new ConcurrentHashMap<>();
                List<String> wrong = new ArrayList<>();
                try (Connection reader = new QuoinConnectionFactory(killed.url()).createConnection()) {
                    reader.start();
                    MessageConsumer receiver = reader.createSession().createConsumer(answers);
                    for (int i = 0; i < count; i++) {
                        Message message = receiver.receive(60_000);
                        assertThat(message).as("answer %d", i).isNotNull();
                        int number = Integer.parseInt(((TextMessage) message).getText());
                        Integer before = last.put(message.getStringProperty("JMSXGroupID"), number);
                        if (before != null && before + 6 != number) {
                            wrong.add(number + " after " + before);
                        }
                    }
                    assertThat(receiver.receive(500)).isNull();
                }
                assertThat(wrong)
                        .as("each answered once, in the order of its group")
                        .isEmpty();
                System.out.println(
                        "listener pool: " + handled + " tries for " + count + " messages over cuts and a kill");
            }
        }
    }

    @Test
    void everyKindOfSubscriptionHasItsPool() throws Exception {
        connection.close();
        connection = new QuoinConnectionFactory(server.url()).createConnection();
        connection.setClientID("pool-" + System.nanoTime());
        session = connection.createSession();
        connection.start();
        Topic topic = session.createTopic("t" + System.nanoTime());
        AtomicInteger count = new AtomicInteger();
        try (ListenerPool one = pool(topic, count).sharedSubscription("s").start();
                ListenerPool two = pool(topic, count).durableSubscription("d").start();
                ListenerPool three =
                        pool(topic, count).sharedDurableSubscription("sd").start();
                ListenerPool four = pool(topic, count).selector("FALSE").start()) {
            session.createProducer(topic).send(session.createTextMessage("x"));
            await().until(() -> count.get() == 3);
            assertThat(List.of(one, two, three, four)).allMatch(pool -> pool.threads() == 1);
        }
        session.unsubscribe("d");
        session.unsubscribe("sd");
        assertThatThrownBy(() -> pool(queue, count).sharedSubscription("s").start())
                .isInstanceOf(IllegalStateException.class);
    }

    private ListenerPool.Builder pool(jakarta.jms.Destination from, AtomicInteger count) {
        return ListenerPool.of(connection, from).threads(1, 2).listener(message -> count.incrementAndGet());
    }

    @Test
    void aHandlerCannotCloseItsPoolAndCloseWaitsForHandlers() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CompletableFuture<ListenerPool> self = new CompletableFuture<>();
        ListenerPool pool = ListenerPool.of(connection, queue)
                .threads(2, 4)
                .handler((message, own) -> {
                    running.incrementAndGet();
                    try {
                        self.get().close();
                    } catch (IllegalStateException e) {
                        refused.incrementAndGet();
                    }
                    LockSupport.parkNanos(50_000_000);
                    running.decrementAndGet();
                })
                .start();
        self.complete(pool);
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 20; i++) {
            producer.send(session.createTextMessage("x"));
        }
        await().until(() -> refused.get() > 0);
        pool.close();
        assertThat(running).hasValue(0);
        assertThat(refused.get()).isPositive();
        assertThat(pool.threads()).isZero();
        MessageConsumer rest = session.createConsumer(queue);
        int left = 0;
        while (rest.receive(200) != null) {
            left++;
        }
        assertThat(left + refused.get()).isEqualTo(20);
        pool.close();
    }
}
