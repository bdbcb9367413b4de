// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259) without spaces. The caller keeps begin and end in balance. Confined to one thread. */
public final class JsonWriter {

    private final StringBuilder out = new StringBuilder();
    private boolean first = true;

    public JsonWriter beginObject() {
        separate();
        out.append('{');
        first = true;
        return this;
    }

    public JsonWriter endObject() {
        out.append('}');
        first = false;
        return this;
    }

    public JsonWriter beginArray() {
        separate();
        out.append('[');
        first = true;
        return this;
    }

    public JsonWriter endArray() {
        out.append(']');
        first = false;
        return this;
    }

    /** The name of the value that follows. */
    public JsonWriter name(String name) {
        separate();
        string(name);
        out.append(':');
        first = true;
        return this;
    }

    public JsonWriter field(String name, @Nullable String value) {
        return name(name).value(value);
    }

    public JsonWriter field(String name, long value) {
        return name(name).value(value);
    }

    public JsonWriter field(String name, boolean value) {
        return name(name).value(value);
    }

    public JsonWriter value(@Nullable String value) {
        separate();
        if (value == null) {
            out.append("null");
        } else {
            string(value);
        }
        return this;
    }

    public JsonWriter value(long value) {
        separate();
        out.append(value);
        return this;
    }

    public JsonWriter value(boolean value) {
        separate();
        out.append(value);
        return this;
    }

    /** Numbers, except those that JSON does not know, and booleans as such; everything else as text. */
    public JsonWriter value(@Nullable Object value) {
        if (value instanceof Boolean truth) {
            return value(truth.booleanValue());
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            separate();
            out.append(number);
            return this;
        }
        return value(value == null ? null : value.toString());
    }

    private void separate() {
        if (!first) {
            out.append(',');
        }
        first = false;
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // Lone surrogates have no UTF-8; line separators end a line in JavaScript.
                    if (c < 0x20 || c == 0x7F || c == 0x2028 || c == 0x2029 || isLoneSurrogate(text, i)) {
                        out.append("\\u").append(HexFormat.of().toHexDigits(c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    /** What was written. */
    @Override
    public String toString() {
        return out.toString();
    }
}
