// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The kinds of words of a selector. */
enum TokenType {
    IDENTIFIER("a property"),
    STRING("a string in single quotes"),
    NUMBER("a number"),
    TRUE,
    FALSE,
    NULL,
    NOT,
    AND,
    OR,
    BETWEEN,
    LIKE,
    IN,
    IS,
    ESCAPE,
    OPEN("("),
    CLOSE(")"),
    COMMA(","),
    PLUS("+"),
    MINUS("-"),
    TIMES("*"),
    OVER("/"),
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    END("the end");

    private static final TokenType[] KEYWORDS = {TRUE, FALSE, NULL, NOT, AND, OR, BETWEEN, LIKE, IN, IS, ESCAPE};

    private final String shown;

    TokenType() {
        this.shown = name();
    }

    TokenType(String shown) {
        this.shown = shown;
    }

    /** Made of letters or digits. */
    boolean isWord() {
        return this == IDENTIFIER || this == NUMBER || Arrays.asList(KEYWORDS).contains(this);
    }

    /** For error messages. */
    String shown() {
        return shown;
    }

    /** The keyword that this word is, in any case of ASCII letters: no other letter folds to one of them. */
    static @Nullable TokenType keyword(String word) {
        for (TokenType type : KEYWORDS) {
            if (isKeyword(word, type.name())) {
                return type;
            }
        }
        return null;
    }

    private static boolean isKeyword(String word, String keyword) {
        if (word.length() != keyword.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if ((c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) != keyword.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
