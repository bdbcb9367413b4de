// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused when a selector is created (rules 47, 48 and 53 of Messaging 3.1 §3.8.1), and where the error is said to be. */
final class SelectorSyntaxTest {
    private static SelectorException refused(String text) {
        SelectorException refusal = catchThrowableOfType(SelectorException.class, () -> Selector.parse(text));
        assertThat(refusal).as(text).isNotNull();
        assertThat(refusal.position()).isBetween(0, text.length());
        return refusal;
    }

    @ParameterizedTest
    @ValueSource(strings = {"NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE"})
    void reservedWordsAreNoIdentifiersInAnyCase(String word) {
        for (String form : new String[] {word, word.toLowerCase(java.util.Locale.ROOT)}) {
            refused(form + " IS NULL");
            refused(form + " > 1");
            refused("a = 1 AND " + form + " LIKE 'x'");
        }
    }

    @Test
    void lettersThatOnlyFoldToAsciiMakeNoKeyword() {
        // A dotless i and a long s: an identifier, so that two follow each other.
        refused("a ıs NULL");
        assertThatCode(() -> Selector.parse("ıN = 1 AND \u017fize = 2")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'foo' > TRUE",
                "myProp >= 'foo'",
                "myProp < TRUE",
                "'a' < 'b'",
                "x BETWEEN 'foo' and 'test'",
                "x BETWEEN 1 AND 'b'",
                "'a' BETWEEN 1 AND 2",
                "x NOT IN (1,2,3)",
                "x IN ()",
                "x IN ('a',)",
                "x IN ('a'",
                "x IN 'a'",
                "x IN ('a' 'b')",
                "x IN (y)",
                "x IN (NULL)",
                "5 IN ('a')",
                "'a' IN ('a')",
                "x + 1 IN ('a')",
                "x LIKE 7",
                "x LIKE y",
                "x LIKE",
                "x LIKE 'a' ESCAPE",
                "x LIKE 'a' ESCAPE ''",
                "x LIKE 'a' ESCAPE 'ab'",
                "x LIKE 'a' ESCAPE 1",
                "x LIKE 'a!' ESCAPE '!'",
                "'a' LIKE 'a'",
                "x ESCAPE 'a'",
                "=TEST 'test'",
                "x = ",
                "= 1",
                "x =",
                "x = = 1",
                "x == 1",
                "x = 1 = 2",
                "1 < x < 3",
                "x = 'a",
                "x = 'a''",
                "x = \"a\"",
                "x != 1",
                "x = 1;",
                "x = 1 # c",
                "x.y = 1",
                "x = 1 -- a remark",
                "x = 1 /* y */",
                "x IS",
                "x IS 1",
                "x IS NOT",
                "x IS TRUE",
                "1 IS NULL",
                "x + 1 IS NULL",
                "x NOT NULL",
                "x NOT = 1",
                "x NOT",
                "x IS NULL NULL",
                "x = NULL",
                "NULL = x",
                "x NOT IS NULL",
                "x AND",
                "AND x",
                "x y",
                "x = 1 x = 2",
                "NOT",
                "x = NOT y",
                "(x = 1",
                "x = 1)",
                "()",
                "(x))",
                "x = (1",
                "x + (y = 1) = 2",
                "-(x = 1) = 1",
                "5",
                "'a'",
                "x + 1",
                "-x",
                "NOT 5",
                "NOT 'a'",
                "x = 1 AND 5",
                "x = 1 OR 'a'",
                "x + 'a' = 1",
                "'a' + 'b' = 'ab'",
                "-'a' = 1",
                "+TRUE",
                "TRUE + 1 = 2",
                "x * = 1",
                "* x = 1",
                "x BETWEEN 1",
                "x BETWEEN 1 OR 2",
                "x = 08",
                "x = 09",
                "x = 0x",
                "x = 0xg",
                "x = 0b2",
                "x = 0b",
                "x = 1x",
                "x = 1e",
                "x = 1e+",
                "x = 1.e",
                "x = 1..2",
                "x = 1.2.3",
                "x = .",
                "x = 1_",
                "x = 1__",
                "x = 0_x1",
                "x = 1_.5",
                "x = 1LL",
                "x = 5AND y",
                "x = 0x1.8",
                "x = 9223372036854775808",
                "x = 9223372036854775808L",
                "x = -9223372036854775809",
                "x = 0x10000000000000000",
                "x = 02000000000000000000000",
                "x = 1e400",
                "x = 1e-400",
                "x = 1e50f",
                "x = 0x+1",
                "x = 0b-1",
                "JMSDestination = 'q'",
                "JMSReplyTo IS NULL",
                "JMSRedelivered = TRUE",
                "JMSExpiration = 0",
                "JMSDeliveryTime > 0",
                "JMSpriority = 1",
                "JMS = 1",
                "x\u0001 y",
                "x = 1\u000B",
                "\u00A0x = 1",
                "x = ?",
                "x = :y",
                "x = {1}",
                "{fn x} = 1",
                "x = 'a' || 'b'",
                "x % 2 = 0",
                "x & 1 = 1",
            })
    void isRefused(String text) {
        refused(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "=TEST 'test'| 0| Expected a property, a string, a number, TRUE, FALSE or ( and found '=' (at position 0)",
                "a = 1 AND 'foo' > TRUE| 10| Expected a number or a property; strings and booleans take only = and <> (at position 10)",
                "a >= 'foo'| 5| Expected a number or a property; strings and booleans take only = and <> (at position 5)",
                "a LIKE 7| 7| Expected a string in single quotes and found '7' (at position 7)",
                "a IN ('x' 'y')| 10| Expected , or ) and found ''y'' (at position 10)",
                "a = 1 b| 6| Expected AND, OR or the end and found 'b' (at position 6)",
                "(a = 1| 6| Expected ) and found the end (at position 6)",
                "a = 'x| 4| The string that begins here has no closing quote (at position 4)",
                "a = 1e999| 4| '1e999' is not a number, or out of range (at position 4)",
                "a = 1 OR 5| 9| Expected a condition, which is true or false, and found a value (at position 9)",
                "a is 5| 5| Expected NULL or NOT NULL and found '5' (at position 5)",
                "a not 5| 6| Expected BETWEEN, IN or LIKE after NOT and found '5' (at position 6)",
                "a != 5| 2| Not equal is written <>, not ! (at position 2)",
            })
    void theErrorSaysWhereItIsAndWhatWasExpected(String text, int position, String message) {
        SelectorException refusal = refused(text);

        assertThat(refusal).hasMessage(message);
        assertThat(refusal.position()).isEqualTo(position);
    }

