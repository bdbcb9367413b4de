// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages and destinations of other providers (Messaging 3.1 §3.12): rule 30. */
class ForeignMessageIT extends JmsCase {

    /** One of each type of another provider, with everything on it. */
    private static List<Message> foreignMessages(Session session, Queue replyTo) throws Exception {
        StreamMessage stream = session.createStreamMessage();
        stream.writeString("a");
        stream.writeBytes(new byte[] {1, 2});
        stream.writeObject(null);
        stream.writeChar('c');
        stream.writeLong(5);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeUTF("u");
        bytes.writeBytes(new byte[20_000]);
        MapMessage map = session.createMapMessage();
        map.setInt("i", 1);
        map.setBytes("b", new byte[] {3});
        map.setString("n", null);
        List<Message> messages = List.of(
                Foreign.message(Message.class, session.createMessage()),
                Foreign.message(TextMessage.class, session.createTextMessage("text")),
                Foreign.message(StreamMessage.class, stream),
                Foreign.message(BytesMessage.class, bytes),
                Foreign.message(MapMessage.class, map),
                Foreign.message(ObjectMessage.class, session.createObjectMessage(new ArrayList<>(List.of("o")))));
        for (Message message : messages) {
            message.setBooleanProperty("boolean", true);
            message.setByteProperty("byte", (byte) 1);
            message.setShortProperty("short", (short) 2);
            message.setIntProperty("int", 3);
            message.setLongProperty("long", 4);
            message.setFloatProperty("float", 5);
            message.setDoubleProperty("double", 6);
            message.setStringProperty("text", "7");
            message.setStringProperty("JMSXGroupID", "g");
            message.setJMSCorrelationID("c");
            message.setJMSType("t");
            message.setJMSReplyTo(replyTo);
        }
        return messages;
    }

    private static void same(Message received, Queue replyTo) throws Exception {
        for (Map.Entry<String, Object> property : Map.<String, Object>of(
                        "boolean",
                        true,
                        "byte",
                        (byte) 1,
                        "short",
                        (short) 2,
                        "int",
                        3,
                        "long",
                        4L,
                        "float",
                        5f,
                        "double",
                        6d,
                        "text",
                        "7",
                        "JMSXGroupID",
                        "g")
                .entrySet()) {
            assertThat(received.getObjectProperty(property.getKey())).isEqualTo(property.getValue());
        }
        assertThat(received.getJMSCorrelationID()).isEqualTo("c");
        assertThat(received.getJMSType()).isEqualTo("t");
        assertThat(received.getJMSReplyTo()).isEqualTo(replyTo);
        if (received instanceof TextMessage text) {
            assertThat(text.getText()).isEqualTo("text");
        } else if (received instanceof StreamMessage stream) {
            assertThat(stream.readString()).isEqualTo("a");
            assertThat(stream.readObject()).isEqualTo(new byte[] {1, 2});
            assertThat(stream.readObject()).isNull();
            assertThat(stream.readChar()).isEqualTo('c');
            assertThat(stream.readLong()).isEqualTo(5);
        } else if (received instanceof BytesMessage bytes) {
            assertThat(bytes.readUTF()).isEqualTo("u");
            assertThat(bytes.getBodyLength()).isEqualTo(20_003);
        } else if (received instanceof MapMessage map) {
            assertThat(map.getInt("i")).isEqualTo(1);
            assertThat(map.getBytes("b")).containsExactly(3);
            assertThat(map.itemExists("n")).isTrue();
        } else if (received instanceof ObjectMessage object) {
            assertThat(object.isBodyAssignableTo(Integer.class)).isFalse();
        }
    }

    @Test
    void rule30ForeignMessagesOfAllTypesAreSentAsTheyAre() throws Exception {
        Queue queue = queue();
        Queue replyTo = queue();
        Session session = session();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        for (Message foreign : foreignMessages(session, replyTo)) {
            for (int i = 0; i < 2; i++) {
                producer.send(foreign);
                assertThat(foreign.getJMSMessageID()).startsWith("ID:");
                assertThat(foreign.getJMSDestination()).isEqualTo(queue);
                same(consumer.receive(SOON_MS), replyTo);
            }
        }
        JMSContext context = context();
        JMSConsumer jmsConsumer = context.createConsumer(queue);
        consumer.close();
        for (Message foreign : foreignMessages(session, replyTo)) {
            context.createProducer().setProperty("int", 3).send(queue, foreign);
            same(jmsConsumer.receive(SOON_MS), replyTo);
        }
    }

    @Test
    void rule30AReceivedMessageOfAnotherProviderIsSentThoughItIsReadOnly() throws Exception {
        Queue queue = queue();
        Queue replyTo = queue();
        Session session = session();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(queue);
        for (Message foreign : foreignMessages(session, replyTo)) {
            producer.send(foreign);
            Message received = consumer.receive(SOON_MS);
            Message readOnly = received instanceof TextMessage text
                    ? Foreign.message(TextMessage.class, text)
                    : received instanceof StreamMessage stream
                            ? Foreign.message(StreamMessage.class, stream)
                            : received instanceof MapMessage map ? Foreign.message(MapMessage.class, map) : received;
            producer.send(readOnly);
            Message again = consumer.receive(SOON_MS);
            same(again, replyTo);
            assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        }
    }

    @Test
    void rule30ForeignDestinations() throws Exception {
        String name = name("q");
        Queue own = queue(name);
        Session session = session();
        MessageConsumer consumer = session.createConsumer(Foreign.queue(name));
        session.createProducer(Foreign.queue(name)).send(session.createTextMessage("1"));
        session.createProducer(null).send(Foreign.queue(name), session.createTextMessage("2"));
        context().createProducer().send(Foreign.queue(name), "3");
        assertThat(texts(consumer, 3)).containsExactly("1", "2", "3");
        assertThat(session.createBrowser(Foreign.queue(name)).getQueue()).isEqualTo(own);

        String topicName = name("t");
        MessageConsumer subscriber = session.createConsumer(Foreign.topic(topicName));
        Topic topic = session.createTopic(topicName);
        send(session, topic, "x");
        assertThat(text(subscriber)).isEqualTo("x");

        Message message = session.createTextMessage("y");
        message.setJMSReplyTo(Foreign.queue(name));
        session.createProducer(own).send(message);
        assertThat(consumer.receive(SOON_MS).getJMSReplyTo()).isEqualTo(own);
        Message foreign = Foreign.message(TextMessage.class, session.createTextMessage("z"));
        for (Message m : List.of(message, foreign)) {
            m.setJMSReplyTo(Foreign.temporaryQueue("theirs"));
            session.createProducer(own).send(m);
            assertThat(consumer.receive(SOON_MS).getJMSReplyTo())
                    .as("what nobody here could reply to is left out")
                    .isNull();
        }
    }
}
