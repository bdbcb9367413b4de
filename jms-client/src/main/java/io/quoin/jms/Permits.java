// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import java.util.concurrent.TimeUnit;

/**
 * How far a consumer may hand out what it has got: without limit, or where delivery is strict up to the tag that the server
 * has permitted.
 *
 * <p>Thread: under the lock of its session's {@link Inbox}.
 */
final class Permits {

    /** Acknowledgements that may be gathered where nobody waits for them. */
    private static final int GATHERED = 64;

    /** About what a permit takes to come: 100 µs. */
    private static final long SYNC_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private int window;
    private long permittedTo;
    /** The limit at which more was asked for. */
    private long askedAt = -1;

    /** The server has opened the consumer; {@code strictWindow} is 0 where nothing limits it. */
    void opened(int strictWindow) {
        window = strictWindow;
    }

    boolean isStrict() {
        return window > 0;
    }

    /** The highest tag that may be handed out. */
    long limit() {
        return window == 0 ? Long.MAX_VALUE : permittedTo;
    }

    void upTo(long tag) {
        permittedTo = Math.max(permittedTo, tag);
    }

    /** Higher tags will be given once more. */
    void dropAbove(long tag) {
        permittedTo = Math.min(permittedTo, tag);
        askedAt = -1;
    }

    /** Whether more is to be asked for now: once for each limit. */
    boolean ask() {
        if (askedAt == permittedTo) {
            return false;
        }
        askedAt = permittedTo;
        return true;
    }

    /**
     * Whether so many acknowledgements are told at once. Where delivery is strict, each costs the server a sync before it
     * permits more. So an application that is faster than the disk has a whole window, which it tells when it has nothing left;
     * to a slower one the next half is permitted while it works on the other.
     *
     * @param sinceNs how long ago the first of them came up
     */
    boolean isTold(int untold, long sinceNs) {
        if (window == 0) {
            return untold >= GATHERED;
        }
        return untold > window || untold >= GATHERED || (untold >= (window + 1) / 2 && sinceNs >= SYNC_NS);
    }
}
