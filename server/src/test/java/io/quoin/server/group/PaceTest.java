// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long TARGET_NS = 50_000;

    private final Pace pace = new Pace(TARGET_NS, 16, 1_024);

    @Test
    void fastStepsBecomeMoreUntilTheyTakeAsLongAsTheyMay() {
        run(100, 100);

        assertThat(pace.steps() * 100L).isBetween(TARGET_NS / 2, TARGET_NS);
    }

    @Test
    void slowStepsBecomeFewerAtOnce() {
        run(100, 100);
        run(1, 1_000);
        run(1, 1_000);

        assertThat(pace.steps() * 1_000L).isBetween(TARGET_NS / 2, TARGET_NS);
    }

    @Test
    void thereAreBounds() {
        run(100, 1);
        assertThat(pace.steps()).isEqualTo(1_024);

        run(100, 1_000_000);
        assertThat(pace.steps()).isEqualTo(16);
    }

    @Test
    void havingHadLessToDoSaysNothing() {
        pace.took(3, 10);

        assertThat(pace.steps()).isEqualTo(16);
    }

    /** Steps of that many nanoseconds. */
    private void run(int times, long stepNs) {
        for (int i = 0; i < times; i++) {
            pace.took(pace.steps(), pace.steps() * stepNs);
        }
    }
}
