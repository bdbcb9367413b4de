// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Message selectors (Messaging 3.1 §3.8): rules 47 to 54. */
class SelectorIT extends JmsCase {

    /** What of the messages in {@code queue} a selector matches, seen by a browser. */
    private static List<String> matches(Session session, Queue queue, String selector) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (QueueBrowser browser = session.createBrowser(queue, selector)) {
            for (Message message : messages(browser)) {
                texts.add(((TextMessage) message).getText());
            }
        }
        return texts;
    }

    private interface Filling {
        void fill(TextMessage message) throws JMSException;
    }

    private static void put(Session session, Queue queue, String text, Filling filling) throws JMSException {
        TextMessage message = session.createTextMessage(text);
        filling.fill(message);
        session.createProducer(queue).send(message);
    }

    @Test
    void rule47WhatIsWrongIsSaidWhenSomethingIsCreated() throws Exception {
        Queue queue = queue();
        Topic topic = topic();
        Session session = startedAs(name("id")).createSession();
        String wrong = "a = ";
        allThrow(
                InvalidSelectorException.class,
                () -> session.createConsumer(queue, wrong),
                () -> session.createConsumer(topic, wrong, true),
                () -> session.createDurableConsumer(topic, "d", wrong, false),
                () -> session.createDurableSubscriber(topic, "d", wrong, false),
                () -> session.createSharedConsumer(topic, "s", wrong),
                () -> session.createSharedDurableConsumer(topic, "s", wrong),
                () -> session.createBrowser(queue, wrong),
                () -> queueConnection()
                        .createQueueSession(false, Session.AUTO_ACKNOWLEDGE)
                        .createReceiver(queue, wrong),
                () -> topicConnection()
                        .createTopicSession(false, Session.AUTO_ACKNOWLEDGE)
                        .createSubscriber(topic, wrong, false));
        JMSContext context = context();
        context.setClientID(name("id"));
        allThrow(
                InvalidSelectorRuntimeException.class,
                () -> context.createConsumer(queue, wrong),
                () -> context.createConsumer(topic, wrong, false),
                () -> context.createDurableConsumer(topic, "d", wrong, false),
                () -> context.createSharedConsumer(topic, "s", wrong),
                () -> context.createSharedDurableConsumer(topic, "s", wrong),
                () -> context.createBrowser(queue, wrong));
    }

    @Test
    void rule47TheEmptySelectorIsNone() throws Exception {
        Queue queue = queue();
        send(queue, "x");
        Session session = session();
        assertThat(matches(session, queue, "")).containsExactly("x");
        assertThat(matches(session, queue, null)).containsExactly("x");
        assertThat(session.createBrowser(queue, "").getMessageSelector()).isNull();
        assertThat(session.createConsumer(queue, "").getMessageSelector()).isNull();
        assertThat(session.createConsumer(queue, "a = 1").getMessageSelector()).isEqualTo("a = 1");
        JMSContext context = context();
        assertThat(context.createConsumer(queue, "").getMessageSelector()).isNull();
        assertThat(context.createConsumer(queue, "a = 1").getMessageSelector()).isEqualTo("a = 1");
    }

    @Test
    void rule48InvalidSelectors() throws Exception {
        Queue queue = queue();
        Session session = session();
        List<String> wrong = List.of(
                "NULL = 0",
                "NOT = 0",
                "AND = 0",
                "OR = 0",
                "BETWEEN = 0",
                "LIKE = 0",
                "IN = 0",
                "IS = 0",
                "ESCAPE = 0",
                "null = 1",
                "'foo' > TRUE",
                "myProp >= 'foo'",
                "myProp > 'foo'",
                "'foo' < myProp",
                "myProp < TRUE",
                "myProp BETWEEN 'foo' AND 'test'",
                "myProp NOT BETWEEN 'foo' AND 'test'",
                "myProp NOT IN (1, 2, 3)",
                "myProp IN (1)",
                "myProp IN ()",
                "myProp LIKE 7",
                "myProp LIKE other",
                "=TEST 'test'",
                "myProp = ",
                "(a = 1",
                "a = 1)",
                "a = 1 AND",
                "a = 'open",
                "a LIKE 'x' ESCAPE 'ab'",
                "a LIKE 'x' ESCAPE ''",
                "a == 1",
                "a != 1",
                "a = 1 b = 2",
                "a IS 1",
                "a IS NOT",
                "1a = 2",
                "a = \"x\"",
                "a.b = 1",
                "-- comment",
                "a = 1;",
                "+",
                "()",
                "a = 1 & b = 2");
        for (String selector : wrong) {
            assertThat(catchThrowable(() -> session.createConsumer(queue, selector)))
                    .as(selector)
                    .isInstanceOf(InvalidSelectorException.class);
        }
    }

    @Test
    void rule49Literals() throws Exception {
        Queue queue = queue();
        Session session = session();
        put(session, queue, "m", m -> {
            m.setIntProperty("i29", 29);
            m.setLongProperty("max", Long.MAX_VALUE);
            m.setLongProperty("min", Long.MIN_VALUE);
            m.setIntProperty("i62", 62);
            m.setDoubleProperty("seven", 7);
            m.setDoubleProperty("d7000", 7000);
            m.setDoubleProperty("neg", -57.9E3);
            m.setStringProperty("lit", "literal's");
            m.setBooleanProperty("yes", true);
            m.setStringProperty("$x", "dollar");
            m.setStringProperty("_x", "underscore");
            m.setStringProperty("größe", "word");
            m.setIntProperty("Case", 1);
        });
        for (String selector : List.of(
                "i29 = 035",
                "i29 = 0x1d",
                "i29 = 0X1D",
                "i29 = 29L",
                "i29 = 29l",
                "max = 9223372036854775807L",
                "max = 9223372036854775807",
                "min = -9223372036854775808L",
                "min = -9223372036854775808",
                "i62 = +62",
                "seven = 7.",
                "d7000 = .7e4",
                "d7000 = 7E3",
                "d7000 = 7.0e+3",
                "neg = -57.9E3",
                "neg = -57.9e3d",
                "seven = 7f",
                "lit = 'literal''s'",
                "yes = TRUE",
                "yes = true",
                "yes = TrUe",
                "yes",
                "NOT NOT yes",
                "yes <> false",
                "$x = 'dollar'",
                "_x = 'underscore'",
                "größe = 'word'",
                "i29\t=\n29\f\r",
                " i29 = 29 aNd Case = 1 ",
                "i29 between 1 and 30",
                "lit like 'lit%'",
                "lit is not null",
                "lit in ('a', 'literal''s')",
                "case IS NULL")) {
            assertThat(matches(session, queue, selector)).as(selector).containsExactly("m");
        }
        for (String selector : List.of("case = 1", "yes = FALSE", "lit = 'LITERAL''S'", "max = 9223372036854775806")) {
            assertThat(matches(session, queue, selector)).as(selector).isEmpty();
        }
    }

    @Test
    void rule50Arithmetic() throws Exception {
        Queue queue = queue();
        Session session = session();
        put(session, queue, "m", m -> {
            m.setIntProperty("p", 10);
            m.setIntProperty("n", -10);
            m.setDoubleProperty("d", 2.5);
            m.setStringProperty("two", "2");
            m.setBooleanProperty("yes", true);
            m.setByteProperty("b", (byte) 3);
            m.setLongProperty("l", 1L << 40);
            m.setFloatProperty("f", 0.5f);
        });
        for (String selector : List.of(
                "-p < 0",
                "- p + 10 = 0",
                "p/3 = 3",
                "n/3 = -3",
                "n/2 = -5",
                "p + 2 * 3 = 16",
                "(p + 2) * 3 = 36",
                "p - 2 - 3 = 5",
                "p * d = 25",
                "p / 4 = 2",
                "p / 4.0 = d",
                "d * 4 = p",
                "b + p = 13",
                "l * 2 > l",
                "f + f = 1",
                "-(p + n) = 0",
                "p = 10.0",
                "p <> 10.5",
                "+p = 10",
                "p > -1 AND NOT p < 5",
                "p = 1 OR p = 10 AND d = 2.5",
                "NOT (p = 10 AND d = 3)",
                "p BETWEEN n AND 10",
                "p NOT BETWEEN 11 AND 20",
                "10 = p",
                "n BETWEEN -p AND -p",
                "two <> '3'")) {
            assertThat(matches(session, queue, selector)).as(selector).containsExactly("m");
        }
        for (String selector : List.of(
                "two > 1",
                "two = 2",
                "p = '10'",
                "two <> 2",
                "yes = 1",
                "p = TRUE",
                "two + 1 = 3",
                "d / 0 = 1",
                "p / 0 = 1",
                "p = two",
                "p BETWEEN 11 AND 20")) {
            assertThat(matches(session, queue, selector)).as(selector).isEmpty();
        }
    }

    @Test
    void rule51ThreeValuedLogic() throws Exception {
        Queue queue = queue();
        Session session = session();
        put(session, queue, "m", m -> {
            m.setBooleanProperty("t", true);
            m.setBooleanProperty("f", false);
            m.setIntProperty("one", 1);
            m.setStringProperty("s", "s");
            m.setStringProperty("explicit", null);
        });
        for (String selector : List.of(
                "u IS NULL",
                "explicit IS NULL",
                "one IS NOT NULL",
                "t OR u",
                "u OR t",
                "NOT (f AND u)",
                "NOT (u AND f)",
                "u = 1 OR one = 1",
                "TRUE",
                "NOT (u = 1 AND one = 2)",
                "JMSType IS NULL",
                "JMSCorrelationID IS NULL",
                "JMSMessageID IS NOT NULL")) {
            assertThat(matches(session, queue, selector)).as(selector).containsExactly("m");
        }
        for (String selector : List.of(
                "u",
                "NOT u",
                "u AND t",
                "t AND u",
                "NOT (t AND u)",
                "f OR u",
                "u OR f",
                "NOT (f OR u)",
                "u AND u",
                "NOT (u OR u)",
                "u = 1",
                "u <> 1",
                "NOT u = 1",
                "u > 0",
                "u + 1 = 1",
                "NOT (u + 1 = 1)",
                "-u = 0",
                "u IN ('a')",
                "u NOT IN ('a')",
                "u LIKE 'a'",
                "u NOT LIKE 'a'",
                "u BETWEEN 0 AND 2",
                "u NOT BETWEEN 0 AND 2",
                "one BETWEEN u AND 2",
                "u IS NOT NULL",
                "explicit = 'x'",
                "explicit <> 'x'",
                "JMSType = 'x'",
                "JMSType <> 'x'",
                "u = u")) {
            assertThat(matches(session, queue, selector)).as(selector).isEmpty();
        }
    }

    @Test
    void rule52Like() throws Exception {
        Queue queue = queue();
        Session session = session();
        put(session, queue, "m", m -> {
            m.setStringProperty("phone", "12993");
            m.setStringProperty("word", "lose");
            m.setStringProperty("under", "_foo");
            m.setStringProperty("percent", "50%");
            m.setStringProperty("regex", "a.b*c[d]^$(e)\\+?{f}|");
            m.setStringProperty("lines", "one\ntwo\r\nthree");
            m.setStringProperty("empty", "");
            m.setIntProperty("number", 12993);
        });
        for (String selector : List.of(
                "phone LIKE '12%3'",
                "phone LIKE '%'",
                "phone LIKE '12993%'",
                "phone LIKE '%12993'",
                "phone LIKE '_____'",
                "word LIKE 'l_se'",
                "word NOT LIKE 'l_'",
                "under LIKE '\\_%' ESCAPE '\\'",
                "under LIKE '!_foo' ESCAPE '!'",
                "percent LIKE '50x%' ESCAPE 'x'",
                "percent LIKE '5_%'",
                "regex LIKE 'a.b*c[d]^$(e)\\+?{f}|'",
                "regex LIKE 'a.%|'",
                "lines LIKE 'one%three'",
                "lines LIKE '%two%'",
                "lines LIKE 'one_two%'",
                "empty LIKE ''",
                "empty LIKE '%'",
                "phone LIKE '%9%9%'",
                "phone NOT LIKE '12%4'")) {
            assertThat(matches(session, queue, selector)).as(selector).containsExactly("m");
        }
        for (String selector : List.of(
                "phone LIKE '12%4'",
                "word LIKE 'l__se'",
                "word LIKE 'LOSE'",
                "under LIKE 'x_%'",
                "regex LIKE 'a_b+c%'",
                "regex LIKE '.*'",
                "percent LIKE '50x_' ESCAPE 'x'",
                "empty LIKE '_'",
                "number LIKE '12%'",
                "number NOT LIKE 'x'",
                "phone LIKE ''")) {
            assertThat(matches(session, queue, selector)).as(selector).isEmpty();
        }
    }

    @Test
    void rule53HeadersInSelectors() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        TextMessage persistent = session.createTextMessage("persistent");
        persistent.setJMSType("car");
        persistent.setJMSCorrelationID("c1");
        persistent.setStringProperty("JMSXGroupID", "g");
        persistent.setIntProperty("JMSXGroupSeq", 3);
        persistent.setStringProperty("JMS_acme_x", "y");
        producer.send(persistent, DeliveryMode.PERSISTENT, 7, 0);
        producer.send(session.createTextMessage("volatile"), DeliveryMode.NON_PERSISTENT, 3, 0);
        for (String selector : List.of(
                "JMSDeliveryMode = 'PERSISTENT'",
                "JMSDeliveryMode <> 'NON_PERSISTENT'",
                "JMSPriority = 7",
                "JMSPriority > 6",
                "JMSType = 'car'",
                "JMSCorrelationID = 'c1'",
                "JMSCorrelationID LIKE 'c_'",
                "JMSMessageID = '" + persistent.getJMSMessageID() + "'",
                "JMSTimestamp = " + persistent.getJMSTimestamp() + " AND JMSPriority = 7",
                "JMSXGroupID = 'g'",
                "JMSXGroupSeq > 2",
                "JMS_acme_x = 'y'",
                "JMSType IN ('car', 'bus')")) {
            assertThat(matches(session, queue, selector)).as(selector).containsExactly("persistent");
        }
        assertThat(matches(session, queue, "JMSDeliveryMode = 'NON_PERSISTENT'"))
                .containsExactly("volatile");
        assertThat(matches(session, queue, "JMSDeliveryMode IN ('NON_PERSISTENT')"))
                .containsExactly("volatile");
        assertThat(matches(session, queue, "JMSDeliveryMode = 2")).isEmpty();
        for (String selector : List.of(
                "JMSDestination = 'x'",
                "JMSReplyTo IS NULL",
                "JMSExpiration > 0",
                "JMSRedelivered = TRUE",
                "JMSDeliveryTime > 0")) {
            allThrow(InvalidSelectorException.class, () -> session.createConsumer(queue, selector));
        }
    }

    @Test
    void rule54WhatDoesNotMatchStaysAndNobodyStarvesBehindIt() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        int others = 3_000; // more than any prefetch
        for (int i = 0; i < others; i++) {
            producer.send(session.createTextMessage("other"));
        }
        put(session, queue, "mine", m -> m.setIntProperty("a", 1));
        MessageConsumer consumer = session.createConsumer(queue, "a = 1");
        assertThat(text(consumer)).isEqualTo("mine");
        nothing(consumer);
        consumer.close();
        assertThat(messages(session.createBrowser(queue))).hasSize(others);
        MessageConsumer rest = session.createConsumer(queue);
        for (int i = 0; i < others; i++) {
            assertThat(text(rest)).isEqualTo("other");
        }
    }

    @Test
    void rule54ABrowserSeesMessagesInTheOrderInWhichTheyWouldBeReceived() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < 100; i++) {
            int mode = i % 3 == 0 ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT;
            producer.send(session.createTextMessage("" + i), mode, i * 7 % 10, 0);
        }
        List<String> browsed = matches(session, queue, null);
        List<String> highest = matches(session, queue, "JMSPriority = 9");
        assertThat(browsed.subList(0, highest.size())).isEqualTo(highest);
        assertThat(browsed).isEqualTo(drain(queue)).hasSize(100);
    }

    @Test
    void rule54ATopicKeepsNothingThatDoesNotMatchAndABrowserTakesNothing() throws Exception {
        Topic topic = topic();
        Session session = startedAs(name("id")).createSession();
        session.createDurableConsumer(topic, "d", "a = 1", false).close();
        TextMessage message = session.createTextMessage("no");
        session.createProducer(topic).send(message);
        message.setText("yes");
        message.setIntProperty("a", 1);
        session.createProducer(topic).send(message);
        MessageConsumer consumer = session.createDurableConsumer(topic, "d", "a = 1", false);
        assertThat(text(consumer)).isEqualTo("yes");
        nothing(consumer);
        consumer.close();
        session.unsubscribe("d");

        Queue queue = queue();
        put(session, queue, "1", m -> m.setIntProperty("a", 1));
        put(session, queue, "2", m -> m.setIntProperty("a", 2));
        QueueBrowser browser = session.createBrowser(queue, "a = 2");
        assertThat(browser.getMessageSelector()).isEqualTo("a = 2");
        assertThat(browser.getQueue()).isEqualTo(queue);
        for (int i = 0; i < 2; i++) {
            List<Message> seen = messages(browser);
            assertThat(seen).hasSize(1);
            assertThat(((TextMessage) seen.get(0)).getText()).isEqualTo("2");
            assertThatCode(() -> seen.get(0).acknowledge()).doesNotThrowAnyException();
        }
        assertThat(drain(queue)).containsExactly("1", "2");
    }
}
