// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of a LIKE: {@code _} stands for one character (a Unicode code point), {@code %} for any number of them, all others for themselves.
 *
 * <p>The signs {@code %} cut it into pieces. The first must be at the start of the text and the last at its end; the others are found one after the other, each as
 * early as possible: a later place can never help those that follow. So no step is ever taken back, and the time goes with the length of the text (times that of the
 * longest piece in 64s, see {@link LikePiece}) whatever the pattern.
 *
 * <p>Thread: confined to one at a time, as pieces hold the state of a search.
 */
final class LikePattern {
    /** Stands for any one code point. */
    static final int ONE = -1;

    private final int[] first;
    private final List<LikePiece> middle;

    /** Null if there is no {@code %}: then the first piece is all. */
    private final int @Nullable [] last;

    private LikePattern(int[] first, List<LikePiece> middle, int @Nullable [] last) {
        this.first = first;
        this.middle = middle;
        this.last = last;
    }

    /**
     * Returns the pattern, or null if it ends in the escape character.
     *
     * @param escape a code point after which the next one stands for itself, or a negative number for none
     */
    static @Nullable LikePattern of(String text, int escape) {
        int[] codePoints = text.codePoints().toArray();
        List<int[]> pieces = new ArrayList<>();
        int[] piece = new int[codePoints.length];
        int n = 0;
        for (int i = 0; i < codePoints.length; i++) {
            int c = codePoints[i];
            if (c == escape) {
                if (++i == codePoints.length) {
                    return null;
                }
                piece[n++] = codePoints[i];
            } else if (c == '%') {
                pieces.add(Arrays.copyOf(piece, n));
                n = 0;
            } else {
                piece[n++] = c == '_' ? ONE : c;
            }
        }
        int[] last = Arrays.copyOf(piece, n);
        return pieces.isEmpty()
                ? new LikePattern(last, List.of(), null)
                : new LikePattern(pieces.get(0), middle(pieces.subList(1, pieces.size())), last);
    }

    private static List<LikePiece> middle(List<int[]> pieces) {
        // Two % in a row are one.
        return pieces.stream()
                .filter(piece -> piece.length > 0)
                .map(LikePiece::new)
                .toList();
    }

    /** Whether the whole of these UTF-8 bytes, by absolute indexes, matches. */
    boolean matches(ByteBuffer text, int from, int to) {
        int at = afterFirst(text, from, to);
        if (at < 0 || last == null) {
            return at == to;
        }
        int end = beforeLast(last, text, at, to);
        if (end < 0) {
            return false;
        }
        for (int i = 0; i < middle.size() && at >= 0; i++) {
            at = middle.get(i).find(text, at, end);
        }
        return at >= 0;
    }

    /** Where the text goes on after the first piece, or -1. */
    private int afterFirst(ByteBuffer text, int from, int to) {
        int at = from;
        for (int token : first) {
            if (at == to) {
                return -1;
            }
            int character = CodePoints.characterAt(text, at, to);
            if (token != ONE && token != CodePoints.codePoint(character)) {
                return -1;
            }
            at += CodePoints.width(character);
        }
        return at;
    }

    /** Where the last piece begins at the end of the text, or -1. */
    private static int beforeLast(int[] last, ByteBuffer text, int from, int to) {
        int at = to;
        for (int i = last.length - 1; i >= 0; i--) {
            if (at == from) {
                return -1;
            }
            int end = at;
            at = CodePoints.startBefore(text, from, end);
            if (last[i] != ONE && last[i] != CodePoints.codePoint(CodePoints.characterAt(text, at, end))) {
                return -1;
            }
        }
        return at;
    }
}
