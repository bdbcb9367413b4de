// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import org.junit.jupiter.api.Test;

/** Topics and subscriptions (Messaging 3.1 §4.2, §8.3): rules 55 to 62. */
class SubscriptionIT extends JmsCase {

    @Test
    void rule55SharedAndDurableAreSeparateButDurableIsOfOneKind() throws Exception {
        Topic topic = topic();
        String name = name("sub");
        Session session = startedAs(name("id")).createSession();
        MessageConsumer sharedDurable = session.createSharedDurableConsumer(topic, name);
        MessageConsumer shared = session.createSharedConsumer(topic, name);
        MessageConsumer plain = session.createConsumer(topic);
        send(topic, "x");
        assertThat(text(sharedDurable)).isEqualTo("x");
        assertThat(text(shared)).isEqualTo("x");
        assertThat(text(plain)).isEqualTo("x");

        allThrow(
                JMSException.class,
                () -> session.createDurableConsumer(topic, name),
                () -> session.createDurableSubscriber(topic, name));
        sharedDurable.close();
        allThrow(JMSException.class, () -> session.createDurableConsumer(topic, name));
        session.unsubscribe(name);

        MessageConsumer durable = session.createDurableConsumer(topic, name);
        allThrow(
                JMSException.class,
                () -> session.createSharedDurableConsumer(topic, name),
                () -> session.createSharedDurableConsumer(topic, name, "a = 1"));
        durable.close();
        allThrow(JMSException.class, () -> session.createSharedDurableConsumer(topic, name));
        session.createSharedConsumer(topic, name).close();
        session.unsubscribe(name);

        JMSContext context = context();
        context.setClientID(name("id"));
        context.createDurableConsumer(topic, name).close();
        allThrow(JMSRuntimeException.class, () -> context.createSharedDurableConsumer(topic, name));
        context.unsubscribe(name);
        context.createSharedDurableConsumer(topic, name).close();
        allThrow(JMSRuntimeException.class, () -> context.createDurableConsumer(topic, name));
        context.unsubscribe(name);
    }

    @Test
    void rule55AMessageGoesToOneConsumerOfASharedSubscription() throws Exception {
        Topic topic = topic();
        for (boolean durable : new boolean[] {false, true}) {
            String name = name("sub");
            Session first = session();
            Session second = session();
            MessageConsumer a =
                    durable ? first.createSharedDurableConsumer(topic, name) : first.createSharedConsumer(topic, name);
            MessageConsumer b = durable
                    ? second.createSharedDurableConsumer(topic, name)
                    : second.createSharedConsumer(topic, name);
            send(topic, "1", "2", "3", "4");
            int received = 0;
            for (int i = 0; i < 40 && received < 4; i++) {
                received += a.receive(50) == null ? 0 : 1;
                received += b.receive(50) == null ? 0 : 1;
            }
            assertThat(received).isEqualTo(4);
            nothing(a);
            nothing(b);
            a.close();
            b.close();
            if (durable) {
                first.unsubscribe(name);
            }
        }
    }

    @Test
    void rule56AnInactiveSubscriptionIsReplacedWhenItIsCreatedOtherwise() throws Exception {
        interface Create {
            MessageConsumer on(Session session, Topic topic, String name) throws JMSException;
        }
        Topic topic = topic();
        Topic other = topic();
        Create original = (s, t, n) -> s.createDurableConsumer(t, n, "a IS NULL", false);
        Create[] changes = {
            (s, t, n) -> s.createDurableConsumer(t, n, "a IS NULL OR a = 1", false),
            (s, t, n) -> s.createDurableConsumer(t, n, null, false),
            (s, t, n) -> s.createDurableConsumer(t, n, "a IS NULL", true),
            (s, t, n) -> s.createDurableConsumer(other, n, "a IS NULL", false)
        };
        for (int i = 0; i < changes.length; i++) {
            String name = name("sub");
            Session session = startedAs(name("id")).createSession();
            original.on(session, topic, name).close();
            send(topic, "old backlog");
            MessageConsumer changed = changes[i].on(session, topic, name);
            send(i == 3 ? other : topic, "new");
            assertThat(text(changed)).isEqualTo("new");
            nothing(changed);
            changed.close();
            session.unsubscribe(name);
        }
    }