    @Test
    void theTextHasAtMost4KiBOfUtf8() throws Exception {
        String filler = "x".repeat(4096 - 4);
        Selector.parse(filler + " = 1");

        refused(filler + "x = 1");
        refused("x = '" + "ü".repeat(2046) + "'");
        refused("(".repeat(100_000) + "x" + ")".repeat(100_000));
    }

    @Test
    void nestingIsAtMost64Deep() throws Exception {
        Selector.parse("(".repeat(64) + "x" + ")".repeat(64));
        Selector.parse("NOT ".repeat(64) + "x");
        Selector.parse("- ".repeat(64) + "x = 1");
        Selector.parse("(x) AND ".repeat(100) + "x");

        assertThat(refused("(".repeat(65) + "x" + ")".repeat(65)).position()).isEqualTo(65);
        refused("NOT ".repeat(65) + "x");
        refused("- ".repeat(65) + "x = 1");
        refused("NOT (".repeat(33) + "x" + ")".repeat(33));
        refused("(".repeat(4000));
    }

    @Test
    void thereAreAtMost512Nodes() throws Exception {
        Selector.parse(String.join("+", Collections.nCopies(255, "x")) + "=1");
        Selector.parse(String.join(" OR ", Collections.nCopies(511, "x")));

        refused(String.join("+", Collections.nCopies(256, "x")) + "=1");
        refused(String.join(" OR ", Collections.nCopies(512, "x")));
    }

    @Test
    void anInListsAtMost256Strings() throws Exception {
        Selector.parse("x IN (" + String.join(",", Collections.nCopies(256, "'a'")) + ")");

        refused("x IN (" + String.join(",", Collections.nCopies(257, "'a'")) + ")");
    }
}
