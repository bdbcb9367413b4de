// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param seconds for which it was measured
 * @param sent messages confirmed in that time
 * @param received messages received in that time
 * @param sendNs how long sends took
 * @param deliveryNs from send to receive
 */
public record BenchResult(double seconds, long sent, long received, Histogram sendNs, Histogram deliveryNs) {

    public double sentPerSecond() {
        return sent / seconds;
    }

    public double receivedPerSecond() {
        return received / seconds;
    }
}
