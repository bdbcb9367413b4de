// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies of messages (Messaging 3.1 §3.9 to §3.12): rules 41 to 46. */
class BodyIT extends JmsCase {

    private static final List<String> TYPES =
            List.of("boolean", "byte", "short", "char", "int", "long", "float", "double", "String", "byte[]");

    /** Table 3-7: what was written as the key can be read as these. */
    private static final Map<String, Set<String>> CONVERSIONS = Map.of(
            "boolean", Set.of("boolean", "String"),
            "byte", Set.of("byte", "short", "int", "long", "String"),
            "short", Set.of("short", "int", "long", "String"),
            "char", Set.of("char", "String"),
            "int", Set.of("int", "long", "String"),
            "long", Set.of("long", "String"),
            "float", Set.of("float", "double", "String"),
            "double", Set.of("double", "String"),
            "String", Set.of("boolean", "byte", "short", "int", "long", "float", "double", "String"),
            "byte[]", Set.of("byte[]"));

    private static final Map<String, Object> VALUES = Map.of(
            "boolean",
            true,
            "byte",
            (byte) 12,
            "short",
            (short) 12,
            "char",
            'c',
            "int",
            12,
            "long",
            12L,
            "float",
            12f,
            "double",
            12d,
            "String",
            "12",
            "byte[]",
            new byte[] {1, 2});

    private Queue queue;
    private Session session;
    private MessageConsumer consumer;

    @BeforeEach
    void open() throws JMSException {
        queue = queue();
        session = session();
        consumer = session.createConsumer(queue);
    }

    private <T extends Message> T trip(T message) throws JMSException {
        session.createProducer(queue).send(message);
        Message received = consumer.receive(SOON_MS);
        assertThat(received).isNotNull();
        @SuppressWarnings("unchecked")
        T same = (T) received;
        return same;
    }

    // --- Streams

    private static Object read(StreamMessage message, String type) throws JMSException {
        return switch (type) {
            case "boolean" -> message.readBoolean();
            case "byte" -> message.readByte();
            case "short" -> message.readShort();
            case "char" -> message.readChar();
            case "int" -> message.readInt();
            case "long" -> message.readLong();
            case "float" -> message.readFloat();
            case "double" -> message.readDouble();
            case "String" -> message.readString();
            default -> message.readBytes(new byte[10]);
        };
    }

    private static Object get(MapMessage message, String type, String name) throws JMSException {
        return switch (type) {
            case "boolean" -> message.getBoolean(name);
            case "byte" -> message.getByte(name);
            case "short" -> message.getShort(name);
            case "char" -> message.getChar(name);
            case "int" -> message.getInt(name);
            case "long" -> message.getLong(name);
            case "float" -> message.getFloat(name);
            case "double" -> message.getDouble(name);
            case "String" -> message.getString(name);
            default -> message.getBytes(name);
        };
    }

    @Test
    void rule41ConversionsOfTable37AndAFailedReadDoesNotMove() throws Exception {
        StreamMessage stream = session.createStreamMessage();
        MapMessage map = session.createMapMessage();
        for (String type : TYPES) {
            stream.writeObject(VALUES.get(type));
            map.setObject(type, VALUES.get(type));
        }
        stream.reset();
        table(stream, map);
        table(trip(stream), trip(map));
    }

