// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

/**
 * A word of a selector.
 *
 * @param source as in the text; keywords in upper case
 * @param position of its first character in the text
 */
record Token(TokenType type, String source, int position) {
    boolean is(TokenType other) {
        return type == other;
    }

    /** The characters that a string stands for. */
    String string() {
        return source.substring(1, source.length() - 1).replace("''", "'");
    }

    /** For error messages. */
    String shown() {
        return type == TokenType.END ? type.shown() : "'" + source + "'";
    }
}
