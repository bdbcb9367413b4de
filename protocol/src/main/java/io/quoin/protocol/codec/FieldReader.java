// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields one after another between two bounds of a buffer and never beyond them. Whatever does not fit gives a
 * {@link ProtocolException} with {@link ErrorCode#BAD_FRAME}, or the code that it was made with; nothing is allocated before its bytes are known to be there.
 *
 * <p>Thread: confined to one at a time.
 */
public final class FieldReader {

    private static final int NONE = 0xFFFF;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final ErrorCode code;
    private ByteBuffer buffer = EMPTY;
    private Object subject = "";
    private int at;
    private int end;

    public FieldReader() {
        this(ErrorCode.BAD_FRAME);
    }

    /** A reader whose errors have that code. */
    public FieldReader(ErrorCode code) {
        this.code = code;
    }

    /**
     * Begins to read.
     *
     * @param subject what the fields belong to, for the error's text
     * @param from absolute index of the first byte
     * @param to absolute index after the last byte
     */
    public FieldReader wrap(Object subject, ByteBuffer buffer, int from, int to) {
        this.subject = subject;
        this.buffer = buffer;
        this.at = from;
        this.end = to;
        return this;
    }

    public int remaining() {
        return end - at;
    }

    /** Absolute index of the next byte. */
    public int position() {
        return at;
    }

    public int u8() throws ProtocolException {
        return buffer.get(take(Byte.BYTES)) & 0xFF;
    }

    /** 0 or 1, and nothing else. */
    public boolean bool() throws ProtocolException {
        int value = u8();
        if (value > 1) {
            throw bad("have " + value + " where only 0 or 1 may be");
        }
        return value == 1;
    }

    public int u16() throws ProtocolException {
        return buffer.getShort(take(Short.BYTES)) & 0xFFFF;
    }

    /** A quantity of 32 bits. */
    public long u32() throws ProtocolException {
        return i32() & 0xFFFF_FFFFL;
    }

    /** A number of 32 bits that only names something, or one with a sign. */
    public int i32() throws ProtocolException {
        return buffer.getInt(take(Integer.BYTES));
    }

    /** The number of a request that is to be answered. */
    public int request() throws ProtocolException {
        int request = i32();
        if (request == 0) {
            throw bad("have the request number 0");
        }
        return request;
    }

    /** A quantity, below 2^63. */
    public long u64() throws ProtocolException {
        long value = i64();
        if (value < 0) {
            throw bad("have the number " + Long.toUnsignedString(value) + ", which is not below 2^63");
        }
        return value;
    }

    public long i64() throws ProtocolException {
        return buffer.getLong(take(Long.BYTES));
    }

    public UUID uuid() throws ProtocolException {
        return new UUID(i64(), i64());
    }

    public @Nullable String string() throws ProtocolException {
        int length = u16();
        if (length == NONE) {
            return null;
        }
        String value = Utf8.decode(buffer, take(length), length);
        if (value == null) {
            throw notUtf8();
        }
        return value;
    }

    public String requiredString() throws ProtocolException {
        String value = string();
        if (value == null) {
            throw bad("have no string where one must be");
        }
        return value;
    }

    public Bytes bytes() throws ProtocolException {
        int length = u16();
        if (length == NONE) {
            throw bad("have no bytes where some must be");
        }
        int from = take(length);
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return Bytes.wrap(bytes);
    }

    /** All that is left. */
    public Bytes rest() throws ProtocolException {
        byte[] bytes = new byte[remaining()];
        buffer.get(take(bytes.length), bytes);
        return Bytes.wrap(bytes);
    }

    /** A count in 16 bits of elements that have at least {@code elementBytes} each; refuses more than can follow. */
    public int count(int elementBytes) throws ProtocolException {
        return checkCount(u16(), elementBytes);
    }

    /** The same in 8 bits. */
    public int smallCount(int elementBytes) throws ProtocolException {
        return checkCount(u8(), elementBytes);
    }

    /**
     * Steps over a string, or over none.
     *
     * @return whether there was one
     */
    public boolean skipString() throws ProtocolException {
        int length = u16();
        if (length == NONE) {
            return false;
        }
        checkUtf8(take(length), length);
        return true;
    }

    /** Steps over bytes, or over none. */
    public void skipBytes() throws ProtocolException {
        int length = u16();
        take(length == NONE ? 0 : length);
    }

    /** Refuses what is not UTF-8 in bytes that were taken. */
    public void checkUtf8(int from, int length) throws ProtocolException {
        if (!Utf8.isValid(buffer, from, length)) {
            throw notUtf8();
        }
    }

    /** A string with its length in 32 bits. */
    public String longString() throws ProtocolException {
        int length = i32();
        String value = Utf8.decode(buffer, take(length), length);
        if (value == null) {
            throw notUtf8();
        }
        return value;
    }

    /** Bytes with their length in 32 bits. */
    public byte[] longBytes() throws ProtocolException {
        int length = i32();
        int from = take(length);
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return bytes;
    }

    /** Steps over {@code bytes} and returns where they begin. */
    public int take(int bytes) throws ProtocolException {
        if (bytes < 0 || bytes > end - at) {
            throw bad("end " + (bytes - (end - at)) + " bytes too early");
        }
        int start = at;
        at += bytes;
        return start;
    }

    /** Refuses bytes that nobody has asked for. */
    public void checkEnd() throws ProtocolException {
        if (at != end) {
            throw bad("have " + (end - at) + " bytes too many");
        }
    }

    private int checkCount(int count, int elementBytes) throws ProtocolException {
        if ((long) count * elementBytes > remaining()) {
            throw bad("announce " + count + " elements and have " + remaining() + " bytes for them");
        }
        return count;
    }

    private ProtocolException notUtf8() {
        return bad("have a text that is not UTF-8");
    }

    /** An error about these fields. */
    public ProtocolException bad(String what) {
        return new ProtocolException(code, "The fields of " + subject + " " + what);
    }
}
