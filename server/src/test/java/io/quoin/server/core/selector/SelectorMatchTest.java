// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What matches one message, by the rules of Jakarta Messaging 3.1 §3.8.1: literals, keywords and identifiers (rule 49), arithmetic,
 * precedence and unlike types (rule 50), three-valued logic (rule 51), LIKE (rule 52).
 */
final class SelectorMatchTest {
    private static final Map<String, Object> MESSAGE = message();

    private static Map<String, Object> message() {
        Map<String, Object> values = new HashMap<>();
        values.put("yes", true);
        values.put("no", false);
        values.put("age", 42);
        values.put("tiny", (byte) 7);
        values.put("five", (short) -5);
        values.put("big", Long.MAX_VALUE);
        values.put("least", Long.MIN_VALUE);
        values.put("weight", 2.5f);
        values.put("tenth", 1.1f);
        values.put("height", 1.75);
        values.put("nan", Double.NaN);
        values.put("two", "2");
        values.put("name", "literal's");
        values.put("city", "Zürich 🚀");
        values.put("lines", "one\ntwo");
        values.put("regex", "a.b*[c]\\d$");
        values.put("rate", "50%_off");
        values.put("empty", "");
        values.put("half", "\uD83D");
        values.put("$x", 1);
        values.put("_x", 2);
        values.put("größe", 3);
        values.put("名前", "taro");
        values.put("JMSPriority", 7);
        values.put("JMSDeliveryMode", "PERSISTENT");
        values.put("JMSType", "order");
        values.put("JMSXGroupID", "g1");
        values.put("JMS_Quoin_DedupId", "d1");
        return values;
    }

