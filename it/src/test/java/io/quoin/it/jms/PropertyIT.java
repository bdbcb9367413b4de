// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Properties of messages (Messaging 3.1 §3.5, §3.10): rules 36 to 40. */
class PropertyIT extends JmsCase {

    private interface Getter {
        Object get(Message message, String name) throws JMSException;
    }

    private static final Map<String, Getter> GETTERS = getters();

    /** Table 3-2: what was set as the key can be read as these. */
    private static final Map<String, Set<String>> CONVERSIONS = Map.of(
            "boolean", Set.of("boolean", "String"),
            "byte", Set.of("byte", "short", "int", "long", "String"),
            "short", Set.of("short", "int", "long", "String"),
            "int", Set.of("int", "long", "String"),
            "long", Set.of("long", "String"),
            "float", Set.of("float", "double", "String"),
            "double", Set.of("double", "String"),
            "String", Set.of("boolean", "byte", "short", "int", "long", "float", "double", "String"));

    private static Map<String, Getter> getters() {
        Map<String, Getter> getters = new LinkedHashMap<>();
        getters.put("boolean", Message::getBooleanProperty);
        getters.put("byte", Message::getByteProperty);
        getters.put("short", Message::getShortProperty);
        getters.put("int", Message::getIntProperty);
        getters.put("long", Message::getLongProperty);
        getters.put("float", Message::getFloatProperty);
        getters.put("double", Message::getDoubleProperty);
        getters.put("String", Message::getStringProperty);
        return getters;
    }

    @Test
    void rule36ConversionsOfTable32BeforeAndAfterTheTrip() throws Exception {
        Queue queue = queue();
        Session session = session();
        Message message = session.createMessage();
        message.setBooleanProperty("pboolean", true);
        message.setByteProperty("pbyte", (byte) 12);
        message.setShortProperty("pshort", (short) 12);
        message.setIntProperty("pint", 12);
        message.setLongProperty("plong", 12);
        message.setFloatProperty("pfloat", 12);
        message.setDoubleProperty("pdouble", 12);
        message.setStringProperty("pString", "12");
        table(message);
        session.createProducer(queue).send(message);
        table(session.createConsumer(queue).receive(SOON_MS));
    }

    private static void table(Message message) throws JMSException {
        for (String from : CONVERSIONS.keySet()) {
            for (Map.Entry<String, Getter> to : GETTERS.entrySet()) {
                ThrowingCallable get = () -> to.getValue().get(message, "p" + from);
                if (CONVERSIONS.get(from).contains(to.getKey())) {
                    assertThat(catchThrowable(get))
                            .as(from + " as " + to.getKey())
                            .isNull();
                } else {
                    assertThat(catchThrowable(get))
                            .as(from + " as " + to.getKey())
                            .isInstanceOf(MessageFormatException.class);
                }
            }
        }
        assertThat(message.getBooleanProperty("pString")).isFalse();
        assertThat(message.getStringProperty("pboolean")).isEqualTo("true");
        assertThat(message.getLongProperty("pbyte")).isEqualTo(12);
        assertThat(message.getDoubleProperty("pfloat")).isEqualTo(12);
        assertThat(message.getStringProperty("pdouble")).isEqualTo("12.0");
        assertThat(message.getObjectProperty("pshort")).isEqualTo((short) 12);
    }

