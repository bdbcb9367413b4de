// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.StreamMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every cell of the two conversion tables (Messaging 3.1 §3.5.4 and §3.11.3), through each kind of message that has them. */
class ConversionsTest {

    private enum Type {
        BOOLEAN(true),
        BYTE((byte) 1),
        SHORT((short) 2),
        INT(3),
        LONG(4L),
        FLOAT(5.5f),
        DOUBLE(6.5),
        STRING("7"),
        CHAR('c'),
        BYTES(new byte[] {8});

        private final Object example;

        Type(Object example) {
            this.example = example;
        }
    }

    /** What may be read from what was written, besides its own type. */
    private static final Map<Type, Set<Type>> ALSO = Map.of(
            Type.BOOLEAN, Set.of(Type.STRING),
            Type.BYTE, Set.of(Type.SHORT, Type.INT, Type.LONG, Type.STRING),
            Type.SHORT, Set.of(Type.INT, Type.LONG, Type.STRING),
            Type.INT, Set.of(Type.LONG, Type.STRING),
            Type.LONG, Set.of(Type.STRING),
            Type.FLOAT, Set.of(Type.DOUBLE, Type.STRING),
            Type.DOUBLE, Set.of(Type.STRING),
            Type.STRING, Set.of(Type.BOOLEAN, Type.BYTE, Type.SHORT, Type.INT, Type.LONG, Type.FLOAT, Type.DOUBLE),
            Type.CHAR, Set.of(Type.STRING),
            Type.BYTES, Set.of());

    private static final List<Type> PROPERTY_TYPES =
            List.of(Type.BOOLEAN, Type.BYTE, Type.SHORT, Type.INT, Type.LONG, Type.FLOAT, Type.DOUBLE, Type.STRING);

    /** A place that values are written to and read from. */
    private interface Place {

        void write(Object value) throws JMSException;

        Object read(Type as) throws JMSException;
    }

    @TestFactory
    Stream<DynamicTest> properties() {
        return table(PROPERTY_TYPES, () -> new Place() {
            private final Message message = new QuoinMessage(MessageContext.DEFAULT);

            @Override
            public void write(Object value) throws JMSException {
                message.setObjectProperty("p", value);
            }

            @Override
            public Object read(Type as) throws JMSException {
                return switch (as) {
                    case BOOLEAN -> message.getBooleanProperty("p");
                    case BYTE -> message.getByteProperty("p");
                    case SHORT -> message.getShortProperty("p");
                    case INT -> message.getIntProperty("p");
                    case LONG -> message.getLongProperty("p");
                    case FLOAT -> message.getFloatProperty("p");
                    case DOUBLE -> message.getDoubleProperty("p");
                    case STRING -> message.getStringProperty("p");
                    case CHAR, BYTES -> throw new AssertionError("no such property");
                };
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> mapEntries() {
        return table(List.of(Type.values()), () -> new Place() {
            private final MapMessage message = new QuoinMapMessage(MessageContext.DEFAULT);

            @Override
            public void write(Object value) throws JMSException {
                message.setObject("p", value);
            }

            @Override
            public Object read(Type as) throws JMSException {
                return switch (as) {
                    case BOOLEAN -> message.getBoolean("p");
                    case BYTE -> message.getByte("p");
                    case SHORT -> message.getShort("p");
                    case INT -> message.getInt("p");
                    case LONG -> message.getLong("p");
                    case FLOAT -> message.getFloat("p");
                    case DOUBLE -> message.getDouble("p");
                    case STRING -> message.getString("p");
                    case CHAR -> message.getChar("p");
                    case BYTES -> message.getBytes("p");
                };
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> streamValues() {
        return table(List.of(Type.values()), () -> new Place() {
            private final StreamMessage message = new QuoinStreamMessage(MessageContext.DEFAULT);

            @Override
            public void write(Object value) throws JMSException {
                message.writeObject(value);
                message.reset();
            }

            @Override
            public Object read(Type as) throws JMSException {
                return switch (as) {
                    case BOOLEAN -> message.readBoolean();
                    case BYTE -> message.readByte();
                    case SHORT -> message.readShort();
                    case INT -> message.readInt();
                    case LONG -> message.readLong();
                    case FLOAT -> message.readFloat();
                    case DOUBLE -> message.readDouble();
                    case STRING -> message.readString();
                    case CHAR -> message.readChar();
                    case BYTES -> {
                        byte[] buffer = new byte[10];
                        int length = message.readBytes(buffer);
                        yield length < 0 ? null : java.util.Arrays.copyOf(buffer, length);
                    }
                };
            }
        });
    }

    private static Stream<DynamicTest> table(List<Type> types, java.util.function.Supplier<Place> places) {
        Map<String, org.junit.jupiter.api.function.Executable> cells = new LinkedHashMap<>();
        for (Type written : types) {
            for (Type read : types) {
                cells.put(written + " as " + read, () -> checkCell(places.get(), written, read));
            }
        }
        for (Type read : types) {
            cells.put("null as " + read, () -> checkNull(places.get(), read));
            if (!List.of(Type.STRING, Type.BOOLEAN, Type.CHAR, Type.BYTES).contains(read)) {
                cells.put("no number as " + read, () -> {
                    Place place = places.get();
                    place.write("no number");
                    assertThatThrownBy(() -> place.read(read)).isInstanceOf(NumberFormatException.class);
                });
            }
        }
        return cells.entrySet().stream().map(cell -> DynamicTest.dynamicTest(cell.getKey(), cell.getValue()));
    }

    private static void checkCell(Place place, Type written, Type read) throws JMSException {
        place.write(written.example);
        if (written == read) {
            assertThat(place.read(read)).isEqualTo(written.example);
        } else if (ALSO.get(written).contains(read)) {
            Object expected = read == Type.BOOLEAN ? Boolean.FALSE : written.example;
            assertThat(place.read(read).toString()).startsWith(expected.toString());
        } else {
            assertThatThrownBy(() -> place.read(read)).isInstanceOf(MessageFormatException.class);
        }
    }

    private static void checkNull(Place place, Type read) throws JMSException {
        place.write(null);
        switch (read) {
            case BOOLEAN -> assertThat(place.read(read)).isEqualTo(false);
            case BYTE, SHORT, INT, LONG ->
                assertThatThrownBy(() -> place.read(read)).isInstanceOf(NumberFormatException.class);
            case FLOAT, DOUBLE, CHAR ->
                assertThatThrownBy(() -> place.read(read)).isInstanceOf(NullPointerException.class);
            case STRING, BYTES -> assertThat(place.read(read)).isNull();
        }
    }
}
