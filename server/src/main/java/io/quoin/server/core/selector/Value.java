// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.message.Murmur3;
import java.nio.ByteBuffer;

/**
 * A register for one typed value: what an identifier stands for in a message, or what an expression came to.
 *
 * <p>Thread: confined to whoever evaluates. Registers belong to the nodes of a selector and are written again by every evaluation, so that numbers are never
 * boxed. A string is a range of UTF-8 bytes in somebody else's buffer and is good as long as that is.
 */
public final class Value {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private Kind kind = Kind.NULL;
    private long exact;
    private double approximate;
    private ByteBuffer bytes = NOTHING;
    private int offset;
    private int length;

    /** What a register holds. The integer types of Java are EXACT (a long), float and double APPROXIMATE (a double). */
    public enum Kind {
        NULL,
        BOOLEAN,
        EXACT,
        APPROXIMATE,
        STRING
    }

    /** No value: the property does not exist, or the result is unknown. */
    public void setNull() {
        kind = Kind.NULL;
    }

    public void setBoolean(boolean value) {
        kind = Kind.BOOLEAN;
        exact = value ? 1 : 0;
    }

    /** A byte, short, int or long. */
    public void setExact(long value) {
        kind = Kind.EXACT;
        exact = value;
    }

    /** A float or double. */
    public void setApproximate(double value) {
        kind = Kind.APPROXIMATE;
        approximate = value;
    }

    /** A string: {@code length} bytes of UTF-8 from the absolute index {@code offset}. The buffer's position and limit are neither used nor changed. */
    public void setString(ByteBuffer utf8, int offset, int length) {
        kind = Kind.STRING;
        this.bytes = utf8;
        this.offset = offset;
        this.length = length;
    }

    public Kind kind() {
        return kind;
    }

    boolean isNull() {
        return kind == Kind.NULL;
    }

    boolean isNumber() {
        return kind == Kind.EXACT || kind == Kind.APPROXIMATE;
    }

    boolean isBoolean() {
        return kind == Kind.BOOLEAN;
    }

    boolean isString() {
        return kind == Kind.STRING;
    }

    boolean isTrue() {
        return exact != 0;
    }

    long exact() {
        return exact;
    }

    /** A number as a double, by Java's numeric promotion. */
    double approximate() {
        return kind == Kind.EXACT ? (double) exact : approximate;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /** Of two strings: the same characters. Valid UTF-8 has one form for each, so the bytes tell. */
    boolean sameString(Value other) {
        if (length != other.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.get(offset + i) != other.bytes.get(other.offset + i)) {
                return false;
            }
        }
        return true;
    }

    /** Equal for values that are equal by {@link Relation#EQUAL}, whatever kinds of numbers they are; 0 for null alone. */
    int hash() {
        int hash = switch (kind) {
            case NULL -> 0;
            case BOOLEAN -> (int) exact + 1;
            // Adding zero makes one of the two zeros.
            case EXACT, APPROXIMATE -> Double.hashCode(approximate() + 0.0);
            case STRING -> Murmur3.hash(bytes, offset, length);
        };
        return hash == 0 && kind != Kind.NULL ? 1 : hash;
    }

    /** This string against a literal's bytes, as unsigned bytes, the shorter first if one begins the other. */
    int compareTo(byte[] literal) {
        int common = Math.min(length, literal.length);
        for (int i = 0; i < common; i++) {
            int difference = (bytes.get(offset + i) & 0xFF) - (literal[i] & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return length - literal.length;
    }
}
