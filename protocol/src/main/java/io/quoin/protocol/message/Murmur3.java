// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import java.nio.ByteBuffer;

/** MurmurHash3 of 32 bits, x86 variant, seed 0: spreads message groups over slots, the same everywhere and for ever. */
public final class Murmur3 {

    private static final int C1 = 0xCC9E2D51;
    private static final int C2 = 0x1B873593;

    private Murmur3() {}

    public static int hash(byte[] bytes) {
        return hash(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    /** The hash of {@code length} bytes from the absolute index {@code offset}. */
    public static int hash(ByteBuffer bytes, int offset, int length) {
        return hash(bytes, offset, length, 0);
    }

    static int hash(ByteBuffer bytes, int offset, int length, int seed) {
        int hash = seed;
        int at = offset;
        int blocksEnd = offset + (length & ~3);
        for (; at < blocksEnd; at += 4) {
            // The algorithm is little-endian, the buffer big-endian.
            hash ^= scramble(Integer.reverseBytes(bytes.getInt(at)));
            hash = Integer.rotateLeft(hash, 13) * 5 + 0xE6546B64;
        }
        int tail = 0;
        for (int i = (length & 3) - 1; i >= 0; i--) {
            tail = tail << 8 | (bytes.get(at + i) & 0xFF);
        }
        return finish(hash ^ scramble(tail) ^ length);
    }

    private static int scramble(int block) {
        return Integer.rotateLeft(block * C1, 15) * C2;
    }

    private static int finish(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
        return mixed ^ mixed >>> 16;
    }
}
