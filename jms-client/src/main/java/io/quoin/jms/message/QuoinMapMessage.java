// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import io.quoin.protocol.message.WireMap;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message whose body is a map of names to values, in the order in which they were first set. */
public final class QuoinMapMessage extends QuoinMessage implements MapMessage {

    private Map<String, @Nullable Object> values = new LinkedHashMap<>();

    /** A message to be filled and sent. */
    public QuoinMapMessage(MessageContext context) {
        super(context);
    }

    /** A message that has come from the server. */
    public QuoinMapMessage(MessageContext context, Received received) {
        super(context, received);
    }

    @Override
    public BodyType bodyType() {
        return BodyType.MAP;
    }

    @Override
    public boolean getBoolean(String name) throws JMSException {
        return Conversions.toBoolean(value(name));
    }

    @Override
    public byte getByte(String name) throws JMSException {
        return Conversions.toByte(value(name));
    }

    @Override
    public short getShort(String name) throws JMSException {
        return Conversions.toShort(value(name));
    }

    @Override
    public char getChar(String name) throws JMSException {
        return Conversions.toChar(value(name));
    }

    @Override
    public int getInt(String name) throws JMSException {
        return Conversions.toInt(value(name));
    }

    @Override
    public long getLong(String name) throws JMSException {
        return Conversions.toLong(value(name));
    }

    @Override
    public float getFloat(String name) throws JMSException {
        return Conversions.toFloat(value(name));
    }

    @Override
    public double getDouble(String name) throws JMSException {
        return Conversions.toDouble(value(name));
    }

    @Override
    public @Nullable String getString(String name) throws JMSException {
        return Conversions.toText(value(name));
    }

    @Override
    public byte @Nullable [] getBytes(String name) throws JMSException {
        byte[] bytes = Conversions.toBytes(value(name));
        return bytes == null ? null : bytes.clone();
    }

    @Override
    public @Nullable Object getObject(String name) throws JMSException {
        Object value = value(name);
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    private @Nullable Object value(String name) throws JMSException {
        checkName(name);
        decodeBody();
        return values.get(name);
    }

    @Override
    public Enumeration<String> getMapNames() throws JMSException {
        decodeBody();
        return Collections.enumeration(values.keySet().stream().toList());
    }

    @Override
    public boolean itemExists(String name) throws JMSException {
        checkName(name);
        decodeBody();
        return values.containsKey(name);
    }

    @Override
    public void setBoolean(String name, boolean value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setByte(String name, byte value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setShort(String name, short value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setChar(String name, char value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setInt(String name, int value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setLong(String name, long value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setFloat(String name, float value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setDouble(String name, double value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setString(String name, @Nullable String value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setBytes(String name, byte @Nullable [] value) throws JMSException {
        put(name, value == null ? null : value.clone());
    }

    @Override
    public void setBytes(String name, byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        byte[] copy = Arrays.copyOfRange(value, offset, offset + length);
        put(name, copy);
    }

    @Override
    public void setObject(String name, @Nullable Object value) throws JMSException {
        checkName(name);
        put(name, Conversions.bodyValue(value));
    }

    private void put(String name, @Nullable Object value) throws JMSException {
        checkName(name);
        checkBodyWriteable();
        values.put(name, value);
    }

    private static void checkName(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("The name of a map entry is null or empty");
        }
    }

    @Override
    void readBody(MessageView view) throws ProtocolException {
        values = WireMap.read(view.body());
    }

    @Override
    void writeBody(MessageWriter writer) throws JMSException {
        decodeBody();
        WireMap.write(writer.body(BodyType.MAP), values);
    }

    @Override
    void clearContent() {
        values = new LinkedHashMap<>();
    }

    @Override
    @Nullable
    Object content() throws JMSException {
        decodeBody();
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(values);
        copy.replaceAll((name, value) -> value instanceof byte[] bytes ? bytes.clone() : value);
        return copy;
    }

    @Override
    boolean isOfType(Object content, Class<?> wanted) {
        return wanted.isAssignableFrom(Map.class); // Not as the class of map that it happens to be.
    }

    @Override
    boolean isContentEmpty() throws JMSException {
        decodeBody();
        return values.isEmpty();
    }
}
