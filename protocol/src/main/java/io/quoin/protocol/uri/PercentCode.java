// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.uri;

import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Characters of options that are written as {@code %} and two hexadecimal digits for each byte of their UTF-8. */
final class PercentCode {

    private static final String SAFE = "-._~:,*!/()@";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentCode() {}

    /** The decoded text, or null if a percent sign is not followed by two digits or the bytes are not UTF-8. */
    static @Nullable String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] from = Utf8.bytes(text);
        byte[] to = new byte[from.length];
        int length = 0;
        for (int i = 0; i < from.length; i++) {
            if (from[i] != '%') {
                to[length++] = from[i];
            } else if (i + 2 < from.length && HexFormat.isHexDigit(from[i + 1]) && HexFormat.isHexDigit(from[i + 2])) {
                to[length++] = (byte) (HexFormat.fromHexDigit(from[i + 1]) << 4 | HexFormat.fromHexDigit(from[i + 2]));
                i += 2;
            } else {
                return null;
            }
        }
        return Utf8.decode(ByteBuffer.wrap(to), 0, length);
    }

    static String join(Map<String, String> options) {
        return options.entrySet().stream()
                .map(option -> encode(option.getKey()) + "=" + encode(option.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : Utf8.bytes(text)) {
            char c = (char) (b & 0xFF);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || SAFE.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
