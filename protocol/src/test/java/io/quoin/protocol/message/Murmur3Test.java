// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Murmur3Test {

    @ParameterizedTest
    @CsvSource({
        "'', 0, 00000000",
        "'', 1, 514e28b7",
        "test, 0, ba6bd213",
        "abc, 0, b3dd93fa",
        "hello, 0, 248bfa47",
        "'hello, world', 0, 149bbb7f",
        "The quick brown fox jumps over the lazy dog, 0, 2e4ff723"
    })
    void givesThePublishedValues(String text, int seed, String expected) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

        assertThat(Integer.toHexString(Murmur3.hash(ByteBuffer.wrap(bytes), 0, bytes.length, seed)))
                .isEqualTo(expected.replaceFirst("^0+(?!$)", ""));
    }
}
