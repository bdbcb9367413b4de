// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DueHeapTest {

    @Test
    void itemsComeByDueTimeAndThenByNumber() {
        Random random = new Random(3);
        DueHeap heap = new DueHeap();
        PriorityQueue<long[]> expected =
                new PriorityQueue<>(Comparator.<long[]>comparingLong(e -> e[0]).thenComparingLong(e -> e[1]));
        assertThat(heap.firstDue()).isEqualTo(Long.MAX_VALUE);
        for (int i = 0; i < 60_000; i++) {
            if (random.nextInt(5) > 0 && i < 40_000 || expected.isEmpty()) {
                long due = random.nextInt(1_000);
                heap.add(due, i);
                expected.add(new long[] {due, i});
            } else {
                long[] first = expected.remove();
                assertThat(heap.firstDue()).isEqualTo(first[0]);
                assertThat(heap.first()).isEqualTo(first[1]);
                heap.removeFirst();
            }
            assertThat(heap.size()).isEqualTo(expected.size());
        }
    }
}
