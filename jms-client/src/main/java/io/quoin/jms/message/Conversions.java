// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The conversions of property values (Messaging 3.1 §3.5.4) and of the values in map and stream bodies (§3.11.3). Both
 * tables are the same where they have the same types. A null is read as the {@code valueOf} of its type would read it.
 */
public final class Conversions {

    private Conversions() {}

    /** The value as a {@code boolean}. */
    public static boolean toBoolean(@Nullable Object value) throws JMSException {
        if (value instanceof Boolean b) {
            return b;
        }
        if (value == null || value instanceof String) {
            return Boolean.parseBoolean((String) value);
        }
        throw refused(value, "boolean");
    }

    /** The value as a {@code byte}. */
    public static byte toByte(@Nullable Object value) throws JMSException {
        if (value instanceof Byte b) {
            return b;
        }
        return Byte.parseByte(digits(value, "byte"));
    }

    /** The value as a {@code short}. */
    public static short toShort(@Nullable Object value) throws JMSException {
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).shortValue();
        }
        return Short.parseShort(digits(value, "short"));
    }

    /** The value as a {@code int}. */
    public static int toInt(@Nullable Object value) throws JMSException {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        return Integer.parseInt(digits(value, "int"));
    }

    /** The value as a {@code long}. */
    public static long toLong(@Nullable Object value) throws JMSException {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        return Long.parseLong(digits(value, "long"));
    }

    /** The value as a {@code float}. */
    public static float toFloat(@Nullable Object value) throws JMSException {
        if (value instanceof Float f) {
            return f;
        }
        return Float.parseFloat(decimal(value, "float"));
    }

    /** The value as a {@code double}. */
    public static double toDouble(@Nullable Object value) throws JMSException {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        return Double.parseDouble(decimal(value, "double"));
    }

    /** The value as a {@code char}. */
    public static char toChar(@Nullable Object value) throws JMSException {
        if (value instanceof Character c) {
            return c;
        }
        if (value == null) {
            throw new NullPointerException("There is no value to read as char");
        }
        throw refused(value, "char");
    }

    /** The value as a {@code String}. */
    public static @Nullable String toText(@Nullable Object value) throws JMSException {
        if (value instanceof byte[]) {
            throw refused(value, "String");
        }
        return value == null ? null : value.toString();
    }

    /** The value as a {@code byte[]}. */
    public static byte @Nullable [] toBytes(@Nullable Object value) throws JMSException {
        if (value == null || value instanceof byte[]) {
            return (byte[]) value;
        }
        throw refused(value, "byte[]");
    }

    /** Whether a property may have that value: null, a boxed primitive other than char, or a string. */
    public static boolean isPropertyValue(@Nullable Object value) {
        return value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Float
                || value instanceof Double;
    }

    /** A value as it may stand in a map or stream body; byte arrays are copied. */
    static @Nullable Object bodyValue(@Nullable Object value) throws JMSException {
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        if (value instanceof Character || isPropertyValue(value)) {
            return value;
        }
        throw unsupported(value);
    }

    static JMSException unsupported(@Nullable Object value) {
        return JmsErrors.of(
                ErrorCode.CONVERSION,
                "A " + (value == null ? "null" : value.getClass().getName())
                        + " cannot be part of a message: only String, the primitive types and byte[] can");
    }

    private static String digits(@Nullable Object value, String wanted) throws JMSException {
        if (value == null) {
            throw new NumberFormatException("There is no value to read as " + wanted);
        }
        return text(value, wanted);
    }

    private static String decimal(@Nullable Object value, String wanted) throws JMSException {
        if (value == null) {
            throw new NullPointerException("There is no value to read as " + wanted);
        }
        return text(value, wanted);
    }

    private static String text(Object value, String wanted) throws JMSException {
        if (value instanceof String s) {
            return s;
        }
        throw refused(value, wanted);
    }

    private static MessageFormatException refused(Object value, String wanted) {
        return (MessageFormatException) JmsErrors.of(
                ErrorCode.CONVERSION,
                "A value of type " + value.getClass().getSimpleName() + " cannot be read as " + wanted);
    }
}
