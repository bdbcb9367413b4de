// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns against a plain matcher that fills a table, and pieces at the edges of a word. */
final class LikePatternTest {
    private static boolean matches(String pattern, String text) {
        byte[] utf8 = Utf8.bytes(">" + text + "<");
        return LikePattern.of(pattern, '!').matches(ByteBuffer.wrap(utf8), 1, utf8.length - 1);
    }

    @Property(tries = 20_000)
    void aPatternMatchesAsTheTableSays(@ForAll long seed) {
        Random random = new Random(seed);
        String pattern = text(random, new String[] {"a", "b", "ü", "🚀", "_", "%", "%", "!_", "!%"}, 10);
        String text = text(random, new String[] {"a", "a", "b", "ü", "🚀", "_", "%"}, 14);

        assertThat(matches(pattern, text)).as("'%s' LIKE '%s'", text, pattern).isEqualTo(table(pattern, text));
    }

    private static String text(Random random, String[] alphabet, int lengthMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
            text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    /** By the definition: row after row of which beginnings of the pattern match which beginnings of the text. */
    private static boolean table(String pattern, String text) {
        int[] p = pattern.codePoints().toArray();
        int[] t = text.codePoints().toArray();
        boolean[] row = new boolean[t.length + 1];
        row[0] = true;
        for (int i = 0; i < p.length; i++) {
            boolean literal = p[i] == '!';
            int token = literal ? p[++i] : p[i];
            boolean[] next = new boolean[t.length + 1];
            boolean any = !literal && token == '%';
            next[0] = any && row[0];
            for (int k = 1; k <= t.length; k++) {
                boolean fits = (!literal && token == '_') || token == t[k - 1];
                next[k] = any ? row[k] || next[k - 1] : row[k - 1] && fits;
            }
            row = next;
        }
        return row[t.length];
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 62, 63, 64, 65, 127, 128, 129, 1000})
    void aPieceMayBeOfAnyLength(int length) {
        String piece = "ab".repeat(length).substring(0, length - 1) + "z";

        assertThat(matches("%" + piece + "%", "abab" + piece + "ab")).isTrue();
        assertThat(matches("%" + piece + "%", piece)).isTrue();
        assertThat(matches("%" + piece + "%", "ab".repeat(length))).isFalse();
        assertThat(matches("%" + "_".repeat(length) + "%", "ü".repeat(length))).isTrue();
        assertThat(matches("%" + "_".repeat(length) + "%", "ü".repeat(length - 1)))
                .isFalse();
        assertThat(matches("%" + piece + "%" + piece + "%", piece + piece)).isTrue();
        assertThat(matches("%" + piece + "%" + piece + "%", piece + piece.substring(1)))
                .isFalse();
    }
}
