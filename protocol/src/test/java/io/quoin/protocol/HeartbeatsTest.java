// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatsTest {

    private static final long MS = 1_000_000;

    private final Heartbeats heartbeats = Heartbeats.ofMillis(15_000, 35_000);

    /** The clock may begin anywhere, also where it is about to wrap around. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MIN_VALUE, Long.MAX_VALUE - 1_000 * MS})
    void aHeartbeatIsDueAfterSilenceAndThePeerLostAfterMoreOfIt(long startNs) {
        assertThat(heartbeats.isDue(startNs, startNs + 14_999 * MS)).isFalse();
        assertThat(heartbeats.isDue(startNs, startNs + 15_000 * MS)).isTrue();
        assertThat(heartbeats.isPeerLost(startNs, startNs + 34_999 * MS)).isFalse();
        assertThat(heartbeats.isPeerLost(startNs, startNs + 35_000 * MS)).isTrue();
    }

    @Test
    void theNextLookIsWhenTheEarlierOfBothMayHappen() {
        assertThat(heartbeats.untilNextNs(0, 0, 1_000 * MS)).isEqualTo(14_000 * MS);
        assertThat(heartbeats.untilNextNs(30_000 * MS, 0, 30_000 * MS)).isEqualTo(5_000 * MS);
        assertThat(heartbeats.untilNextNs(0, 0, 40_000 * MS)).isZero();
    }

    @Test
    void theHeartbeatIsThreeSeventhsOfTheSessionTimeout() {
        assertThat(Heartbeats.heartbeatMs(35_000)).isEqualTo(15_000);
        assertThat(Heartbeats.heartbeatMs(7)).isEqualTo(3);
        assertThat(Heartbeats.heartbeatMs(Integer.MAX_VALUE)).isPositive();
    }

    @Test
    void timesThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> new Heartbeats(0, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Heartbeats(5, 5)).isInstanceOf(IllegalArgumentException.class);
    }
}
