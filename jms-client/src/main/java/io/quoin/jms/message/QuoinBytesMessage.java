// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.BodyType;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** A message whose body is bytes. Strings in it are in Java's modified UTF-8, as {@code DataInput.readUTF} has them. */
public final class QuoinBytesMessage extends QuoinMessage implements BytesMessage {

    private static final int INITIAL_BYTES = 256;
    private static final byte[] NO_BYTES = {};

    /** The body lies between 0 and the limit when it is read, between 0 and the position when it is written. */
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /** A message to be filled and sent. */
    public QuoinBytesMessage(MessageContext context) {
        super(context);
    }

    /** A message that has come from the server. */
    public QuoinBytesMessage(MessageContext context, Received received) {
        super(context, received);
    }

    @Override
    public BodyType bodyType() {
        return BodyType.BYTES;
    }

    @Override
    public void reset() throws JMSException {
        if (isBodyReadOnly()) {
            decodeBody();
            bytes.rewind();
        } else {
            bytes.flip();
            setBodyReadOnly();
        }
    }

    @Override
    public long getBodyLength() throws JMSException {
        return readable().limit();
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws JMSException {
        return need(1).get();
    }

    @Override
    public int readUnsignedByte() throws JMSException {
        return need(1).get() & 0xFF;
    }

    @Override
    public short readShort() throws JMSException {
        return need(Short.BYTES).getShort();
    }

    @Override
    public int readUnsignedShort() throws JMSException {
        return need(Short.BYTES).getShort() & 0xFFFF;
    }

    @Override
    public char readChar() throws JMSException {
        return need(Character.BYTES).getChar();
    }

    @Override
    public int readInt() throws JMSException {
        return need(Integer.BYTES).getInt();
    }

    @Override
    public long readLong() throws JMSException {
        return need(Long.BYTES).getLong();
    }

    @Override
    public float readFloat() throws JMSException {
        return need(Float.BYTES).getFloat();
    }

    @Override
    public double readDouble() throws JMSException {
        return need(Double.BYTES).getDouble();
    }

    @Override
    public String readUTF() throws JMSException {
        ByteBuffer from = readable();
        ByteArrayInputStream rest =
                new ByteArrayInputStream(from.array(), from.arrayOffset() + from.position(), from.remaining());
        try {
            String value = new DataInputStream(rest).readUTF();
            from.position(from.limit() - rest.available());
            return value;
        } catch (EOFException e) {
            throw JmsErrors.caused(MessageErrors.end(), e);
        } catch (IOException e) {
            throw JmsErrors.of(ErrorCode.CONVERSION, "The bytes at the position are no string in modified UTF-8", e);
        }
    }

    @Override
    public int readBytes(byte[] buffer) throws JMSException {
        return readBytes(buffer, buffer.length);
    }

    @Override
    public int readBytes(byte[] buffer, int length) throws JMSException {
        if (length < 0 || length > buffer.length) {
            throw new IndexOutOfBoundsException("length " + length + " of a buffer of " + buffer.length);
        }
        ByteBuffer from = readable();
        if (!from.hasRemaining()) {
            return length == 0 ? 0 : -1;
        }
        int read = Math.min(length, from.remaining());
        from.get(buffer, 0, read);
        return read;
    }

    private ByteBuffer readable() throws JMSException {
        if (!isBodyReadOnly()) {
            throw MessageErrors.writeOnly();
        }
        decodeBody();
        return bytes;
    }

    private ByteBuffer need(int count) throws JMSException {
        ByteBuffer from = readable();
        if (from.remaining() < count) {
            throw JmsErrors.caused(MessageErrors.end(), new BufferUnderflowException());
        }
        return from;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        room(1).put((byte) (value ? 1 : 0));
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        room(1).put(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        room(Short.BYTES).putShort(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        room(Character.BYTES).putChar(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        room(Integer.BYTES).putInt(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        room(Long.BYTES).putLong(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        room(Float.BYTES).putFloat(value);
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        room(Double.BYTES).putDouble(value);
    }

    @Override
    public void writeUTF(String value) throws JMSException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(value.length() + 2);
        try {
            new DataOutputStream(encoded).writeUTF(value);
        } catch (IOException e) {
            throw JmsErrors.of(
                    ErrorCode.CONVERSION,
                    "A string of " + value.length() + " characters is longer than writeUTF allows (65,535 bytes)",
                    e);
        }
        writeBytes(encoded.toByteArray());
    }

    @Override
    public void writeBytes(byte[] value) throws JMSException {
        writeBytes(value, 0, value.length);
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        room(length).put(value, offset, length);
    }

    @Override
    public void writeObject(Object value) throws JMSException {
        if (value == null) {
            throw new NullPointerException("A BytesMessage has no way to write null");
        }
        if (value instanceof Boolean v) {
            writeBoolean(v);
        } else if (value instanceof Byte v) {
            writeByte(v);
        } else if (value instanceof Short v) {
            writeShort(v);
        } else if (value instanceof Character v) {
            writeChar(v);
        } else if (value instanceof Integer v) {
            writeInt(v);
        } else if (value instanceof Long v) {
            writeLong(v);
        } else if (value instanceof Float v) {
            writeFloat(v);
        } else if (value instanceof Double v) {
            writeDouble(v);
        } else if (value instanceof String v) {
            writeUTF(v);
        } else if (value instanceof byte[] v) {
            writeBytes(v);
        } else {
            checkBodyWriteable();
            throw Conversions.unsupported(value);
        }
    }

    private ByteBuffer room(int count) throws JMSException {
        checkBodyWriteable();
        if (bytes.remaining() < count) {
            int wanted = Math.max(INITIAL_BYTES, Math.max(bytes.capacity() * 2, bytes.position() + count));
            bytes = ByteBuffer.allocate(wanted).put(bytes.flip());
        }
        return bytes;
    }

    @Override
    void readBody(MessageView view) {
        // The message's own bytes: they are never changed, and a body that becomes writable is cleared first.
        bytes = view.body();
    }

    @Override
    void writeBody(MessageWriter writer) throws JMSException {
        decodeBody();
        int length = isBodyReadOnly() ? bytes.limit() : bytes.position();
        writer.body(BodyType.BYTES).raw(bytes.array(), bytes.arrayOffset(), length);
    }

    @Override
    void clearContent() {
        bytes = ByteBuffer.allocate(0);
    }

    @Override
    Object content() throws JMSException {
        reset(); // Before and after use, and nothing here moves the position.
        return Arrays.copyOfRange(bytes.array(), bytes.arrayOffset(), bytes.arrayOffset() + bytes.limit());
    }

    @Override
    @SuppressWarnings("rawtypes")
    public boolean isBodyAssignableTo(Class wanted) throws JMSException {
        return isContentEmpty() || wanted.isInstance(NO_BYTES); // Without a copy, and without a reset.
    }

    @Override
    boolean isContentEmpty() throws JMSException {
        decodeBody();
        return (isBodyReadOnly() ? bytes.limit() : bytes.position()) == 0;
    }
}