    private static void table(StreamMessage stream, MapMessage map) throws JMSException {
        for (String from : TYPES) {
            for (String to : TYPES) {
                if (!CONVERSIONS.get(from).contains(to)) {
                    assertThat(catchThrowable(() -> read(stream, to)))
                            .as(from + " as " + to)
                            .isInstanceOf(MessageFormatException.class);
                    assertThat(catchThrowable(() -> get(map, to, from)))
                            .as(from + " as " + to)
                            .isInstanceOf(MessageFormatException.class);
                } else {
                    assertThat(catchThrowable(() -> get(map, to, from)))
                            .as(from + " as " + to)
                            .isNull();
                }
            }
            assertThat(stream.readObject()).isEqualTo(VALUES.get(from));
            assertThat(map.getObject(from)).isEqualTo(VALUES.get(from));
        }
        for (String to : TYPES) {
            stream.reset();
            for (String from : TYPES) {
                if (CONVERSIONS.get(from).contains(to)) {
                    read(stream, to);
                    if (to.equals("byte[]")) {
                        assertThat(from).isEqualTo("byte[]");
                    }
                } else {
                    stream.readObject();
                }
            }
            assertThat(catchThrowable(stream::readObject)).isInstanceOf(MessageEOFException.class);
        }
    }

    @Test
    void rule41NullsAndWordsInStreamsAndMaps() throws Exception {
        StreamMessage stream = session.createStreamMessage();
        MapMessage map = session.createMapMessage();
        stream.writeString(null);
        map.setString("null", null);
        stream.writeString("word");
        map.setString("word", "word");
        stream.writeBytes(null);
        stream.writeObject(null);
        StreamMessage s = trip(stream);
        MapMessage m = trip(map);
        for (String number : List.of("byte", "short", "int", "long")) {
            allThrow(
                    NumberFormatException.class,
                    () -> read(s, number),
                    () -> get(m, number, "null"),
                    () -> get(m, number, "word"));
        }
        for (String other : List.of("float", "double", "char")) {
            allThrow(NullPointerException.class, () -> read(s, other), () -> get(m, other, "null"));
        }
        allThrow(NumberFormatException.class, () -> get(m, "float", "word"), () -> get(m, "double", "word"));
        assertThat(m.getBoolean("null")).isFalse();
        assertThat(m.getString("null")).isNull();
        assertThat(m.getBytes("null")).isNull();
        assertThat(m.getObject("null")).isNull();
        assertThat(m.itemExists("null")).isTrue();
        assertThat(s.readBoolean()).isFalse();
        allThrow(NumberFormatException.class, s::readByte, s::readInt, s::readDouble);
        assertThat(s.readString()).isEqualTo("word");
        assertThat(s.readBytes(new byte[3])).isEqualTo(-1);
        assertThat(s.readObject()).isNull();
        allThrow(MessageEOFException.class, s::readString, () -> s.readBytes(new byte[1]), s::readInt);
    }

    @Test
    void rule41BytesOfAStreamAreReadInPieces() throws Exception {
        StreamMessage message = session.createStreamMessage();
        message.writeBytes(new byte[] {1, 2, 3, 4});
        message.writeBytes(new byte[0]);
        message.writeBytes(new byte[] {9, 8, 7, 6}, 1, 2);
        message.writeInt(5);
        StreamMessage received = trip(message);
        byte[] piece = new byte[2];
        assertThat(received.readBytes(piece)).isEqualTo(2);
        assertThat(piece).containsExactly(1, 2);
        allThrow(MessageFormatException.class, received::readObject, received::readInt, received::readString);
        assertThat(received.readBytes(piece)).isEqualTo(2);
        assertThat(piece).containsExactly(3, 4);
        allThrow(MessageFormatException.class, received::readString);
        assertThat(received.readBytes(piece)).as("the end of the field").isEqualTo(-1);
        assertThat(received.readBytes(piece)).as("an empty field").isZero();
        assertThat(received.readObject()).isEqualTo(new byte[] {8, 7});
        assertThat(received.readInt()).isEqualTo(5);
        received.reset();
        byte[] large = new byte[10];
        assertThat(received.readBytes(large)).isEqualTo(4);
        assertThat(received.readObject()).isEqualTo(new byte[0]);
    }

