// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which queue or subscription has something to do next because of time: a heap by deadline. A source is in it at most once,
 * with a deadline that may be too early but never too late.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Timers {

    private @Nullable Source[] heap = new @Nullable Source[16];
    private int size;

    /** Something of {@code source} has to happen at {@code atMs} on the server's clock. */
    void touch(Source source, long atMs) {
        int index = source.timerIndex();
        if (index < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            index = size++;
            source.timerAtMs(atMs);
            place(source, index);
            up(index);
        } else if (atMs < source.timerAtMs()) {
            source.timerAtMs(atMs);
            up(index);
        }
    }

    /** Takes out a source whose deadline has come, or null if there is none. */
    @Nullable
    Source poll(long nowMs) {
        Source first = heap[0];
        if (first == null || first.timerAtMs() > nowMs) {
            return null;
        }
        remove(first);
        return first;
    }

    /** The next deadline; {@link Long#MAX_VALUE} if there is none. */
    long nextMs() {
        Source first = heap[0];
        return first == null ? Long.MAX_VALUE : first.timerAtMs();
    }

    /** Forgets a source, if it is here. */
    void remove(Source source) {
        int index = source.timerIndex();
        if (index < 0) {
            return;
        }
        source.timerIndex(-1);
        Source last = at(--size);
        heap[size] = null;
        if (last != source) {
            place(last, index);
            up(index);
            down(last.timerIndex());
        }
    }

    private void up(int from) {
        int index = from;
        Source source = at(index);
        while (index > 0 && source.timerAtMs() < at((index - 1) >> 1).timerAtMs()) {
            place(at((index - 1) >> 1), index);
            index = (index - 1) >> 1;
        }
        place(source, index);
    }

    private void down(int from) {
        int index = from;
        Source source = at(index);
        while (2 * index + 1 < size) {
            int child = 2 * index + 1;
            if (child + 1 < size && at(child + 1).timerAtMs() < at(child).timerAtMs()) {
                child++;
            }
            if (at(child).timerAtMs() >= source.timerAtMs()) {
                break;
            }
            place(at(child), index);
            index = child;
        }
        place(source, index);
    }

    private void place(Source source, int index) {
        heap[index] = source;
        source.timerIndex(index);
    }

    private Source at(int index) {
        Source source = heap[index];
        if (source == null) {
            throw new IllegalStateException("the heap of timers has a gap at " + index);
        }
        return source;
    }
}
