// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.util.Locale;
import java.util.Scanner;
import org.HdrHistogram.Histogram;

/**
 * What one run came to.
 *
 * @param sentPerSecond messages with a receipt
 * @param receivedPerSecond messages that reached consumers
 * @param send from the call to the receipt
 * @param endToEnd from the call to the consumer
 */
record FloorResult(double sentPerSecond, double receivedPerSecond, Latency send, Latency endToEnd) {
    /** Percentiles in microseconds. */
    record Latency(double p50, double p90, double p99, double p999, double max) {
        static Histogram histogram() {
            // Up to a minute, and 0.1 % exact.
            return new Histogram(60_000_000_000L, 3);
        }

        static Latency of(Histogram ns) {
            return new Latency(
                    ns.getValueAtPercentile(50) / 1e3,
                    ns.getValueAtPercentile(90) / 1e3,
                    ns.getValueAtPercentile(99) / 1e3,
                    ns.getValueAtPercentile(99.9) / 1e3,
                    ns.getMaxValue() / 1e3);
        }

        String toLine() {
            return p50 + " " + p90 + " " + p99 + " " + p999 + " " + max;
        }

        static Latency parse(Scanner line) {
            return new Latency(
                    line.nextDouble(), line.nextDouble(), line.nextDouble(), line.nextDouble(), line.nextDouble());
        }

        String toJson() {
            return String.format(
                    Locale.ROOT,
                    "{\"p50\": %.0f, \"p90\": %.0f, \"p99\": %.0f, \"p999\": %.0f, \"max\": %.0f}",
                    p50,
                    p90,
                    p99,
                    p999,
                    max);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "p50 %.0f  p90 %.0f  p99 %.0f  p99.9 %.0f  max %.0f us", p50, p90, p99, p999, max);
        }
    }

    /** One line for {@link #parse}. */
    String toLine() {
        return sentPerSecond + " " + receivedPerSecond + " " + send.toLine() + " " + endToEnd.toLine();
    }

    static FloorResult parse(String text) {
        Scanner line = new Scanner(text).useLocale(Locale.ROOT);
        return new FloorResult(line.nextDouble(), line.nextDouble(), Latency.parse(line), Latency.parse(line));
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"sentPerSecond\": %.0f, \"receivedPerSecond\": %.0f, \"sendMicros\": %s, \"endToEndMicros\": %s}",
                sentPerSecond,
                receivedPerSecond,
                send.toJson(),
                endToEnd.toJson());
    }
}
