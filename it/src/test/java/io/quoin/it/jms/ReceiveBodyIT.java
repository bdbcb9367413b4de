// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code receiveBody} (Messaging 3.1 §8.6): rule 67. */
class ReceiveBodyIT extends JmsCase {

    @Test
    void rule67AnAutomaticSessionKeepsWhatItCouldNotGive() throws Exception {
        for (int mode : new int[] {JMSContext.AUTO_ACKNOWLEDGE, JMSContext.DUPS_OK_ACKNOWLEDGE}) {
            JMSContext context = context(mode);
            Queue queue = context.createQueue(name("q"));
            JMSConsumer consumer = context.createConsumer(queue);
            send(queue, "1", "2");
            wrongType(consumer);
            wrongType(consumer);
            TextMessage first = (TextMessage) consumer.receive(SOON_MS);
            assertThat(first.getText()).isEqualTo("1");
            assertThat(first.getJMSRedelivered()).as("that was no delivery").isFalse();
            assertThat(first.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
            assertThat(consumer.receiveBody(String.class)).isEqualTo("2");
            assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
            assertThat(consumer.receiveBody(String.class, 1)).isNull();
        }
    }

    private static void wrongType(JMSConsumer consumer) {
        allThrow(
                MessageFormatRuntimeException.class,
                () -> consumer.receiveBody(Map.class, SOON_MS),
                () -> consumer.receiveBody(byte[].class),
                () -> consumer.receiveBodyNoWait(Integer.class));
    }

    @Test
    void rule67ClientAcknowledgeAndTransactedHaveConsumedIt() throws Exception {
        for (int mode : new int[] {JMSContext.CLIENT_ACKNOWLEDGE, JMSContext.SESSION_TRANSACTED}) {
            JMSContext context = context(mode);
            Queue queue = context.createQueue(name("q"));
            JMSConsumer consumer = context.createConsumer(queue);
            send(queue, "1", "2");
            allThrow(MessageFormatRuntimeException.class, () -> consumer.receiveBody(Map.class, SOON_MS));
            assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("2");
            if (mode == JMSContext.SESSION_TRANSACTED) {
                context.rollback();
            } else {
                context.recover();
            }
            TextMessage again = (TextMessage) consumer.receive(SOON_MS);
            assertThat(again.getText()).isEqualTo("1");
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
            assertThat(consumer.receiveBody(String.class, SOON_MS)).isEqualTo("2");
            if (mode == JMSContext.SESSION_TRANSACTED) {
                context.commit();
            } else {
                context.acknowledge();
            }
            context.close();
            assertThat(drain(queue)).isEmpty();
        }
    }

    @Test
    void rule67StreamsAndMessagesWithoutABodyAreRefused() throws Exception {
        JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
        Queue queue = context.createQueue(name("q"));
        JMSConsumer consumer = context.createConsumer(queue);
        var stream = context.createStreamMessage();
        stream.writeString("x");
        List<Message> without = List.of(
                stream,
                context.createStreamMessage(),
                context.createMessage(),
                context.createTextMessage(),
                context.createObjectMessage(),
                context.createBytesMessage(),
                context.createMapMessage());
        for (Message message : without) {
            for (Class<?> type : List.of(Object.class, String.class, Serializable.class)) {
                context.createProducer().send(queue, message);
                allThrow(MessageFormatRuntimeException.class, () -> consumer.receiveBody(type, SOON_MS));
            }
        }
    }

    @Test
    void rule67BodiesOfAllTypesThatHaveOne() throws Exception {
        QuoinConnectionFactory factory = factory();
        factory.setObjectMessageAllow("java.util.*");
        JMSContext context = closing(factory.createContext());
        Queue queue = context.createQueue(name("q"));
        JMSConsumer consumer = context.createConsumer(queue);
        ArrayList<String> list = new ArrayList<>(List.of("a", "b"));
        byte[] bytes = {1, 2};
        context.createProducer()
                .send(queue, "text")
                .send(queue, "text")
                .send(queue, bytes)
                .send(queue, bytes)
                .send(queue, Map.of("k", "v"))
                .send(queue, (Serializable) list)
                .send(queue, (Serializable) list)
                .send(queue, (Serializable) list);
        assertThat(consumer.receiveBody(String.class)).isEqualTo("text");
        assertThat(consumer.receiveBody(CharSequence.class, SOON_MS)).hasToString("text");
        assertThat(consumer.receiveBody(byte[].class, SOON_MS)).isEqualTo(bytes);
        assertThat(consumer.receiveBody(Object.class, SOON_MS)).isEqualTo(bytes);
        assertThat((Object) consumer.receiveBody(Map.class, SOON_MS)).isEqualTo(Map.of("k", "v"));
        assertThat(consumer.receiveBody(Serializable.class, SOON_MS)).isEqualTo(list);
        assertThat((Object) consumer.receiveBody(List.class, SOON_MS)).isEqualTo(list);
        assertThat((Object) consumer.receiveBodyNoWait(ArrayList.class)).isEqualTo(list);
    }

    @Test
    void rule67AnObjectThatMayNotBeReadNamesTheOption() {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        context.createProducer().send(queue, (Serializable) new ArrayList<>(List.of("x")));
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(catchThrowable(() -> consumer.receiveBody(List.class, SOON_MS)))
                .isInstanceOf(MessageFormatRuntimeException.class)
                .hasMessageContaining("objectMessageAllow");
    }

    @Test
    void rule67ANullBodyOfAnotherTypeIsToldByGetBody() throws JMSException {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        context.createProducer().send(queue, (byte[]) null);
        BytesMessage message = (BytesMessage) context.createConsumer(queue).receive(SOON_MS);
        assertThat(message.getBody(String.class)).isNull();
    }
}
