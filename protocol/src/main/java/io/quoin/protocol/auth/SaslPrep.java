// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import java.text.Normalizer;

/**
 * Makes user names and passwords that look alike equal (SASLprep, RFC 4013, a profile of stringprep, RFC 3454). It
 * normalizes by the JDK's tables, which are newer than those of Unicode 3.2; for what Unicode 3.2 knows the two agree.
 */
public final class SaslPrep {

    private SaslPrep() {}

    /**
     * The text in the form in which it is compared, as a stored string: unassigned code points are refused.
     *
     * @throws IllegalArgumentException if it has a character that is not allowed; the message does not show the text
     */
    public static String prepare(String text) {
        if (isPlain(text)) {
            return text;
        }
        String prepared = Normalizer.normalize(mapped(text), Normalizer.Form.NFKC);
        prepared.codePoints().forEach(SaslPrep::check);
        checkDirections(prepared);
        return prepared;
    }

    /** Printable ASCII is what it is. */
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    }

    /** RFC 4013 §2.1: spaces of all kinds become the one, and what is not seen goes. */
    private static String mapped(String text) {
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isOtherSpace(c)) {
                mapped.append(' ');
            } else if (!isMappedToNothing(c)) {
                mapped.appendCodePoint(c);
            }
        });
        return mapped.toString();
    }

    /** RFC 3454, table C.1.2. */
    private static boolean isOtherSpace(int c) {
        return c == 0xA0 || c == 0x1680 || isIn(c, 0x2000, 0x200B) || c == 0x202F || c == 0x205F || c == 0x3000;
    }

    /** RFC 3454, table B.1. */
    private static boolean isMappedToNothing(int c) {
        return c == 0xAD
                || c == 0x34F
                || c == 0x1806
                || isIn(c, 0x180B, 0x180D)
                || isIn(c, 0x200C, 0x200D)
                || c == 0x2060
                || isIn(c, 0xFE00, 0xFE0F)
                || c == 0xFEFF;
    }

    /** RFC 4013 §2.3 and §2.5. */
    private static void check(int c) {
        if (isOtherSpace(c) || isControl(c) || isForbiddenSymbol(c) || isUndefined(c)) {
            throw new IllegalArgumentException(
                    "The character U+" + Integer.toHexString(0x10000 | c).substring(1) + " is not allowed");
        }
    }

    /** RFC 3454, tables C.2.1 and C.2.2. */
    private static boolean isControl(int c) {
        return Character.isISOControl(c)
                || c == 0x6DD
                || c == 0x70F
                || c == 0x180E
                || isIn(c, 0x200C, 0x200D)
                || isIn(c, 0x2028, 0x2029)
                || isIn(c, 0x2060, 0x2063)
                || isIn(c, 0x206A, 0x206F)
                || c == 0xFEFF
                || isIn(c, 0xFFF9, 0xFFFC)
                || isIn(c, 0x1D173, 0x1D17A);
    }

    /** RFC 3454, tables C.6 to C.9: what is no text, describes text, changes how it is shown, or tags it. */
    private static boolean isForbiddenSymbol(int c) {
        return c == 0xFFFD
                || isIn(c, 0x2FF0, 0x2FFB)
                || isIn(c, 0x340, 0x341)
                || isIn(c, 0x200E, 0x200F)
                || isIn(c, 0x202A, 0x202E)
                || c == 0xE0001
                || isIn(c, 0xE0020, 0xE007F);
    }

    /** RFC 3454, tables C.3 to C.5 and A.1: private use, no characters, halves of pairs, and what nobody has defined. */
    private static boolean isUndefined(int c) {
        int type = Character.getType(c);
        return type == Character.PRIVATE_USE || type == Character.SURROGATE || type == Character.UNASSIGNED;
    }

    /** RFC 3454 §6: text that runs from the right has no character that runs from the left, and such ones at both ends. */
    private static void checkDirections(String text) {
        if (text.codePoints().noneMatch(SaslPrep::isFromRight)) {
            return;
        }
        boolean mixed = text.codePoints()
                .anyMatch(c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
        if (mixed || !isFromRight(text.codePointAt(0)) || !isFromRight(text.codePointBefore(text.length()))) {
            throw new IllegalArgumentException(
                    "Characters that are written from the right may not be mixed with others, and stand at both ends");
        }
    }

    private static boolean isFromRight(int c) {
        byte direction = Character.getDirectionality(c);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static boolean isIn(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
