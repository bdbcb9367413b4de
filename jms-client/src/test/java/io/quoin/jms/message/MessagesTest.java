// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTemporaryTopic;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessagesTest {

    private static final MessageContext CONTEXT = MessageContext.DEFAULT;

    /** The same message as a consumer gets it. */
    @SuppressWarnings("unchecked")
    static <M extends Message> M received(M message, MessageContext context) throws Exception {
        MessageEncoder.SendHeaders headers =
                new MessageEncoder.SendHeaders(new UUID(1, 2), QuoinQueue.named("q"), true, 4, 5, 0, 5, false, false);
        ByteBuffer sealed =
                new MessageEncoder().encode((QuoinMessage) message, headers).seal(7);
        byte[] bytes = new byte[sealed.remaining()];
        sealed.get(bytes);
        Received received = new Received(bytes, 1, 1, 1, false, false, false, List.of(), null, null);
        return (M) new MessageDecoder().decode(context, received);
    }

    private static <M extends Message> M received(M message) throws Exception {
        return received(message, CONTEXT);
    }

    private static List<String> names(Enumeration<?> names) {
        return Collections.list(names).stream().map(Object::toString).toList();
    }

    @Test
    void headersAndPropertiesArriveAsTheyWereSent() throws Exception {
        TextMessage sent = new QuoinTextMessage(CONTEXT);
        sent.setText("grün \uD83D\uDE00 \uD800");
        sent.setJMSReplyTo(new QuoinTemporaryTopic("$quoin.temp.1.1", null));
        sent.setJMSCorrelationID("correlation");
        sent.setJMSType("type");
        sent.setFloatProperty("f", 1.5f);
        sent.setObjectProperty("none", null);

        TextMessage got = received(sent);

        assertThat(got.getText()).isEqualTo(sent.getText());
        assertThat(got.getJMSReplyTo()).isInstanceOf(QuoinTemporaryTopic.class).isEqualTo(sent.getJMSReplyTo());
        assertThat(got.getJMSDestination()).isEqualTo(QuoinQueue.named("q"));
        assertThat(got.getJMSCorrelationID()).isEqualTo("correlation");
        assertThat(got.getJMSType()).isEqualTo("type");
        assertThat(got.getJMSMessageID()).isEqualTo("ID:00000000000000010000000000000002-7");
        assertThat(got.getFloatProperty("f")).isEqualTo(1.5f);
        assertThat(names(got.getPropertyNames())).containsExactly("f", "none", "JMSXDeliveryCount");
        assertThat(got.propertyExists("none")).isTrue();
        assertThat(got.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
    }

    @Test
    void correlationIdAsBytesArrivesAsBytes() throws Exception {
        Message sent = new QuoinMessage(CONTEXT);
        sent.setJMSCorrelationIDAsBytes(new byte[] {0, -1, 5});

        assertThat(received(sent).getJMSCorrelationIDAsBytes()).containsExactly(0, -1, 5);
    }

    @Test
    void receivedMessageIsReadOnlyUntilItIsCleared() throws Exception {
        TextMessage sent = new QuoinTextMessage(CONTEXT);
        sent.setText("x");
        sent.setIntProperty("a", 1);
        TextMessage got = received(sent);

        assertThatThrownBy(() -> got.setText("y")).isInstanceOf(MessageNotWriteableException.class);
        assertThatThrownBy(() -> got.setIntProperty("a", 2)).isInstanceOf(MessageNotWriteableException.class);
        got.setJMSType("headers stay writable");
        got.clearBody();
        assertThat(got.getText()).isNull();
        got.setText("y");
        assertThat(got.getIntProperty("a")).isEqualTo(1);
        assertThatThrownBy(() -> got.setIntProperty("a", 2)).isInstanceOf(MessageNotWriteableException.class);
        got.clearProperties();
        assertThat(names(got.getPropertyNames())).isEmpty();
        got.setIntProperty("a", 2);
        assertThat(got.getText()).isEqualTo("y");
    }

    @Test
    void everyWritingMethodOfAReceivedBodyIsRefused() throws Exception {
        BytesMessage bytes = received(new QuoinBytesMessage(CONTEXT));
        StreamMessage stream = received(new QuoinStreamMessage(CONTEXT));
        MapMessage map = received(new QuoinMapMessage(CONTEXT));
        ObjectMessage object = received(new QuoinObjectMessage(CONTEXT));
        List<Write> writes = List.of(
                () -> bytes.writeByte((byte) 1),
                () -> bytes.writeUTF("x"),
                () -> bytes.writeObject(1),
                () -> stream.writeInt(1),
                () -> stream.writeBytes(new byte[1]),
                () -> map.setInt("a", 1),
                () -> map.setObject("a", 1),
                () -> object.setObject("x"));

        for (Write write : writes) {
            assertThatThrownBy(write::run).isInstanceOf(MessageNotWriteableException.class);
        }
    }

    @Test
    void bytesAreReadAsTheyWereWritten() throws Exception {
        BytesMessage sent = new QuoinBytesMessage(CONTEXT);
        sent.writeBoolean(true);
        sent.writeByte((byte) -1);
        sent.writeShort((short) -2);
        sent.writeChar('c');
        sent.writeInt(-3);
        sent.writeLong(-4);
        sent.writeFloat(1.5f);
        sent.writeDouble(2.5);
        sent.writeUTF("\0\u00e9");
        sent.writeBytes(new byte[] {1, 2, 3}, 1, 2);
        assertThatThrownBy(sent::readByte).isInstanceOf(MessageNotReadableException.class);
        assertThatThrownBy(sent::getBodyLength).isInstanceOf(MessageNotReadableException.class);

        BytesMessage got = received(sent);

        assertThat(got.getBodyLength()).isEqualTo(1 + 1 + 2 + 2 + 4 + 8 + 4 + 8 + 2 + 4 + 2);
        assertThat(got.readBoolean()).isTrue();
        assertThat(got.readUnsignedByte()).isEqualTo(255);
        assertThat(got.readUnsignedShort()).isEqualTo(65534);
        assertThat(got.readChar()).isEqualTo('c');
        assertThat(got.readInt()).isEqualTo(-3);
        assertThat(got.readLong()).isEqualTo(-4);
        assertThat(got.readFloat()).isEqualTo(1.5f);
        assertThat(got.readDouble()).isEqualTo(2.5);
        assertThat(got.readUTF()).isEqualTo("\0\u00e9");
        assertThatThrownBy(got::readInt).isInstanceOf(MessageEOFException.class);
        byte[] rest = new byte[5];
        assertThat(got.readBytes(rest)).isEqualTo(2);
        assertThat(got.readBytes(rest)).isEqualTo(-1);
        assertThatThrownBy(got::readByte).isInstanceOf(MessageEOFException.class);
        got.reset();
        assertThat(got.readBoolean()).isTrue();
        sent.writeInt(1); // the sender's message stays writable
        assertThatThrownBy(() -> sent.writeObject(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> sent.writeObject(new Object())).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void failedStreamReadDoesNotMoveAndTheEndIsTold() throws Exception {
        StreamMessage sent = new QuoinStreamMessage(CONTEXT);
        sent.writeString("no number");
        sent.writeInt(5);
        StreamMessage got = received(sent);

        assertThatThrownBy(got::readInt).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(got::readChar).isInstanceOf(MessageFormatException.class);
        assertThat(got.readString()).isEqualTo("no number");
        assertThatThrownBy(got::readBoolean).isInstanceOf(MessageFormatException.class);
        assertThat(got.readLong()).isEqualTo(5);
        assertThatThrownBy(got::readObject).isInstanceOf(MessageEOFException.class);
        assertThatThrownBy(sent::readInt).isInstanceOf(MessageNotReadableException.class);
    }

    @Test
    void byteArrayOfAStreamIsReadInPiecesAndNothingElseInBetween() throws Exception {
        StreamMessage sent = new QuoinStreamMessage(CONTEXT);
        sent.writeBytes(new byte[] {1, 2, 3, 4});
        sent.writeBytes(new byte[0]);
        sent.writeBytes(null);
        sent.writeInt(9);
        StreamMessage got = received(sent);
        byte[] two = new byte[2];

        assertThat(got.readBytes(two)).isEqualTo(2);
        assertThatThrownBy(got::readInt).isInstanceOf(MessageFormatException.class);
        assertThat(got.readBytes(two)).isEqualTo(2);
        assertThat(two).containsExactly(3, 4);
        assertThatThrownBy(got::readObject).isInstanceOf(MessageFormatException.class);
        assertThat(got.readBytes(two)).isEqualTo(-1);
        assertThat(got.readBytes(two)).isZero();
        assertThat(got.readBytes(two)).isEqualTo(-1);
        assertThat(got.readInt()).isEqualTo(9);
    }

    @Test
    void namesOfMapEntriesAndPropertiesAreChecked() throws Exception {
        MapMessage map = new QuoinMapMessage(CONTEXT);
        for (String bad : new String[] {null, ""}) {
            assertThatThrownBy(() -> map.setInt(bad, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> map.setIntProperty(bad, 1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> map.setObject("a", new Object())).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> map.setObjectProperty("a", 'c')).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> map.setObjectProperty("a", new byte[1])).isInstanceOf(MessageFormatException.class);
        for (String bad : List.of("a-b", "1a", "a b", "NULL", "between", "JMSPriority")) {
            assertThatThrownBy(() -> map.setIntProperty(bad, 1))
                    .as(bad)
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("QN-4010");
        }
        new QuoinMessage(new MessageContext(false, ObjectPolicy.NOTHING, false, null)).setIntProperty("a-b", 1);
        map.setIntProperty("$x_1é", 1);
        map.setStringProperty("JMSXGroupID", "g");
        assertThatThrownBy(() -> map.setIntProperty("JMSXGroupID", 1)).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void bodiesAreHadAsWhatTheyAre() throws Exception {
        TextMessage text = new QuoinTextMessage(CONTEXT);
        assertThat(text.isBodyAssignableTo(Map.class)).isTrue();
        assertThat((Object) text.getBody(Map.class)).isNull();
        text.setText("x");
        assertThat(text.getBody(CharSequence.class)).isEqualTo("x");
        assertThat(text.isBodyAssignableTo(Map.class)).isFalse();
        assertThatThrownBy(() -> text.getBody(Map.class)).isInstanceOf(MessageFormatException.class);
        StreamMessage stream = new QuoinStreamMessage(CONTEXT);
        assertThat(stream.isBodyAssignableTo(Object.class)).isFalse();
        assertThatThrownBy(() -> stream.getBody(Object.class)).isInstanceOf(MessageFormatException.class);
        Message none = new QuoinMessage(CONTEXT);
        assertThat(none.isBodyAssignableTo(String.class)).isTrue();
        assertThat(none.getBody(String.class)).isNull();
        BytesMessage bytes = new QuoinBytesMessage(CONTEXT);
        bytes.writeInt(1);
        assertThat(bytes.isBodyAssignableTo(byte[].class)).isTrue();
        assertThat(bytes.isBodyAssignableTo(String.class)).isFalse();
        bytes.writeInt(2);
        assertThat(bytes.getBody(byte[].class)).containsExactly(0, 0, 0, 1, 0, 0, 0, 2);
        assertThat(bytes.readInt()).isEqualTo(1);
        MapMessage map = new QuoinMapMessage(CONTEXT);
        map.setInt("a", 1);
        assertThat((Object) map.getBody(Map.class)).isEqualTo(Map.of("a", 1));
    }

    @Test
    void objectsAreCopiedWhenTheyAreSetAndRefusedOnReceiptUnlessAllowed() throws Exception {
        ObjectMessage sent = new QuoinObjectMessage(CONTEXT);
        ArrayList<String> list = new ArrayList<>(List.of("a"));
        sent.setObject(list);
        list.add("b");
        assertThat(sent.getObject()).isEqualTo(List.of("a"));

        assertThatThrownBy(() -> received(sent).getObject())
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("QN-4009")
                .hasMessageContaining("objectMessageAllow");
        assertThatThrownBy(() -> received(sent, allowing("com.acme.*")).getObject())
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("com.acme.*");
        assertThat(received(sent, allowing("java.util.*")).getObject()).isEqualTo(List.of("a"));
        assertThat(received(sent, allowing("com.acme.**, java.util.ArrayList")).getObject())
                .isEqualTo(List.of("a"));
        assertThat(received(new QuoinObjectMessage(CONTEXT)).getObject()).isNull();
    }

    @Test
    void classesInsideAnAllowedOneAreCheckedToo() throws Exception {
        ObjectMessage sent = new QuoinObjectMessage(CONTEXT);
        HashMap<String, Serializable> map = new HashMap<>();
        map.put("inner", new Inner());
        sent.setObject(map);

        assertThatThrownBy(() -> received(sent, allowing("java.util.*")).getObject())
                .isInstanceOf(MessageFormatException.class);
        assertThat(received(sent, allowing("java.util.*,io.quoin.jms.message.*"))
                        .getObject())
                .isInstanceOf(Map.class);
    }

    private static MessageContext allowing(String patterns) {
        return new MessageContext(true, ObjectPolicy.allowing(patterns), false, null);
    }

    @Test
    void brokenBytesGiveAnExceptionAndNothingElse() throws Exception {
        QuoinMapMessage map = new QuoinMapMessage(CONTEXT);
        map.setString("k", "v");
        ByteBuffer sealed = new MessageEncoder()
                .encode(
                        map,
                        new MessageEncoder.SendHeaders(
                                new UUID(1, 2), QuoinQueue.named("q"), true, 4, 5, 0, 5, false, false))
                .seal(1);
        byte[] good = new byte[sealed.remaining()];
        sealed.get(good);

        for (int at = 0; at < good.length; at++) {
            byte[] bytes = good.clone();
            bytes[at] ^= (byte) 0xFF;
            Received received = new Received(bytes, 1, 1, 1, false, false, false, List.of(), null, null);
            try {
                Message message = new MessageDecoder().decode(CONTEXT, received);
                message.getPropertyNames();
                message.getJMSCorrelationID();
                if (message instanceof MapMessage read) {
                    read.getMapNames();
                }
            } catch (JMSException expected) {
                assertThat(expected.getErrorCode()).startsWith("QN-");
            }
        }
    }

    private interface Write {
        void run() throws JMSException;
    }

    static final class Inner implements Serializable {}
}
