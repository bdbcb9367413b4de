// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexBlockTest {
    private final IndexStore store = new IndexStore();

    private IndexBlock block(long first) {
        return store.acquire(IndexBlock.CAPACITY, first, false);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1_000})
    void aNumberIsFoundWhateverTheGaps(int gap) {
        Random random = new Random(gap);
        IndexBlock block = block(1_000_000);
        long number = 1_000_000;
        while (block.takes(number, 0)) {
            block.append(number, 1, 1, 0, 0, false);
            number += 1 + random.nextInt(gap);
        }
        assertThat(block.count).isEqualTo(IndexBlock.CAPACITY);

        int index = 0;
        for (long n = 999_990; n < number + 10; n += 1 + random.nextInt(1 + gap / 2)) {
            while (index < block.count && block.number(index) < n) {
                index++;
            }
            assertThat(block.lowerBound(n)).as("lower bound of %d", n).isEqualTo(index);
        }
    }

    @Test
    void anEmptyBlockHasNothing() {
        assertThat(block(5).lowerBound(5)).isZero();
        assertThat(block(5).lowerBound(6)).isZero();
    }

    @Test
    void aBlockEndsWhereADifferenceWouldNotFit() {
        IndexBlock block = block(10);
        block.append(10, 1, 1, 1_000, 0, false);
        assertThat(block.takes(10L + Integer.MAX_VALUE, 0)).isTrue();
        assertThat(block.takes(11L + Integer.MAX_VALUE, 0)).isFalse();
        long inAThousandYears = 1_000L * 365 * 86_400_000;
        assertThat(block.takes(11, inAThousandYears)).isFalse();
        assertThat(block.takes(11, 2L * 365 * 86_400_000)).isTrue();
    }

    @Test
    void expiryIsExactWithinTwelveDaysAndAtMost63MsEarlyWithinTwoYears() {
        IndexBlock block = block(1);
        long base = 1_700_000_000_123L;
        long day = 86_400_000;
        long[] differences = {0, 1, -1, 12 * day, -12 * day, 13 * day + 7, -13 * day + 1, 700 * day + 63, -700 * day - 3
        };
        for (int i = 0; i < differences.length; i++) {
            assertThat(block.takes(1 + i, base + differences[i])).isTrue();
            block.append(1 + i, 1, 1, base + differences[i], 0, false);
        }
        for (int i = 0; i < differences.length; i++) {
            long wanted = base + differences[i];
            if (Math.abs(differences[i]) <= 12 * day) {
                assertThat(block.expiresAtMs(i)).isEqualTo(wanted);
            } else {
                assertThat(block.expiresAtMs(i)).isBetween(wanted - 63, wanted);
            }
        }
        assertThat(block.expired(1, base)).isFalse();
        assertThat(block.expired(1, base + 1)).isTrue();
        assertThat(block.leastExpiryMs).isEqualTo(block.expiresAtMs(differences.length - 1));
    }

    @Test
    void growingAndEncodingKeepWhatIsDurable() {
        Random random = new Random(9);
        IndexBlock block = store.acquire(IndexBlock.CAPACITY_LEAST, 7, false);
        for (int i = 0; i < IndexBlock.CAPACITY; i++) {
            if (!block.hasRoom()) {
                store.grow(block);
            }
            long expiresAtMs = random.nextInt(3) == 0 ? 1 + random.nextInt(1_000_000) : 0;
            block.append(
                    7 + 2L * i, random.nextLong() >>> 1, random.nextInt(), expiresAtMs, random.nextInt(), i % 3 == 0);
            block.deliveries[i] = (byte) random.nextInt();
            if (random.nextInt(4) == 0) {
                block.gone[i >> 6] |= 1L << i;
                block.live--;
            } else if (random.nextInt(4) == 0) {
                block.take(i);
                block.set(i, IndexBlock.HELD);
            }
        }
        ByteBuffer buffer = ByteBuffer.allocate(block.encodedBytes());
        block.encode(buffer);
        assertThat(buffer.hasRemaining()).isFalse();
        buffer.flip();

        IndexBlock read = store.acquire(IndexBlock.encodedCount(buffer), 0, false);
        read.decode(buffer);
        assertThat(read.live).isEqualTo(block.live);
        for (int i = 0; i < block.count; i++) {
            assertThat(read.isGone(i)).isEqualTo(block.isGone(i));
            assertThat(read.isOut(i)).isFalse();
            assertThat(read.has(i, IndexBlock.HELD)).isFalse();
            assertThat(digest(read, i)).isEqualTo(digest(block, i));
        }
    }

    private static long digest(IndexBlock block, int index) {
        Digest digest = new Digest();
        block.digest(index, digest);
        return digest.value();
    }
}
