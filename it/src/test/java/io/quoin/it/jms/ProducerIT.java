// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The simplified API's producer (Messaging 3.1 §3.5.4, §7.2, Javadoc of JMSProducer): rule 29. */
class ProducerIT extends JmsCase {

    @Test
    void rule29EverySetterReturnsTheProducer() {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        JMSProducer producer = context.createProducer();
        List<JMSProducer> returned = List.of(
                producer.setAsync(null),
                producer.setDeliveryDelay(0),
                producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT),
                producer.setDisableMessageID(false),
                producer.setDisableMessageTimestamp(false),
                producer.setJMSCorrelationID("c"),
                producer.setJMSCorrelationIDAsBytes(new byte[] {1}),
                producer.setJMSReplyTo(queue),
                producer.setJMSType("t"),
                producer.setPriority(5),
                producer.setTimeToLive(0),
                producer.setProperty("b", true),
                producer.setProperty("b", (byte) 1),
                producer.setProperty("b", (short) 1),
                producer.setProperty("b", 1),
                producer.setProperty("b", 1L),
                producer.setProperty("b", 1f),
                producer.setProperty("b", 1d),
                producer.setProperty("b", "1"),
                producer.setProperty("b", (Object) 1),
                producer.clearProperties(),
                producer.send(queue, context.createMessage()),
                producer.send(queue, "text"),
                producer.send(queue, Map.of("a", 1)),
                producer.send(queue, new byte[1]),
                producer.send(queue, (Serializable) 1));
        assertThat(returned).allMatch(p -> p == producer);
    }

    @Test
    void rule29NamesAndValuesOfPropertiesAreChecked() {
        JMSProducer producer = context().createProducer();
        for (String name : new String[] {null, ""}) {
            allThrow(
                    IllegalArgumentException.class,
                    () -> producer.setProperty(name, true),
                    () -> producer.setProperty(name, (byte) 1),
                    () -> producer.setProperty(name, (short) 1),
                    () -> producer.setProperty(name, 1),
                    () -> producer.setProperty(name, 1L),
                    () -> producer.setProperty(name, 1f),
                    () -> producer.setProperty(name, 1d),
                    () -> producer.setProperty(name, "1"),
                    () -> producer.setProperty(name, (Object) 1));
        }
        allThrow(
                MessageFormatRuntimeException.class,
                () -> producer.setProperty("a", new Object()),
                () -> producer.setProperty("a", (Object) 'c'),
                () -> producer.setProperty("a", List.of()),
                () -> producer.setProperty("a", (Object) new byte[0]));
        allThrow(
                JMSRuntimeException.class,
                () -> producer.setProperty("not-a-name", 1),
                () -> producer.setProperty("1st", 1),
                () -> producer.setProperty("NOT", 1),
                () -> producer.setProperty("null", 1));
        assertThat(producer.getPropertyNames()).isEmpty();
    }

    @Test
    void rule29ConversionsOfTable32() {
        JMSProducer producer = context().createProducer();
        producer.setProperty("boolean", true)
                .setProperty("aByte", (byte) 1)
                .setProperty("aShort", (short) 2)
                .setProperty("anInt", 3)
                .setProperty("aLong", 4L)
                .setProperty("aFloat", 5f)
                .setProperty("aDouble", 6d)
                .setProperty("text", "7");
        assertThat(producer.getBooleanProperty("boolean")).isTrue();
        assertThat(producer.getStringProperty("boolean")).isEqualTo("true");
        assertThat(producer.getLongProperty("aByte")).isEqualTo(1);
        assertThat(producer.getShortProperty("aByte")).isEqualTo((short) 1);
        assertThat(producer.getIntProperty("aShort")).isEqualTo(2);
        assertThat(producer.getLongProperty("anInt")).isEqualTo(3);
        assertThat(producer.getStringProperty("aLong")).isEqualTo("4");
        assertThat(producer.getDoubleProperty("aFloat")).isEqualTo(5);
        assertThat(producer.getStringProperty("aDouble")).isEqualTo("6.0");
        assertThat(producer.getByteProperty("text")).isEqualTo((byte) 7);
        assertThat(producer.getDoubleProperty("text")).isEqualTo(7);
        assertThat(producer.getObjectProperty("anInt")).isEqualTo(3);
        assertThat(producer.getObjectProperty("missing")).isNull();
        assertThat(producer.getStringProperty("missing")).isNull();
        assertThat(producer.getBooleanProperty("missing")).isFalse();
        allThrow(
                MessageFormatRuntimeException.class,
                () -> producer.getByteProperty("aShort"),
                () -> producer.getIntProperty("aLong"),
                () -> producer.getIntProperty("boolean"),
                () -> producer.getFloatProperty("aDouble"),
                () -> producer.getFloatProperty("anInt"),
                () -> producer.getBooleanProperty("anInt"));
        allThrow(
                NumberFormatException.class,
                () -> producer.getByteProperty("missing"),
                () -> producer.getShortProperty("missing"),
                () -> producer.getIntProperty("missing"),
                () -> producer.getLongProperty("missing"),
                () -> producer.setProperty("word", "word").getIntProperty("word"));
        allThrow(
                NullPointerException.class,
                () -> producer.getFloatProperty("missing"),
                () -> producer.getDoubleProperty("missing"));
    }

    @Test
    void rule29TheNamesOfPropertiesAreAViewThatCannotBeChanged() {
        JMSProducer producer = context().createProducer();
        Set<String> names = producer.getPropertyNames();
        assertThat(names).isEmpty();
        producer.setProperty("a", 1).setProperty("b", 2);
        assertThat(names).containsExactlyInAnyOrder("a", "b");
        assertThat(producer.propertyExists("a")).isTrue();
        allThrow(
                UnsupportedOperationException.class,
                () -> names.add("c"),
                () -> names.remove("a"),
                names::clear,
                () -> {
                    var all = names.iterator();
                    all.next();
                    all.remove();
                });
        producer.clearProperties();
        assertThat(names).isEmpty();
        assertThat(producer.propertyExists("a")).isFalse();
    }

    @Test
    void rule29WhatTheProducerSaysOutranksTheMessage() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        Queue replies = context.createQueue(name("r"));
        JMSConsumer consumer = context.createConsumer(queue);
        TextMessage message = context.createTextMessage("x");
        message.setStringProperty("p", "message");
        message.setStringProperty("own", "message");
        message.setJMSType("message");
        message.setJMSCorrelationID("message");
        message.setJMSReplyTo(queue);
        context.createProducer().send(queue, message);
        headers(consumer.receive(SOON_MS), "message", "message", "message", queue);

        context.createProducer()
                .setProperty("p", "producer")
                .setJMSType("producer")
                .setJMSCorrelationID("producer")
                .setJMSReplyTo(replies)
                .send(queue, message);
        Message received = consumer.receive(SOON_MS);
        headers(received, "producer", "producer", "producer", replies);
        assertThat(received.getStringProperty("own")).isEqualTo("message");

        byte[] id = {1, 2};
        JMSProducer producer = context.createProducer().setJMSCorrelationIDAsBytes(id);
        id[0] = 9;
        assertThat(producer.getJMSCorrelationIDAsBytes()).containsExactly(1, 2);
        producer.send(queue, message);
        assertThat(consumer.receive(SOON_MS).getJMSCorrelationIDAsBytes()).containsExactly(1, 2);
    }

    private static void headers(Message message, String property, String type, String correlation, Queue replyTo)
            throws JMSException {
        assertThat(message.getStringProperty("p")).isEqualTo(property);
        assertThat(message.getJMSType()).isEqualTo(type);
        assertThat(message.getJMSCorrelationID()).isEqualTo(correlation);
        assertThat(message.getJMSReplyTo()).isEqualTo(replyTo);
    }

    @Test
    void rule29HeadersAreHadBack() {
        JMSContext context = context();
        Queue queue = context.createQueue("q");
        JMSProducer producer = context.createProducer();
        assertThat(producer.getJMSType()).isNull();
        assertThat(producer.getJMSCorrelationID()).isNull();
        assertThat(producer.getJMSCorrelationIDAsBytes()).isNull();
        assertThat(producer.getJMSReplyTo()).isNull();
        assertThat(producer.setJMSType("t").getJMSType()).isEqualTo("t");
        assertThat(producer.setJMSCorrelationID("c").getJMSCorrelationID()).isEqualTo("c");
        assertThat(producer.setJMSReplyTo(queue).getJMSReplyTo()).isEqualTo(queue);
        assertThat(producer.setTimeToLive(5).getTimeToLive()).isEqualTo(5);
        assertThat(producer.setDeliveryDelay(6).getDeliveryDelay()).isEqualTo(6);
        assertThat(producer.setPriority(9).getPriority()).isEqualTo(9);
        assertThat(producer.setDeliveryMode(1).getDeliveryMode()).isEqualTo(1);
    }

    @Test
    void rule29AReceivedMessageCannotBeGivenProperties() {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        context.createProducer().send(queue, "x");
        Message received = context.createConsumer(queue).receive(SOON_MS);
        allThrow(
                MessageNotWriteableRuntimeException.class,
                () -> context.createProducer().setProperty("p", 1).send(queue, received));
        context.createProducer().setJMSType("headers stay writable").send(queue, received);
    }

    @Test
    void rule29NoBodyIsABodyToo() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        JMSConsumer consumer = context.createConsumer(queue);
        context.createProducer()
                .setProperty("p", "v")
                .send(queue, (String) null)
                .send(queue, (Map<String, Object>) null)
                .send(queue, (byte[]) null)
                .send(queue, (Serializable) null);
        TextMessage text = (TextMessage) consumer.receive(SOON_MS);
        assertThat(text.getText()).isNull();
        assertThat(text.getBody(String.class)).isNull();
        assertThat(text.getStringProperty("p")).isEqualTo("v");
        MapMessage map = (MapMessage) consumer.receive(SOON_MS);
        assertThat(map.getMapNames().hasMoreElements()).isFalse();
        BytesMessage bytes = (BytesMessage) consumer.receive(SOON_MS);
        assertThat(bytes.getBodyLength()).isZero();
        assertThat(bytes.getBody(byte[].class)).isNull();
        ObjectMessage object = (ObjectMessage) consumer.receive(SOON_MS);
        assertThat(object.getObject()).isNull();
    }

    @Test
    void rule29BodiesAreSentAsTheyAre() throws Exception {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        JMSConsumer consumer = context.createConsumer(queue);
        byte[] bytes = {1, 2, 3};
        context.createProducer().send(queue, "text").send(queue, bytes).send(queue, Map.of("a", 1, "b", "c"));
        assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("text");
        assertThat(consumer.receiveBody(byte[].class, SOON_MS)).isEqualTo(bytes);
        assertThat((Object) consumer.receiveBody(Map.class, SOON_MS)).isEqualTo(Map.of("a", 1, "b", "c"));
        allThrow(
                MessageFormatRuntimeException.class,
                () -> context.createProducer().send(queue, Map.of("a", new Object())),
                () -> context.createProducer()
                        .send(queue, (Serializable) new java.util.ArrayList<>(List.of(new Object()))));
    }
}
