// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.Arrays;

/**
 * Messages that are acknowledged in an undecided transaction, by source and place: nobody gets them until it is decided.
 *
 * <p>Thread: confined to the owner of the group. Memory: 13 bytes a message.
 */
final class HeldMessages {

    private int[] sources = new int[4];
    private byte[] priorities = new byte[4];
    private long[] arrivals = new long[4];
    private int size;

    /** Adds a message of the queue or subscription of that number. */
    void add(int source, int priority, long arrival) {
        if (size == sources.length) {
            sources = Arrays.copyOf(sources, 2 * size);
            priorities = Arrays.copyOf(priorities, 2 * size);
            arrivals = Arrays.copyOf(arrivals, 2 * size);
        }
        sources[size] = source;
        priorities[size] = (byte) priority;
        arrivals[size] = arrival;
        size++;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int source(int index) {
        return sources[index];
    }

    int priority(int index) {
        return priorities[index];
    }

    /** Negative for a volatile message. */
    long arrival(int index) {
        return arrivals[index];
    }

    /** Where the run of messages of one source that begins at {@code from} ends. */
    int endOfRun(int from) {
        int end = from + 1;
        while (end < size && sources[end] == sources[from]) {
            end++;
        }
        return end;
    }

    HeldMessages copy() {
        HeldMessages copy = new HeldMessages();
        for (int i = 0; i < size; i++) {
            copy.add(sources[i], priorities[i], arrivals[i]);
        }
        return copy;
    }

    void clear() {
        size = 0;
    }
}
