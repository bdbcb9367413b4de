// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;

/** Destinations, temporary ones and requestors (Messaging 3.1 §4.1, §6.2.2, §7.7, §9.1, §9.2): rules 63 to 66. */
class DestinationIT extends JmsCase {

    @Test
    void rule63OnlyTheConnectionThatCreatedItMayConsume() throws Exception {
        Connection connection = started();
        Session session = connection.createSession();
        Session sibling = connection.createSession();
        Session stranger = session();
        JMSContext strangerContext = context();
        TemporaryQueue queue = session.createTemporaryQueue();
        TemporaryTopic topic = session.createTemporaryTopic();
        assertThat(queue).isNotEqualTo(session.createTemporaryQueue());
        for (Destination temporary : List.of(queue, topic)) {
            allThrow(
                    JMSException.class,
                    () -> stranger.createConsumer(temporary),
                    () -> stranger.createConsumer(temporary, "a = 1"));
            allThrow(JMSRuntimeException.class, () -> strangerContext.createConsumer(temporary));
            MessageConsumer consumer = sibling.createConsumer(temporary);
            send(stranger, temporary, "from a stranger");
            send(session, temporary, "from a sibling");
            assertThat(texts(consumer, 2)).containsExactly("from a stranger", "from a sibling");
            consumer.close();
        }
    }

    @Test
    void rule63DeleteIsRefusedWhileThereAreConsumers() throws Exception {
        Session session = session();
        TemporaryQueue queue = session.createTemporaryQueue();
        TemporaryTopic topic = session.createTemporaryTopic();
        MessageConsumer ofQueue = session.createConsumer(queue);
        MessageConsumer ofTopic = session.createConsumer(topic);
        allThrow(JMSException.class, queue::delete, topic::delete);
        MessageProducer early = session.createProducer(queue);
        MessageProducer open = session().createProducer(null);
        Message message = session.createMessage();
        open.send(queue, message);
        open.send(topic, message);
        ofQueue.close();
        ofTopic.close();
        queue.delete();
        topic.delete();
        allThrow(
                InvalidDestinationException.class,
                () -> early.send(message),
                () -> session.createProducer(null).send(topic, message),
                () -> open.send(queue, message),
                () -> open.send(topic, message));
        allThrow(JMSException.class, () -> session.createConsumer(queue), () -> session.createConsumer(topic));
        allThrow(JMSException.class, queue::delete, topic::delete);
    }

    @Test
    void rule63ItDiesWithItsConnection() throws Exception {
        Connection connection = started();
        TemporaryQueue queue = connection.createSession().createTemporaryQueue();
        Session stranger = session();
        MessageProducer producer = stranger.createProducer(queue);
        producer.send(stranger.createMessage());
        connection.close();
        allThrow(
                JMSException.class,
                () -> producer.send(stranger.createMessage()),
                () -> session().createProducer(queue).send(stranger.createMessage()),
                queue::delete);
    }

    @Test
    void rule63DomainSpecificSessionsHaveTheirOwn() throws Exception {
        QueueSession queues = queueConnection().createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        TemporaryQueue queue = queues.createTemporaryQueue();
        send(queues, queue, "x");
        assertThat(((TextMessage) queues.createReceiver(queue).receive(SOON_MS)).getText())
                .isEqualTo("x");
        TopicSession topics = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        TemporaryTopic topic = topics.createTemporaryTopic();
        MessageConsumer subscriber = topics.createSubscriber(topic);
        send(topics, topic, "y");
        assertThat(text(subscriber)).isEqualTo("y");
        JMSContext context = context();
        TemporaryQueue ofContext = context.createTemporaryQueue();
        context.createProducer().send(ofContext, "z");
        assertThat(context.createConsumer(ofContext).receiveBody(String.class, SOON_MS))
                .isEqualTo("z");
    }

    /** Answers every request once. */
    private CompletableFuture<Void> answer(Destination requests) throws JMSException {
        Session session = session();
        MessageConsumer consumer = session.createConsumer(requests);
        return background(() -> {
            TextMessage request = (TextMessage) consumer.receive(SOON_MS);
            TextMessage reply = session.createTextMessage(request.getText() + "!");
            reply.setJMSCorrelationID(request.getJMSMessageID());
            session.createProducer(request.getJMSReplyTo()).send(reply);
            return null;
        });
    }

