// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopicPatternTest {

    private static boolean matches(String pattern, String topic) throws Refusal {
        return TopicPattern.find(pattern).matches(topic);
    }

    @Test
    void aStarIsOneWordAndAnAngleTheRest() throws Refusal {
        assertThat(matches("orders.*", "orders.eu")).isTrue();
        assertThat(matches("orders.*", "orders")).isFalse();
        assertThat(matches("orders.*", "orders.eu.west")).isFalse();
        assertThat(matches("*.eu", "orders.eu")).isTrue();
        assertThat(matches("orders.>", "orders.eu.west")).isTrue();
        assertThat(matches("orders.>", "orders")).isFalse();
        assertThat(matches("orders.*.>", "orders.eu")).isFalse();
        assertThat(matches("orders.*.>", "orders.eu.west")).isTrue();
        assertThat(matches(">", "orders")).isTrue();
        assertThat(matches("*", "orders.eu")).isFalse();
        assertThat(matches("a.*.c", "a..c")).isTrue();
    }

    @Test
    void aWordThatOnlyContainsAWildcardIsOrdinary() throws Refusal {
        assertThat(TopicPattern.find("orders")).isNull();
        assertThat(TopicPattern.find("a*.b>")).isNull();
        assertThat(TopicPattern.find("a.#")).isNull();
        assertThat(matches("a*.*", "a*.b")).isTrue();
        assertThat(matches("a*.*", "ax.b")).isFalse();
    }

    @Test
    void whatIsReservedIsNeverMeant() throws Refusal {
        assertThat(matches(">", "$quoin.temp.1.2")).isFalse();
    }

    @Test
    void anAngleStandsAtTheEnd() {
        assertThatThrownBy(() -> TopicPattern.find("a.>.b")).hasMessageContaining("QN-2005");
    }

    @Test
    void itMeansWhatTheRegularExpressionMeans() throws Refusal {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            String pattern = words(random, "a", "b", "*") + (random.nextInt(3) == 0 ? ".>" : "");
            String topic = words(random, "a", "b", "");
            TopicPattern found = TopicPattern.find(pattern);
            String expression =
                    pattern.replace(".", "\\.").replace("*", "[^.]*").replace("\\.>", "\\..*");
            boolean wanted = Pattern.matches(expression, topic);
            if (found != null) {
                assertThat(found.matches(topic)).as("%s and %s", pattern, topic).isEqualTo(wanted);
            }
        }
    }

    private static String words(Random random, String... alphabet) {
        return IntStream.range(0, 1 + random.nextInt(4))
                .mapToObj(i -> alphabet[random.nextInt(alphabet.length)])
                .collect(Collectors.joining("."));
    }
}