    private static boolean matches(String text) throws SelectorException {
        return Selector.parse(text).matches(new MapInput(MESSAGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // literals
                "age = 42",
                "age = +42",
                "age = 052",
                "age = 0x2a",
                "age = 0X2A",
                "age = 0b101010",
                "age = 42L",
                "age = 42l",
                "age = 4_2",
                "age = 42.",
                "age = 42.0",
                "age = .42e2",
                "age = 4.2E1",
                "age = 420e-1",
                "age = 42d",
                "age = 42F",
                "age = 0x2ap0",
                "age = 0x1.5p5",
                "29 = 035",
                "29 = 0x1d",
                "-57.9E3 = -57900",
                ".7e4 = 7000",
                "7. = 7",
                "0 = 0",
                "0L = 0",
                "00 = 0",
                "-0 = 0",
                "0.0 = -0.0",
                "0e0 = 0",
                "big = 9223372036854775807L",
                "big = 9223372036854775807",
                "least = -9223372036854775808L",
                "least = - 9223372036854775808",
                "least = 0x8000000000000000",
                "-1 = 0xffffffffffffffff",
                "-1 = 01777777777777777777777",
                "tenth = 1.1f",
                "tenth <> 1.1",
                "name = 'literal''s'",
                "'' = empty",
                "empty = ''",
                "city = 'Zürich 🚀'",
                "TRUE",
                "true",
                "yes = TRUE",
                "yes = tRuE",
                "no = FALSE",
                "NOT FALSE",
                // identifiers
                "$x = 1",
                "_x = 2",
                "größe = 3",
                "名前 = 'taro'",
                "JMSXGroupID = 'g1'",
                "JMS_Quoin_DedupId = 'd1'",
                "JMSPriority > 4",
                "JMSDeliveryMode = 'PERSISTENT'",
                "JMSDeliveryMode <> 'NON_PERSISTENT'",
                "JMSType = 'order'",
                "JMSMessageID IS NULL",
                // case and space
                "AGE IS NULL",
                "age\t=\f42\r\nand\nYES is Null",
                " age=42 ",
                "age between 41 And 43",
                // comparison
                "age > 41",
                "age >= 42",
                "age < 43",
                "age <= 42",
                "age <> 41",
                "42 = age",
                "41 < age",
                "age > 41.9",
                "weight = 2.5",
                "weight > 2",
                "tiny < age",
                "name <> 'x'",
                "yes <> FALSE",
                "yes",
                "yes <> no",
                "NOT no",
                "(yes)",
                "((yes)) = TRUE",
                "(age = 42) = yes",
                "(age = 1) = no",
                "(age = 1) <> yes",
                "nan <> nan",
                "NOT (nan = nan)",
                "NOT (nan < 1)",
                // unlike types are false, and no property is converted
                "NOT (two > 1)",
                "NOT (two = 2)",
                "NOT (two <> 2)",
                "NOT (age = '42')",
                "NOT (age <> '42')",
                "NOT (yes = 'true')",
                "NOT (yes = 1)",
                "NOT ('a' = 1)",
                "NOT (TRUE = 1)",
                "NOT (JMSDeliveryMode = 2)",
                "NOT (name > 5)",
                "NOT (name BETWEEN 1 AND 5)",
                "NOT (name NOT BETWEEN 1 AND 5)",
                "NOT (age LIKE '4%')",
                "NOT (age NOT LIKE '4%')",
                "NOT (age IN ('42'))",
                "NOT (age NOT IN ('42'))",
                "NOT age",
                "NOT name",
                // arithmetic
                "-age < 0",
                "- age + 42 = 0",
                "-(-age) = 42",
                "- - age = 42",
                "+age = 42",
                "age + 1 = 43",
                "age - 1 = 41",
                "age * 2 = 84",
                "age / 5 = 8",
                "age / 5. = 8.4",
                "five / 2 = -2",
                "five/2.0 = -2.5",
                "1 + 2 * 3 = 7",
                "(1 + 2) * 3 = 9",
                "10 - 4 - 3 = 3",
                "100 / 10 / 5 = 2",
                "100 / (10 / 5) = 50",
                "2 * 3 / 4 = 1",
                "2 * (3 / 4) = 0",
                "age + weight = 44.5",
                "big + 1 = least",
                "age-1=41",
                "age -1 = 41",
                "1 / 0.0 > big",
                "least / -1 = least",
                "1-1=0",
                "age BETWEEN 40 + 1 AND 40 + 3",
                "age * 2 BETWEEN age AND age * 3",
                // precedence
                "yes OR no AND no",
                "(yes OR no) AND yes",
                "NOT no AND yes",
                "NOT (no AND yes)",
                "no OR NOT no",
                "NOT age = 1 AND yes",
                "no AND no OR yes",
                "NOT NOT yes",
                // BETWEEN
                "age BETWEEN 42 AND 42",
                "age NOT BETWEEN 43 AND 50",
                "age NOT BETWEEN 50 AND 40",
                "weight BETWEEN 2 AND 3",
                "age BETWEEN 1 AND 50 AND yes",
                "41 BETWEEN 1 AND age",
                // IN
                "name IN ('a', 'literal''s')",
                "name NOT IN ('a','b')",
                "two IN('1','2','3')",
                "empty IN ('')",
                "JMSType IN ('order')",
                "(two) IN ('2', '2')",
                // LIKE
                "two LIKE '2'",
                "two LIKE '_'",
                "two LIKE '%'",
                "two LIKE '%2%'",
                "two NOT LIKE '3'",
                "empty LIKE ''",
                "empty LIKE '%'",
                "empty NOT LIKE '_'",
                "two NOT LIKE ''",
                "name LIKE 'lit%l''s'",
                "name LIKE 'literal_s'",
                "name LIKE '%%%'",
                "name LIKE '_________'",
                "name NOT LIKE '________'",
                "half = '\uD83D'",
                "half LIKE '_'",
                "half <> '?'",
                "city LIKE 'Z_rich%'",
                "city LIKE 'Zürich _'",
                "city LIKE '%🚀'",
                "city NOT LIKE 'z%'",
                "lines LIKE 'one%two'",
                "lines LIKE 'one_two'",
                "lines LIKE '%two'",
                "regex LIKE 'a.b*[c]\\d$'",
                "regex LIKE 'a.b*[c]%'",
                "regex NOT LIKE 'axb%'",
                "regex NOT LIKE 'a.b*c%'",
                "rate LIKE '50!%!_off' ESCAPE '!'",
                "rate LIKE '50\\%\\_%' ESCAPE '\\'",
                "rate LIKE '__A%%' ESCAPE 'A'",
                "rate LIKE '50_%%' ESCAPE '_'",
                "rate LIKE '50%%%_off' ESCAPE '%'",
                "rate NOT LIKE '5!%%' escape '!'",
                "name LIKE 'literal''''s' ESCAPE ''''",
                "name LIKE 'l🚀iteral_s' ESCAPE '🚀'",
                // NULL
                "nothing IS NULL",
                "age IS NOT NULL",
                "NOT (age IS NULL)",
                "nothing IS NULL OR nothing = 1",
                "(nothing) IS NULL",
                "empty IS NOT NULL",
                "NOT (nothing = 1 AND no)",
                "nothing = 1 OR yes",
            })
    void matchesTheMessage(String text) throws Exception {
        assertThat(matches(text)).as(text).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "age = 41",
                "age <> 42",
                "FALSE",
                "no",
                "NOT yes",
                "age",
                "name",
                "two",
                "age = '42'",
                "two > 1",
                "two = 2",
                "two <> 3",
                "name > 5",
                "five = 5",
                "-age > 0",
                "age LIKE '4%'",
                "age NOT LIKE '4%'",
                "yes LIKE 'true'",
                "nan = nan",
                "nan > 0",
                "nan <= 0",
                "name LIKE 'literal'",
                "name LIKE 'LITERAL%'",
                "regex LIKE 'axb%'",
                "city LIKE 'Zürich __'",
                "empty LIKE '_'",
                "two LIKE ''",
                "rate LIKE '50!%off' ESCAPE '!'",
                "JMSDeliveryMode = 2",
                "JMSDeliveryMode = 'persistent'",
                "Age = 42",
                // unknown, and its negation too
                "nothing = 1",
                "NOT (nothing = 1)",
                "nothing <> 1",
                "nothing = nothing",
                "nothing <> nothing",
                "nothing > 1",
                "nothing + 1 = 1",
                "NOT (nothing + 1 = 1)",
                "-nothing < 0",
                "age * nothing = 0",
                "nothing IN ('a')",
                "nothing NOT IN ('a')",
                "NOT (nothing IN ('a'))",
                "nothing LIKE '%'",
                "nothing NOT LIKE 'a'",
                "NOT (nothing LIKE 'a')",
                "nothing BETWEEN 1 AND 2",
                "nothing NOT BETWEEN 1 AND 2",
                "NOT (nothing BETWEEN 1 AND 2)",
                "age BETWEEN nothing AND 50",
                "age NOT BETWEEN nothing AND 50",
                "nothing",
                "NOT nothing",
                "nothing = TRUE",
                "nothing AND yes",
                "nothing OR no",
                "nothing OR nothing",
                "(nothing = 1) = yes",
                "(nothing = 1) <> yes",
                "age IS NULL",
                "nothing IS NOT NULL",
                "name + 1 = 2",
                "NOT (name + 1 = 2)",
                "-name = 1",
                "+name = 'literal''s'",
                "1 / 0 = 1",
                "NOT (1 / 0 = 1)",
                "age / 0 = 1",
                "NOT (age / 0 = 1)",
                "age / (tiny - 7) <> 1",
            })
    void doesNotMatchTheMessage(String text) throws Exception {
        assertThat(matches(text)).as(text).isFalse();
    }

