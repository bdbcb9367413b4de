// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.Arrays;

/**
 * Which segments there are and how much of each is still needed. Confined to the owner.
 *
 * <p>The caller counts what it needs: {@link #live} when its state begins to refer to a record, {@link #dead} when it no
 * longer does. It does so while it applies records, live or in replay; the counts at a snapshot's position are in the snapshot.
 */
public final class SegmentTable {
    private static final int ABSENT = -1;

    private final int segmentBytes;
    private final int shift;
    private long base = 1;

    /** By segment number less {@link #base}: bytes in use, or ABSENT. */
    private int[] used = new int[64];

    /** Bytes in use, once for each reference: a topic's message counts for each of its subscriptions. */
    private long[] live = new long[64];

    private int size;

    SegmentTable(int segmentBytes) {
        this.segmentBytes = segmentBytes;
        this.shift = Integer.numberOfTrailingZeros(segmentBytes);
    }

    /** Bytes of a segment. */
    public int segmentBytes() {
        return segmentBytes;
    }

    /** Number of the segment that holds a position. */
    public long segmentOf(long position) {
        return position >>> shift;
    }

    /** First position after a segment. */
    public long endOf(long segment) {
        return (segment + 1) << shift;
    }

    /** Says that the caller's state refers to {@code bytes} more of what lies at {@code position}. */
    public void live(long position, int bytes) {
        int index = indexOf(segmentOf(position));
        if (index >= 0) {
            live[index] += bytes;
        }
    }

    /** Takes back {@link #live}. Of no effect for a segment that was dropped. */
    public void dead(long position, int bytes) {
        int index = indexOf(segmentOf(position));
        if (index >= 0) {
            live[index] -= bytes;
            Invariant.check(live[index] >= 0, "more of a segment is dead than was ever live");
        }
    }

    /** Bytes of a segment that are needed, once for each reference to them; 0 if there is no such segment. */
    public long liveBytes(long segment) {
        int index = indexOf(segment);
        return index < 0 ? 0 : live[index];
    }

    /** Bytes of a segment that were written; 0 if there is no such segment. */
    public int usedBytes(long segment) {
        int index = indexOf(segment);
        return index < 0 ? 0 : used[index];
    }

    public boolean contains(long segment) {
        return indexOf(segment) >= 0;
    }

    /** The lowest segment number present at or after {@code from}, or 0 if there is none. */
    public long next(long from) {
        for (long s = Math.max(from, base); s < base + size; s++) {
            if (used[(int) (s - base)] != ABSENT) {
                return s;
            }
        }
        return 0;
    }

    /** How many segments there are. */
    public int count() {
        int n = 0;
        for (int i = 0; i < size; i++) {
            n += used[i] == ABSENT ? 0 : 1;
        }
        return n;
    }

    /**
     * The segment before {@code limit} that is best cleaned: the more of it is dead and the older it is, the better. Moving
     * the live part of a segment costs writing it, and frees the rest; what has lived long will live on.
     *
     * @param limit position: only segments that end at or before it are looked at
     * @param liveShareMax from 0 to 1: segments with a larger live part are left alone
     * @return its number, or 0 if none qualifies
     */
    public long candidate(long limit, double liveShareMax) {
        long best = 0;
        double bestGain = 0;
        long newest = base + size;
        for (long s = next(0); s != 0 && endOf(s) <= limit; s = next(s + 1)) {
            int index = (int) (s - base);
            double share = used[index] == 0 ? 0 : Math.min(1.0, (double) live[index] / used[index]);
            if (share > liveShareMax) {
                continue;
            }
            double gain = (1 - share) * (newest - s) / (1 + share);
            if (gain > bestGain) {
                bestGain = gain;
                best = s;
            }
        }
        return best;
    }

    void add(long segment, int usedBytes, long liveBytes) {
        if (size == 0) {
            base = segment;
        }
        Invariant.check(segment >= base, "segments are added in order");
        int index = (int) (segment - base);
        if (index >= used.length) {
            int length = Math.max(used.length * 2, index + 1);
            used = Arrays.copyOf(used, length);
            live = Arrays.copyOf(live, length);
        }
        while (size <= index) {
            used[size] = ABSENT;
            live[size] = 0;
            size++;
        }
        used[index] = usedBytes;
        live[index] = liveBytes;
    }

    /** Adds a segment, or says how much of it is used if it is there. */
    void used(long segment, int usedBytes) {
        int index = indexOf(segment);
        if (index < 0) {
            add(segment, usedBytes, 0);
        } else {
            used[index] = usedBytes;
        }
    }

    void drop(long segment) {
        int index = indexOf(segment);
        if (index < 0) {
            return;
        }
        used[index] = ABSENT;
        live[index] = 0;
        int gone = 0;
        while (gone < size && used[gone] == ABSENT) {
            gone++;
        }
        if (gone >= 64 && gone >= size / 2) { // so that the cost of moving is spread over those gone
            System.arraycopy(used, gone, used, 0, size - gone);
            System.arraycopy(live, gone, live, 0, size - gone);
            size -= gone;
            base += gone;
        }
    }

    SegmentTable copy() {
        SegmentTable copy = new SegmentTable(segmentBytes);
        copy.base = base;
        copy.size = size;
        copy.used = used.clone();
        copy.live = live.clone();
        return copy;
    }

    private int indexOf(long segment) {
        long index = segment - base;
        return index >= 0 && index < size && used[(int) index] != ABSENT ? (int) index : -1;
    }
}
