// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.FieldReader;
import io.quoin.protocol.codec.WireBuffer;
import org.jspecify.annotations.Nullable;

/** A typed value: a property, or an element of a map or stream body. One byte says the type, then comes the value. */
public final class WireValue {

    public static final int NULL = 0;
    public static final int BOOLEAN = 1;
    public static final int BYTE = 2;
    public static final int SHORT = 3;
    public static final int INT = 4;
    public static final int LONG = 5;
    public static final int FLOAT = 6;
    public static final int DOUBLE = 7;
    public static final int STRING = 8;
    public static final int CHAR = 9;
    public static final int BYTES = 10;

    /** The smallest value: NULL. */
    static final int MIN_BYTES = 1;

    private WireValue() {}

    /**
     * Appends a value.
     *
     * @param value null, or a Boolean, Byte, Short, Integer, Long, Float, Double, String, Character or byte[]
     * @throws IllegalArgumentException for any other class
     */
    public static void write(WireBuffer out, @Nullable Object value) {
        if (value == null) {
            out.u8(NULL);
        } else if (value instanceof String text) {
            writeString(out, text);
        } else if (value instanceof Integer number) {
            out.u8(INT).i32(number);
        } else if (value instanceof Long number) {
            out.u8(LONG).i64(number);
        } else if (value instanceof Boolean flag) {
            out.u8(BOOLEAN).bool(flag);
        } else if (value instanceof Double number) {
            out.u8(DOUBLE).i64(Double.doubleToRawLongBits(number));
        } else if (value instanceof Float number) {
            out.u8(FLOAT).i32(Float.floatToRawIntBits(number));
        } else if (value instanceof Short number) {
            out.u8(SHORT).u16(number & 0xFFFF);
        } else if (value instanceof Byte number) {
            out.u8(BYTE).u8(number & 0xFF);
        } else if (value instanceof Character character) {
            out.u8(CHAR).u16(character);
        } else if (value instanceof byte[] bytes) {
            out.u8(BYTES).i32(bytes.length).raw(bytes);
        } else {
            throw new IllegalArgumentException("A value of " + value.getClass().getName() + " has no type on the wire");
        }
    }

    private static void writeString(WireBuffer out, String text) {
        int lengthAt = out.u8(STRING).position();
        out.i32(0).utf8(text);
        out.setI32(lengthAt, out.position() - lengthAt - Integer.BYTES);
    }

    /** Reads a value; see {@link #write} for its class. */
    public static @Nullable Object read(FieldReader in) throws ProtocolException {
        int type = in.u8();
        return switch (type) {
            case NULL -> null;
            case BOOLEAN -> in.bool();
            case BYTE -> (byte) in.u8();
            case SHORT -> (short) in.u16();
            case INT -> in.i32();
            case LONG -> in.i64();
            case FLOAT -> Float.intBitsToFloat(in.i32());
            case DOUBLE -> Double.longBitsToDouble(in.i64());
            case STRING -> in.longString();
            case CHAR -> (char) in.u16();
            case BYTES -> in.longBytes();
            default -> throw unknown(in, type);
        };
    }

    /** Steps over a value and refuses what {@link #read} would refuse, without allocating. */
    static void skip(FieldReader in) throws ProtocolException {
        int type = in.u8();
        switch (type) {
            case NULL -> in.take(0);
            case BOOLEAN -> in.bool();
            case STRING -> {
                int length = in.i32();
                in.checkUtf8(in.take(length), length);
            }
            case BYTES -> in.take(in.i32());
            default -> in.take(fixedBytes(in, type));
        }
    }

    private static int fixedBytes(FieldReader in, int type) throws ProtocolException {
        return switch (type) {
            case BYTE -> Byte.BYTES;
            case SHORT, CHAR -> Short.BYTES;
            case INT, FLOAT -> Integer.BYTES;
            case LONG, DOUBLE -> Long.BYTES;
            default -> throw unknown(in, type);
        };
    }

    private static ProtocolException unknown(FieldReader in, int type) {
        return in.bad("have a value of the unknown type " + type);
    }
}