    @Test
    void aRangeThatIsKnownToFailOnOneSideIsFalseEvenWithANullOnTheOther() throws Exception {
        assertThat(matches("NOT (age BETWEEN nothing AND 41)")).isTrue();
        assertThat(matches("age NOT BETWEEN nothing AND 41")).isTrue();
    }

    /** Rule 47. */
    @Test
    void nullEmptyAndBlankTextsMeanNoSelector() throws Exception {
        for (String text : new String[] {null, "", " \t\n"}) {
            assertThat(Selector.parse(text)).isSameAs(Selector.NONE);
        }
        assertThat(Selector.NONE.matches(new MapInput(Map.of()))).isTrue();
        assertThat(Selector.NONE.matchesAll()).isTrue();
        assertThat(Selector.NONE.normalizedText()).isEmpty();
    }

    @Test
    void whatDependsOnNoMessageIsComputedAtOnce() throws Exception {
        assertThat(Selector.parse("1 + 1 = 2 OR a = 1").matchesAll()).isTrue();
        assertThat(Selector.parse("a = 1 AND 2 BETWEEN 3 AND 4").matchesNone()).isTrue();
        assertThat(Selector.parse("NOT (1 / 0 = 1)").matchesNone()).isTrue();
        assertThat(Selector.parse("a = 1").matchesAll()).isFalse();
        assertThat(Selector.parse("a = 1").matchesNone()).isFalse();
        assertThat(Selector.parse("(1 = 1) = a").equalityTerms())
                .containsExactly(new EqualityTerm(new Identifier("a"), true));
    }

