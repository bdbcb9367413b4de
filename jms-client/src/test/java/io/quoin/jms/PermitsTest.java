// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PermitsTest {

    private final Permits permits = new Permits();

    @Test
    void nothingLimitsAConsumerThatIsNotStrict() {
        permits.opened(0);
        assertThat(permits.isStrict()).isFalse();
        assertThat(permits.limit()).isEqualTo(Long.MAX_VALUE);
        assertThat(permits.isTold(63, 0)).isFalse();
        assertThat(permits.isTold(64, 0)).isTrue();
    }

    @Test
    void aStrictOneHasWhatItWasPermitted() {
        permits.opened(32);
        assertThat(permits.limit()).isZero();
        permits.upTo(7);
        permits.upTo(5);
        assertThat(permits.limit()).isEqualTo(7);
        permits.dropAbove(3);
        assertThat(permits.limit()).isEqualTo(3);
    }

    @Test
    void anApplicationFasterThanTheDiskTellsWhenItHasNothingLeft() {
        permits.opened(32);
        assertThat(permits.isTold(16, 50_000)).isFalse();
        assertThat(permits.isTold(32, 99_000)).isFalse();
        assertThat(permits.isTold(33, 99_000)).as("several consumers").isTrue();
    }

    @Test
    void toASlowerOneTheNextHalfIsPermittedAhead() {
        permits.opened(32);
        assertThat(permits.isTold(15, 100_000)).isFalse();
        assertThat(permits.isTold(16, 100_000)).isTrue();
    }

    @Test
    void aLargeWindowIsToldInParts() {
        permits.opened(1_000);
        assertThat(permits.isTold(64, 0)).isTrue();
    }

    @Test
    void moreIsAskedForOncePerLimit() {
        permits.opened(2);
        assertThat(permits.ask()).isTrue();
        assertThat(permits.ask()).isFalse();
        permits.upTo(2);
        assertThat(permits.ask()).isTrue();
        permits.dropAbove(2);
        assertThat(permits.ask()).isTrue();
    }
}