    @Test
    void rule36WhatIsNoNumberAndWhatIsNotThere() throws Exception {
        Queue queue = queue();
        Session session = session();
        Message message = session.createMessage();
        message.setStringProperty("word", "word");
        message.setStringProperty("yes", "TrUe");
        message.setStringProperty("none", null);
        message.setObjectProperty("none2", null);
        session.createProducer(queue).send(message);
        for (Message m : List.of(message, session.createConsumer(queue).receive(SOON_MS))) {
            allThrow(
                    NumberFormatException.class,
                    () -> m.getByteProperty("word"),
                    () -> m.getShortProperty("word"),
                    () -> m.getIntProperty("word"),
                    () -> m.getLongProperty("word"),
                    () -> m.getFloatProperty("word"),
                    () -> m.getDoubleProperty("word"));
            assertThat(m.getBooleanProperty("yes")).isTrue();
            assertThat(m.getBooleanProperty("word")).isFalse();
            assertThat(m.propertyExists("none")).isTrue();
            for (String missing : List.of("missing", "none", "none2")) {
                allThrow(
                        NumberFormatException.class,
                        () -> m.getByteProperty(missing),
                        () -> m.getShortProperty(missing),
                        () -> m.getIntProperty(missing),
                        () -> m.getLongProperty(missing));
                allThrow(
                        NullPointerException.class,
                        () -> m.getFloatProperty(missing),
                        () -> m.getDoubleProperty(missing));
                assertThat(m.getBooleanProperty(missing)).isFalse();
                assertThat(m.getStringProperty(missing)).isNull();
                assertThat(m.getObjectProperty(missing)).isNull();
            }
            assertThat(m.propertyExists("missing")).isFalse();
        }
    }

    @Test
    void rule37ObjectsMayBeBoxedPrimitivesAndStrings() throws Exception {
        Queue queue = queue();
        Session session = session();
        Message message = session.createMessage();
        List<Object> values = List.of(true, (byte) 1, (short) 2, 3, 4L, 5f, 6d, "seven");
        for (Object value : values) {
            message.setObjectProperty("p" + value.getClass().getSimpleName(), value);
        }
        for (Object value : new Object[] {'c', new byte[0], List.of(), new Object(), java.math.BigDecimal.ONE}) {
            allThrow(MessageFormatException.class, () -> message.setObjectProperty("p", value));
        }
        assertThat(message.propertyExists("p")).isFalse();
        session.createProducer(queue).send(message);
        Message received = session.createConsumer(queue).receive(SOON_MS);
        for (Object value : values) {
            assertThat(received.getObjectProperty("p" + value.getClass().getSimpleName()))
                    .isEqualTo(value);
        }
    }

    @Test
    void rule37NamesThatAreNoNames() throws Exception {
        Message message = session().createMessage();
        for (String name : new String[] {null, ""}) {
            allThrow(IllegalArgumentException.class, setters(message, name));
        }
        for (String name : List.of(
                "1a",
                "a-b",
                "a.b",
                "a b",
                "NULL",
                "true",
                "False",
                "NOT",
                "and",
                "OR",
                "BETWEEN",
                "like",
                "IN",
                "IS",
                "ESCAPE",
                "JMSPriority",
                "JMSDestination")) {
            allThrow(JMSException.class, setters(message, name));
        }
        for (String name : List.of("a", "_a", "$a", "a1", "ä", "名", "Null1", "JMSXGroupID", "JMS_acme_x", "nothing")) {
            message.setStringProperty(name, "v");
            assertThat(message.getStringProperty(name)).isEqualTo("v");
        }
        QuoinConnectionFactory lenient = factory();
        lenient.setValidatePropertyNames(false);
        try (JMSContext context = lenient.createContext()) {
            Message any = context.createMessage();
            any.setStringProperty("X-B3-TraceId", "v");
            Queue queue = context.createQueue(name("q"));
            context.createProducer().setProperty("a.b", 1).send(queue, any);
            Message received = context.createConsumer(queue).receive(SOON_MS);
            assertThat(received.getStringProperty("X-B3-TraceId")).isEqualTo("v");
            assertThat(received.getIntProperty("a.b")).isEqualTo(1);
        }
    }

    private static ThrowingCallable[] setters(Message message, String name) {
        return new ThrowingCallable[] {
            () -> message.setBooleanProperty(name, true),
            () -> message.setByteProperty(name, (byte) 1),
            () -> message.setShortProperty(name, (short) 1),
            () -> message.setIntProperty(name, 1),
            () -> message.setLongProperty(name, 1),
            () -> message.setFloatProperty(name, 1),
            () -> message.setDoubleProperty(name, 1),
            () -> message.setStringProperty(name, "1"),
            () -> message.setObjectProperty(name, 1)
        };
    }

