// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.protocol.codec.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The deliveries of a consumer that were handed out and whose acknowledgement the server has not confirmed, with what stands
 * for their messages after a restart. Mostly added in the order of their tags, and removed in it.
 *
 * <p>Thread: under the lock of its session's {@link Inbox}. Memory: 17 bytes each.
 */
final class Held {

    private static final int INITIAL = 16;

    /** Instead of the priority, of an entry that was removed. */
    private static final byte GONE = -1;

    private long[] tags = new long[INITIAL];
    private long[] arrivals = new long[INITIAL];
    private byte[] priorities = new byte[INITIAL];
    private int head;
    private int tail;
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    /** Adds one, mostly with the highest tag so far. */
    void add(long tag, int priority, long arrival) {
        if (tail == tags.length) {
            makeRoom();
        }
        int at = tail;
        for (; at > head && tags[at - 1] > tag; at--) {
            tags[at] = tags[at - 1];
            arrivals[at] = arrivals[at - 1];
            priorities[at] = priorities[at - 1];
        }
        tags[at] = tag;
        arrivals[at] = arrival;
        priorities[at] = (byte) priority;
        tail++;
        count++;
    }

    private void makeRoom() {
        int size = count > tags.length / 2 ? 2 * tags.length : tags.length;
        long[] newTags = new long[size];
        long[] newArrivals = new long[size];
        byte[] newPriorities = new byte[size];
        int to = 0;
        for (int from = head; from < tail; from++) {
            if (priorities[from] != GONE) {
                newTags[to] = tags[from];
                newArrivals[to] = arrivals[from];
                newPriorities[to] = priorities[from];
                to++;
            }
        }
        tags = newTags;
        arrivals = newArrivals;
        priorities = newPriorities;
        head = 0;
        tail = to;
    }

    void remove(AckRanges ranges) {
        for (int i = 0; i < ranges.count(); i++) {
            remove(ranges.first(i), ranges.last(i));
        }
    }

    void remove(long first, long last) {
        for (int i = find(first); i < tail && tags[i] <= last; i++) {
            removeAt(i);
        }
        trim();
    }

    private int find(long tag) {
        if (head == tail || tags[head] >= tag) {
            return head;
        }
        int at = Arrays.binarySearch(tags, head, tail, tag);
        return at < 0 ? -at - 1 : at;
    }

    private void removeAt(int at) {
        if (priorities[at] != GONE) {
            priorities[at] = GONE;
            count--;
        }
    }

    private void trim() {
        if (count == 0) {
            head = 0;
            tail = 0;
            return;
        }
        while (priorities[head] == GONE) {
            head++;
        }
        while (priorities[tail - 1] == GONE) {
            tail--;
        }
    }

    /** Forgets everything but these. */
    void retain(List<AckRanges> all) {
        for (int i = head; i < tail; i++) {
            long tag = tags[i];
            if (all.stream().noneMatch(ranges -> ranges.contains(tag))) {
                removeAt(i);
            }
        }
        trim();
    }

    /** Forgets messages that a restart of the server has ended. */
    void removeVolatile() {
        for (int i = head; i < tail; i++) {
            if (arrivals[i] <= 0) {
                removeAt(i);
            }
        }
        trim();
    }

    /** All of them by rising tags. */
    List<Frame.Claim> claims() {
        List<Frame.Claim> claims = new ArrayList<>(count);
        for (int i = head; i < tail; i++) {
            if (priorities[i] != GONE) {
                claims.add(new Frame.Claim(tags[i], priorities[i], arrivals[i]));
            }
        }
        return claims;
    }
}
