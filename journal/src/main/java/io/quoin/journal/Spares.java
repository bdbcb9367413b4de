// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Names of files that are as long as a segment and ready to become one. Thread-safe: one thread prepares, another uses. */
final class Spares {
    private final ConcurrentLinkedQueue<String> paths = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong nextNumber = new AtomicLong(1);

    /** A name for a new spare that no file has. */
    String newPath() {
        return Layout.sparePath(nextNumber.getAndIncrement());
    }

    /** Takes note of a number in use, found at start. */
    void inUse(long number) {
        nextNumber.accumulateAndGet(number + 1, Math::max);
    }

    void add(String path) {
        paths.add(path);
        count.incrementAndGet();
    }

    @Nullable
    String poll() {
        String path = paths.poll();
        if (path != null) {
            count.decrementAndGet();
        }
        return path;
    }

    int count() {
        return count.get();
    }
}