    @Test
    void rule38AReceivedMessageIsReadOnlyUntilItIsCleared() throws Exception {
        Queue queue = queue();
        Session session = session(Session.CLIENT_ACKNOWLEDGE);
        TextMessage sent = session.createTextMessage("body");
        sent.setStringProperty("p", "v");
        session.createProducer(queue).send(sent);
        MessageConsumer consumer = session.createConsumer(queue);
        TextMessage message = (TextMessage) consumer.receive(SOON_MS);
        allThrow(MessageNotWriteableException.class, setters(message, "p"));
        allThrow(MessageNotWriteableException.class, () -> message.setText("x"));
        message.setJMSType("headers are never read-only");
        message.setJMSCorrelationID("c");
        message.setJMSReplyTo(queue);

        message.clearProperties();
        assertThat(message.propertyExists("p")).isFalse();
        assertThat(message.getPropertyNames().hasMoreElements()).isFalse();
        message.setStringProperty("q", "w");
        assertThat(message.getStringProperty("q")).isEqualTo("w");
        assertThat(message.getText()).as("the body is another matter").isEqualTo("body");
        allThrow(MessageNotWriteableException.class, () -> message.setText("x"));

        message.clearBody();
        assertThat(message.getText()).isNull();
        message.setText("changed");
        assertThat(message.getText()).isEqualTo("changed");
        assertThat(message.getJMSType()).isEqualTo("headers are never read-only");

        session.recover();
        TextMessage again = (TextMessage) consumer.receive(SOON_MS);
        assertThat(again.getText()).as("redelivery gives the original").isEqualTo("body");
        assertThat(again.getStringProperty("p")).isEqualTo("v");
        assertThat(again.propertyExists("q")).isFalse();
        assertThat(again.getJMSType()).isNull();
        again.clearBody();
        assertThat(again.getStringProperty("p")).as("properties stay").isEqualTo("v");
    }

    @Test
    void rule39NamesOfPropertiesHaveNoHeadersAndTheDeliveryCount() throws Exception {
        Queue queue = queue();
        Session session = session();
        Message sent = session.createMessage();
        sent.setIntProperty("a", 1);
        sent.setStringProperty("b", "2");
        sent.setStringProperty("JMSXGroupID", "g");
        sent.setIntProperty("JMSXGroupSeq", 1);
        assertThat(names(sent)).containsExactlyInAnyOrder("a", "b", "JMSXGroupID", "JMSXGroupSeq");
        session.createProducer(queue).send(sent);
        Message received = session.createConsumer(queue).receive(SOON_MS);
        assertThat(names(received))
                .contains("a", "b", "JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount")
                .doesNotHaveDuplicates()
                .allMatch(n -> List.of("a", "b").contains(n) || n.startsWith("JMSX") || n.startsWith("JMS_Quoin_"));
        for (String name : names(received)) {
            assertThat(received.propertyExists(name)).isTrue();
            assertThat(received.getObjectProperty(name)).isNotNull();
        }
        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(received.getStringProperty("JMSXDeliveryCount")).isEqualTo("1");
        assertThat(received.getStringProperty("JMSXGroupID")).isEqualTo("g");
        assertThat(received.getIntProperty("JMSXGroupSeq")).isEqualTo(1);
    }

    private static List<String> names(Message message) throws JMSException {
        return listOf(message.getPropertyNames(), String.class);
    }

    @Test
    void rule40TheMetadataNameTheJmsxPropertiesThatThereAre() throws Exception {
        List<String> names = listOf(started().getMetaData().getJMSXPropertyNames(), String.class);
        assertThat(names)
                .contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount")
                .doesNotHaveDuplicates()
                .allMatch(n -> n.startsWith("JMSX"));
    }

