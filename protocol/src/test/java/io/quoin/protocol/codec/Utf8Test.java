// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @Test
    void everyCharacterIsAsTheJdkEncodesIt() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        String text = all.toString();

        WireBuffer out = new WireBuffer(16).utf8(text);

        assertThat(out.toByteArray(0)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Utf8.decode(out.buffer(), 0, out.position())).isEqualTo(text);
    }

    /** Halves of surrogate pairs included, on heap and direct buffers. */
    @Property(tries = 1_000)
    void everyStringComesBack(@ForAll @StringLength(max = 40) String text) {
        byte[] bytes = Utf8.bytes(text);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 3).put(3, bytes);

        assertThat(Utf8.decode(ByteBuffer.wrap(bytes), 0, bytes.length)).isEqualTo(text);
        assertThat(Utf8.decode(direct, 3, bytes.length)).isEqualTo(text);
        assertThat(Utf8.isValid(direct, 3, bytes.length)).isTrue();
        assertThat(Utf8.decode(ByteBuffer.wrap(bytes), 0, bytes.length)).isEqualTo(text);
    }

    @Test
    void halvesOfPairsComeBackWhereverTheyStand() {
        for (String text :
                new String[] {"\uD83D", "\uDE00", "\uDE00\uD83D", "a\uD83D\uD83D\uDE00\uDE00b", "\uFFFD\uD83D"}) {
            byte[] bytes = Utf8.bytes(text);

            assertThat(Utf8.decode(ByteBuffer.wrap(bytes), 0, bytes.length)).isEqualTo(text);
        }
    }

    /** The encoder works on blocks of 1,024 characters: a pair must not be cut. */
    @Test
    void pairsAcrossTheEndOfABlockStayWhole() {
        for (int before = 1_020; before < 1_030; before++) {
            String text = "x".repeat(before) + "\uD83D\uDE00".repeat(3_000);

            assertThat(new WireBuffer(16).utf8(text).toByteArray(0)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c0",
                "c080",
                "c1bf",
                "c2",
                "c241",
                "e08080",
                "e09fbf",
                "e0a0",
                "ed",
                "eda0",
                "eda080edb080",
                "61eda080edb08061",
                "f08080",
                "f0808080",
                "f08fbfbf",
                "f4908080",
                "f5808080",
                "ff",
                "fe",
                "f09f98",
                "e282"
            })
    void whatIsNotUtf8IsRefused(String hex) {
        for (String around : new String[] {"", "6161616161616161616161"}) {
            byte[] bytes = HexFormat.of().parseHex(around + hex + around);

            assertThat(Utf8.decode(ByteBuffer.wrap(bytes), 0, bytes.length)).isNull();
            assertThat(Utf8.isValid(ByteBuffer.wrap(bytes), 0, bytes.length)).isFalse();
        }
    }
}
