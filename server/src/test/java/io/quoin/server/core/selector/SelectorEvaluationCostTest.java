// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** That evaluation is bounded in time and allocates nothing. */
final class SelectorEvaluationCostTest {
    @Test
    void aPatternOfManyWildcardsIsMatchedInLinearTime() throws Exception {
        Selector selector = Selector.parse("p LIKE '%a%a%a%a%a%Z'");
        MapInput message = new MapInput(Map.of("p", "a".repeat(10_000)));

        // A matcher that tries every way would need years; the generous limit allows for a busy machine.
        Assertions.assertTimeout(
                Duration.ofSeconds(1),
                () -> assertThat(selector.matches(message)).isFalse());
    }

    @Test
    void noPatternAndTextTakeLong() throws Exception {
        // Of those that almost match everywhere. A matcher that goes back takes 4,000,000,000 steps for these.
        MapInput message = new MapInput(Map.of("p", "a".repeat(1_000_000)));
        String[] patterns = {
            "%a".repeat(2000) + "Z",
            "%" + "a".repeat(4000) + "Z%",
            "%" + "a_".repeat(2000) + "Z%",
            "%" + "_".repeat(4000) + "Z"
        };
        for (String pattern : patterns) {
            Selector selector = Selector.parse("p LIKE '" + pattern + "'");

            Assertions.assertTimeout(
                    Duration.ofSeconds(5),
                    () -> assertThat(selector.matches(message)).isFalse());
        }
    }

    @Test
    void anEvaluationAllocatesNothing() throws Exception {
        Selector selector =
                Selector.parse("a + 1.5 > 2 AND (b = 'hello' OR b LIKE 'h_l%x' OR b IN ('u', 'v', 'w')) AND NOT c"
                        + " AND a BETWEEN 1 AND 100 AND -a < 0 AND d IS NULL AND (c = FALSE) = TRUE");
        SelectorInput message = new FixedInput();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int matched = run(selector, message, 20_000);

        // The compiler may still be at work behind the first runs: one that allocates nothing is the proof.
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            matched += run(selector, message, 10_000);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes for 10,000 evaluations").isLessThan(1_000);
        assertThat(matched).isPositive();
    }

    private static int run(Selector selector, SelectorInput message, int times) {
        int matched = 0;
        for (int i = 0; i < times; i++) {
            matched += selector.matches(message) ? 1 : 0;
        }
        return matched;
    }

    /** A message that does not allocate itself. */
    private static final class FixedInput implements SelectorInput {
        private final ByteBuffer hello = ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8));

        @Override
        public void lookup(Identifier identifier, Value into) {
            switch (identifier.text()) {
                case "a" -> into.setExact(42);
                case "b" -> into.setString(hello, 0, 5);
                case "c" -> into.setBoolean(false);
                default -> into.setNull();
            }
        }
    }
}
