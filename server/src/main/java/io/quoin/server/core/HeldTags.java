// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.Arrays;

/**
 * What a transaction has acknowledged of one consumer, as ranges of delivery tags in the order of the acknowledgements. The
 * consumer may be another session's of the same connection, which then shares it out among sessions.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class HeldTags {

    private final Consumer consumer;
    private long[] bounds = new long[2];
    private int ranges;
    private int tags;

    HeldTags(Consumer consumer) {
        this.consumer = consumer;
    }

    Consumer consumer() {
        return consumer;
    }

    void add(long tag) {
        tags++;
        if (ranges > 0 && last(ranges - 1) == tag - 1) {
            bounds[2 * ranges - 1] = tag;
            return;
        }
        if (2 * ranges == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * ranges] = tag;
        bounds[2 * ranges + 1] = tag;
        ranges++;
    }

    /** How many tags there are. */
    int count() {
        return tags;
    }

    int ranges() {
        return ranges;
    }

    long first(int range) {
        return bounds[2 * range];
    }

    long last(int range) {
        return bounds[2 * range + 1];
    }

    /** Whether the consumer's session has kept them: it may have ended, or given back everything that it had. */
    boolean isHeld() {
        Deliveries deliveries = consumer.deliveries();
        for (int range = 0; range < ranges; range++) {
            for (long tag = first(range); tag <= last(range); tag++) {
                if (!deliveries.isHeld(tag)) {
                    return false;
                }
            }
        }
        return true;
    }
}
