// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

/** Whatever the text and the message, nothing is thrown but {@link SelectorException}, and only by the parser. */
final class SelectorFuzzTest {
    private static final String[] WORDS = {
        "a",
        "JMSType",
        "'x'",
        "''",
        "'",
        "1",
        "0x",
        "1.5",
        "9223372036854775808",
        "NULL",
        "TRUE",
        "NOT",
        "AND",
        "OR",
        "BETWEEN",
        "LIKE",
        "IN",
        "IS",
        "ESCAPE",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "=",
        "<>",
        "<",
        ">=",
        "%",
        "\"",
        "\0",
        "\uD83D",
        "🚀",
        " ",
        "\t",
        "_",
        "e+",
        "."
    };

    @Property(tries = 20_000)
    void wordsInAnyOrder(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(24); i >= 0; i--) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(4) == 0 ? "" : " ");
        }
        parseAndMatch(text.toString());
    }

    @Property(tries = 2_000)
    void anyText(@ForAll @StringLength(max = 200) String text) {
        parseAndMatch(text);
    }

    @Property(tries = 5_000)
    void aGoodSelectorWithOneCharacterChanged(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(
                "a + -1 * 2.5e3 > 0x1F AND (b LIKE 'x!_%' ESCAPE '!' OR c NOT IN ('p', 'q''r')) AND NOT d IS NULL");
        text.setCharAt(random.nextInt(text.length()), (char)
                (random.nextInt(3) == 0 ? random.nextInt(0x10000) : random.nextInt(128)));
        parseAndMatch(text.toString());
    }

    @Property(tries = 5_000)
    void anyBytesAsAString(@ForAll byte[] bytes, @ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder pattern = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            pattern.append("%_aü".charAt(random.nextInt(4)));
        }
        LikePattern like = LikePattern.of(pattern.toString(), -1);
        int from = random.nextInt(bytes.length + 1);

        like.matches(ByteBuffer.wrap(bytes), from, bytes.length);
        assertThat(LikePattern.of("%", -1).matches(ByteBuffer.wrap(bytes), from, bytes.length))
                .isTrue();
    }

    private static void parseAndMatch(String text) {
        Selector selector;
        try {
            selector = Selector.parse(text);
        } catch (SelectorException refusal) {
            assertThat(refusal.position()).isBetween(0, text.length());
            assertThat(refusal).hasMessageEndingWith("(at position " + refusal.position() + ")");
            return;
        }
        assertThatCode(() ->
                        assertThat(Selector.parse(selector.normalizedText())).isEqualTo(selector))
                .doesNotThrowAnyException();
        selector.matches(new MapInput(Map.of("a", 1, "JMSType", "x")));
        selector.equalityTerms();
    }
}
