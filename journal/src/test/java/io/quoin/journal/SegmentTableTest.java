// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SegmentTableTest {
    private static final int SEGMENT = 64 * 1024;

    private final SegmentTable table = new SegmentTable(SEGMENT);

    private static long in(long segment) {
        return segment * SEGMENT + 5_000;
    }

    @Test
    void liveBytesAreCountedPerSegment() {
        for (int s = 1; s <= 5; s++) {
            table.used(s, 60_000);
        }
        table.live(in(2), 100);
        table.live(in(2) + 800, 50);
        table.dead(in(2), 100);
        assertThat(table.liveBytes(2)).isEqualTo(50);
        assertThat(table.liveBytes(3)).isZero();
        assertThatThrownBy(() -> table.dead(in(2), 51)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theEmptiestAndOldestIsCleanedFirst() {
        for (int s = 1; s <= 5; s++) {
            table.used(s, 60_000);
            table.live(in(s), 50_000);
        }
        assertThat(table.candidate(in(6), 0.5)).isZero();
        table.dead(in(4), 50_000);
        assertThat(table.candidate(in(6), 0.5)).isEqualTo(4);
        table.dead(in(2), 49_000);
        assertThat(table.candidate(in(6), 0.5)).isEqualTo(2);
        table.drop(2);
        assertThat(table.candidate(in(6), 0.5)).isEqualTo(4);
        assertThat(table.candidate(in(4), 0.5))
                .as("it must end before the limit")
                .isZero();
    }

    @Test
    void aDroppedSegmentIsGoneAndWhatWasInItIsOfNoEffect() {
        for (int s = 1; s <= 300; s++) {
            table.used(s, 1_000);
            table.live(in(s), s);
        }
        for (int s = 1; s <= 290; s++) {
            if (s != 7) {
                table.drop(s);
            }
        }
        table.dead(in(9), 9);
        assertThat(table.count()).isEqualTo(11);
        assertThat(table.next(0)).isEqualTo(7);
        assertThat(table.next(8)).isEqualTo(291);
        assertThat(table.liveBytes(7)).isEqualTo(7);
        table.drop(7);
        assertThat(table.next(0)).isEqualTo(291);
        for (int s = 291; s <= 300; s++) {
            assertThat(table.liveBytes(s)).isEqualTo(s);
        }
        table.used(301, 5);
        assertThat(table.copy().usedBytes(301)).isEqualTo(5);
        assertThat(table.contains(9)).isFalse();
    }
}
