// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** All chance in one simulation: the same seed gives the same answers. */
final class Chance {

    private final SplittableRandom random;

    Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A chance of its own for some part, so that what the part asks for does not change what others get. */
    Chance split() {
        return new Chance(random.nextLong());
    }

    boolean in(double probability) {
        return random.nextDouble() < probability;
    }

    /** From 0 to {@code bound} - 1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** From {@code least} to {@code most}, both possible. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    long next() {
        return random.nextLong();
    }

    UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    <T> T pick(List<T> from) {
        return from.get(below(from.size()));
    }

    @SafeVarargs
    final <T> T pick(T... from) {
        return from[below(from.length)];
    }

    /** An index, each as likely as its weight. */
    int weighted(int... weights) {
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        int at = below(sum);
        for (int i = 0; i < weights.length; i++) {
            at -= weights[i];
            if (at < 0) {
                return i;
            }
        }
        throw new IllegalStateException("No weight is positive");
    }
}
