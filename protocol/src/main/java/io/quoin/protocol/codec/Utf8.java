// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * UTF-8 that gives every {@link String} back as it was. A Java string may hold half of a surrogate pair, which strict UTF-8
 * cannot say; it is written as the three bytes of its number and read back from them. Two such halves that make a pair are
 * refused, so that a string has one encoding only. Everything else that is not UTF-8 is refused as well.
 */
public final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';
    private static final int MALFORMED = -1;
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /** The string that those bytes are, or null if they are not UTF-8. */
    public static @Nullable String decode(ByteBuffer buffer, int offset, int length) {
        if (buffer.hasArray()) {
            return decode(buffer.array(), buffer.arrayOffset() + offset, length);
        }
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return decode(bytes, 0, length);
    }

    private static @Nullable String decode(byte[] bytes, int offset, int length) {
        // The JDK's decoder is far faster than any loop here, and puts U+FFFD where it found something wrong.
        String decoded = new String(bytes, offset, length, StandardCharsets.UTF_8);
        return decoded.indexOf(REPLACEMENT) < 0 ? decoded : decodeStrictly(bytes, offset, offset + length);
    }

    private static @Nullable String decodeStrictly(byte[] bytes, int start, int end) {
        StringBuilder text = new StringBuilder(end - start);
        boolean afterHigh = false;
        int at = start;
        while (at < end) {
            int size = sizeOf(bytes, at, end);
            int codePoint = size == 0 ? MALFORMED : codePoint(bytes, at, size);
            if (codePoint == MALFORMED || (afterHigh && isLow(codePoint))) {
                return null;
            }
            text.appendCodePoint(codePoint);
            afterHigh = isHigh(codePoint);
            at += size;
        }
        return text.toString();
    }

    /** How many bytes the character at {@code at} has, or 0 if it is not complete. */
    private static int sizeOf(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xFF;
        int size = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (end - at < size) {
            return 0;
        }
        for (int i = 1; i < size; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return size;
    }

    private static int codePoint(byte[] bytes, int at, int size) {
        int codePoint = size == 1 ? bytes[at] : bytes[at] & (0x7F >> size);
        for (int i = 1; i < size; i++) {
            codePoint = codePoint << 6 | (bytes[at + i] & 0x3F);
        }
        // Longer than needed, or beyond Unicode. Two bytes that are too long begin with C0 or C1 and have no size.
        boolean wrong = (size == 3 && codePoint < 0x800)
                || (size == 4 && (codePoint < 0x10000 || codePoint > Character.MAX_CODE_POINT));
        return wrong ? MALFORMED : codePoint;
    }

    /** Whether {@link #decode} would give a string; allocates only where the bytes are not all ASCII. */
    public static boolean isValid(ByteBuffer buffer, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at <= end - Long.BYTES && (buffer.getLong(at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < end && buffer.get(at) >= 0) {
            at++;
        }
        return at == end || decode(buffer, offset, length) != null;
    }

    /**
     * Encodes the first characters of a string that are in {@code from}.
     *
     * @param to has room for 3 bytes a character
     * @return the bytes written
     */
    static int encode(char[] from, int count, byte[] to) {
        int ascii = 0;
        while (ascii < count && from[ascii] < 0x80) {
            to[ascii] = (byte) from[ascii];
            ascii++;
        }
        return ascii == count ? count : encodeRest(from, ascii, count, to);
    }

    private static int encodeRest(char[] from, int start, int count, byte[] to) {
        int at = start;
        for (int i = start; i < count; i++) {
            char c = from[i];
            if (c < 0x80) {
                to[at++] = (byte) c;
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | (c >> 6));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (isHigh(c) && i + 1 < count && isLow(from[i + 1])) {
                int codePoint = Character.toCodePoint(c, from[++i]);
                to[at++] = (byte) (0xF0 | (codePoint >> 18));
                to[at++] = (byte) (0x80 | (codePoint >> 12 & 0x3F));
                to[at++] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
                to[at++] = (byte) (0x80 | (codePoint & 0x3F));
            } else {
                to[at++] = (byte) (0xE0 | (c >> 12));
                to[at++] = (byte) (0x80 | (c >> 6 & 0x3F));
                to[at++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        return at;
    }

    /** The bytes of a string as a new array, for names that are looked up again and again. */
    public static byte[] bytes(String text) {
        char[] chars = text.toCharArray();
        byte[] bytes = new byte[3 * chars.length];
        int length = encode(chars, chars.length, bytes);
        return Arrays.copyOf(bytes, length);
    }

    private static boolean isHigh(int c) {
        return c >= Character.MIN_HIGH_SURROGATE && c <= Character.MAX_HIGH_SURROGATE;
    }

    private static boolean isLow(int c) {
        return c >= Character.MIN_LOW_SURROGATE && c <= Character.MAX_LOW_SURROGATE;
    }
}
