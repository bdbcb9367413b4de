// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicSession;
import org.junit.jupiter.api.Test;

/** Client ids (Messaging 3.1 §6.1.2, §8.3.3, §8.3.4): rules 1 to 5. */
class ClientIdIT extends JmsCase {

    @Test
    void rule01TheClientIdOfTheFactoryCannotBeSetAgain() throws Exception {
        QuoinConnectionFactory factory = factory();
        String id = name("id");
        factory.setClientID(id);
        try (Connection connection = factory.createConnection()) {
            assertThat(connection.getClientID()).isEqualTo(id);
            allThrow(
                    IllegalStateException.class,
                    () -> connection.setClientID(id),
                    () -> connection.setClientID(id + "2"),
                    () -> connection.setClientID(null));
            assertThat(connection.getClientID()).isEqualTo(id);
        }
        try (Connection connection = factory.createQueueConnection()) {
            illegalState(() -> connection.setClientID(id));
        }
        try (Connection connection = factory.createTopicConnection()) {
            illegalState(() -> connection.setClientID(id));
        }
        try (JMSContext context = factory.createContext()) {
            assertThat(context.getClientID()).isEqualTo(id);
            illegalStateRuntime(() -> context.setClientID(id), () -> context.setClientID("other"));
        }
    }

    @Test
    void rule02TheClientIdIsSetBeforeAnyOtherUseOfTheConnection() throws Exception {
        interface Use {
            void of(Connection connection) throws Exception;
        }
        Use[] uses = {
            c -> c.createSession(),
            c -> c.createSession(Session.CLIENT_ACKNOWLEDGE),
            c -> c.createSession(true, 0),
            c -> c.start(),
            c -> c.stop(),
            c -> c.setExceptionListener(e -> {}),
            c -> c.getMetaData()
        };
        for (Use use : uses) {
            Connection connection = stopped();
            use.of(connection);
            illegalState(() -> connection.setClientID(name("late")));
            assertThat(connection.getClientID()).isNull();
        }
        Connection queues = closing(factory().createQueueConnection());
        ((jakarta.jms.QueueConnection) queues).createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        illegalState(() -> queues.setClientID(name("late")));
        Connection topics = closing(factory().createTopicConnection());
        ((jakarta.jms.TopicConnection) topics).createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        illegalState(() -> topics.setClientID(name("late")));
    }

    @Test
    void rule02GettersAreNoUseOfTheConnection() throws Exception {
        Connection connection = stopped();
        connection.getClientID();
        connection.getExceptionListener();
        String id = name("id");
        connection.setClientID(id);
        assertThat(connection.getClientID()).isEqualTo(id);

        JMSContext context = context();
        assertThat(context.getClientID()).isNull();
        context.setClientID(name("id"));
        assertThat(context.getClientID()).isNotNull();
    }

    @Test
    void rule02TheClientIdOfAContextIsSetBeforeAnyOtherUse() {
        interface Use {
            void of(JMSContext context);
        }
        Use[] uses = {
            c -> c.createConsumer(c.createQueue(name("q"))),
            c -> c.createConsumer(c.createTopic(name("t")), "a = 1", true),
            c -> c.createSharedConsumer(c.createTopic(name("t")), "s"),
            c -> c.createBrowser(c.createQueue(name("q"))),
            c -> c.createProducer().send(c.createQueue(name("q")), "x"),
            c -> c.start(),
            c -> c.stop(),
            c -> c.setExceptionListener(e -> {}),
            c -> c.getMetaData(),
            c -> c.createTemporaryQueue(),
            c -> c.createTemporaryTopic()
        };
        for (Use use : uses) {
            JMSContext context = context();
            use.of(context);
            illegalStateRuntime(() -> context.setClientID(name("late")));
        }
    }

    @Test
    void rule03TheClientIdIsSetOnceAndBelongsToOneLiveConnection() throws Exception {
        String id = name("id");
        Connection first = stopped();
        first.setClientID(id);
        illegalState(() -> first.setClientID(id), () -> first.setClientID(id + "2"));

        Connection second = stopped();
        allThrow(
                InvalidClientIDException.class,
                () -> second.setClientID(id),
                () -> second.setClientID(null),
                () -> second.setClientID(""));
        JMSContext context = context();
        allThrow(
                InvalidClientIDRuntimeException.class,
                () -> context.setClientID(id),
                () -> context.setClientID(null),
                () -> context.setClientID(""));
        QuoinConnectionFactory factory = factory();
        factory.setClientID(id);
        allThrow(InvalidClientIDException.class, factory::createConnection);
        allThrow(InvalidClientIDRuntimeException.class, factory::createContext);

        first.close();
        second.setClientID(id);
        assertThat(second.getClientID()).isEqualTo(id);
    }

    @Test
    void rule03TheClientIdIsFreeWhenTheServerSeesTheConnectionDie() throws Exception {
        String id = name("id");
        try (Relay relay = Relay.to(server().port())) {
            Connection lost = closing(new QuoinConnectionFactory(relay.url()).createConnection());
            lost.setClientID(id);
            relay.cut();
            Connection next = stopped();
            await().until(() -> {
                try {
                    next.setClientID(id);
                    return true;
                } catch (InvalidClientIDException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void rule04AnUnsharedDurableSubscriptionNeedsAClientId() throws Exception {
        Topic topic = topic();
        Session session = session();
        allThrow(
                IllegalStateException.class,
                () -> session.createDurableConsumer(topic, "d"),
                () -> session.createDurableConsumer(topic, "d", null, false),
                () -> session.createDurableSubscriber(topic, "d"),
                () -> session.createDurableSubscriber(topic, "d", "a = 1", true));
        TopicSession topics = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        illegalState(() -> topics.createDurableSubscriber(topic, "d"));
        JMSContext context = context();
        allThrow(
                IllegalStateRuntimeException.class,
                () -> context.createDurableConsumer(topic, "d"),
                () -> context.createDurableConsumer(topic, "d", null, true));
    }

    @Test
    void rule04ASharedDurableSubscriptionNeedsNone() throws Exception {
        Topic topic = topic();
        String name = name("shared");
        Session without = session();
        without.createSharedDurableConsumer(topic, name).close();
        Session with = startedAs(name("id")).createSession();
        with.createSharedDurableConsumer(topic, name).close();
        send(topic, "for both");

        var ownOfWithout = without.createSharedDurableConsumer(topic, name);
        var ownOfWith = with.createSharedDurableConsumer(topic, name);
        assertThat(text(ownOfWithout)).isEqualTo("for both");
        assertThat(text(ownOfWith))
                .as("\"no client id\" is a namespace of its own")
                .isEqualTo("for both");
        ownOfWithout.close();
        ownOfWith.close();
        without.unsubscribe(name);
        with.unsubscribe(name);
        try (JMSContext context = factory().createContext()) {
            context.createSharedDurableConsumer(topic, name).close();
            context.unsubscribe(name);
        }
    }

    @Test
    void rule05AContextMadeFromAContextSharesTheConnection() {
        JMSContext first = context();
        first.setClientID(name("id"));
        JMSContext second = closing(first.createContext(JMSContext.CLIENT_ACKNOWLEDGE));
        assertThat(second.getClientID()).isEqualTo(first.getClientID());

        JMSContext third = context();
        JMSContext fourth = closing(third.createContext(JMSContext.AUTO_ACKNOWLEDGE));
        illegalStateRuntime(() -> fourth.setClientID(name("id")), () -> third.setClientID(name("id")));
    }
}