    @Test
    void rule56NullAndEmptySelectorAreEqualAndTheBacklogStays() throws Exception {
        Topic topic = topic();
        String name = name("sub");
        Session session = startedAs(name("id")).createSession();
        session.createDurableConsumer(topic, name, null, false).close();
        send(topic, "1");
        session.createDurableSubscriber(topic, name, "", false).close();
        MessageConsumer consumer = session.createDurableConsumer(topic, name);
        assertThat(text(consumer)).isEqualTo("1");
        consumer.close();
        session.unsubscribe(name);

        Session without = session();
        without.createSharedDurableConsumer(topic, name, "").close();
        send(topic, "2");
        MessageConsumer shared = without.createSharedDurableConsumer(topic, name, null);
        assertThat(text(shared)).isEqualTo("2");
        shared.close();
        without.createSharedDurableConsumer(topic, name, "a = 1").close();
        without.unsubscribe(name);
    }

    @Test
    void rule57AnActiveUnsharedSubscriptionHasOneConsumer() throws Exception {
        Topic topic = topic();
        Topic other = topic();
        String name = name("sub");
        Connection connection = startedAs(name("id"));
        Session session = connection.createSession();
        Session second = connection.createSession();
        MessageConsumer active = session.createDurableConsumer(topic, name);
        allThrow(
                JMSException.class,
                () -> second.createDurableConsumer(topic, name),
                () -> second.createDurableSubscriber(topic, name),
                () -> session.createDurableConsumer(topic, name, "a = 1", false),
                () -> session.createDurableConsumer(other, name));
        send(topic, "still there");
        assertThat(text(active)).isEqualTo("still there");
        active.close();
        TopicSubscriber next = second.createDurableSubscriber(topic, name);
        assertThat(next.getTopic()).isEqualTo(topic);
        assertThat(next.getNoLocal()).isFalse();
        next.close();
        session.unsubscribe(name);
    }

    @Test
    void rule57AnActiveSharedSubscriptionCannotBeAskedForOtherwise() throws Exception {
        Topic topic = topic();
        Topic other = topic();
        String name = name("sub");
        Session session = session();
        JMSContext context = context();
        MessageConsumer shared = session.createSharedConsumer(topic, name, "a = 1");
        allThrow(
                JMSException.class,
                () -> session.createSharedConsumer(topic, name),
                () -> session.createSharedConsumer(topic, name, "a = 2"),
                () -> session.createSharedConsumer(other, name, "a = 1"));
        allThrow(
                JMSRuntimeException.class,
                () -> context.createSharedConsumer(topic, name),
                () -> context.createSharedConsumer(other, name, "a = 1"));
        session.createSharedConsumer(topic, name, "a = 1");
        shared.close();

        MessageConsumer durable = session.createSharedDurableConsumer(topic, name);
        allThrow(
                JMSException.class,
                () -> session.createSharedDurableConsumer(topic, name, "a = 1"),
                () -> session.createSharedDurableConsumer(other, name));
        allThrow(
                JMSRuntimeException.class,
                () -> context.createSharedDurableConsumer(topic, name, "a = 1"),
                () -> context.createSharedDurableConsumer(other, name));
        durable.close();
        session.unsubscribe(name);
    }

    @Test
    void rule58UnsubscribeRefusesWhatIsUnknownOrInUse() throws Exception {
        Topic topic = topic();
        String name = name("sub");
        Session session = startedAs(name("id")).createSession(Session.CLIENT_ACKNOWLEDGE);
        allThrow(
                InvalidDestinationException.class,
                () -> session.unsubscribe(name("unknown")),
                () -> session.unsubscribe(""),
                () -> session.unsubscribe(null));
        allThrow(InvalidDestinationRuntimeException.class, () -> context().unsubscribe(name("unknown")));
        TopicSession topics = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        allThrow(InvalidDestinationException.class, () -> topics.unsubscribe(name("unknown")));

        MessageConsumer consumer = session.createDurableConsumer(topic, name);
        allThrow(JMSException.class, () -> session.unsubscribe(name));
        send(topic, "x");
        Message message = consumer.receive(SOON_MS);
        consumer.close();
        allThrow(JMSException.class, () -> session.unsubscribe(name));
        message.acknowledge();
        session.unsubscribe(name);
        allThrow(InvalidDestinationException.class, () -> session.unsubscribe(name));
    }