    @Test
    void rule64RequestorsGetTheirReply() throws Exception {
        Queue queue = queue();
        QueueSession session = queueConnection().createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        CompletableFuture<Void> answered = answer(queue);
        QueueRequestor requestor = new QueueRequestor(session, queue);
        TextMessage request = session.createTextMessage("hello");
        TextMessage reply = (TextMessage) requestor.request(request);
        assertThat(reply.getText()).isEqualTo("hello!");
        assertThat(reply.getJMSCorrelationID()).isEqualTo(request.getJMSMessageID());
        answered.get(SOON_MS, TimeUnit.MILLISECONDS);
        requestor.close();
        illegalState(() -> session.createTextMessage("closed with the requestor"));

        Topic topic = topic();
        TopicSession topics = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        CompletableFuture<Void> answeredToo = answer(topic);
        TopicRequestor topicRequestor = new TopicRequestor(topics, topic);
        assertThat(((TextMessage) topicRequestor.request(topics.createTextMessage("hello"))).getText())
                .isEqualTo("hello!");
        answeredToo.get(SOON_MS, TimeUnit.MILLISECONDS);
        topicRequestor.close();
        illegalState(() -> topics.createTextMessage("closed with the requestor"));
    }

    @Test
    void rule64RequestorsCheckWhatTheyGet() throws Exception {
        QueueSession session = queueConnection().createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        TopicSession topics = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        Queue queue = queue();
        Topic topic = topic();
        allThrow(
                InvalidDestinationException.class,
                () -> new QueueRequestor(session, null),
                () -> new TopicRequestor(topics, null));
        session.close();
        topics.close();
        illegalState(() -> new QueueRequestor(session, queue), () -> new TopicRequestor(topics, topic));
    }

    @Test
    void rule65EqualByNameAndKind() throws Exception {
        Session session = session();
        Queue queue = session.createQueue("orders");
        assertThat(queue)
                .isEqualTo(session().createQueue("orders"))
                .hasSameHashCodeAs(context().createQueue("orders"));
        assertThat(queue).isNotEqualTo(session.createQueue("Orders")).isNotEqualTo(session.createTopic("orders"));
        assertThat(queue.getQueueName()).isEqualTo("orders");
        assertThat(queue).hasToString("orders");
        Topic topic = session.createTopic("prices");
        assertThat(topic).isEqualTo(session.createTopic("prices")).hasToString("prices");
        assertThat(topic.getTopicName()).isEqualTo("prices");
        assertThat(session.createQueue("orders?groupSlots=16")).isEqualTo(queue).hasToString("orders");
        allThrow(
                JMSException.class,
                () -> session.createQueue(null),
                () -> session.createQueue(""),
                () -> session.createTopic(null));
        allThrow(
                JMSRuntimeException.class,
                () -> context().createQueue(null),
                () -> context().createTopic(""));
    }

    @Test
    void rule65SerializableAndReferenceable() throws Exception {
        Session session = session();
        QuoinConnectionFactory factory = factory();
        factory.setPrefetch(17);
        for (Object object : List.of(
                session.createQueue("orders"), session.createTopic("prices"), session.createQueue("a?groupSlots=16"))) {
            assertThat(copy(object)).isEqualTo(object).hasSameClassAs(object);
            assertThat(throughReference(object)).isEqualTo(object).hasSameClassAs(object);
        }
        for (Object same : List.of(copy(factory), throughReference(factory))) {
            assertThat(((QuoinConnectionFactory) same).getPrefetch()).isEqualTo(17);
            Queue queue = queue();
            try (JMSContext context = ((QuoinConnectionFactory) same).createContext()) {
                context.createProducer().send(queue, "x");
            }
            assertThat(drain(queue)).containsExactly("x");
        }
    }

    private static Object copy(Object object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    private static Object throughReference(Object object) throws Exception {
        Reference reference = ((Referenceable) object).getReference();
        return NamingManager.getObjectInstance(copy(reference), null, null, null);
    }

    @Test
    void rule66DeliveryModes() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        for (int mode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
            for (int i = 0; i < 20; i++) {
                producer.send(session.createTextMessage(mode + "." + i), mode, 4, 0);
            }
            MessageConsumer consumer = session.createConsumer(queue);
            for (int i = 0; i < 20; i++) {
                Message message = consumer.receive(SOON_MS);
                assertThat(((TextMessage) message).getText()).isEqualTo(mode + "." + i);
                assertThat(message.getJMSDeliveryMode()).isEqualTo(mode);
            }
            nothing(consumer);
            consumer.close();
        }
    }
}
