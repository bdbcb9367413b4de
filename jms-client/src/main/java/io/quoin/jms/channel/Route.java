// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.jms.destination.QuoinDestination;

/**
 * A destination as this connection knows it: its alias, and how many bytes may be sent to it.
 *
 * <p>Thread: credit is written by the reader and counted under the channel's lock; the rest is immutable or published.
 */
public final class Route {

    /** No credit has been told yet; the first send does not need any. */
    private static final long UNKNOWN = -1;

    private final int alias;
    private final QuoinDestination destination;
    private volatile long limitBytes = UNKNOWN;
    private volatile int revocations;
    private volatile boolean isFull;
    private long sentBytes;

    public Route(int alias, QuoinDestination destination) {
        this.alias = alias;
        this.destination = destination;
    }

    public int alias() {
        return alias;
    }

    public QuoinDestination destination() {
        return destination;
    }

    /** The total number of bytes that may have been sent, as the server told. */
    public void limitBytes(long bytes) {
        limitBytes = bytes;
    }

    /** Whether another message may be sent. One may exceed what is left. Under the channel's lock. */
    public boolean hasCredit() {
        long limit = limitBytes;
        return limit == UNKNOWN || sentBytes < limit;
    }

    /** Counts a message that is written. Under the channel's lock. */
    public void count(int bytes) {
        sentBytes += bytes;
    }

    /**
     * Which send has last been refused, as a number that changes with each refusal: who was told by an answer that the
     * destination takes messages, was told so at one of these numbers.
     */
    public int revocations() {
        return revocations;
    }

    /**
     * A new link begins: nothing was sent on it, no credit is known, and the first send of each session is answered again.
     * Only between two links.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void renew() {
        sentBytes = 0;
        limitBytes = UNKNOWN;
        revocations++;
        isFull = false;
    }

    /** Whether the last refusal was for want of room: credit comes when there is some. */
    public boolean isFull() {
        return isFull;
    }

    /** A send was refused. Only the reader calls this. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void revoke(boolean full) {
        isFull = full;
        revocations++;
    }
}
