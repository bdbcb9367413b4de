// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

/** Something with a duty cycle: run by an event loop, by a thread of its own, or step by step by a test. */
public interface Agent {

    /**
     * Does what there is to do, for about a millisecond at most and without waiting.
     *
     * @return how much was done; if it is not 0, there may be more to do at once
     */
    int doWork();

    /**
     * When {@link #doWork} has to be called next even if nothing arrives, on the clock of {@code System.nanoTime};
     * {@code Long.MAX_VALUE} if nothing is due.
     */
    long nextWorkNs();
}
