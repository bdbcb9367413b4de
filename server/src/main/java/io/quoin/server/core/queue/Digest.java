// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * A 64-bit digest of a sequence of numbers: equal states give equal digests, in whatever process. Not cryptographic.
 *
 * <p>Thread: confined to its user.
 */
public final class Digest {
    private static final long SEED = 0x9E3779B97F4A7C15L;
    private long value = SEED;

    /** Takes in one number; order matters. */
    public void add(long number) {
        value = mix(value + SEED ^ number);
    }

    /** The digest of everything added so far. */
    public long value() {
        return value;
    }

    /** Spreads every input bit over all output bits. */
    public static long mix(long number) {
        long x = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
