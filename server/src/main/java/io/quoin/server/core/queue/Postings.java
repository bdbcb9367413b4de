// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;

/**
 * The messages of one block by the value of one property: chains in order of arrival, one for each bucket of values. 8 bytes a
 * message. It is filled from the first entry on and never loses one: whoever finds a message looks whether it is still there.
 *
 * <p>Thread: confined to the owner of the core. Volatile, and derived.
 */
final class Postings {
    private static final short END = -1;

    private int[] values;
    private short[] next;
    /** By bucket: the first and the last entry of its chain. */
    private short[] heads;

    private short[] tails;

    Postings(int capacity) {
        values = new int[capacity];
        next = new short[capacity];
        heads = chains(capacity);
        tails = chains(capacity);
    }

    private static short[] chains(int capacity) {
        short[] chains = new short[capacity / 2];
        Arrays.fill(chains, END);
        return chains;
    }

    int capacity() {
        return values.length;
    }

    /** The value of an entry; 0 if it has none, or has not been added. */
    int value(int entry) {
        return entry < values.length ? values[entry] : 0;
    }

    /** Adds an entry behind all others, with a value that is not 0. */
    void add(int entry, int value) {
        values[entry] = value;
        next[entry] = END;
        int bucket = bucket(value);
        if (heads[bucket] == END) {
            heads[bucket] = (short) entry;
        } else {
            next[tails[bucket]] = (short) entry;
        }
        tails[bucket] = (short) entry;
    }

    /**
     * The first entry from {@code from} on that has the value; -1 if there is none. Takes one look at each entry of the
     * bucket; only one if the entry before {@code from} has the value too.
     */
    int find(int value, int from) {
        int at = from > 0 && value(from - 1) == value ? next[from - 1] : heads[bucket(value)];
        while (at >= 0 && (at < from || values[at] != value)) {
            at = next[at];
        }
        return at;
    }

    /** Makes room for the block's entries. */
    void grow(int capacity) {
        int[] old = values;
        values = new int[capacity];
        next = new short[capacity];
        heads = chains(capacity);
        tails = chains(capacity);
        for (int i = 0; i < old.length; i++) {
            if (old[i] != 0) {
                add(i, old[i]);
            }
        }
    }

    private int bucket(int value) {
        int mixed = value * 0x9E3779B9;
        return (mixed ^ mixed >>> 16) & heads.length - 1;
    }
}
