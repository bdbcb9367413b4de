// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void waitsGrowUpToTheirLimitWithAShareOfChance() {
        long longest = 0;
        for (int run = 0; run < 200; run++) {
            Backoff backoff = new Backoff(50, 3_000);
            assertThat(backoff.nextMs()).isBetween(1L, 50L);
            assertThat(backoff.nextMs()).isBetween(1L, 100L);
            assertThat(backoff.nextMs()).isBetween(1L, 200L);
            longest = Math.max(
                    longest,
                    IntStream.range(0, 10)
                            .mapToLong(i -> backoff.nextMs())
                            .max()
                            .orElse(0));
            assertThat(longest).isLessThanOrEqualTo(3_000);
            backoff.reset();
            assertThat(backoff.nextMs()).isLessThanOrEqualTo(50);
        }
        assertThat(longest).isGreaterThan(2_000);
    }
}
