// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.Batch;
import io.quoin.journal.Journal;
import io.quoin.journal.JournalException;
import io.quoin.journal.JournalOptions;
import io.quoin.journal.Recovery;
import io.quoin.journal.disk.FileDisk;
import io.quoin.journal.disk.SystemClock;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * A record with a message is appended to a journal: copied, framed and summed, but not written, as by the owner between two
 * syncs. What a sync costs is the disk's, see {@code JournalSpeed}. Run {@link #main}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JournalBenchmark {
    private static final int RECORDS = 60;
    private static final int RECORD_TYPE = 16;
    private static final int FIELDS = 4;

    @Param({"100", "1024"})
    public int bodyBytes;

    private Path folder;
    private Journal journal;
    private ByteBuffer message;
    private long number;

    @Setup(Level.Trial)
    public void setUp() throws IOException, JournalException {
        folder = Files.createTempDirectory("quoin-journal");
        try (Recovery recovery = Recovery.begin(new FileDisk(folder), new SystemClock(), JournalOptions.defaults())) {
            recovery.replay(record -> {});
            journal = recovery.open();
        }
        message = new MessageWriter(512)
                .begin()
                .connectionId(new UUID(7, 1))
                .flags(MessageFlags.PERSISTENT)
                .priority(4)
                .destination(DestinationKind.QUEUE, "orders")
                .replyTo(null, null)
                .correlationId(null)
                .type(null)
                .textBody("x".repeat(bodyBytes))
                .seal(1);
    }

    /** One of 60 records of a batch is appended, and the batch is taken for writing. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long append() {
        for (int i = 0; i < RECORDS; i++) {
            ByteBuffer fields = journal.begin(RECORD_TYPE, 0);
            for (int f = 0; f < FIELDS; f++) {
                fields.putLong(++number);
            }
            journal.end(message);
        }
        Batch batch = journal.take();
        if (batch == null) {
            throw new IllegalStateException("Nothing was appended");
        }
        journal.completed(batch);
        return journal.appended();
    }

    @TearDown(Level.Trial)
    public void tearDown() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(JournalBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
