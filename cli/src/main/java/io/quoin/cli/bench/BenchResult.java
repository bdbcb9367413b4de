// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param setUpSeconds until all connections, sessions and consumers were there
 * @param sent by producers: counted when confirmed; how long sends took
 * @param received by consumers: from send to receive
 */
public record BenchResult(double setUpSeconds, Side sent, Side received) {

    /**
     * Producers or consumers.
     *
     * @param seconds for which it was measured
     * @param messages in that time
     * @param total with those of the warm-up and after the measuring
     */
    public record Side(double seconds, long messages, long total, Histogram latencyNs) {

        public double perSecond() {
            return messages / seconds;
        }
    }
}