    @Test
    void rule58UnsubscribeWaitsForTheTransaction() throws Exception {
        Topic topic = topic();
        String name = name("sub");
        Session session = session(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createSharedDurableConsumer(topic, name);
        send(topic, "x");
        text(consumer);
        consumer.close();
        allThrow(JMSException.class, () -> session.unsubscribe(name));
        session.commit();
        session.unsubscribe(name);
    }

    @Test
    void rule59NoTopicAndTemporaryTopics() throws Exception {
        Session session = startedAs(name("id")).createSession();
        TemporaryTopic temporary = session.createTemporaryTopic();
        for (Topic topic : new Topic[] {null, temporary}) {
            allThrow(
                    InvalidDestinationException.class,
                    () -> session.createDurableConsumer(topic, "d"),
                    () -> session.createDurableConsumer(topic, "d", null, false),
                    () -> session.createDurableSubscriber(topic, "d"),
                    () -> session.createDurableSubscriber(topic, "d", null, false),
                    () -> session.createSharedDurableConsumer(topic, "d"),
                    () -> session.createSharedDurableConsumer(topic, "d", null));
        }
        allThrow(
                InvalidDestinationException.class,
                () -> session.createSharedConsumer(null, "s"),
                () -> session.createSharedConsumer(null, "s", null));
        JMSContext context = context();
        context.setClientID(name("id"));
        allThrow(
                InvalidDestinationRuntimeException.class,
                () -> context.createDurableConsumer(null, "d"),
                () -> context.createDurableConsumer(null, "d", null, false),
                () -> context.createSharedDurableConsumer(null, "d"),
                () -> context.createSharedDurableConsumer(null, "d", null),
                () -> context.createSharedConsumer(null, "s"),
                () -> context.createSharedConsumer(null, "s", null),
                () -> context.createDurableConsumer(context.createTemporaryTopic(), "d"));
        for (String none : new String[] {null, ""}) {
            allThrow(
                    JMSException.class,
                    () -> session.createDurableConsumer(topic(), none),
                    () -> session.createSharedConsumer(topic(), none),
                    () -> session.createSharedDurableConsumer(topic(), none));
        }
        MessageConsumer shared = session.createSharedConsumer(temporary, "s");
        send(session, temporary, "non-durable may be");
        assertThat(text(shared)).isEqualTo("non-durable may be");
    }

    @Test
    void rule60NoLocalIsOfTheConnection() throws Exception {
        Topic topic = topic();
        Session session = session();
        MessageConsumer deaf = session.createConsumer(topic, null, true);
        MessageConsumer hearing = session.createConsumer(topic, null, false);
        TopicSession topics = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        TopicSubscriber subscriber = topics.createSubscriber(topic, null, true);
        assertThat(subscriber.getNoLocal()).isTrue();
        send(session, topic, "own");
        send(topic, "another's");
        assertThat(text(deaf)).isEqualTo("another's");
        nothing(deaf);
        assertThat(texts(hearing, 2)).containsExactly("own", "another's");
        assertThat(texts(subscriber, 2)).containsExactly("own", "another's");

        JMSContext context = context();
        JMSConsumer consumer = context.createConsumer(topic, null, true);
        context.createProducer().send(topic, "own");
        send(topic, "another's");
        assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("another's");
    }

    @Test
    void rule60NoLocalOfADurableSubscriptionIsOfTheClientIdAndOfTheMessagesTime() throws Exception {
        Topic topic = topic();
        String id = name("id");
        Connection first = startedAs(id);
        Session session = first.createSession();
        session.createDurableConsumer(topic, "d", null, true).close();
        send(session, topic, "own");
        first.close();
        Connection second = startedAs(id);
        Session again = second.createSession();
        send(again, topic, "own by another connection of the id");
        send(topic, "another's");
        MessageConsumer consumer = again.createDurableConsumer(topic, "d", null, true);
        assertThat(text(consumer)).isEqualTo("another's");
        nothing(consumer);
        consumer.close();
        again.unsubscribe("d");
    }

    @Test
    void rule60OnAQueueNoLocalMeansNothing() throws Exception {
        Queue queue = queue();
        Session session = session();
        send(session, queue, "own");
        assertThat(text(session.createConsumer(queue, null, true))).isEqualTo("own");
    }

    @Test
    void rule61NamesOfSubscriptions() throws Exception {
        Topic topic = topic();
        Session session = startedAs(name("id")).createSession();
        for (String name : new String[] {"abcXYZ019_.-", "x".repeat(128), "org.acme.Bean-1_sub", ".", "-1"}) {
            session.createDurableConsumer(topic, name).close();
            session.unsubscribe(name);
            session.createSharedDurableConsumer(topic, name).close();
            session.createSharedConsumer(topic, name).close();
            session.unsubscribe(name);
        }
    }

    @Test
    void rule62ASharedNonDurableSubscriptionEndsWithItsLastConsumer() throws Exception {
        Topic topic = topic();
        String name = name("sub");
        Session first = session();
        Session second = session();
        MessageConsumer a = first.createSharedConsumer(topic, name);
        MessageConsumer b = second.createSharedConsumer(topic, name);
        a.close();
        send(topic, "for the one that is left");
        assertThat(text(b)).isEqualTo("for the one that is left");
        send(topic, "nobody takes it");
        second.close();
        MessageConsumer next = first.createSharedConsumer(topic, name);
        nothing(next);
        next.close();
        first.createSharedConsumer(topic(), name).close();
    }
}
