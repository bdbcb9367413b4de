// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {

    /** RFC 4013 §3. */
    @ParameterizedTest
    @CsvSource({"I\u00ADX,IX", "user,user", "USER,USER", "\u00AA,a", "\u2168,IX"})
    void examplesOfTheStandard(String text, String prepared) {
        assertThat(SaslPrep.prepare(text)).isEqualTo(prepared);
    }

    /** RFC 4013 §3: a control character, and text in both directions. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0007", "\u06271"})
    void whatTheStandardRefusesIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SaslPrep.prepare(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u007F",
                "a\u0085",
                "\uE000",
                "\uD800",
                "\uFFFD",
                "\u2FF0",
                "\u200E",
                "\uDB40\uDC01",
                "\uFDD0",
                "\u0378"
            })
    void controlPrivateHalfAndUnassignedCharactersAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SaslPrep.prepare(text))
                .withMessageStartingWith("The character U+");
    }

    @Test
    void spacesOfAllKindsAreOne() {
        assertThat(SaslPrep.prepare("a\u00A0b\u2003c\u3000d\u200Be")).isEqualTo("a b c d e");
    }

    @Test
    void textFromTheRightIsAllowedWhereItStandsAtBothEnds() {
        assertThat(SaslPrep.prepare("\u0627\u0031\u0628")).isEqualTo("\u0627\u0031\u0628");
        assertThatIllegalArgumentException().isThrownBy(() -> SaslPrep.prepare("\u0627a\u0628"));
    }

    @Property
    void whatIsPreparedStaysAsItIs(@ForAll String text) {
        String prepared;
        try {
            prepared = SaslPrep.prepare(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(SaslPrep.prepare(prepared)).isEqualTo(prepared);
    }

    @Property
    void printableAsciiIsLeftAlone(@ForAll @CharRange(from = ' ', to = '~') String text) {
        assertThat(SaslPrep.prepare(text)).isEqualTo(text);
    }
}
