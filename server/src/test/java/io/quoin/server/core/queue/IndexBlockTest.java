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
        assertThat(block.takes(11, 5L * 365 * 86_400_000)).isTrue();
    }

    @Test
    void expiryIsRoundedUpToATenthOfASecond() {
        IndexBlock block = block(1);
        long[] times = {1, 99, 100, 101, 5_000, 1_700_000_000_001L};
        for (int i = 0; i < 5; i++) {
            block.append(1 + i, 1, 1, times[4 - i], 0, false);
        }
        assertThat(block.expiresAtMs(0)).isEqualTo(5_000);
        assertThat(block.expiresAtMs(1)).isEqualTo(200);
        assertThat(block.expiresAtMs(2)).isEqualTo(100);
        assertThat(block.expiresAtMs(3)).isEqualTo(100);
        assertThat(block.expiresAtMs(4)).isEqualTo(100);
        assertThat(block.leastExpiryMs).isEqualTo(100);
        assertThat(block.expired(1, 199)).isFalse();
        assertThat(block.expired(1, 200)).isTrue();
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
