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

    /** A link that ends sooner has not mended anything: what ended it may be what is done on it. */
    private static final long STABLE_MS = 1_000;

    private final long initialDelayMs;
    private final long delayMs;
    private final long maxDelayMs;
    private final long rounds;
    private final RandomGenerator random;
    private long round;
    private long firstDelayMs;
    private long ceilingMs;

    Backoff(long initialDelayMs, long delayMs, long maxDelayMs, long rounds, RandomGenerator random) {
        this.initialDelayMs = initialDelayMs;
        this.firstDelayMs = initialDelayMs;
        this.maxDelayMs = maxDelayMs;
        this.rounds = rounds;
        this.random = random;
        this.delayMs = Math.min(delayMs, maxDelayMs);
        this.ceilingMs = this.delayMs;
    }

    /** A link was lost after such a life: rounds are counted anew, and after a life that is worth the name delays too. */
    void lost(long livedMs) {
        round = 0;
        firstDelayMs = livedMs >= STABLE_MS ? initialDelayMs : ceilingMs;
        ceilingMs = livedMs >= STABLE_MS ? delayMs : Math.min(2 * ceilingMs, maxDelayMs);
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
            return firstDelayMs == initialDelayMs ? initialDelayMs : random.nextLong(firstDelayMs + 1);
        }
        long shareMs = random.nextLong(ceilingMs + 1);
        ceilingMs = Math.min(2 * ceilingMs, maxDelayMs);
        return shareMs;
    }
}
