// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Characters and {@code _} that have to be found somewhere in a text.
 *
 * <p>A search goes along the text once. A bit for each beginning of the piece tells whether the text ends in it so far (the method known as Shift-And): with each
 * character all bits move up by one, and stay where the piece has that character or {@code _}. That costs one step for each 64 characters of the piece, so nearly always
 * one, and, unlike methods that compare and go back, cannot be made to cost more by a text and a piece that almost match.
 *
 * <p>Thread: confined to one at a time.
 */
final class LikePiece {
    /** The characters of the piece, ascending. */
    private final int[] characters;

    /** For each of them, and then for all others, the bits of where they fit. */
    private final long[][] fits;

    private final long[] state;
    private final long complete;

    /** @param tokens code points and {@link LikePattern#ONE}; not empty */
    LikePiece(int[] tokens) {
        characters = Arrays.stream(tokens)
                .filter(token -> token != LikePattern.ONE)
                .sorted()
                .distinct()
                .toArray();
        int words = (tokens.length + Long.SIZE - 1) / Long.SIZE;
        fits = new long[characters.length + 1][words];
        for (int i = 0; i < tokens.length; i++) {
            for (int row = 0; row < fits.length; row++) {
                boolean same = row < characters.length && characters[row] == tokens[i];
                if (same || tokens[i] == LikePattern.ONE) {
                    fits[row][i / Long.SIZE] |= 1L << i;
                }
            }
        }
        state = new long[words];
        complete = 1L << (tokens.length - 1);
    }

    /** Where the text goes on after the first place that has the piece, or -1. */
    int find(ByteBuffer text, int from, int to) {
        Arrays.fill(state, 0);
        for (int at = from; at < to; ) {
            int character = CodePoints.characterAt(text, at, to);
            at += CodePoints.width(character);
            if (take(fits(CodePoints.codePoint(character)))) {
                return at;
            }
        }
        return -1;
    }

    /** Takes the next character, and returns whether the piece is complete with it. */
    private boolean take(long[] fit) {
        long carry = 1;
        for (int i = 0; i < state.length; i++) {
            long before = state[i];
            state[i] = ((before << 1) | carry) & fit[i];
            carry = before >>> (Long.SIZE - 1);
        }
        return (state[state.length - 1] & complete) != 0;
    }

    private long[] fits(int codePoint) {
        int row = Arrays.binarySearch(characters, codePoint);
        return fits[row >= 0 ? row : characters.length];
    }
}
