// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a message: the id of the producing connection and the sequence number of the send on it. JMS shows it as
 * {@code ID:} + 32 hexadecimal digits + {@code -} + the sequence.
 *
 * @param high the first 8 bytes of the connection id
 * @param low the other 8
 * @param sequence from 1
 */
public record MessageId(long high, long low, long sequence) {

    private static final String PREFIX = "ID:";
    private static final HexFormat HEX = HexFormat.of();
    private static final int DASH_AT = PREFIX.length() + 32;
    /** Of 2^63 - 1. */
    private static final int MAX_SEQUENCE_DIGITS = 19;

    /** As JMSMessageID shows it. */
    public String text() {
        return PREFIX + HEX.toHexDigits(high) + HEX.toHexDigits(low) + '-' + sequence;
    }

    /** The id that has that text, or null if none has: applications may put any text where an id belongs. */
    public static @Nullable MessageId parse(String text) {
        int digits = text.length() - DASH_AT - 1;
        if (digits < 1 || digits > MAX_SEQUENCE_DIGITS || !text.startsWith(PREFIX) || text.charAt(DASH_AT) != '-') {
            return null;
        }
        try {
            long high = HexFormat.fromHexDigitsToLong(text, PREFIX.length(), PREFIX.length() + 16);
            long low = HexFormat.fromHexDigitsToLong(text, PREFIX.length() + 16, DASH_AT);
            MessageId id = new MessageId(high, low, Long.parseLong(text, DASH_AT + 1, text.length(), 10));
            // Only the text that it would have itself: capitals, leading zeros and signs name nothing.
            return id.text().equals(text) ? id : null;
        } catch (NumberFormatException notAnId) {
            return null;
        }
    }

    @Override
    public String toString() {
        return text();
    }
}
