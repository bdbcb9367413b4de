// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import java.util.random.RandomGenerator;

/**
 * How a connection is looked for. A round tries each server once.
 *
 * @param enabled whether a connection that is lost is looked for at all
 * @param initialDelayMs before the first round after a loss
 * @param delayMs before the second round; doubles from round to round
 * @param maxDelayMs and does not rise above this
 * @param maxRounds after a loss; {@link #ENDLESS}
 * @param startupRounds beyond the first one, for a new connection; {@link #ENDLESS}
 * @param randomize whether the servers are tried in an order of chance instead of that of the URI
 */
public record ReconnectPolicy(
        boolean enabled,
        long initialDelayMs,
        long delayMs,
        long maxDelayMs,
        long maxRounds,
        long startupRounds,
        boolean randomize) {

    /** As a number of rounds: until the connection is closed. */
    public static final long ENDLESS = -1;

    /** Nothing is tried again. */
    public static final ReconnectPolicy NEVER = new ReconnectPolicy(false, 0, 1, 1, 0, 0, false);

    /** The delays after a loss. */
    Backoff afterLoss(RandomGenerator random) {
        return new Backoff(initialDelayMs, delayMs, maxDelayMs, maxRounds, random);
    }

    /** The delays of a connection that was never there. */
    Backoff atStartup(RandomGenerator random) {
        return new Backoff(0, delayMs, maxDelayMs, startupRounds == ENDLESS ? ENDLESS : startupRounds + 1, random);
    }
}
