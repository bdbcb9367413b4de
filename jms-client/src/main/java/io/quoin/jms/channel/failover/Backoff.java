// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import java.util.random.RandomGenerator;

/**
 * How long to wait before each round: the first time as told, then a delay that doubles up to a limit, of which a share of
 * chance is taken, so that clients that have lost the same server do not all come back at the same moment.
 *
 * <p>Thread: confined to the one that connects.
 */
final class Backoff {

    private final long initialDelayMs;
    private final long maxDelayMs;
    private final long rounds;
    private final RandomGenerator random;
    private long round;
    private long ceilingMs;

    Backoff(long initialDelayMs, long delayMs, long maxDelayMs, long rounds, RandomGenerator random) {
        this.initialDelayMs = initialDelayMs;
        this.maxDelayMs = maxDelayMs;
        this.rounds = rounds;
        this.random = random;
        this.ceilingMs = Math.min(delayMs, maxDelayMs);
    }

    /** Whether no round is left. */
    boolean isOver() {
        return rounds != ReconnectPolicy.ENDLESS && round >= rounds;
    }

    /** How many rounds there were. */
    long rounds() {
        return round;
    }

    /** The delay before the next round, which is counted. */
    long nextDelayMs() {
        if (round++ == 0) {
            return initialDelayMs;
        }
        long delayMs = random.nextLong(ceilingMs + 1);
        ceilingMs = Math.min(2 * ceilingMs, maxDelayMs);
        return delayMs;
    }
}
