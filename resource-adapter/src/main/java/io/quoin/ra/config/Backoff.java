// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.config;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: a share of chance of a time that doubles from failure to failure, so that many who
 * have failed together do not come back together.
 *
 * <p>Thread: one at a time.
 */
public final class Backoff {

    private final long firstMs;
    private final long mostMs;
    private long nextMs;

    /** From {@code firstMs} up to {@code mostMs}, both in milliseconds and 1 or more. */
    public Backoff(long firstMs, long mostMs) {
        this.firstMs = firstMs;
        this.mostMs = mostMs;
        this.nextMs = firstMs;
    }

    /** The next wait, in milliseconds, 1 or more. */
    public long nextMs() {
        long boundMs = nextMs;
        nextMs = Math.min(mostMs, 2 * boundMs);
        return 1 + ThreadLocalRandom.current().nextLong(boundMs);
    }

    /** It has worked: the next failure is a first one. */
    public void reset() {
        nextMs = firstMs;
    }
}
