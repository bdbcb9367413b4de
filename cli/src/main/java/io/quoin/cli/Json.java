// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value of JSON (RFC 8259), as the server's answers have it: enough to lay them out as tables. */
final class Json {

    private static final int MAX_DEPTH = 64;

    private final @Nullable Object value;

    private Json(@Nullable Object value) {
        this.value = value;
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    static Json parse(String text) {
        Parser parser = new Parser(text);
        Json json = new Json(parser.value(0));
        parser.end();
        return json;
    }

    /** The member of an object; an empty value if there is none. */
    Json get(String name) {
        return new Json(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    /** The names of an object's members, in their order. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        if (value instanceof Map<?, ?> members) {
            members.keySet().forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }

    /** The items of an array. */
    List<Json> items() {
        List<Json> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add(new Json(item)));
        }
        return items;
    }

    /** A text, a number as it was written, true or false; "-" for null. */
    String text() {
        return value == null ? "-" : String.valueOf(value);
    }

    private static final class Parser {

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        @Nullable
        Object value(int depth) {
            if (depth > MAX_DEPTH) {
                throw bad();
            }
            skipSpace();
            return switch (peek()) {
                case '{' -> object(depth);
                case '[' -> array(depth);
                case '"' -> string();
                default -> word();
            };
        }

        void end() {
            skipSpace();
            if (at < text.length()) {
                throw bad();
            }
        }

        private Map<String, @Nullable Object> object(int depth) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            at++;
            while (!closes('}')) {
                skipSpace();
                String name = string();
                skipSpace();
                expect(':');
                members.put(name, value(depth + 1));
                separator('}');
            }
            return members;
        }

        private List<@Nullable Object> array(int depth) {
            List<@Nullable Object> items = new ArrayList<>();
            at++;
            while (!closes(']')) {
                items.add(value(depth + 1));
                separator(']');
            }
            return items;
        }

        private String string() {
            expect('"');
            StringBuilder string = new StringBuilder();
            while (peek() != '"') {
                char c = text.charAt(at++);
                string.append(c == '\\' ? escaped() : c);
            }
            at++;
            return string.toString();
        }

        private char escaped() {
            char c = peek();
            at++;
            return switch (c) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'u' -> {
                    if (at + 4 > text.length()) {
                        throw bad();
                    }
                    at += 4;
                    yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
                }
                default -> c;
            };
        }

        private @Nullable Object word() {
            int from = at;
            while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(from, at);
            if (word.isEmpty()) {
                throw bad();
            }
            return word.equals("null") ? null : word;
        }

        private boolean closes(char close) {
            skipSpace();
            if (peek() == close) {
                at++;
                return true;
            }
            return false;
        }

        private void separator(char close) {
            skipSpace();
            if (peek() != close) {
                expect(',');
            }
        }

        private void expect(char c) {
            if (peek() != c) {
                throw bad();
            }
            at++;
        }

        private char peek() {
            if (at >= text.length()) {
                throw bad();
            }
            return text.charAt(at);
        }

        private void skipSpace() {
            while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private IllegalArgumentException bad() {
            return new IllegalArgumentException("not JSON at character " + at);
        }
    }
}
