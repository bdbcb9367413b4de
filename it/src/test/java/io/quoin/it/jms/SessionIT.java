// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Sessions, transactions and acknowledgement (Messaging 3.1 §6.2, §8.7, §9.2, §10.3): rules 16 to 23. */
class SessionIT extends JmsCase {

    @Test
    void rule16CommitRollbackAndRecoverAreForTheirModesOnly() throws Exception {
        Connection connection = started();
        for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE}) {
            Session session = connection.createSession(mode);
            assertThat(session.getTransacted()).isFalse();
            assertThat(session.getAcknowledgeMode()).isEqualTo(mode);
            allThrow(IllegalStateException.class, session::commit, session::rollback);
            session.recover();

            JMSContext context = context(mode);
            assertThat(context.getTransacted()).isFalse();
            assertThat(context.getSessionMode()).isEqualTo(mode);
            allThrow(IllegalStateRuntimeException.class, context::commit, context::rollback);
            context.recover();
        }
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        assertThat(transacted.getTransacted()).isTrue();
        assertThat(transacted.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
        illegalState(transacted::recover);
        transacted.commit();
        transacted.rollback();
        JMSContext context = context(JMSContext.SESSION_TRANSACTED);
        assertThat(context.getTransacted()).isTrue();
        assertThat(context.getSessionMode()).isEqualTo(JMSContext.SESSION_TRANSACTED);
        illegalStateRuntime(context::recover);
        context.commit();
        context.rollback();
        context.acknowledge();
        context.close();
        illegalStateRuntime(context::commit, context::rollback, context::recover, context::acknowledge);
    }

    @Test
    void rule16AnAcknowledgeModeThatThereIsNotIsRefused() throws Exception {
        Connection connection = started();
        QueueConnection queues = queueConnection();
        TopicConnection topics = topicConnection();
        for (int mode : new int[] {-1, 99, 4}) {
            allThrow(
                    JMSException.class,
                    () -> connection.createSession(mode),
                    () -> connection.createSession(false, mode),
                    () -> queues.createQueueSession(false, mode),
                    () -> topics.createTopicSession(false, mode));
            allThrow(
                    JMSRuntimeException.class,
                    () -> factory().createContext(mode),
                    () -> factory().createContext(null, null, mode));
            JMSContext context = context();
            allThrow(JMSRuntimeException.class, () -> context.createContext(mode));
        }
        for (int ignored : new int[] {0, -1, 99, Session.CLIENT_ACKNOWLEDGE}) {
            assertThat(connection.createSession(true, ignored).getAcknowledgeMode())
                    .isEqualTo(Session.SESSION_TRANSACTED);
        }
        assertThat(queues.createQueueSession(true, 0).getTransacted()).isTrue();
        assertThat(topics.createTopicSession(true, 0).getTransacted()).isTrue();
        assertThat(connection.createSession().getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
        assertThat(context().getSessionMode()).isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Test
    void rule17AQueueSessionHasNothingOfTopics() throws Exception {
        QueueConnection connection = queueConnection();
        QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        Topic topic = topic();
        allThrow(
                IllegalStateException.class,
                () -> session.createTopic("t"),
                () -> session.createTemporaryTopic(),
                () -> session.createDurableSubscriber(topic, "d"),
                () -> session.createDurableSubscriber(topic, "d", null, false),
                () -> session.createDurableConsumer(topic, "d"),
                () -> session.createDurableConsumer(topic, "d", null, false),
                () -> session.createSharedConsumer(topic, "s"),
                () -> session.createSharedConsumer(topic, "s", null),
                () -> session.createSharedDurableConsumer(topic, "s"),
                () -> session.createSharedDurableConsumer(topic, "s", null),
                () -> session.unsubscribe("d"),
                () -> connection.createDurableConnectionConsumer(topic, "d", null, () -> null, 1),
                () -> connection.createSharedConnectionConsumer(topic, "d", null, () -> null, 1),
                () -> connection.createSharedDurableConnectionConsumer(topic, "d", null, () -> null, 1));
    }

    @Test
    void rule17ATopicSessionHasNothingOfQueues() throws Exception {
        TopicSession session = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        Queue queue = queue();
        illegalState(
                () -> session.createQueue("q"),
                () -> session.createTemporaryQueue(),
                () -> session.createBrowser(queue),
                () -> session.createBrowser(queue, "a = 1"));
    }

    @Test
    void rule18ClientAcknowledgeCoversAllThatTheSessionDelivered() throws Exception {
        Queue first = queue();
        Queue second = queue();
        send(first, "1", "2", "3");
        send(second, "a", "b");
        Session session = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer ofFirst = session.createConsumer(first);
        MessageConsumer ofSecond = session.createConsumer(second);
        Message oldest = ofFirst.receive(SOON_MS);
        assertThat(texts(ofFirst, 1)).containsExactly("2");
        assertThat(texts(ofSecond, 1)).containsExactly("a");
        oldest.acknowledge();
        session.close();
        assertThat(drain(first)).as("later messages than the one used").containsExactly("3");
        assertThat(drain(second)).as("other consumers' messages").containsExactly("b");
    }

    @Test
    void rule18AContextAcknowledgesAllAndOnlyInClientMode() {
        JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
        Queue queue = context.createQueue(name("q"));
        send(queue, "1", "2", "3");
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("1");
        assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("2");
        context.acknowledge();
        context.close();
        assertThat(drain(queue)).containsExactly("3");

        for (int mode :
                new int[] {JMSContext.AUTO_ACKNOWLEDGE, JMSContext.DUPS_OK_ACKNOWLEDGE, JMSContext.SESSION_TRANSACTED
                }) {
            JMSContext other = context(mode);
            Queue another = other.createQueue(name("q"));
            send(another, "1");
            other.createConsumer(another).receiveBody(String.class, SOON_MS);
            other.acknowledge();
            other.close();
            assertThat(drain(another).size()).isEqualTo(mode == JMSContext.SESSION_TRANSACTED ? 1 : 0);
        }
    }

    @Test
    void rule19RecoverGoesBackToTheFirstUnacknowledgedMessage() throws Exception {
        Queue queue = queue();
        send(queue, "1", "2", "3", "4");
        Session session = session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        Message acknowledged = consumer.receive(SOON_MS);
        delivered(acknowledged, "1", 1);
        acknowledged.acknowledge();
        delivered(consumer.receive(SOON_MS), "2", 1);
        delivered(consumer.receive(SOON_MS), "3", 1);
        session.recover();
        delivered(consumer.receive(SOON_MS), "2", 2);
        delivered(consumer.receive(SOON_MS), "3", 2);
        session.recover();
        delivered(consumer.receive(SOON_MS), "2", 3);
        delivered(consumer.receive(SOON_MS), "3", 3);
        delivered(consumer.receive(SOON_MS), "4", 1);
    }

    @Test
    void rule19RollbackRedeliversInOrderAndCounts() throws Exception {
        Topic topic = topic();
        Session session = startedAs(name("id")).createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createDurableConsumer(topic, "d");
        send(topic, "1", "2", "3");
        delivered(consumer.receive(SOON_MS), "1", 1);
        delivered(consumer.receive(SOON_MS), "2", 1);
        session.rollback();
        delivered(consumer.receive(SOON_MS), "1", 2);
        delivered(consumer.receive(SOON_MS), "2", 2);
        delivered(consumer.receive(SOON_MS), "3", 1);
        session.commit();
        nothing(consumer);
        consumer.close();
        session.unsubscribe("d");
    }

    @Test
    void rule19AnotherConsumerGetsItFlagged() throws Exception {
        Queue queue = queue();
        send(queue, "1");
        Session session = session(Session.SESSION_TRANSACTED);
        delivered(session.createConsumer(queue).receive(SOON_MS), "1", 1);
        session.close();
        delivered(session().createConsumer(queue).receive(SOON_MS), "1", 2);
    }

    private static void delivered(Message message, String text, int count) throws JMSException {
        assertThat(message).isNotNull();
        assertThat(((TextMessage) message).getText()).isEqualTo(text);
        assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(count);
        assertThat(message.getJMSRedelivered()).isEqualTo(count > 1);
    }

    @Test
    void rule20AListenerThatThrowsGetsItsMessageAgainAtOnce() throws Exception {
        for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE}) {
            Queue queue = queue();
            List<String> heard = Collections.synchronizedList(new ArrayList<>());
            Session session = session(mode);
            MessageConsumer consumer = session.createConsumer(queue);
            consumer.setMessageListener(m -> {
                heard.add(describe(m));
                if (heard.size() < 3) {
                    throw new IllegalArgumentException("the test's own");
                }
            });
            send(queue, "1", "2");
            Awaitility.await().until(() -> heard.size() == 4);
            assertThat(heard).containsExactly("1 x1", "1 x2 redelivered", "1 x3 redelivered", "2 x1");
            session.close();
            assertThat(drain(queue)).isEmpty();
        }
    }

    @Test
    void rule20AMessageThatIsNeverTakenEndsInTheDeadLetters() throws Exception {
        Queue queue = queue(name("q") + "?maxDeliveries=3");
        Session session = session();
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        session.createConsumer(queue).setMessageListener(m -> {
            heard.add(describe(m));
            if (heard.size() <= 3) {
                throw new IllegalArgumentException("the test's own");
            }
        });
        send(queue, "poison", "good");
        Awaitility.await().until(() -> heard.size() == 4);
        assertThat(heard).containsExactly("poison x1", "poison x2 redelivered", "poison x3 redelivered", "good x1");
        assertThat(drain(queue("DLQ." + queue.getQueueName()))).containsExactly("poison");
    }

    @Test
    void rule20InTheOtherModesTheNextMessageComes() throws Exception {
        for (int mode : new int[] {Session.CLIENT_ACKNOWLEDGE, Session.SESSION_TRANSACTED}) {
            Queue queue = queue();
            List<String> heard = Collections.synchronizedList(new ArrayList<>());
            Session session = session(mode);
            session.createConsumer(queue).setMessageListener(m -> {
                heard.add(describe(m));
                throw new IllegalArgumentException("the test's own");
            });
            send(queue, "1", "2");
            Awaitility.await().until(() -> heard.size() == 2);
            assertThat(heard).containsExactly("1 x1", "2 x1");
            session.close();
            assertThat(drain(queue)).containsExactlyInAnyOrder("1", "2");
        }
    }

    private static String describe(Message message) {
        try {
            return ((TextMessage) message).getText() + " x" + message.getIntProperty("JMSXDeliveryCount")
                    + (message.getJMSRedelivered() ? " redelivered" : "");
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rule21OrderHoldsAcrossSynchronousAndAsynchronousSendsAndModes() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        List<String> persistent = new ArrayList<>();
        List<String> all = new ArrayList<>();
        CountDownLatch completed = new CountDownLatch(20);
        for (int i = 0; i < 60; i++) {
            TextMessage message = session.createTextMessage("m" + i);
            message.setStringProperty("JMSXGroupID", i % 5 == 0 ? null : "group" + i % 5);
            boolean volatileOne = i % 4 == 3;
            producer.setDeliveryMode(volatileOne ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT);
            if (i % 3 == 0) {
                producer.send(message, new Completed(completed));
            } else {
                producer.send(message);
            }
            all.add("m" + i);
            if (!volatileOne) {
                persistent.add("m" + i);
            }
        }
        reached(completed);
        MessageConsumer consumer = session.createConsumer(queue);
        List<String> received = texts(consumer, 60);
        List<String> receivedPersistent = new ArrayList<>(received);
        receivedPersistent.retainAll(persistent);
        assertThat(receivedPersistent).isEqualTo(persistent);
        List<String> rest = new ArrayList<>(received);
        rest.removeAll(persistent);
        List<String> volatiles = new ArrayList<>(all);
        volatiles.removeAll(persistent);
        assertThat(rest).isEqualTo(volatiles);
    }

    @Test
    void rule21HigherPriorityComesFirst() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        for (int priority = 0; priority <= 9; priority++) {
            producer.send(session.createTextMessage("p" + priority), DeliveryMode.PERSISTENT, priority, 0);
        }
        assertThat(drain(queue)).containsExactly("p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1", "p0");
    }

    @Test
    void rule22OneThreadRunsAllListenersOfASession() throws Exception {
        Queue first = queue();
        Queue second = queue();
        Session session = session();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch heard = new CountDownLatch(40);
        for (Queue queue : List.of(first, second)) {
            session.createConsumer(queue).setMessageListener(m -> {
                threads.add(Thread.currentThread());
                heard.countDown();
            });
        }
        for (int i = 0; i < 20; i++) {
            send(first, "x");
            send(second, "y");
        }
        reached(heard);
        assertThat(threads).hasSize(1);
    }

    @Test
    void rule22ASessionWithAListenerRefusesToReceive() throws Exception {
        Session session = session();
        MessageConsumer listening = session.createConsumer(queue());
        MessageConsumer other = session.createConsumer(queue());
        listening.setMessageListener(m -> {});
        illegalState(listening::receiveNoWait, () -> other.receive(1), other::receiveNoWait);
        listening.setMessageListener(null);
        assertThat(listening.getMessageListener()).isNull();
        assertThat(other.receiveNoWait()).isNull();

        JMSContext context = context();
        JMSConsumer consumer = context.createConsumer(context.createQueue(name("q")));
        consumer.setMessageListener(m -> {});
        illegalStateRuntime(
                consumer::receiveNoWait,
                () -> consumer.receive(1),
                () -> consumer.receiveBody(String.class, 1),
                () -> consumer.receiveBodyNoWait(String.class));
    }

    @Test
    void rule23ACommitThatEndsInRollbackSaysSo() throws Exception {
        TemporaryQueue output = session().createTemporaryQueue();
        Queue input = queue();
        Queue other = queue();
        send(input, "in");
        Session session = session(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(input);
        assertThat(text(consumer)).isEqualTo("in");
        send(session, output, "out");
        send(session, other, "out as well");
        output.delete();
        allThrow(TransactionRolledBackException.class, session::commit);
        assertThat(text(consumer)).as("what was consumed in it comes again").isEqualTo("in");
        session.commit();
        assertThat(drain(other)).isEmpty();

        JMSContext owner = context();
        TemporaryQueue gone = owner.createTemporaryQueue();
        JMSContext context = context(JMSContext.SESSION_TRANSACTED);
        context.createProducer().send(gone, "out");
        owner.close();
        allThrow(TransactionRolledBackRuntimeException.class, context::commit);
    }

    /** Counts what was completed. */
    private record Completed(CountDownLatch latch) implements jakarta.jms.CompletionListener {

        @Override
        public void onCompletion(Message message) {
            latch.countDown();
        }

        @Override
        public void onException(Message message, Exception exception) {
            throw new AssertionError(exception);
        }
    }
}
