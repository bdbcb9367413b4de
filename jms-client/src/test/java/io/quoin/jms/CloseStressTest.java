// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Sends, receives, listens and closes at random from many threads; nothing may hang, whatever the order. */
class CloseStressTest {

    private static final int ROUNDS = Boolean.getBoolean("quoin.long") ? 400 : 40;

    @Test
    void nothingHangsWhateverIsClosedWhenever() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            oneRound(new Random(round), round);
        }
    }

    private static void oneRound(Random random, int round) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(CloseStressTest::deliverToEveryConsumer)) {
            Connection connection = new QuoinConnectionFactory(server.uri() + "?requestTimeout=10000&sendTimeout=10000")
                    .createConnection();
            Link link = server.link();
            connection.start();
            List<AutoCloseable> closeable = new CopyOnWriteArrayList<>();
            closeable.add(connection);
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int kind = random.nextInt(4);
                long seed = random.nextLong();
                running.add(Background.run(() -> work(connection, kind, new Random(seed), closeable)));
            }
            long pauseNs = random.nextInt(3_000_000);
            boolean cut = random.nextInt(4) == 0;
            for (int i = 0; i < 3; i++) {
                int which = random.nextInt(1 << 20);
                running.add(Background.run(() -> {
                    java.util.concurrent.locks.LockSupport.parkNanos(pauseNs);
                    closeable.get(which % closeable.size()).close();
                }));
            }
            if (cut) {
                running.add(Background.run(link::cut));
            }
            running.add(Background.run(() -> {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                connection.close();
            }));
            for (CompletableFuture<Void> one : running) {
                finish(one, round);
            }
            assertThat(link.broken()).as("round %d", round).isNull();
        }
    }

    private static void finish(CompletableFuture<Void> one, int round) throws Exception {
        try {
            one.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).as("round %d", round).isInstanceOf(JMSException.class);
        } catch (TimeoutException e) {
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                if (thread.getName().matches("(quoin|background|scripted).*")) {
                    System.err.println(thread + " " + List.of(stack));
                }
            });
            throw new AssertionError("Round " + round + " hangs", e);
        }
    }

    private static void deliverToEveryConsumer(Link link) {
        link.watch(seen -> {
            if (seen instanceof Seen.Rare rare && rare.frame() instanceof Frame.ConsumerOpen open) {
                for (int i = 0; i < 20; i++) {
                    link.deliver(seen.session(), open.consumer(), "m" + i);
                }
            }
        });
    }

    private static void work(Connection connection, int kind, Random random, List<AutoCloseable> closeable)
            throws JMSException {
        Session session = connection.createSession(kind == 3 ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
        closeable.add(session);
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        closeable.add(producer);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        closeable.add(consumer);
        switch (kind) {
            case 0 -> listen(session, consumer, producer, random);
            case 1 -> sendAsynchronously(session, producer);
            default -> receive(session, consumer, producer, kind == 3, random);
        }
    }

    private static void listen(Session session, MessageConsumer consumer, MessageProducer producer, Random random)
            throws JMSException {
        boolean fails = random.nextInt(3) == 0;
        consumer.setMessageListener(message -> {
            try {
                producer.send(session.createTextMessage("answer"));
                if (fails) {
                    consumer.close();
                }
            } catch (JMSException e) {
                // Closed meanwhile.
            }
        });
    }

    private static void sendAsynchronously(Session session, MessageProducer producer) throws JMSException {
        for (int i = 0; i < 100; i++) {
            producer.send(session.createTextMessage("x"), new CompletionListener() {
                @Override
                public void onCompletion(Message message) {}

                @Override
                public void onException(Message message, Exception exception) {}
            });
        }
    }

    private static void receive(
            Session session, MessageConsumer consumer, MessageProducer producer, boolean transacted, Random random)
            throws JMSException {
        for (int i = 0; i < 100; i++) {
            Message message = random.nextBoolean() ? consumer.receive(1) : consumer.receiveNoWait();
            producer.send(session.createTextMessage(message == null ? "none" : "some"));
            if (transacted) {
                if (random.nextBoolean()) {
                    session.commit();
                } else {
                    session.rollback();
                }
            } else if (random.nextInt(10) == 0) {
                session.recover();
            }
        }
    }
}
