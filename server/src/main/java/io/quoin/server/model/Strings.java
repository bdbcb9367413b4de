// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Strings in record fields: {@code u16 length | UTF-8}, 0xFFFF for none; as in frames. For records that are rare. */
public final class Strings {

    private static final int NONE = 0xFFFF;

    private Strings() {}

    /** Writes {@code text} at the buffer's position; the caller has limited its length. */
    public static void put(ByteBuffer to, @Nullable String text) {
        if (text == null) {
            to.putShort((short) NONE);
            return;
        }
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length >= NONE) {
            throw new IllegalArgumentException("a string of " + bytes.length + " bytes does not fit into a record");
        }
        to.putShort((short) bytes.length).put(bytes);
    }

    /** Reads a string at the buffer's position; null for none. */
    public static @Nullable String find(ByteBuffer from) {
        int length = from.getShort() & 0xFFFF;
        if (length == NONE) {
            return null;
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, UTF_8);
    }

    /** Reads a string that is there; "" for none. */
    public static String get(ByteBuffer from) {
        String text = find(from);
        return text == null ? "" : text;
    }
}
