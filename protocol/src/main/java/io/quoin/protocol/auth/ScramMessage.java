// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;

/**
 * A message of SCRAM read from the left: attributes {@code letter=value} with commas between them, in an order that the
 * standard fixes (RFC 5802 §5.1).
 */
final class ScramMessage {

    /** Names and nonces are short; a frame before authentication has at most 16 KiB in any case. */
    private static final int MAX_NONCE = 256;

    private final String text;
    private int at;

    private ScramMessage(String text) {
        this.text = text;
    }

    static ScramMessage of(byte[] bytes) throws ProtocolException {
        try {
            return new ScramMessage(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "A message of the log-in is not UTF-8", e);
        }
    }

    String text() {
        return text;
    }

    /** What has not been read. */
    String rest() {
        return text.substring(Math.min(at, text.length()));
    }

    /** What comes before the attribute that is read next, without the comma between them. */
    String before() {
        return text.substring(0, Math.max(0, at - 1));
    }

    boolean isAt(char name) {
        return text.startsWith(name + "=", at);
    }

    boolean isAtEnd() {
        return at > text.length();
    }

    /** Reads up to the next comma, or the end. */
    String next() {
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        String part = text.substring(Math.min(at, end), end);
        at = end + 1;
        return part;
    }

    /** Reads the attribute of that name, which has to be here and not empty. */
    String value(char name) throws ProtocolException {
        if (!isAt(name)) {
            throw broken("lacks '" + name + "' at place " + (at + 1));
        }
        String value = next().substring(2);
        if (value.isEmpty()) {
            throw broken("has an empty '" + name + "'");
        }
        return value;
    }

    /** Reads a nonce: printable ASCII without commas. */
    String nonce() throws ProtocolException {
        String nonce = value('r');
        if (nonce.length() > MAX_NONCE || !nonce.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw broken("has a nonce that is not allowed");
        }
        return nonce;
    }

    /** Reads an attribute whose value is base64, in the one form that its bytes have. */
    byte[] bytes(char name) throws ProtocolException {
        String value = value(name);
        try {
            byte[] bytes = Base64.getDecoder().decode(value);
            if (Scram.base64(bytes).equals(value)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // No bytes at all: the same answer.
        }
        throw broken("has a '" + name + "' that is not base64");
    }

    /** Reads an attribute whose value is a positive number. */
    int number(char name) throws ProtocolException {
        String value = value(name);
        if (value.length() > 9 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw broken("has a '" + name + "' that is no number");
        }
        return Integer.parseInt(value);
    }

    static ProtocolException broken(String what) {
        return new ProtocolException(ErrorCode.BAD_FRAME, "A message of the log-in " + what);
    }
}
