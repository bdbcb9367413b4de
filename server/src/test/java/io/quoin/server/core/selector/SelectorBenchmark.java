// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import java.nio.ByteBuffer;
import java.util.UUID;
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

/** A selector is asked about messages of four properties, as the owner asks it: about the bytes, of which nothing is decoded before. Run {@link #main}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SelectorBenchmark {
    private static final int MESSAGES = 1_024;

    @Param({
        "colour = 'red'",
        "number > 500 AND colour <> 'grey'",
        "number BETWEEN 10 AND 20 OR price * 2 < 3.5",
        "customer LIKE '%-17'",
        "missing IS NULL AND JMSPriority > 3"
    })
    public String text;

    private Selector selector;
    private final MessageView[] messages = new MessageView[MESSAGES];

    @Setup(Level.Trial)
    public void setUp() throws SelectorException, ProtocolException {
        selector = Selector.parse(text);
        MessageWriter writer = new MessageWriter(512);
        for (int i = 0; i < MESSAGES; i++) {
            ByteBuffer message = writer.begin()
                    .connectionId(new UUID(7, 1))
                    .flags(MessageFlags.PERSISTENT)
                    .priority(4)
                    .destination(DestinationKind.QUEUE, "orders")
                    .replyTo(null, null)
                    .correlationId("request-" + i)
                    .type(null)
                    .property("number", i)
                    .property("colour", i % 100 == 0 ? "red" : "grey")
                    .property("price", i / 4.0)
                    .property("customer", "customer-" + i % 50)
                    .textBody("x".repeat(100))
                    .seal(i);
            ByteBuffer copy = ByteBuffer.allocate(message.remaining());
            copy.put(message).flip();
            messages[i] = new MessageView().wrap(copy, 0, copy.limit());
        }
    }

    /** It is asked about one message. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int matches() {
        int found = 0;
        for (MessageView message : messages) {
            found += selector.matches(message) ? 1 : 0;
        }
        return found;
    }

    /** It is parsed. */
    @Benchmark
    public Selector parse() throws SelectorException {
        return Selector.parse(text);
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(SelectorBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