    @Test
    void textsThatDifferInSpaceAndCaseOfKeywordsAreOneSelector() throws Exception {
        Selector selector = Selector.parse("a=1  and not( b In('x' ,'Y') )\nor c>-0X1f");

        assertThat(selector.normalizedText()).isEqualTo("a = 1 AND NOT (b IN ('x', 'Y')) OR c > - 0X1f");
        assertThat(Selector.parse(selector.normalizedText()))
                .isEqualTo(selector)
                .hasSameHashCodeAs(selector);
        assertThat(Selector.parse("A = 1")).isNotEqualTo(Selector.parse("a = 1"));
    }

    @Test
    void aNormalizedTextIsASelectorEvenAtTheLimit() throws Exception {
        for (String text : new String[] {
            "x IN(" + "'a',".repeat(250) + "'a')OR not y=7. AND z LIKE'" + "b".repeat(3042) + "'",
            "a=b or ".repeat(100) + "b IS not NULL or c='" + "d".repeat(3300) + "'",
            "-1<-a or " + "x".repeat(4087),
        }) {
            assertThat(text.length()).isBetween(4000, 4096);
            Selector selector = Selector.parse(text);

            assertThat(selector.normalizedText().length()).isLessThanOrEqualTo(4096);
            assertThat(Selector.parse(selector.normalizedText())).isEqualTo(selector);
        }
    }

    @Test
    void equalityTermsAreTheConjunctsThatAnIndexCanUse() throws Exception {
        assertThat(Selector.parse(
                                "a = 'x' AND 2 + 3 = b AND (c = -1.5 AND yes) AND d > 1 AND NOT e = 1 AND f <> 2 AND g = h AND i = FALSE AND JMSXDeliveryCount = 1")
                        .equalityTerms())
                .containsExactly(
                        new EqualityTerm(new Identifier("a"), "x"),
                        new EqualityTerm(new Identifier("b"), 5L),
                        new EqualityTerm(new Identifier("c"), -1.5),
                        new EqualityTerm(new Identifier("yes"), true),
                        new EqualityTerm(new Identifier("i"), false));
        assertThat(Selector.parse("a = 'ü' ").equalityTerms())
                .containsExactly(new EqualityTerm(new Identifier("a"), "ü"));
        assertThat(Selector.parse("a = 1 OR b = 1").equalityTerms()).isEmpty();
        assertThat(Selector.NONE.equalityTerms()).isEmpty();
    }

    /** Exact and approximate numbers that are equal have one hash, as have the two zeros; what is not there has none. */
    @Test
    void anIndexFindsWhatIsEqual() throws Exception {
        for (Object[] equal : new Object[][] {
            {"a = 3", 3},
            {"a = 3", 3.0},
            {"a = 3.0", (byte) 3},
            {"a = 3.0", 3.0f},
            {"a = 0.0", -0.0},
            {"a = -0.0", 0},
            {"a = 9223372036854775807", (double) Long.MAX_VALUE},
            {"a = 1.5e3", 1500L},
            {"a = 'ü'", "ü"},
            {"a = ''", ""},
            {"a", true},
            {"a = FALSE", false},
            {"1 + 1 = a", 2},
        }) {
            Selector selector = Selector.parse((String) equal[0]);
            EqualityTerm term = selector.equalityTerms().get(0);
            Value value = new Value();
            new MapInput(Map.of("a", equal[1])).lookup(term.identifier(), value);

            assertThat(selector.matches(new MapInput(Map.of("a", equal[1]))))
                    .as((String) equal[0])
                    .isTrue();
            assertThat(term.valueHash())
                    .as((String) equal[0])
                    .isEqualTo(value.hash())
                    .isNotZero();
        }
        assertThat(new Value().hash()).isZero();
    }

    @Test
    void onlyTheDeliveryCountMakesASelectorDependOnIt() throws Exception {
        assertThat(Selector.parse("a = 1 OR NOT JMSXDeliveryCount + 1 > 3").dependsOnDeliveryCount())
                .isTrue();
        assertThat(Selector.parse("a = 'JMSXDeliveryCount' AND JMSXGroupSeq = 1")
                        .dependsOnDeliveryCount())
                .isFalse();
        assertThat(Selector.NONE.dependsOnDeliveryCount()).isFalse();
    }
}
