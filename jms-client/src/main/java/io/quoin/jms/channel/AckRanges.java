// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import java.util.Arrays;

/**
 * Delivery tags of one consumer as rising ranges. Tags are mostly added in order, which costs nothing.
 *
 * <p>Thread: confined to one at a time.
 */
public final class AckRanges {

    private long[] bounds = new long[4];
    private int count;

    public boolean isEmpty() {
        return count == 0;
    }

    /** How many ranges there are. */
    public int count() {
        return count;
    }

    public long first(int range) {
        return bounds[2 * range];
    }

    public long last(int range) {
        return bounds[2 * range + 1];
    }

    /** Adds a tag, unless it is there. */
    public void add(long tag) {
        int at = count;
        while (at > 0 && first(at - 1) > tag) {
            at--;
        }
        if (at > 0 && last(at - 1) >= tag) {
            return;
        }
        boolean joinsLower = at > 0 && last(at - 1) == tag - 1;
        boolean joinsUpper = at < count && first(at) == tag + 1;
        if (joinsLower && joinsUpper) {
            bounds[2 * at - 1] = last(at);
            remove(at);
        } else if (joinsLower) {
            bounds[2 * at - 1] = tag;
        } else if (joinsUpper) {
            bounds[2 * at] = tag;
        } else {
            insert(at, tag);
        }
    }

    private void insert(int at, long tag) {
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        System.arraycopy(bounds, 2 * at, bounds, 2 * at + 2, 2 * (count - at));
        bounds[2 * at] = tag;
        bounds[2 * at + 1] = tag;
        count++;
    }

    private void remove(int at) {
        System.arraycopy(bounds, 2 * at + 2, bounds, 2 * at, 2 * (count - at - 1));
        count--;
    }

    /** Whether one of the tags is among those of the other. */
    public boolean intersects(AckRanges other) {
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < other.count; j++) {
                if (first(i) <= other.last(j) && other.first(j) <= last(i)) {
                    return true;
                }
            }
        }
        return false;
    }

    public boolean contains(long tag) {
        int at = count;
        while (at > 0 && first(at - 1) > tag) {
            at--;
        }
        return at > 0 && last(at - 1) >= tag;
    }

    public void clear() {
        count = 0;
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(bounds, 2 * count));
    }
}
