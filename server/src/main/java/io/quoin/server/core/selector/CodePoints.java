// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;

/** Steps along UTF-8, one code point at a time, without decoding it into characters first. Whatever the bytes are, every step is at least one byte and none leaves the range. */
final class CodePoints {
    /** Added to a byte that is not part of well-formed UTF-8: equal to no code point. */
    private static final int MALFORMED = 0x110000;

    private CodePoints() {}

    /** The character at an index (half of a surrogate pair counts as one, see the protocol's {@link Utf8}), as {@code code point << 3 | width in bytes}, so that both come back in one int. */
    static int characterAt(ByteBuffer bytes, int at, int end) {
        int first = bytes.get(at);
        if (first >= 0) {
            return (first << 3) | 1;
        }
        int width = first >= (byte) 0xF0 ? 4 : first >= (byte) 0xE0 ? 3 : 2;
        if (first < (byte) 0xC0 || at + width > end) {
            return malformed(first);
        }
        int codePoint = first & (0x7F >> width);
        for (int i = 1; i < width; i++) {
            int next = bytes.get(at + i);
            if ((next & 0xC0) != 0x80) {
                return malformed(first);
            }
            codePoint = (codePoint << 6) | (next & 0x3F);
        }
        return (codePoint << 3) | width;
    }

    /** Where the character begins that ends at an index: at least one byte before it, and not before the start of the range. */
    static int startBefore(ByteBuffer bytes, int start, int end) {
        int at = end - 1;
        while (at > start && end - at < 4 && (bytes.get(at) & 0xC0) == 0x80) {
            at--;
        }
        return at;
    }

    static int codePoint(int character) {
        return character >> 3;
    }

    static int width(int character) {
        return character & 7;
    }

    private static int malformed(int first) {
        return ((MALFORMED + (first & 0xFF)) << 3) | 1;
    }
}
