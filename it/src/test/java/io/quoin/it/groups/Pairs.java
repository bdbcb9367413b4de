// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import jakarta.jms.JMSException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Two loads compared in alternating blocks, so that what else goes on in the machine meets both: medians over the pairs.
 *
 * @param perSecond messages of the first load
 * @param throughput of the first load, of the second one's
 * @param latency of the first load (median of a block), of the second one's
 */
record Pairs(double perSecond, double throughput, double latency) {
    static final boolean LONG = Boolean.getBoolean("quoin.long");
    static final int COUNT = LONG ? 15 : 5;
    static final double BLOCK_S = LONG ? 0.5 : 0.2;
    static final double WARM_UP_S = LONG ? 3 : 0.6;

    /** What is done before the first load's block of a pair. */
    interface Start {
        void of(int pair) throws JMSException;
    }

    static Pairs measure(GroupLoad with, GroupLoad without, Start start) throws JMSException {
        with.block(WARM_UP_S);
        without.block(WARM_UP_S);
        double[] rates = new double[COUNT];
        double[] throughput = new double[COUNT];
        double[] latency = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            boolean isFirst = i % 2 == 0;
            GroupLoad.Block before = isFirst ? null : without.block(BLOCK_S);
            start.of(i);
            GroupLoad.Block one = with.block(BLOCK_S);
            GroupLoad.Block other = before == null ? without.block(BLOCK_S) : before;
            rates[i] = one.perSecond();
            throughput[i] = one.perSecond() / other.perSecond();
            latency[i] = one.medianUs() / other.medianUs();
        }
        return new Pairs(median(rates), median(throughput), median(latency));
    }

    private static double median(double[] of) {
        Arrays.sort(of);
        return (of[(of.length - 1) / 2] + of[of.length / 2]) / 2;
    }

    /** A line of figures. */
    static void print(String format, Object... figures) {
        System.out.println("groups: " + String.format(Locale.ROOT, format, figures));
    }
}
