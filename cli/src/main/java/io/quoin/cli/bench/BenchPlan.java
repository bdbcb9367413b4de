// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

/**
 * What is measured.
 *
 * @param destination name of the queue or topic; with several, a number is added
 * @param destinations over which producers and consumers are spread in turn
 * @param topic whether they are topics
 * @param bodyBytes of each message, at least 8
 * @param persistent delivery mode
 * @param window messages that a producer has on the way at the same time: 1 waits for each send to return
 * @param transactionSize sends or receives in a transaction; 0 for none
 * @param ratePerSecond of all producers together; 0 for as fast as it goes. Latency then counts from when a send was due
 * @param warmUpSeconds before it is measured
 * @param seconds measured
 */
public record BenchPlan(
        String destination,
        int destinations,
        boolean topic,
        int producers,
        int consumers,
        int bodyBytes,
        boolean persistent,
        int window,
        int transactionSize,
        double ratePerSecond,
        double warmUpSeconds,
        double seconds) {

    /** Where a send notes its time, so that the consumer can tell how long it took. */
    static final int STAMP_BYTES = Long.BYTES;

    public BenchPlan {
        if (producers < 0 || consumers < 0 || producers + consumers == 0) {
            throw new IllegalArgumentException("There must be a producer or a consumer");
        }
        if (bodyBytes < STAMP_BYTES || destinations < 1 || window < 1 || transactionSize < 0 || ratePerSecond < 0) {
            throw new IllegalArgumentException(
                    "A body has at least 8 bytes; destinations and window are at least 1; nothing is negative");
        }
        if (seconds <= 0 || warmUpSeconds < 0) {
            throw new IllegalArgumentException("It must be measured for some time");
        }
    }
}
