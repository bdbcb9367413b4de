// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.nio.ByteBuffer;

/** The text of a message id, as {@link io.quoin.protocol.message.MessageId#text} has it, written without allocating. Thread: confined. */
final class MessageIdText {
    private static final String PREFIX = "ID:";
    private static final String DIGITS = "0123456789abcdef";
    private static final int SEQUENCE_DIGITS_MAX = 19;

    private final ByteBuffer bytes = ByteBuffer.allocate(PREFIX.length() + 32 + 1 + SEQUENCE_DIGITS_MAX);
    private int length;

    MessageIdText() {
        for (int i = 0; i < PREFIX.length(); i++) {
            bytes.put(i, (byte) PREFIX.charAt(i));
        }
    }

    /** Replaces the text by that of another message. */
    void write(long high, long low, long sequence) {
        length = PREFIX.length();
        hexadecimal(high);
        hexadecimal(low);
        append('-');
        int digits = 1;
        for (long rest = sequence / 10; rest != 0; rest /= 10) {
            digits++;
        }
        long rest = sequence;
        for (int i = digits - 1; i >= 0; i--) {
            bytes.put(length + i, (byte) DIGITS.charAt((int) (rest % 10)));
            rest /= 10;
        }
        length += digits;
    }

    private void hexadecimal(long value) {
        for (int shift = 60; shift >= 0; shift -= 4) {
            append(DIGITS.charAt((int) (value >>> shift) & 15));
        }
    }

    private void append(char c) {
        bytes.put(length++, (byte) c);
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
