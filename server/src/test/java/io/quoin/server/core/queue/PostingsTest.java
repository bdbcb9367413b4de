// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PostingsTest {
    private static final int ROUNDS = 30;

    @Test
    void everyEntryIsFoundByItsValueFromWhereverOneBegins() {
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            Postings postings = new Postings(IndexBlock.CAPACITY_LEAST);
            int kinds = 1 + random.nextInt(round % 3 == 0 ? 5 : 500);
            int[] values = new int[IndexBlock.CAPACITY_LEAST << random.nextInt(4)];
            for (int entry = 0; entry < values.length; entry++) {
                values[entry] = random.nextInt(4) == 0 ? 0 : 0x10001 * (1 + random.nextInt(kinds));
                if (values[entry] != 0) {
                    while (postings.capacity() <= entry) {
                        postings.grow(2 * postings.capacity());
                    }
                    postings.add(entry, values[entry]);
                }
                assertThat(postings.value(entry)).isEqualTo(values[entry]);
            }
            for (int n = 0; n < 200; n++) {
                int value = 0x10001 * (1 + random.nextInt(kinds + 1));
                int from = random.nextInt(values.length);
                assertThat(postings.find(value, from)).as("seed %d", round).isEqualTo(first(values, value, from));
            }
        }
    }

    private static int first(int[] values, int value, int from) {
        for (int entry = from; entry < values.length; entry++) {
            if (values[entry] == value) {
                return entry;
            }
        }
        return -1;
    }

    @Test
    void whatWasNotAddedHasNoValue() {
        Postings postings = new Postings(IndexBlock.CAPACITY_LEAST);
        assertThat(postings.value(3)).isZero();
        assertThat(postings.value(IndexBlock.CAPACITY - 1)).isZero();
        assertThat(postings.find(1, 0)).isEqualTo(-1);
        assertThat(postings.find(1, IndexBlock.CAPACITY_LEAST)).isEqualTo(-1);
    }
}
