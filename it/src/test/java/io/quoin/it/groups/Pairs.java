// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.process.ServerProcess;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Two loads compared in alternating blocks, so that what else goes on in the machine meets both: medians over the pairs.
 *
 * @param perSecond messages of the first load
 * @param throughput of the first load, of the second one's
 * @param latency of the first load (median of a block), of the second one's
 * @param cpu time that server and clients together spend on a message of the first load, on one of the second; what else the machine does hardly shows in it
 */
record Pairs(double perSecond, double throughput, double latency, double cpu) {
    static final boolean LONG = Boolean.getBoolean("quoin.long");
    static final int COUNT = LONG ? 15 : 5;
    static final double BLOCK_S = LONG ? 0.5 : 0.2;
    static final double WARM_UP_S = LONG ? 3 : 0.6;

    /** What is done before the first load's block of a pair. */
    interface Start {
        void of(int pair) throws JMSException;
    }

    /** What one load did in a block, and the time of processors that it took for each message. */
    private record Measured(GroupLoad.Block block, double cpuNs) {
        static Measured of(GroupLoad load, ServerProcess server) {
            Duration before = cpuTime(server);
            long received = load.total();
            GroupLoad.Block block = load.block(BLOCK_S);
            return new Measured(block, (double) cpuTime(server).minus(before).toNanos() / (load.total() - received));
        }

        private static Duration cpuTime(ServerProcess server) {
            return cpuTime(server.process().toHandle()).plus(cpuTime(ProcessHandle.current()));
        }

        private static Duration cpuTime(ProcessHandle process) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO);
        }
    }

    static Pairs measure(ServerProcess server, GroupLoad with, GroupLoad without, Start start) throws JMSException {
        with.block(WARM_UP_S);
        without.block(WARM_UP_S);
        double[] rates = new double[COUNT];
        double[] throughput = new double[COUNT];
        double[] latency = new double[COUNT];
        double[] cpu = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            boolean isFirst = i % 2 == 0;
            Measured before = isFirst ? null : Measured.of(without, server);
            start.of(i);
            Measured one = Measured.of(with, server);
            Measured other = before == null ? Measured.of(without, server) : before;
            rates[i] = one.block().perSecond();
            throughput[i] = one.block().perSecond() / other.block().perSecond();
            latency[i] = one.block().medianUs() / other.block().medianUs();
            cpu[i] = one.cpuNs() / other.cpuNs();
        }
        return new Pairs(median(rates), median(throughput), median(latency), median(cpu));
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
