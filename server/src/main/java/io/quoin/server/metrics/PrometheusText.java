// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.metrics;

/** Writes Prometheus' text format, version 0.0.4. Confined to one thread. */
final class PrometheusText {

    private final StringBuilder out = new StringBuilder();

    /**
     * Something that only rises.
     *
     * @param name without the prefix and without _total
     */
    void counter(String name, String help, double value) {
        family(name + "_total", "counter", help, value);
    }

    /** Something that rises and falls. */
    void gauge(String name, String help, double value) {
        family(name, "gauge", help, value);
    }

    private void family(String name, String type, String help, double value) {
        out.append("# HELP quoin_").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE quoin_").append(name).append(' ').append(type).append('\n');
        out.append("quoin_").append(name).append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            out.append((long) value);
        } else {
            out.append(value);
        }
        out.append('\n');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
