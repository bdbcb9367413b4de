// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The index of one queue by itself: messages join, become visible 50 at a time, go out to consumers with a window of 1,000
 * each, and are acknowledged when the windows are full. Run {@link #main}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class QueueBenchmark {
    private static final int MESSAGES = 1_000;
    private static final int STEP = 50;
    private static final int WINDOW = 1_000;
    private static final int GROUPS = 10_000;

    /** What the messages are like, and how many consumers there are. */
    public enum Shape {
        /** One priority, no groups, one consumer. */
        PLAIN(1, false, 1),
        /** One priority, no groups, four consumers. */
        SHARED(1, false, 4),
        /** 10,000 groups in 1,024 slots, one consumer. */
        GROUPED(1, true, 1),
        /** 10,000 groups in 1,024 slots, three priorities, four consumers. */
        GROUPED_MIXED(3, true, 4);

        final int priorities;
        final boolean grouped;
        final int consumers;

        Shape(int priorities, boolean grouped, int consumers) {
            this.priorities = priorities;
            this.grouped = grouped;
            this.consumers = consumers;
        }
    }

    @Param
    public Shape shape;

    /** Messages that wait behind. */
    @Param({"0", "100000"})
    public int backlog;

    private MessageQueue queue;
    private QueueConsumer[] consumers;
    private int[] owed;
    private final int[] hashes = new int[1 << 16];
    private final byte[] priorities = new byte[1 << 16];
    private final long[] outArrival = new long[1 << 16];
    private final byte[] outPriority = new byte[1 << 16];
    private final QueueConsumer[] outAt = new QueueConsumer[1 << 16];
    private final DeliverySink sink = new Sink();
    private int next;
    private int outHead;
    private int outTail;

    private final class Sink implements DeliverySink {
        @Override
        public void deliver(
                QueueConsumer to,
                int priority,
                long arrival,
                boolean isVolatile,
                long position,
                int length,
                int deliveryCount,
                boolean redelivered,
                boolean groupFirst,
                long expiresAtMs) {
            int at = outTail++ & 0xFFFF;
            outArrival[at] = arrival;
            outPriority[at] = (byte) priority;
            outAt[at] = to;
        }
    }

    private static final class NoBodies implements Bodies {
        @Override
        public boolean ready(long position, int length) {
            return true;
        }

        @Override
        public void live(long position, int length) {}

        @Override
        public void dead(long position, int length) {}
    }

    @Setup(Level.Trial)
    public void setUp() {
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = (int) Digest.mix(random.nextInt(GROUPS));
            priorities[i] = (byte) (4 + random.nextInt(shape.priorities));
        }
        queue = new MessageQueue(1024, new NoBodies(), new IndexStore());
        consumers = new QueueConsumer[shape.consumers];
        owed = new int[shape.consumers];
        add(backlog);
        for (int i = 0; i < consumers.length; i++) {
            consumers[i] = new QueueConsumer(i, null, 0, i);
            queue.attach(consumers[i]);
            queue.credit(consumers[i], WINDOW, Long.MAX_VALUE);
        }
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            int n = next++ & 0xFFFF;
            queue.added(priorities[n], queue.lastArrival() + 1, 1_024, 0, hashes[n], shape.grouped);
        }
        queue.visibleUpTo(queue.lastArrival());
    }

    /** One message joins, goes out and is acknowledged. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long message() {
        for (int i = 0; i < MESSAGES; i += STEP) {
            add(STEP);
            while (queue.ready()) {
                queue.dispatch(0, 1_000, sink);
            }
            acknowledge();
        }
        return queue.out();
    }

    /** Once the windows are half full, acknowledges the oldest deliveries, and gives the credit back by 16. */
    private void acknowledge() {
        for (int i = 0; i < STEP && outTail - outHead > consumers.length * WINDOW / 2; i++) {
            int at = outHead++ & 0xFFFF;
            queue.removed(outPriority[at], outArrival[at], outArrival[at]);
            int consumer = (int) outAt[at].owner();
            if (++owed[consumer] == 16) {
                owed[consumer] = 0;
                queue.credit(outAt[at], outAt[at].limitMessages() + 16, Long.MAX_VALUE);
            }
        }
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(QueueBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
