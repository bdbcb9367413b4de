// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;

/**
 * What one {@link Selection} knows about the messages of one block: which are ready, and how those that wait in a list are
 * linked. Volatile; a quarter of a byte a message while nothing is in a list, then 9 bytes more.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class BlockView {
    private static final int[] NO_LINKS = {};
    private static final byte[] NO_LISTS = {};

    /** Bit set: may be handed out as soon as its turn comes. */
    private long[] ready;
    /** Bit set: the selection's filter is known to match. */
    private long[] matched;
    /** Bit w set: {@code ready[w]} is not zero. */
    long summary;

    /** References to the neighbours in a list; empty, as if all were NONE, until an entry of the block has one. */
    int[] next = NO_LINKS;

    int[] previous = NO_LINKS;
    /** Which kind of list an entry is in; 0: none. Empty until an entry of the block is in one. */
    byte[] list = NO_LISTS;

    BlockView(int capacity) {
        ready = new long[capacity >> 6];
        matched = new long[capacity >> 6];
    }

    int capacity() {
        return ready.length << 6;
    }

    /** Makes room for the block's entries. */
    void grow(int capacity) {
        if (capacity() < capacity) {
            ready = Arrays.copyOf(ready, capacity >> 6);
            matched = Arrays.copyOf(matched, capacity >> 6);
        }
        if (list.length != 0) {
            withLists(capacity);
        }
        if (next.length != 0) {
            withLinks(capacity);
        }
    }

    /** Makes room for the kinds of list of the block's entries. */
    void withLists(int capacity) {
        if (list.length < capacity) {
            list = Arrays.copyOf(list, capacity);
        }
    }

    /** Makes room for the links of the block's entries. */
    void withLinks(int capacity) {
        if (next.length < capacity) {
            next = extended(next, capacity);
            previous = extended(previous, capacity);
        }
    }

    private static int[] extended(int[] links, int capacity) {
        int[] extended = Arrays.copyOf(links, capacity);
        Arrays.fill(extended, links.length, capacity, ReadyIndex.NONE);
        return extended;
    }

    /** Forgets what is ready or in lists. */
    void reset() {
        Arrays.fill(ready, 0);
        Arrays.fill(list, (byte) 0);
        summary = 0;
    }

    /** Forgets everything, for another block. */
    void clear() {
        reset();
        Arrays.fill(matched, 0);
    }

    int readyCount() {
        int count = 0;
        for (long words = summary; words != 0; words &= words - 1) {
            count += Long.bitCount(ready[Long.numberOfTrailingZeros(words)]);
        }
        return count;
    }

    boolean isReady(int index) {
        return (ready[index >> 6] & 1L << index) != 0;
    }

    void setReady(int index) {
        ready[index >> 6] |= 1L << index;
        summary |= 1L << (index >> 6);
    }

    /** Sets all these bits of a word; not none. */
    void setReady(int word, long bits) {
        ready[word] |= bits;
        summary |= 1L << word;
    }

    void clearReady(int index) {
        int word = index >> 6;
        ready[word] &= ~(1L << index);
        if (ready[word] == 0) {
            summary &= ~(1L << word);
        }
    }

    /** The lowest ready entry; there is one. */
    int firstReady() {
        int word = Long.numberOfTrailingZeros(summary);
        return word << 6 | Long.numberOfTrailingZeros(ready[word]);
    }

    boolean isMatched(int index) {
        return (matched[index >> 6] & 1L << index) != 0;
    }

    void clearMatched(int index) {
        matched[index >> 6] &= ~(1L << index);
    }

    void setMatched(int index) {
        matched[index >> 6] |= 1L << index;
    }
}
