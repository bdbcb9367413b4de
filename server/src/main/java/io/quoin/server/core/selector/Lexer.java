// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Cuts a selector into words (Jakarta Messaging 3.1 §3.8.1.1). Goes along the text once. Thread: confined. */
final class Lexer {
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /** All words, followed by one of type END. */
    static List<Token> tokens(String text) throws SelectorException {
        Lexer lexer = new Lexer(text);
        while (lexer.skipWhitespace()) {
            lexer.next();
        }
        lexer.tokens.add(new Token(TokenType.END, "", text.length()));
        return lexer.tokens;
    }

    /** Returns whether anything is left. The whitespace of Java, a line terminator being CR, LF or both. */
    private boolean skipWhitespace() {
        while (at < text.length() && " \t\f\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length();
    }

    private void next() throws SelectorException {
        char c = text.charAt(at);
        if (c == '\'') {
            string();
        } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            number();
        } else if (Character.isJavaIdentifierStart(text.codePointAt(at))) {
            word();
        } else {
            symbol(c);
        }
    }

    private void string() throws SelectorException {
        int end = at + 1;
        while (true) {
            end = text.indexOf('\'', end);
            if (end < 0) {
                throw new SelectorException("The string that begins here has no closing quote", at);
            }
            end++;
            if (end == text.length() || text.charAt(end) != '\'') {
                add(TokenType.STRING, end);
                return;
            }
            end++;
        }
    }

    /** Takes all that could belong to a number; {@link NumberLiteral} says what it is worth. */
    private void number() {
        boolean hexadecimal = text.charAt(at) == '0' && (peek(1) | 0x20) == 'x';
        int end = at;
        while (end < text.length() && (isNumberPart(text.charAt(end)) || isExponentSign(end, hexadecimal))) {
            end++;
        }
        add(TokenType.NUMBER, end);
    }

    private boolean isExponentSign(int index, boolean hexadecimal) {
        char c = text.charAt(index);
        return (c == '+' || c == '-') && (text.charAt(index - 1) | 0x20) == (hexadecimal ? 'p' : 'e');
    }

    private void word() {
        int end = at;
        while (end < text.length() && Character.isJavaIdentifierPart(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        TokenType keyword = TokenType.keyword(text.substring(at, end));
        if (keyword == null) {
            add(TokenType.IDENTIFIER, end);
        } else {
            tokens.add(new Token(keyword, keyword.name(), at));
            at = end;
        }
    }

    private void symbol(char c) throws SelectorException {
        switch (c) {
            case '(' -> add(TokenType.OPEN, at + 1);
            case ')' -> add(TokenType.CLOSE, at + 1);
            case ',' -> add(TokenType.COMMA, at + 1);
            case '+' -> add(TokenType.PLUS, at + 1);
            case '-' -> add(TokenType.MINUS, at + 1);
            case '*' -> add(TokenType.TIMES, at + 1);
            case '/' -> add(TokenType.OVER, at + 1);
            case '=' -> add(TokenType.EQUAL, at + 1);
            case '<' -> {
                switch (peek(1)) {
                    case '>' -> add(TokenType.NOT_EQUAL, at + 2);
                    case '=' -> add(TokenType.LESS_OR_EQUAL, at + 2);
                    default -> add(TokenType.LESS, at + 1);
                }
            }
            case '>' -> {
                if (peek(1) == '=') {
                    add(TokenType.GREATER_OR_EQUAL, at + 2);
                } else {
                    add(TokenType.GREATER, at + 1);
                }
            }
            case '"' -> throw new SelectorException("A string is written in single quotes, not \"", at);
            case '!' -> throw new SelectorException("Not equal is written <>, not !", at);
            default -> throw new SelectorException("Unexpected character '" + shown() + "'", at);
        }
    }

    private String shown() {
        int codePoint = text.codePointAt(at);
        return Character.isISOControl(codePoint)
                ? "\\u" + HexFormat.of().toHexDigits((char) codePoint)
                : Character.toString(codePoint);
    }

    private void add(TokenType type, int end) {
        tokens.add(new Token(type, text.substring(at, end), at));
        at = end;
    }

    /** The character so many further on; NUL beyond the end. */
    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** ASCII only: letters (digits of other bases, prefixes, suffixes and exponents), digits, underscore, point. */
    private static boolean isNumberPart(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
    }
}
