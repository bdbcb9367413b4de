// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.metrics;

import java.math.BigDecimal;

/** Writes Prometheus' text format, version 0.0.4. Confined to one thread. */
final class PrometheusText {

    private static final int NANO_DIGITS = 9;

    private final StringBuilder out = new StringBuilder();

    /**
     * Something that only rises.
     *
     * @param name without the prefix and without _total
     */
    void counter(String name, String help, long value) {
        family(name + "_total", "counter", help, Long.toString(value));
    }

    /** Something that rises and falls. */
    void gauge(String name, String help, long value) {
        family(name, "gauge", help, Long.toString(value));
    }

    /** A time that only rises, shown in seconds. */
    void counterSeconds(String name, String help, long nanos) {
        family(name + "_seconds_total", "counter", help, seconds(nanos));
    }

    /** A time, shown in seconds. */
    void gaugeSeconds(String name, String help, long nanos) {
        family(name + "_seconds", "gauge", help, seconds(nanos));
    }

    private void family(String name, String type, String help, String value) {
        out.append("# HELP quoin_").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE quoin_").append(name).append(' ').append(type).append('\n');
        out.append("quoin_").append(name).append(' ').append(value).append('\n');
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).toPlainString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
