// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static io.quoin.server.core.selector.Truth.FALSE;
import static io.quoin.server.core.selector.Truth.TRUE;
import static io.quoin.server.core.selector.Truth.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables 3-4 to 3-6 of Jakarta Messaging 3.1 §3.8.1.2, on the operators and through whole selectors. */
final class TruthTest {
    @ParameterizedTest
    @CsvSource({
        "TRUE, TRUE, TRUE, TRUE",
        "TRUE, FALSE, FALSE, TRUE",
        "TRUE, UNKNOWN, UNKNOWN, TRUE",
        "FALSE, TRUE, FALSE, TRUE",
        "FALSE, FALSE, FALSE, FALSE",
        "FALSE, UNKNOWN, FALSE, UNKNOWN",
        "UNKNOWN, TRUE, UNKNOWN, TRUE",
        "UNKNOWN, FALSE, FALSE, UNKNOWN",
        "UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN"
    })
    void andAndOrFollowTheTables(Truth a, Truth b, Truth and, Truth or) throws Exception {
        assertThat(a.and(b)).isEqualTo(and);
        assertThat(a.or(b)).isEqualTo(or);
        assertThat(truth("a AND b", a, b)).isEqualTo(and);
        assertThat(truth("a OR b", a, b)).isEqualTo(or);
    }

    @ParameterizedTest
    @CsvSource({"TRUE, FALSE", "FALSE, TRUE", "UNKNOWN, UNKNOWN"})
    void notFollowsTheTable(Truth a, Truth not) throws Exception {
        assertThat(a.not()).isEqualTo(not);
        assertThat(truth("NOT a", a, UNKNOWN)).isEqualTo(not);
        assertThat(truth("NOT NOT NOT a", a, UNKNOWN)).isEqualTo(not);
        assertThat(truth("NOT (a OR a)", a, UNKNOWN)).isEqualTo(not);
    }

    /** A selector tells only whether it is true; that its negation is not true either makes it unknown. */
    private static Truth truth(String text, Truth a, Truth b) throws SelectorException {
        Map<String, Object> values = new HashMap<>();
        put(values, "a", a);
        put(values, "b", b);
        MapInput message = new MapInput(values);
        boolean isTrue = Selector.parse(text).matches(message);
        boolean isFalse = Selector.parse("NOT (" + text + ")").matches(message);
        assertThat(isTrue && isFalse).isFalse();
        return isTrue ? TRUE : isFalse ? FALSE : UNKNOWN;
    }

    private static void put(Map<String, Object> values, String name, Truth truth) {
        if (truth != UNKNOWN) {
            values.put(name, truth == TRUE);
        }
    }
}
