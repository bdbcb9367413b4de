// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

/**
 * How many steps of the core take about as long as they may, as the last ones have shown: code that is not compiled yet, and
 * messages that are far apart in memory, take many times longer than others.
 *
 * <p>Thread: the owner's.
 */
final class Pace {

    private final long targetNs;
    private final int least;
    private final int most;
    private int steps;

    Pace(long targetNs, int least, int most) {
        this.targetNs = targetNs;
        this.least = least;
        this.most = most;
        this.steps = least;
    }

    /** As many steps as should be taken next. */
    int steps() {
        return steps;
    }

    /** So many were taken, in so many nanoseconds. */
    void took(int taken, long ns) {
        if (ns > targetNs) {
            steps = (int) Math.max(least, steps * targetNs / ns);
        } else if (taken >= steps && ns < targetNs / 2) {
            steps = Math.min(most, 2 * steps);
        }
    }
}
