// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What sending sets, refuses and copies (Messaging 3.1 §3.4, §3.9, §7.2 to §7.9): rules 24 to 31. */
class SendingIT extends JmsCase {

    /** Clocks are read in milliseconds. */
    private static final long SLACK_MS = 2;

    @Test
    void rule24WhatTheProviderSetsTheClientCannotAndSeesAfterwards() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        producer.setTimeToLive(600_000);
        producer.setPriority(7);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        TextMessage message = session.createTextMessage("x");
        set(message, session.createTopic("elsewhere"));
        long before = System.currentTimeMillis();
        producer.send(message);
        long after = System.currentTimeMillis();
        shows(message, queue, before, after);

        Message received = session.createConsumer(queue).receive(SOON_MS);
        shows(received, queue, before, after);
        assertThat(received.getJMSMessageID()).isEqualTo(message.getJMSMessageID());
        assertThat(received.getJMSTimestamp()).isEqualTo(message.getJMSTimestamp());
        assertThat(received.getJMSExpiration()).isEqualTo(message.getJMSExpiration());
        assertThat(received.getJMSDeliveryTime()).isEqualTo(message.getJMSDeliveryTime());
        assertThat(received.getJMSRedelivered()).isFalse();
    }

    @Test
    void rule24AForeignMessageShowsThemThroughItsSetters() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(null);
        TextMessage foreign = Foreign.message(TextMessage.class, session.createTextMessage("x"));
        set(foreign, session.createTopic("elsewhere"));
        long before = System.currentTimeMillis();
        producer.send(queue, foreign, DeliveryMode.NON_PERSISTENT, 7, 600_000);
        shows(foreign, queue, before, System.currentTimeMillis());
        assertThat(session.createConsumer(queue).receive(SOON_MS).getJMSMessageID())
                .isEqualTo(foreign.getJMSMessageID());
    }

    private static void set(Message message, Topic elsewhere) throws JMSException {
        message.setJMSDestination(elsewhere);
        message.setJMSDeliveryMode(DeliveryMode.PERSISTENT);
        message.setJMSExpiration(17);
        message.setJMSDeliveryTime(18);
        message.setJMSPriority(1);
        message.setJMSMessageID("ID:mine");
        message.setJMSTimestamp(19);
        message.setJMSRedelivered(true);
    }

    private static void shows(Message message, Queue queue, long before, long after) throws JMSException {
        assertThat(message.getJMSDestination()).isEqualTo(queue);
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(message.getJMSExpiration()).isBetween(before + 600_000, after + 600_000);
        assertThat(message.getJMSDeliveryTime()).isBetween(before, after);
        assertThat(message.getJMSPriority()).isEqualTo(7);
        assertThat(message.getJMSMessageID()).startsWith("ID:").isNotEqualTo("ID:mine");
        assertThat(message.getJMSTimestamp()).isBetween(before, after);
    }

    @Test
    void rule25MessageIdsAndTimestampsAreHintsThatAreEchoed() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        assertThat(producer.getDisableMessageID()).isFalse();
        assertThat(producer.getDisableMessageTimestamp()).isFalse();
        TextMessage message = session.createTextMessage("x");
        producer.send(message);
        String first = message.getJMSMessageID();
        assertThat(first).startsWith("ID:");
        assertThat(consumer.receive(SOON_MS).getJMSMessageID()).isEqualTo(first);

        producer.setDisableMessageID(true);
        producer.setDisableMessageTimestamp(true);
        assertThat(producer.getDisableMessageID()).isTrue();
        assertThat(producer.getDisableMessageTimestamp()).isTrue();
        producer.send(message);
        assertThat(message.getJMSMessageID()).isNull();
        assertThat(message.getJMSTimestamp()).isZero();
        Message received = consumer.receive(SOON_MS);
        assertThat(received.getJMSMessageID()).isNull();
        assertThat(received.getJMSTimestamp()).isZero();

        producer.setDisableMessageID(false);
        producer.setDisableMessageTimestamp(false);
        producer.send(message);
        assertThat(message.getJMSMessageID()).startsWith("ID:").isNotEqualTo(first);
        assertThat(message.getJMSTimestamp()).isPositive();

        JMSProducer simple = context().createProducer();
        assertThat(simple.getDisableMessageID()).isFalse();
        assertThat(simple.setDisableMessageID(true).getDisableMessageID()).isTrue();
        assertThat(simple.getDisableMessageTimestamp()).isFalse();
        assertThat(simple.setDisableMessageTimestamp(true).getDisableMessageTimestamp())
                .isTrue();
    }

    @Test
    void rule26ExpirationAndDeliveryTimeCountFromTheSendNotTheCommit() throws Exception {
        Queue queue = queue();
        Session session = session(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(queue);
        TextMessage message = session.createTextMessage("x");
        producer.send(message);
        assertThat(message.getJMSExpiration()).as("no time-to-live").isZero();
        assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp());
        session.rollback();

        producer.setDeliveryDelay(600);
        assertThat(producer.getDeliveryDelay()).isEqualTo(600);
        producer.setTimeToLive(60_000);
        long before = System.currentTimeMillis();
        producer.send(message);
        long after = System.currentTimeMillis();
        assertThat(message.getJMSDeliveryTime()).isBetween(before + 600, after + 600);
        assertThat(message.getJMSExpiration()).isBetween(before + 60_000, after + 60_000);
        MessageConsumer consumer = session().createConsumer(queue);
        nothingYet(consumer);
        long atCommit = System.currentTimeMillis();
        session.commit();
        Message received = consumer.receive(SOON_MS);
        long now = System.currentTimeMillis();
        assertThat(now).as("never early").isGreaterThanOrEqualTo(message.getJMSDeliveryTime() - SLACK_MS);
        assertThat(now).as("the delay ran from the send").isLessThan(atCommit + 600);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(message.getJMSDeliveryTime());
        assertThat(received.getJMSExpiration()).isEqualTo(message.getJMSExpiration());
    }

    @Test
    void rule26ABrowserDoesNotSeeADelayedMessageEarly() throws Exception {
        Queue queue = queue();
        JMSContext context = context();
        context.createProducer().setDeliveryDelay(700).send(queue, "delayed");
        context.createProducer().send(queue, "at once");
        var browser = context.createBrowser(queue);
        var seen = browser.getEnumeration();
        assertThat(((TextMessage) seen.nextElement()).getText()).isEqualTo("at once");
        assertThat(seen.hasMoreElements()).isFalse();
        org.awaitility.Awaitility.await().until(() -> messages(browser).size() == 2);
    }

    @Test
    void rule26ADelayedMessageOfATopicGoesToThoseWhoSubscribedAtTheSend() throws Exception {
        Topic topic = topic();
        Session session = session();
        MessageConsumer early = session.createConsumer(topic);
        MessageProducer producer = session.createProducer(topic);
        producer.setDeliveryDelay(400);
        producer.send(session.createTextMessage("x"));
        MessageConsumer late = session.createConsumer(topic);
        nothingYet(early);
        assertThat(text(early)).isEqualTo("x");
        nothingYet(late);
    }

    @Test
    void rule26AnExpiredMessageIsNotReceived() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("short"), DeliveryMode.PERSISTENT, 4, 1);
        producer.send(session.createTextMessage("long"), DeliveryMode.PERSISTENT, 4, 600_000);
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(text(consumer)).isEqualTo("long");
        nothing(consumer);
    }

    @Test
    void rule27AProducerSendsEitherToItsOwnDestinationOrToNamedOnes() throws Exception {
        Queue queue = queue();
        Topic topic = topic();
        Session session = session();
        Message m = session.createMessage();
        CompletionListener done = new Ignoring();
        MessageProducer fixed = session.createProducer(queue);
        MessageProducer open = session.createProducer(null);
        assertThat(fixed.getDestination()).isEqualTo(queue);
        assertThat(open.getDestination()).isNull();
        allThrow(
                UnsupportedOperationException.class,
                () -> fixed.send(queue, m),
                () -> fixed.send(queue, m, 1, 4, 0),
                () -> fixed.send(queue, m, done),
                () -> fixed.send(queue, m, 1, 4, 0, done),
                () -> open.send(m),
                () -> open.send(m, 1, 4, 0),
                () -> open.send(m, done),
                () -> open.send(m, 1, 4, 0, done));
        QueueSession queues = queueConnection().createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        QueueSender sender = queues.createSender(queue);
        QueueSender openSender = queues.createSender(null);
        TopicSession topics = topicConnection().createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
        TopicPublisher publisher = topics.createPublisher(topic);
        TopicPublisher openPublisher = topics.createPublisher(null);
        assertThat(sender.getQueue()).isEqualTo(queue);
        assertThat(publisher.getTopic()).isEqualTo(topic);
        allThrow(
                UnsupportedOperationException.class,
                () -> sender.send(queue, m),
                () -> sender.send(queue, m, 1, 4, 0),
                () -> openSender.send(m),
                () -> publisher.publish(topic, m),
                () -> publisher.publish(topic, m, 1, 4, 0),
                () -> openPublisher.publish(m),
                () -> openPublisher.publish(m, 1, 4, 0));
        sender.send(m, 1, 4, 0);
        openSender.send(queue, m, 1, 4, 0);
        publisher.publish(m, 1, 4, 0);
        openPublisher.publish(topic, m);
        openPublisher.publish(topic, m, 1, 4, 0);
    }

    @Test
    void rule27NoDestinationNoMessageNoListener() throws Exception {
        Queue queue = queue();
        Session session = session();
        Message m = session.createMessage();
        MessageProducer fixed = session.createProducer(queue);
        MessageProducer open = session.createProducer(null);
        CompletionListener done = new Ignoring();
        allThrow(
                InvalidDestinationException.class,
                () -> open.send((jakarta.jms.Destination) null, m),
                () -> open.send(null, m, 1, 4, 0),
                () -> open.send(null, m, done),
                () -> open.send(null, m, 1, 4, 0, done),
                () -> session.createConsumer(null),
                () -> session.createConsumer(null, "a = 1"),
                () -> session.createConsumer(null, null, true),
                () -> session.createBrowser(null),
                () -> session.createBrowser(null, "a = 1"),
                () -> queueConnection()
                        .createQueueSession(false, Session.AUTO_ACKNOWLEDGE)
                        .createReceiver(null),
                () -> topicConnection()
                        .createTopicSession(false, Session.AUTO_ACKNOWLEDGE)
                        .createSubscriber(null));
        allThrow(
                MessageFormatException.class,
                () -> fixed.send(null),
                () -> fixed.send(null, 1, 4, 0),
                () -> open.send(queue, null),
                () -> open.send(queue, null, 1, 4, 0),
                () -> fixed.send(null, done));
        allThrow(
                IllegalArgumentException.class,
                () -> fixed.send(m, null),
                () -> fixed.send(m, 1, 4, 0, null),
                () -> open.send(queue, m, null),
                () -> open.send(queue, m, 1, 4, 0, null));
        JMSContext context = context();
        JMSProducer producer = context.createProducer();
        allThrow(
                InvalidDestinationRuntimeException.class,
                () -> producer.send(null, m),
                () -> producer.send(null, "text"),
                () -> producer.send(null, new byte[1]),
                () -> producer.send(null, Map.of()),
                () -> producer.send(null, (Serializable) 1),
                () -> context.createConsumer(null),
                () -> context.createConsumer(null, "a = 1"),
                () -> context.createBrowser(null));
        allThrow(MessageFormatRuntimeException.class, () -> producer.send(queue, (Message) null));
        assertThat(producer.setAsync(null).getAsync()).isNull();
        producer.send(queue, "synchronous");
    }

    @Test
    void rule28ModesPrioritiesAndTimesThatThereAreNot() throws Exception {
        Queue queue = queue();
        Session session = session();
        Message m = session.createMessage();
        MessageProducer producer = session.createProducer(queue);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(4);
        assertThat(producer.getTimeToLive()).isZero();
        assertThat(producer.getDeliveryDelay()).isZero();
        MessageProducer open = session.createProducer(null);
        allThrow(
                JMSException.class,
                () -> producer.setDeliveryMode(-1),
                () -> producer.setDeliveryMode(0),
                () -> producer.setDeliveryMode(3),
                () -> producer.setPriority(-1),
                () -> producer.setPriority(10),
                () -> producer.setTimeToLive(-1),
                () -> producer.setDeliveryDelay(-1),
                () -> producer.send(m, -1, 4, 0),
                () -> producer.send(m, 1, -1, 0),
                () -> producer.send(m, 1, 10, 0),
                () -> producer.send(m, 1, 4, -1),
                () -> open.send(queue, m, 3, 4, 0),
                () -> open.send(queue, m, 1, 10, 0),
                () -> producer.send(m, 3, 4, 0, new Ignoring()),
                () -> open.send(queue, m, 1, 10, 0, new Ignoring()));
        JMSProducer simple = context().createProducer();
        allThrow(
                JMSRuntimeException.class,
                () -> simple.setDeliveryMode(-1),
                () -> simple.setDeliveryMode(3),
                () -> simple.setPriority(-1),
                () -> simple.setPriority(10),
                () -> simple.setTimeToLive(-1),
                () -> simple.setDeliveryDelay(-1));
        assertThat(simple.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(simple.getPriority()).isEqualTo(4);
        assertThat(simple.getTimeToLive()).isZero();
        assertThat(simple.getDeliveryDelay()).isZero();
        assertThat(drain(queue)).isEmpty();
    }

    @Test
    void rule31ASentMessageMayBeChangedAndSentAgain() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        MessageConsumer consumer = session.createConsumer(queue);
        TextMessage text = session.createTextMessage("1");
        BytesMessage bytes = session.createBytesMessage();
        StreamMessage stream = session.createStreamMessage();
        MapMessage map = session.createMapMessage();
        ObjectMessage object = session.createObjectMessage();
        for (int i = 1; i <= 3; i++) {
            text.setText("" + i);
            text.setIntProperty("i", i);
            producer.send(text);
            bytes.writeInt(i);
            producer.send(bytes);
            stream.writeInt(i);
            producer.send(stream);
            map.setInt("m" + i, i);
            producer.send(map);
            object.setObject("o" + i);
            producer.send(object);
        }
        for (int i = 1; i <= 3; i++) {
            TextMessage t = (TextMessage) consumer.receive(SOON_MS);
            assertThat(t.getText()).isEqualTo("" + i);
            assertThat(t.getIntProperty("i")).isEqualTo(i);
            BytesMessage b = (BytesMessage) consumer.receive(SOON_MS);
            assertThat(b.getBodyLength()).isEqualTo(4L * i);
            StreamMessage s = (StreamMessage) consumer.receive(SOON_MS);
            for (int j = 1; j <= i; j++) {
                assertThat(b.readInt()).isEqualTo(j);
                assertThat(s.readInt()).isEqualTo(j);
            }
            MapMessage m = (MapMessage) consumer.receive(SOON_MS);
            assertThat(listOf(m.getMapNames(), String.class)).hasSize(i);
            assertThat(consumer.receive(SOON_MS)).isInstanceOf(ObjectMessage.class);
        }
    }

    @Test
    void rule31AResetMessageIsSentAsAWholeAndStaysWhereItWas() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        MessageConsumer consumer = session.createConsumer(queue);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeBytes(new byte[] {1, 2, 3});
        bytes.reset();
        assertThat(bytes.readByte()).isEqualTo((byte) 1);
        producer.send(bytes);
        assertThat(bytes.readByte()).isEqualTo((byte) 2);
        assertThat(((BytesMessage) consumer.receive(SOON_MS)).getBodyLength()).isEqualTo(3);
        StreamMessage stream = session.createStreamMessage();
        stream.writeString("a");
        stream.writeString("b");
        stream.reset();
        assertThat(stream.readString()).isEqualTo("a");
        producer.send(stream);
        assertThat(stream.readString()).isEqualTo("b");
        assertThat(((StreamMessage) consumer.receive(SOON_MS)).readString()).isEqualTo("a");
    }

    @Test
    void rule31AReceivedMessageCanBeSentOn() throws Exception {
        Queue queue = queue();
        Queue next = queue();
        Connection connection = started();
        Session session = connection.createSession();
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeUTF("body");
        bytes.setStringProperty("p", "v");
        bytes.setJMSCorrelationID("c");
        session.createProducer(queue).send(bytes);
        BytesMessage received = (BytesMessage) session.createConsumer(queue).receive(SOON_MS);
        assertThat(received.readUTF()).isEqualTo("body");
        String id = received.getJMSMessageID();
        session.createProducer(next).send(received);
        assertThat(received.getJMSMessageID()).isNotEqualTo(id);
        assertThat(received.getJMSDestination()).isEqualTo(next);
        BytesMessage again = (BytesMessage) session.createConsumer(next).receive(SOON_MS);
        assertThat(again.readUTF()).isEqualTo("body");
        assertThat(again.getStringProperty("p")).isEqualTo("v");
        assertThat(again.getJMSCorrelationID()).isEqualTo("c");
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
    }

    /** A listener that is not of interest. */
    private static final class Ignoring implements CompletionListener {

        @Override
        public void onCompletion(Message message) {}

        @Override
        public void onException(Message message, Exception exception) {}
    }
}