    @Test
    void rule41AStreamIsReadOrWritten() throws Exception {
        StreamMessage message = session.createStreamMessage();
        for (String type : TYPES) {
            allThrow(MessageNotReadableException.class, () -> read(message, type));
        }
        allThrow(MessageNotReadableException.class, message::readObject);
        allThrow(
                MessageFormatException.class,
                () -> message.writeObject(new Object()),
                () -> message.writeObject(new Date()),
                () -> message.writeObject(List.of()));
        message.writeInt(1);
        message.reset();
        notWriteable(message);
        assertThat(message.readInt()).isEqualTo(1);
        message.clearBody();
        message.writeInt(2);
        StreamMessage received = trip(message);
        notWriteable(received);
        assertThat(received.readInt()).isEqualTo(2);
        received.clearBody();
        allThrow(MessageNotReadableException.class, received::readInt);
        received.writeInt(3);
        received.reset();
        assertThat(received.readInt()).isEqualTo(3);
    }

    private static void notWriteable(StreamMessage message) {
        allThrow(
                MessageNotWriteableException.class,
                () -> message.writeBoolean(true),
                () -> message.writeByte((byte) 1),
                () -> message.writeShort((short) 1),
                () -> message.writeChar('c'),
                () -> message.writeInt(1),
                () -> message.writeLong(1),
                () -> message.writeFloat(1),
                () -> message.writeDouble(1),
                () -> message.writeString("x"),
                () -> message.writeBytes(new byte[1]),
                () -> message.writeBytes(new byte[1], 0, 1),
                () -> message.writeObject(1));
    }

    // --- Bytes