    @Test
    void rule40TheTimeOfReceiptAndTheApplicationAreThere() throws Exception {
        QuoinConnectionFactory factory = factory();
        factory.setApplicationID("billing");
        JMSContext context = closing(factory.createContext());
        assertThat(listOf(context.getMetaData().getJMSXPropertyNames(), String.class))
                .contains("JMSXAppID", "JMSXRcvTimestamp");
        assertThat(listOf(started().getMetaData().getJMSXPropertyNames(), String.class))
                .contains("JMSXRcvTimestamp")
                .doesNotContain("JMSXAppID");
        Queue queue = context.createQueue(name("q"));
        TextMessage sent = context.createTextMessage("x");
        sent.setStringProperty("JMSXAppID", "somebody else");
        sent.setLongProperty("JMSXRcvTimestamp", 1);
        context.createProducer().send(queue, sent);
        assertThat(sent.getStringProperty("JMSXAppID")).isEqualTo("billing");
        assertThat(messages(context.createBrowser(queue)).get(0).propertyExists("JMSXRcvTimestamp"))
                .isFalse();
        long before = System.currentTimeMillis();
        Message received =
                context.createConsumer(queue, "JMSXAppID = 'billing'").receive(SOON_MS);
        assertThat(received.getStringProperty("JMSXAppID")).isEqualTo("billing");
        assertThat(received.getLongProperty("JMSXRcvTimestamp")).isBetween(before, System.currentTimeMillis());
        assertThat(names(received)).contains("JMSXAppID", "JMSXRcvTimestamp");
    }

    @Test
    void rule40TransactionsAreNamedWhereThatIsWanted() throws Exception {
        QuoinConnectionFactory factory = factory();
        factory.setTransactionIDs(true);
        JMSContext context = closing(factory.createContext(JMSContext.SESSION_TRANSACTED));
        assertThat(listOf(context.getMetaData().getJMSXPropertyNames(), String.class))
                .contains("JMSXProducerTXID", "JMSXConsumerTXID");
        Queue queue = context.createQueue(name("q"));
        JMSConsumer consumer = context.createConsumer(queue);
        context.createProducer().send(queue, "1").send(queue, "2");
        context.commit();
        context.createProducer().send(queue, "3");
        context.commit();
        Message first = consumer.receive(SOON_MS);
        Message second = consumer.receive(SOON_MS);
        Message third = consumer.receive(SOON_MS);
        String sent = first.getStringProperty("JMSXProducerTXID");
        String received = first.getStringProperty("JMSXConsumerTXID");
        assertThat(sent).isNotNull().isEqualTo(second.getStringProperty("JMSXProducerTXID"));
        assertThat(third.getStringProperty("JMSXProducerTXID")).isNotNull().isNotEqualTo(sent);
        assertThat(received).isNotNull().isNotEqualTo(sent);
        assertThat(third.getStringProperty("JMSXConsumerTXID")).isEqualTo(received);
        context.rollback();
        Message again = consumer.receive(SOON_MS);
        assertThat(again.getStringProperty("JMSXProducerTXID")).isEqualTo(sent);
        assertThat(again.getStringProperty("JMSXConsumerTXID")).isNotNull().isNotEqualTo(received);
        context.commit();
        context.close();

        JMSContext without = closing(factory.createContext());
        Queue next = without.createQueue(name("q"));
        without.createProducer().send(next, again);
        assertThat(without.createConsumer(next, "JMSXProducerTXID IS NULL").receive(SOON_MS))
                .as("sent on outside a transaction")
                .isNotNull();
        assertThat(listOf(started().getMetaData().getJMSXPropertyNames(), String.class))
                .doesNotContain("JMSXProducerTXID", "JMSXConsumerTXID");
    }

    @Test
    void rule40AMessageThatCountsItselfIsNotBelieved() {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        context.createProducer().setProperty("JMSXDeliveryCount", 77).send(queue, "x");
        try {
            assertThat(context.createConsumer(queue).receive(SOON_MS).getIntProperty("JMSXDeliveryCount"))
                    .isEqualTo(1);
        } catch (JMSException e) {
            throw new JMSRuntimeException(e.getMessage());
        }
    }
}
