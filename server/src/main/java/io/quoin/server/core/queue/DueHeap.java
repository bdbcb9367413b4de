// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;

/**
 * Numbers ordered by a due time, and by a second number where times are equal: a binary heap in two columns.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class DueHeap {
    private static final int ROOM_LEAST = 16;

    private long[] due = new long[ROOM_LEAST];
    private long[] item = new long[ROOM_LEAST];
    private int size;

    int size() {
        return size;
    }

    /** The earliest due time; {@code Long.MAX_VALUE} if there is none. */
    long firstDue() {
        return size == 0 ? Long.MAX_VALUE : due[0];
    }

    /** The item of the earliest due time, and of these the lowest. */
    long first() {
        return item[0];
    }

    void clear() {
        size = 0;
    }

    void add(long dueMs, long number) {
        if (size == due.length) {
            due = Arrays.copyOf(due, size * 2);
            item = Arrays.copyOf(item, size * 2);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!before(dueMs, number, parent)) {
                break;
            }
            due[hole] = due[parent];
            item[hole] = item[parent];
            hole = parent;
        }
        due[hole] = dueMs;
        item[hole] = number;
    }

    void removeFirst() {
        size--;
        long lastDue = due[size];
        long last = item[size];
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && before(due[child + 1], item[child + 1], child)) {
                child++;
            }
            if (before(lastDue, last, child)) {
                break;
            }
            due[hole] = due[child];
            item[hole] = item[child];
            hole = child;
        }
        due[hole] = lastDue;
        item[hole] = last;
    }

    private boolean before(long dueMs, long number, int index) {
        return dueMs < due[index] || (dueMs == due[index] && number < item[index]);
    }
}