    @Test
    void rule42BytesGoThereAndBack() throws Exception {
        BytesMessage message = session.createBytesMessage();
        message.writeBoolean(true);
        message.writeByte((byte) -1);
        message.writeByte((byte) -2);
        message.writeShort((short) -3);
        message.writeShort((short) -4);
        message.writeChar('ü');
        message.writeInt(Integer.MIN_VALUE);
        message.writeLong(Long.MAX_VALUE);
        message.writeFloat(Float.MIN_VALUE);
        message.writeDouble(Double.NaN);
        message.writeUTF("a\u0000ü€\ud83d\ude00");
        message.writeBytes(new byte[] {1, 2, 3});
        message.writeBytes(new byte[] {9, 4, 9}, 1, 1);
        for (Object value : new Object[] {true, (byte) 1, (short) 2, 'c', 3, 4L, 5f, 6d, "text", new byte[] {7, 8}}) {
            message.writeObject(value);
        }
        BytesMessage received = trip(message);
        assertThat(received.readBoolean()).isTrue();
        assertThat(received.readByte()).isEqualTo((byte) -1);
        assertThat(received.readUnsignedByte()).isEqualTo(254);
        assertThat(received.readShort()).isEqualTo((short) -3);
        assertThat(received.readUnsignedShort()).isEqualTo(65532);
        assertThat(received.readChar()).isEqualTo('ü');
        assertThat(received.readInt()).isEqualTo(Integer.MIN_VALUE);
        assertThat(received.readLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(received.readFloat()).isEqualTo(Float.MIN_VALUE);
        assertThat(received.readDouble()).isNaN();
        assertThat(received.readUTF()).isEqualTo("a\u0000ü€\ud83d\ude00");
        byte[] four = new byte[4];
        assertThat(received.readBytes(four)).isEqualTo(4);
        assertThat(four).containsExactly(1, 2, 3, 4);
        assertThat(received.readBoolean()).isTrue();
        assertThat(received.readByte()).isEqualTo((byte) 1);
        assertThat(received.readShort()).isEqualTo((short) 2);
        assertThat(received.readChar()).isEqualTo('c');
        assertThat(received.readInt()).isEqualTo(3);
        assertThat(received.readLong()).isEqualTo(4);
        assertThat(received.readFloat()).isEqualTo(5);
        assertThat(received.readDouble()).isEqualTo(6);
        assertThat(received.readUTF()).isEqualTo("text");
        byte[] block = new byte[10];
        assertThat(received.readBytes(block, 1)).isEqualTo(1);
        assertThat(received.readBytes(block)).isEqualTo(1);
        assertThat(block[0]).isEqualTo((byte) 8);
        assertThat(received.readBytes(block)).isEqualTo(-1);
        allThrow(
                IndexOutOfBoundsException.class,
                () -> received.readBytes(block, -1),
                () -> received.readBytes(block, 11));
        allThrow(
                MessageEOFException.class,
                received::readBoolean,
                received::readByte,
                received::readUnsignedByte,
                received::readShort,
                received::readUnsignedShort,
                received::readChar,
                received::readInt,
                received::readLong,
                received::readFloat,
                received::readDouble,
                received::readUTF);
        received.reset();
        assertThat(received.readBoolean()).isTrue();
    }

    @Test
    void rule42ReadAndWriteModesOfBytes() throws Exception {
        BytesMessage message = session.createBytesMessage();
        allThrow(NullPointerException.class, () -> message.writeObject(null), () -> message.writeBytes(null));
        allThrow(
                MessageFormatException.class,
                () -> message.writeObject(new Object()),
                () -> message.writeObject(List.of()));
        allThrow(
                MessageNotReadableException.class,
                message::getBodyLength,
                message::readBoolean,
                message::readByte,
                message::readUnsignedByte,
                message::readShort,
                message::readUnsignedShort,
                message::readChar,
                message::readInt,
                message::readLong,
                message::readFloat,
                message::readDouble,
                message::readUTF,
                () -> message.readBytes(new byte[1]),
                () -> message.readBytes(new byte[1], 1));
        message.writeInt(1);
        BytesMessage received = trip(message);
        assertThat(received.getBodyLength()).isEqualTo(4);
        allThrow(
                MessageNotWriteableException.class,
                () -> received.writeBoolean(true),
                () -> received.writeByte((byte) 1),
                () -> received.writeShort((short) 1),
                () -> received.writeChar('c'),
                () -> received.writeInt(1),
                () -> received.writeLong(1),
                () -> received.writeFloat(1),
                () -> received.writeDouble(1),
                () -> received.writeUTF("x"),
                () -> received.writeBytes(new byte[1]),
                () -> received.writeBytes(new byte[1], 0, 1),
                () -> received.writeObject(1));
        received.clearBody();
        allThrow(MessageNotReadableException.class, received::readInt);
        received.writeInt(7);
        received.reset();
        assertThat(received.readInt()).isEqualTo(7);
    }

    // --- Maps

    @Test
    void rule43NamesAndValuesOfMaps() throws Exception {
        MapMessage message = session.createMapMessage();
        for (String name : new String[] {null, ""}) {
            allThrow(
                    IllegalArgumentException.class,
                    () -> message.setBoolean(name, true),
                    () -> message.setByte(name, (byte) 1),
                    () -> message.setShort(name, (short) 1),
                    () -> message.setChar(name, 'c'),
                    () -> message.setInt(name, 1),
                    () -> message.setLong(name, 1),
                    () -> message.setFloat(name, 1),
                    () -> message.setDouble(name, 1),
                    () -> message.setString(name, "x"),
                    () -> message.setBytes(name, new byte[1]),
                    () -> message.setBytes(name, new byte[1], 0, 1),
                    () -> message.setObject(name, 1));
        }
        allThrow(
                MessageFormatException.class,
                () -> message.setObject("o", new Object()),
                () -> message.setObject("o", new Date()),
                () -> message.setObject("o", new ArrayList<>()));
        byte[] bytes = {1, 2, 3};
        message.setBytes("bytes", bytes);
        message.setBytes("part", bytes, 1, 2);
        bytes[1] = 9;
        message.setString("any name: even this", "x");
        MapMessage received = trip(message);
        assertThat(received.getBytes("bytes")).containsExactly(1, 2, 3);
        received.getBytes("bytes")[0] = 7;
        assertThat(received.getBytes("bytes")).containsExactly(1, 2, 3);
        assertThat(received.getObject("part")).isEqualTo(new byte[] {2, 3});
        assertThat(listOf(received.getMapNames(), String.class))
                .isEqualTo(List.of("bytes", "part", "any name: even this"));
        assertThat(received.itemExists("part")).isTrue();
        assertThat(received.itemExists("missing")).isFalse();
        assertThat(received.getString("missing")).isNull();
        assertThat(received.getBytes("missing")).isNull();
        assertThat(received.getObject("missing")).isNull();
        assertThat(received.getBoolean("missing")).isFalse();
        allThrow(NumberFormatException.class, () -> received.getByte("missing"), () -> received.getLong("missing"));
        allThrow(NullPointerException.class, () -> received.getChar("missing"), () -> received.getFloat("missing"));
        allThrow(
                MessageNotWriteableException.class,
                () -> received.setBoolean("n", true),
                () -> received.setByte("n", (byte) 1),
                () -> received.setShort("n", (short) 1),
                () -> received.setChar("n", 'c'),
                () -> received.setInt("n", 1),
                () -> received.setLong("n", 1),
                () -> received.setFloat("n", 1),
                () -> received.setDouble("n", 1),
                () -> received.setString("n", "x"),
                () -> received.setBytes("n", new byte[1]),
                () -> received.setBytes("n", new byte[1], 0, 1),
                () -> received.setObject("n", 1));
        received.clearBody();
        assertThat(received.getMapNames().hasMoreElements()).isFalse();
        received.setInt("n", 1);
        assertThat(received.getInt("n")).isEqualTo(1);
    }

    // --- getBody

    @Test
    void rule44ABodyIsHadAsWhatItIs() throws Exception {
        TextMessage text = session.createTextMessage("x");
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(7);
        MapMessage map = session.createMapMessage();
        map.setInt("a", 1);
        map.setBytes("b", new byte[] {1});
        for (TextMessage m : List.of(text, trip(text))) {
            for (Class<?> type : List.of(String.class, CharSequence.class, Object.class, Serializable.class)) {
                assertThat(m.isBodyAssignableTo(type)).isTrue();
                assertThat(m.<Object>getBody(cast(type))).isEqualTo("x");
            }
            refused(m, Integer.class, Map.class, byte[].class);
        }
        for (BytesMessage m : List.of(bytes, trip(bytes))) {
            for (Class<?> type : List.of(byte[].class, Object.class)) {
                assertThat(m.isBodyAssignableTo(type)).isTrue();
                assertThat(m.<Object>getBody(cast(type))).isEqualTo(new byte[] {0, 0, 0, 7});
            }
            assertThat(m.readInt()).isEqualTo(7);
            m.getBody(byte[].class);
            assertThat(m.readInt()).as("getBody resets").isEqualTo(7);
            refused(m, String.class, Map.class, int[].class);
        }
        for (MapMessage m : List.of(map, trip(map))) {
            for (Class<?> type : List.of(Map.class, Object.class)) {
                assertThat(m.isBodyAssignableTo(type)).isTrue();
                Map<?, ?> body = m.getBody(Map.class);
                assertThat(body.get("a")).isEqualTo(1);
                assertThat(body.get("b")).isEqualTo(new byte[] {1});
            }
            refused(m, String.class, HashMap.class, LinkedHashMap.class, byte[].class);
        }
    }

    @SuppressWarnings("unchecked")
    private static Class<Object> cast(Class<?> type) {
        return (Class<Object>) type;
    }

    private static void refused(Message message, Class<?>... types) throws JMSException {
        for (Class<?> type : types) {
            assertThat(message.isBodyAssignableTo(type)).as(type.getName()).isFalse();
            allThrow(MessageFormatException.class, () -> message.getBody(type));
        }
    }

    @Test
    void rule44AStreamIsNotHadAsAWhole() throws Exception {
        StreamMessage message = session.createStreamMessage();
        refused(message, Object.class, String.class, List.class, byte[].class);
        message.writeInt(1);
        StreamMessage received = trip(message);
        refused(received, Object.class, String.class, List.class, byte[].class);
        assertThat(received.readInt()).isEqualTo(1);
    }

    @Test
    void rule44WhatHasNoBodyIsNullOfAnyType() throws Exception {
        for (Message sent : List.of(
                session.createMessage(),
                session.createTextMessage(),
                session.createBytesMessage(),
                session.createMapMessage(),
                session.createObjectMessage())) {
            Message received = trip(sent);
            for (Class<?> type : List.of(String.class, Integer.class, byte[].class, Map.class, Object.class)) {
                assertThat(sent.isBodyAssignableTo(type)).isTrue();
                assertThat(sent.<Object>getBody(cast(type))).isNull();
                assertThat(received.isBodyAssignableTo(type)).isTrue();
                assertThat(received.<Object>getBody(cast(type))).isNull();
            }
        }
    }

    // --- Correlation ids and reply-to

    @Test
    void rule46CorrelationIdsAreKeptAsTheyAre() throws Exception {
        Message message = session.createMessage();
        message.setJMSCorrelationID("plain ü ID:1");
        assertThat(trip(message).getJMSCorrelationID()).isEqualTo("plain ü ID:1");
        message.setJMSCorrelationID(null);
        assertThat(trip(message).getJMSCorrelationID()).isNull();
        byte[] bytes = {(byte) 0xFF, 0, (byte) 0x80, 1};
        message.setJMSCorrelationIDAsBytes(bytes);
        bytes[0] = 1;
        assertThat(message.getJMSCorrelationIDAsBytes()).containsExactly(0xFF, 0, 0x80, 1);
        assertThat(trip(message).getJMSCorrelationIDAsBytes()).containsExactly(0xFF, 0, 0x80, 1);
        message.setJMSCorrelationID("back to text");
        Message received = trip(message);
        assertThat(received.getJMSCorrelationID()).isEqualTo("back to text");
        assertThat(received.getJMSCorrelationIDAsBytes()).isEqualTo("back to text".getBytes("UTF-8"));
    }

    @Test
    void rule46ReplyToKeepsItsTypeAndEquality() throws Exception {
        TemporaryQueue temporaryQueue = session.createTemporaryQueue();
        TemporaryTopic temporaryTopic = session.createTemporaryTopic();
        Message message = session.createMessage();
        for (Destination replyTo : List.of(queue, topic(), temporaryQueue, temporaryTopic)) {
            message.setJMSReplyTo(replyTo);
            assertThat(message.getJMSReplyTo()).isSameAs(replyTo);
            Destination received = trip(message).getJMSReplyTo();
            assertThat(received).isEqualTo(replyTo).hasSameHashCodeAs(replyTo);
            assertThat(received instanceof TemporaryQueue).isEqualTo(replyTo instanceof TemporaryQueue);
            assertThat(received instanceof TemporaryTopic).isEqualTo(replyTo instanceof TemporaryTopic);
            assertThat(received instanceof Queue).isEqualTo(replyTo instanceof Queue);
        }
        message.setJMSReplyTo(null);
        assertThat(trip(message).getJMSReplyTo()).isNull();
        assertThat(trip(message).getJMSDestination()).isEqualTo(queue);
    }

    // --- Objects

    @Test
    void rule44AnObjectThatMayNotBeReadIsAssignableToNothing() throws Exception {
        ObjectMessage received = trip(session.createObjectMessage(new ArrayList<>(List.of("x"))));
        refused(received, Object.class, List.class, String.class);
        allThrow(MessageFormatException.class, received::getObject);
        assertThat(catchThrowable(received::getObject)).hasMessageContaining("objectMessageAllow");
    }
}
