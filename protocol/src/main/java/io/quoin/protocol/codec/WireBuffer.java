// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ProtocolLimits;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are being written, big-endian, into an array that grows as needed or into a given buffer that does not. Every
 * method appends and returns this; those that take an index overwrite.
 *
 * <p>What does not fit the wire (a negative number, a string of more than 65,534 bytes) is a mistake of the caller and
 * gives an {@link IllegalArgumentException}; what does not fit a given buffer gives a
 * {@link java.nio.BufferOverflowException}.
 *
 * <p>Thread: confined to one at a time.
 */
public final class WireBuffer {

    /** An array that has grown beyond this for one large message is not kept for the small ones after it: 256 KiB. */
    static final int RETAINED_BYTES = 256 << 10;

    private static final int NONE = 0xFFFF;
    private static final long MAX_U32 = 0xFFFF_FFFFL;
    /** Characters that are encoded at a time. */
    private static final int BLOCK_CHARS = 1_024;

    private static final int MAX_CAPACITY = Integer.MAX_VALUE - 8;

    private final char[] chars = new char[BLOCK_CHARS];
    private final byte[] encoded = new byte[3 * BLOCK_CHARS];
    private final boolean mayGrow;
    private final int initialBytes;
    private ByteBuffer buffer;

    /** Writes into an array that begins with {@code initialBytes} and grows. */
    public WireBuffer(int initialBytes) {
        this.mayGrow = true;
        this.initialBytes = initialBytes;
        this.buffer = ByteBuffer.allocate(initialBytes);
    }

    private WireBuffer(ByteBuffer buffer) {
        this.mayGrow = false;
        this.initialBytes = 0;
        this.buffer = buffer;
    }

    /** Writes into {@code buffer}, heap or direct, from its position up to its limit. */
    public static WireBuffer over(ByteBuffer buffer) {
        return new WireBuffer(buffer);
    }

    /** Forgets what was written; the memory is used again unless it is more than {@link #RETAINED_BYTES}. */
    public WireBuffer clear() {
        if (mayGrow && buffer.capacity() > Math.max(RETAINED_BYTES, initialBytes)) {
            buffer = ByteBuffer.allocate(initialBytes);
        }
        buffer.clear();
        return this;
    }

    /** Where the next byte goes. */
    public int position() {
        return buffer.position();
    }

    /** Forgets everything from {@code position} on. */
    public void truncate(int position) {
        buffer.position(Math.min(position, buffer.position()));
    }

    /**
     * The memory itself: bytes 0 to {@link #position()} have been written, its own position and limit are not to be
     * moved. It is another buffer after something has been appended.
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** A new view of what was written from {@code start} on, valid until something is appended or cleared. */
    public ByteBuffer written(int start) {
        return buffer.slice(start, buffer.position() - start);
    }

    /**
     * The memory itself with its position at 0 and its limit after what was written, so that nothing is allocated. Nothing
     * may be appended until {@link #clear}.
     */
    public ByteBuffer flip() {
        return buffer.flip();
    }

    /** A copy of what was written from {@code start} on. */
    public byte[] toByteArray(int start) {
        byte[] bytes = new byte[buffer.position() - start];
        buffer.get(start, bytes);
        return bytes;
    }

    public WireBuffer u8(int value) {
        checkRange(value, 0xFF);
        ensure(Byte.BYTES);
        buffer.put((byte) value);
        return this;
    }

    public WireBuffer bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    public WireBuffer u16(int value) {
        checkRange(value, 0xFFFF);
        ensure(Short.BYTES);
        buffer.putShort((short) value);
        return this;
    }

    /** A quantity of 32 bits. */
    public WireBuffer u32(long value) {
        checkRange(value, MAX_U32);
        return i32((int) value);
    }

    /** A number of 32 bits that only names something, or one with a sign. */
    public WireBuffer i32(int value) {
        ensure(Integer.BYTES);
        buffer.putInt(value);
        return this;
    }

    /** A quantity, at most 2^63 - 1. */
    public WireBuffer u64(long value) {
        checkRange(value, Long.MAX_VALUE);
        return i64(value);
    }

    public WireBuffer i64(long value) {
        ensure(Long.BYTES);
        buffer.putLong(value);
        return this;
    }

    public WireBuffer uuid(UUID value) {
        return i64(value.getMostSignificantBits()).i64(value.getLeastSignificantBits());
    }

    /** A string with its length in 16 bits, or none. */
    public WireBuffer string(@Nullable String value) {
        if (value == null) {
            return u16(NONE);
        }
        int lengthAt = buffer.position();
        u16(0);
        utf8(value);
        int length = buffer.position() - lengthAt - Short.BYTES;
        if (length > ProtocolLimits.MAX_STRING_BYTES) {
            truncate(lengthAt);
            throw new IllegalArgumentException("A string of " + length + " bytes is longer than the "
                    + ProtocolLimits.MAX_STRING_BYTES + " that fit here: " + value.substring(0, 40) + "...");
        }
        buffer.putShort(lengthAt, (short) length);
        return this;
    }

    /** Bytes with their length in 16 bits. */
    public WireBuffer bytes(Bytes value) {
        return u16(checkShort(value.length())).raw(value.array());
    }

    /** Bytes with their length in 16 bits, or none. */
    public WireBuffer bytes(byte @Nullable [] value) {
        return value == null ? u16(NONE) : u16(checkShort(value.length)).raw(value);
    }

    /** The characters of a string without a length before them; returns this, see {@link #position} for their length. */
    public WireBuffer utf8(String value) {
        int length = value.length();
        int from = 0;
        while (from < length) {
            int to = Math.min(length, from + BLOCK_CHARS);
            if (to < length && Character.isHighSurrogate(value.charAt(to - 1))) {
                to--;
            }
            value.getChars(from, to, chars, 0);
            raw(encoded, 0, Utf8.encode(chars, to - from, encoded));
            from = to;
        }
        return this;
    }

    public WireBuffer raw(byte[] value) {
        return raw(value, 0, value.length);
    }

    public WireBuffer raw(byte[] value, int offset, int length) {
        ensure(length);
        buffer.put(value, offset, length);
        return this;
    }

    /** Copies what is between position and limit of {@code value}, without moving them. */
    public WireBuffer raw(ByteBuffer value) {
        int length = value.remaining();
        ensure(length);
        int at = buffer.position();
        buffer.put(at, value, value.position(), length).position(at + length);
        return this;
    }

    public void setU8(int at, int value) {
        buffer.put(at, (byte) value);
    }

    public void setU16(int at, int value) {
        checkRange(value, 0xFFFF);
        buffer.putShort(at, (short) value);
    }

    public void setI32(int at, int value) {
        buffer.putInt(at, value);
    }

    public void setI64(int at, long value) {
        buffer.putLong(at, value);
    }

    private static int checkShort(int length) {
        checkRange(length, ProtocolLimits.MAX_STRING_BYTES);
        return length;
    }

    private static void checkRange(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is not between 0 and " + max);
        }
    }

    private void ensure(int bytes) {
        if (mayGrow && buffer.remaining() < bytes) {
            grow(bytes);
        }
    }

    private void grow(int bytes) {
        long needed = (long) buffer.position() + bytes;
        if (needed > MAX_CAPACITY) {
            throw new IllegalArgumentException(needed + " bytes are more than one message or frame can have");
        }
        int capacity = (int) Math.min(MAX_CAPACITY, Math.max(needed, 2L * buffer.capacity()));
        buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
    }
}
