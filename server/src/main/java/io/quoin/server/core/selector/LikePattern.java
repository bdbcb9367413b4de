// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of a LIKE: {@code _} stands for one character (a Unicode code point), {@code %} for any number of them, all others for themselves. Immutable.
 *
 * <p>Matching goes along the text once and returns, on a mismatch, only to the last {@code %}: an earlier one never has to take more, since what comes after the
 * last one may be found anywhere further on. So the time is at most the product of the two lengths, and for patterns of short pieces proportional to the text.
 */
final class LikePattern {
    private static final int ONE = -1;
    private static final int ANY = -2;

    /** Code points, {@link #ONE} and {@link #ANY}; never two ANY in a row. */
    private final int[] tokens;

    private LikePattern(int[] tokens) {
        this.tokens = tokens;
    }

    /**
     * Returns the pattern, or null if it ends in the escape character.
     *
     * @param escape a code point after which the next one stands for itself, or a negative number for none
     */
    static @Nullable LikePattern of(String text, int escape) {
        int[] codePoints = text.codePoints().toArray();
        int[] tokens = new int[codePoints.length];
        int n = 0;
        for (int i = 0; i < codePoints.length; i++) {
            int c = codePoints[i];
            if (c == escape) {
                if (++i == codePoints.length) {
                    return null;
                }
                tokens[n++] = codePoints[i];
            } else if (c == '_') {
                tokens[n++] = ONE;
            } else if (c != '%') {
                tokens[n++] = c;
            } else if (n == 0 || tokens[n - 1] != ANY) {
                tokens[n++] = ANY;
            }
        }
        return new LikePattern(Arrays.copyOf(tokens, n));
    }

    /** Whether the whole of these UTF-8 bytes, by absolute indexes, matches. */
    boolean matches(ByteBuffer text, int from, int to) {
        int at = from;
        int token = 0;
        int retryToken = -1;
        int retryAt = from;
        while (at < to) {
            if (token < tokens.length && tokens[token] == ANY) {
                retryToken = ++token;
                retryAt = at;
                if (token == tokens.length) {
                    return true;
                }
            }
            int character = CodePoints.characterAt(text, at, to);
            if (token < tokens.length && (tokens[token] == ONE || tokens[token] == CodePoints.codePoint(character))) {
                token++;
                at += CodePoints.width(character);
            } else if (retryToken >= 0) {
                retryAt += CodePoints.width(CodePoints.characterAt(text, retryAt, to));
                at = retryAt;
                token = retryToken;
            } else {
                return false;
            }
        }
        return token == tokens.length || (token == tokens.length - 1 && tokens[token] == ANY);
    }
}
