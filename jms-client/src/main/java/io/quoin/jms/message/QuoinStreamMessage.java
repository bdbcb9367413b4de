// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.BodyType;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import io.quoin.protocol.message.WireStream;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.StreamMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is a sequence of values. A read that fails leaves the position where it was (Messaging 3.1
 * §3.11.3).
 */
public final class QuoinStreamMessage extends QuoinMessage implements StreamMessage {

    /** Replaced as a whole when it is cleared. */
    private List<@Nullable Object> values = new ArrayList<>();

    private int position;

    /** A byte array that has been read in part; no other read is valid until its end has been seen. */
    private byte @Nullable [] partial;

    private int partialPosition;

    /** A message to be filled and sent. */
    public QuoinStreamMessage(MessageContext context) {
        super(context);
    }

    /** A message that has come from the server. */
    public QuoinStreamMessage(MessageContext context, Received received) {
        super(context, received);
    }

    @Override
    public BodyType bodyType() {
        return BodyType.STREAM;
    }

    @Override
    public void reset() {
        setBodyReadOnly();
        position = 0;
        partial = null;
    }

    @Override
    public boolean readBoolean() throws JMSException {
        boolean value = Conversions.toBoolean(next());
        position++;
        return value;
    }

    @Override
    public byte readByte() throws JMSException {
        byte value = Conversions.toByte(next());
        position++;
        return value;
    }

    @Override
    public short readShort() throws JMSException {
        short value = Conversions.toShort(next());
        position++;
        return value;
    }

    @Override
    public char readChar() throws JMSException {
        char value = Conversions.toChar(next());
        position++;
        return value;
    }

    @Override
    public int readInt() throws JMSException {
        int value = Conversions.toInt(next());
        position++;
        return value;
    }

    @Override
    public long readLong() throws JMSException {
        long value = Conversions.toLong(next());
        position++;
        return value;
    }

    @Override
    public float readFloat() throws JMSException {
        float value = Conversions.toFloat(next());
        position++;
        return value;
    }

    @Override
    public double readDouble() throws JMSException {
        double value = Conversions.toDouble(next());
        position++;
        return value;
    }

    @Override
    public @Nullable String readString() throws JMSException {
        String value = Conversions.toText(next());
        position++;
        return value;
    }

    @Override
    public @Nullable Object readObject() throws JMSException {
        Object value = next();
        position++;
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    @Override
    public int readBytes(byte[] buffer) throws JMSException {
        byte[] field = partial;
        if (field == null) {
            field = Conversions.toBytes(next());
            if (field == null) {
                position++;
                return -1;
            }
            if (field.length == 0) {
                position++;
                return 0;
            }
            partial = field;
            partialPosition = 0;
        }
        int left = field.length - partialPosition;
        int read = Math.min(left, buffer.length);
        System.arraycopy(field, partialPosition, buffer, 0, read);
        partialPosition += read;
        if (read < buffer.length) {
            partial = null;
            position++;
        }
        return left == 0 ? -1 : read;
    }

    /** The value at the position, which does not move. */
    private @Nullable Object next() throws JMSException {
        if (!isBodyReadOnly()) {
            throw MessageErrors.writeOnly();
        }
        decodeBody();
        if (partial != null) {
            throw JmsErrors.of(
                    ErrorCode.CONVERSION,
                    "A byte array has been read in part: go on with readBytes until it has ended");
        }
        if (position >= values.size()) {
            throw MessageErrors.end();
        }
        return values.get(position);
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        write(value);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        write(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        write(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        write(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        write(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        write(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        write(value);
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        write(value);
    }

    @Override
    public void writeString(@Nullable String value) throws JMSException {
        write(value);
    }

    @Override
    public void writeBytes(byte @Nullable [] value) throws JMSException {
        write(value == null ? null : value.clone());
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        byte[] copy = Arrays.copyOfRange(value, offset, offset + length);
        write(copy);
    }

    @Override
    public void writeObject(@Nullable Object value) throws JMSException {
        write(Conversions.bodyValue(value));
    }

    private void write(@Nullable Object value) throws JMSException {
        checkBodyWriteable();
        values.add(value);
    }

    /** Adds everything that is left to read in {@code source}, which is at its start. */
    void copyFrom(StreamMessage source) throws JMSException {
        while (true) {
            try {
                values.add(source.readObject());
            } catch (MessageEOFException end) {
                return;
            }
        }
    }

    @Override
    void readBody(MessageView view) throws ProtocolException {
        values = WireStream.read(view.body());
    }

    @Override
    void writeBody(MessageWriter writer) throws JMSException {
        decodeBody();
        WireStream.write(writer.body(BodyType.STREAM), values);
    }

    @Override
    void clearContent() {
        values = new ArrayList<>();
        position = 0;
        partial = null;
    }

    @Override
    @Nullable
    Object content() throws JMSException {
        throw JmsErrors.of(ErrorCode.CONVERSION, "The body of a StreamMessage can only be read value by value");
    }

    @Override
    boolean isContentEmpty() {
        return false; // Even an empty one has no body that could be had as a whole.
    }

    @Override
    @SuppressWarnings("rawtypes")
    public boolean isBodyAssignableTo(Class type) {
        return false;
    }
}
