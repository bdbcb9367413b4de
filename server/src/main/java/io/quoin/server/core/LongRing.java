// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

/** The last so many numbers that were added, without doubles. Small, searched from end to end. Confined to its owner. */
final class LongRing {

    private final int max;
    private long[] numbers = new long[4];
    private int size;

    LongRing(int max) {
        this.max = max;
    }

    void add(long number) {
        if (contains(number)) {
            return;
        }
        if (size == max) {
            System.arraycopy(numbers, 1, numbers, 0, --size);
        } else if (size == numbers.length) {
            long[] larger = new long[Math.min(max, 2 * size)];
            System.arraycopy(numbers, 0, larger, 0, size);
            numbers = larger;
        }
        numbers[size++] = number;
    }

    void remove(long number) {
        for (int i = 0; i < size; i++) {
            if (numbers[i] == number) {
                System.arraycopy(numbers, i + 1, numbers, i, size - i - 1);
                size--;
                return;
            }
        }
    }

    /** The newest are found first. */
    boolean contains(long number) {
        for (int i = size - 1; i >= 0; i--) {
            if (numbers[i] == number) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return size;
    }

    /** The {@code index}-th number, the oldest first. */
    long get(int index) {
        return numbers[index];
    }
}
