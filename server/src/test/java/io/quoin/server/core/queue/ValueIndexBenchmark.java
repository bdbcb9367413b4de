// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The index of a queue by the value of a property, without the reading of values: it is made for {@value #MESSAGES} messages of
 * as many values, and a consumer that asks for one value finds its message. Run {@link #main}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ValueIndexBenchmark {
    private static final int MESSAGES = 1_000_000;
    private static final int STEPS = 256;

    private MessageQueue queue;
    private long found;
    private final DeliverySink sink =
            (to, priority, arrival, isVolatile, position, length, count, redelivered, first, expiresAtMs) ->
                    found = arrival;
    private int next;
    private int properties;

    private static int valueOf(long number) {
        return (int) Digest.mix(number) | 1;
    }

    /** One of many properties, which have the same values. */
    private record Numbered(int property) implements MessageProperty {
        @Override
        public int value(long position, int length) {
            return valueOf(position);
        }
    }

    /** Asks for one value of a property. */
    private record ByValue(ValueTerm term) implements MessageFilter {
        @Override
        public boolean matches(long position, int length, int deliveryCount) {
            return valueOf(position) == term.value();
        }

        @Override
        public List<ValueTerm> terms() {
            return List.of(term);
        }
    }

    @Setup(Level.Trial)
    public void setUp() {
        Bodies bodies = new Bodies() {
            @Override
            public boolean ready(long position, int length) {
                return true;
            }

            @Override
            public void live(long position, int length) {}

            @Override
            public void dead(long position, int length) {}
        };
        queue = new MessageQueue(1024, bodies, new IndexStore());
        for (int i = 1; i <= MESSAGES; i++) {
            queue.added(4, i, 1_024, 0, 0, false);
        }
        queue.visibleUpTo(queue.lastArrival());
    }

    /** One message is taken into a new index. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long make() {
        return consume(new Numbered(++properties), MESSAGES);
    }

    /** A consumer that asks for one of a million values opens, gets its message, gives it back and closes. */
    @Benchmark
    public long find() {
        next = next % MESSAGES + 1;
        return consume(new Numbered(0), next);
    }

    private long consume(MessageProperty by, int number) {
        QueueConsumer consumer = new QueueConsumer(this, new ByValue(new ValueTerm(by, valueOf(number))), 0, 1);
        queue.attach(consumer);
        queue.credit(consumer, 1, Long.MAX_VALUE);
        found = 0;
        while (queue.ready()) {
            queue.dispatch(0, STEPS, sink);
        }
        if (found == 0) {
            throw new IllegalStateException("Message " + number + " was not found");
        }
        queue.putBack(4, found, 0);
        queue.detach(consumer);
        return found;
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(ValueIndexBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
