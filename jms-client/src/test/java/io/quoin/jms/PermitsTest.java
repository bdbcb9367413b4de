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
        assertThat(permits.gathered()).isEqualTo(64);
    }

    @Test
    void aStrictOneHasWhatItWasPermitted() {
        permits.opened(32);
        assertThat(permits.limit()).isZero();
        permits.upTo(7);
        permits.upTo(5);
        assertThat(permits.limit()).isEqualTo(7);
        assertThat(permits.gathered()).isEqualTo(16);
        permits.dropAbove(3);
        assertThat(permits.limit()).isEqualTo(3);
    }

    @Test
    void withAWindowOfOneEachIsAcknowledgedByItself() {
        permits.opened(1);
        assertThat(permits.gathered()).isEqualTo(1);
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
