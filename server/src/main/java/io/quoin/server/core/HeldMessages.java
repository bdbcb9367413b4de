// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Messages that are acknowledged in an undecided transaction, as ranges of arrivals by source and priority in the order of the
 * acknowledgements: nobody gets them until it is decided. They are taken out from the front.
 *
 * <p>Thread: confined to the owner of the group. Memory: 21 bytes a range.
 */
final class HeldMessages {

    private static final int RANGE_BYTES = 21;

    private int[] sources = new int[2];
    private byte[] priorities = new byte[2];
    private long[] firsts = new long[2];
    private long[] lasts = new long[2];
    /** Ranges before this one have been taken out. */
    private int begin;

    private int end;
    private long size;

    /** Adds a message of the queue or subscription of that number. */
    void add(int source, int priority, long arrival) {
        add(source, priority, arrival, arrival);
    }

    /** Adds messages; arrivals are negative for volatile ones. */
    void add(int source, int priority, long first, long last) {
        size += last - first + 1;
        int before = end - 1;
        if (end > begin && sources[before] == source && priorities[before] == priority && lasts[before] + 1 == first) {
            lasts[before] = last;
            return;
        }
        if (end == sources.length) {
            makeRoom();
        }
        sources[end] = source;
        priorities[end] = (byte) priority;
        firsts[end] = first;
        lasts[end] = last;
        end++;
    }

    private void makeRoom() {
        int count = end - begin;
        int length = Math.max(4, count > end / 2 ? 2 * end : end);
        sources = Arrays.copyOf(Arrays.copyOfRange(sources, begin, end), length);
        priorities = Arrays.copyOf(Arrays.copyOfRange(priorities, begin, end), length);
        firsts = Arrays.copyOf(Arrays.copyOfRange(firsts, begin, end), length);
        lasts = Arrays.copyOf(Arrays.copyOfRange(lasts, begin, end), length);
        begin = 0;
        end = count;
    }

    /** Messages. */
    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int ranges() {
        return end - begin;
    }

    int source(int range) {
        return sources[begin + range];
    }

    int priority(int range) {
        return priorities[begin + range];
    }

    long first(int range) {
        return firsts[begin + range];
    }

    long last(int range) {
        return lasts[begin + range];
    }

    /** Where the run of ranges of one source that begins at {@code from} ends. */
    int endOfRun(int from) {
        int at = from + 1;
        while (at < ranges() && source(at) == source(from)) {
            at++;
        }
        return at;
    }

    /** Takes out messages from the front, up to {@code max} of them, and returns them. */
    HeldMessages take(long max) {
        HeldMessages taken = new HeldMessages();
        while (begin < end && taken.size < max) {
            long last = Math.min(lasts[begin], firsts[begin] + (max - taken.size) - 1);
            taken.add(sources[begin], priorities[begin], firsts[begin], last);
            size -= last - firsts[begin] + 1;
            if (last == lasts[begin]) {
                begin++;
            } else {
                firsts[begin] = last + 1;
            }
        }
        return taken;
    }

    HeldMessages copy() {
        HeldMessages copy = new HeldMessages();
        for (int i = 0; i < ranges(); i++) {
            copy.add(source(i), priority(i), first(i), last(i));
        }
        return copy;
    }

    void clear() {
        begin = 0;
        end = 0;
        size = 0;
    }

    void digest(Digest digest) {
        for (int i = 0; i < ranges(); i++) {
            digest.add(source(i));
            digest.add(priority(i));
            digest.add(first(i));
            digest.add(last(i));
        }
    }

    // --- in a snapshot

    int snapshotBytes() {
        return 4 + RANGE_BYTES * ranges();
    }

    void put(ByteBuffer to) {
        to.putInt(ranges());
        for (int i = 0; i < ranges(); i++) {
            to.putInt(source(i)).put((byte) priority(i)).putLong(first(i)).putLong(last(i));
        }
    }

    void read(ByteBuffer from) {
        for (int n = from.getInt(); n > 0; n--) {
            add(from.getInt(), from.get(), from.getLong(), from.getLong());
        }
    }
}
