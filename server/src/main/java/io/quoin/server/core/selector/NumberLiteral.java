// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.server.core.selector.Operand.Literal;

/**
 * The number literals: Java's integer and floating-point syntax (Jakarta Messaging 3.1 §3.8.1.1), signs apart. Integers of every base, with or without the suffix
 * L, are exact and reach as far as a long; those that are not decimal may use all its 64 bits. All others are approximate doubles.
 */
final class NumberLiteral {
    private NumberLiteral() {}

    /**
     * Returns the value of a number as the lexer cut it out.
     *
     * @param negative whether a minus stands before it, without which 9223372036854775808 is out of range
     */
    static Literal parse(Token token, boolean negative) throws SelectorException {
        String source = token.source();
        try {
            String digits = withoutUnderscores(source);
            if (isApproximate(digits)) {
                double value = approximate(digits);
                return Literal.of(negative ? -value : value);
            }
            return Literal.of(exact(digits, negative));
        } catch (NumberFormatException e) {
            throw new SelectorException("'" + source + "' is not a number, or out of range", token.position());
        }
    }

    /** Java allows underscores between digits. */
    private static String withoutUnderscores(String source) {
        int at = source.indexOf('_');
        if (at < 0) {
            return source;
        }
        for (; at >= 0; at = source.indexOf('_', at + 1)) {
            int next = at + 1;
            while (next < source.length() && source.charAt(next) == '_') {
                next++;
            }
            if (Character.digit(source.charAt(at - 1), 16) < 0
                    || next == source.length()
                    || Character.digit(source.charAt(next), 16) < 0) {
                throw new NumberFormatException();
            }
            at = next - 1;
        }
        return source.replace("_", "");
    }

    private static boolean isApproximate(String digits) {
        if (hasPrefix(digits, 'x')) {
            return contains(digits, 'p') || digits.indexOf('.') >= 0;
        }
        return digits.indexOf('.') >= 0 || contains(digits, 'e') || endsWith(digits, 'f') || endsWith(digits, 'd');
    }

    private static double approximate(String digits) {
        double value = endsWith(digits, 'f') ? Float.parseFloat(digits) : Double.parseDouble(digits);
        if (Double.isInfinite(value) || (value == 0 && !isZero(digits))) {
            throw new NumberFormatException();
        }
        return value;
    }

    /** Whether all digits before the exponent are zeros. */
    private static boolean isZero(String digits) {
        boolean hexadecimal = hasPrefix(digits, 'x');
        for (int i = hexadecimal ? 2 : 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if ((c | 0x20) == (hexadecimal ? 'p' : 'e')) {
                break;
            }
            if (Character.digit(c, hexadecimal ? 16 : 10) > 0) {
                return false;
            }
        }
        return true;
    }

    private static long exact(String source, boolean negative) {
        String digits = endsWith(source, 'l') ? source.substring(0, source.length() - 1) : source;
        if (digits.length() == 1 || digits.charAt(0) != '0') {
            return Long.parseLong(negative ? "-" + digits : digits);
        }
        long value;
        if (hasPrefix(digits, 'x')) {
            value = Long.parseUnsignedLong(withoutSign(digits.substring(2)), 16);
        } else if (hasPrefix(digits, 'b')) {
            value = Long.parseUnsignedLong(withoutSign(digits.substring(2)), 2);
        } else {
            value = Long.parseUnsignedLong(digits, 8);
        }
        return negative ? -value : value;
    }

    /** The library would take a sign here. */
    private static String withoutSign(String digits) {
        if (digits.startsWith("+") || digits.startsWith("-")) {
            throw new NumberFormatException();
        }
        return digits;
    }

    private static boolean hasPrefix(String digits, char letter) {
        return digits.length() > 1 && digits.charAt(0) == '0' && (digits.charAt(1) | 0x20) == letter;
    }

    private static boolean endsWith(String digits, char letter) {
        return (digits.charAt(digits.length() - 1) | 0x20) == letter;
    }

    private static boolean contains(String digits, char letter) {
        return digits.indexOf(letter) >= 0 || digits.indexOf(Character.toUpperCase(letter)) >= 0;
    }
}
