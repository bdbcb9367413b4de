// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.Arrays;

/**
 * What was appended and is to be written and synced together. Made by {@link Journal#take}, given to one thread that calls
 * {@link Journal#write}, and back to the owner for {@link Journal#completed}. There is one at a time.
 */
public final class Batch {
    TailBlock[] blocks = new TailBlock[4];
    int[] from = new int[4];
    int[] to = new int[4];
    int pieces;
    long upTo;
    boolean endsInSeal;

    Batch() {}

    void clear() {
        Arrays.fill(blocks, 0, pieces, null);
        pieces = 0;
    }

    void add(TailBlock block, int fromByte, int toByte) {
        if (pieces == blocks.length) {
            blocks = Arrays.copyOf(blocks, pieces * 2);
            from = Arrays.copyOf(from, pieces * 2);
            to = Arrays.copyOf(to, pieces * 2);
        }
        blocks[pieces] = block;
        from[pieces] = fromByte;
        to[pieces] = toByte;
        pieces++;
    }

    /** Position after the last byte: what {@link Journal#durable} will be. */
    public long upTo() {
        return upTo;
    }

    /** Bytes to write. */
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < pieces; i++) {
            sum += to[i] - from[i];
        }
        return sum;
    }
}
