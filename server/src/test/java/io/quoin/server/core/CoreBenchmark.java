// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import io.quoin.server.model.Refusal;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
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

/**
 * The whole core on one thread without I/O: each message of 256 bytes is sent, recorded in a log in memory, applied, made
 * visible, delivered within a consumer's credit, acknowledged in ranges of 50, and the acknowledgement recorded and applied.
 * Run {@link #main}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CoreBenchmark {
    private static final int MESSAGES = 1_000;
    private static final int STEP = 50;
    private static final int WINDOW = 1_000;
    private static final int SESSION = 1;
    private static final int ALIAS = 1;
    private static final int BODY_BYTES = 100;

    /** What the messages are like, and how many consumers there are. */
    public enum Shape {
        /** Persistent, one priority, no groups, one consumer. */
        PLAIN(1, 0, 1, true),
        /** As before, but not persistent. */
        VOLATILE(1, 0, 1, false),
        /** Not persistent, no groups, four consumers. */
        VOLATILE_SHARED(1, 0, 4, false),
        /** As before, with 64 groups in 1,024 slots. */
        VOLATILE_GROUPED(1, 64, 4, false),
        /** Persistent, 10,000 groups in 1,024 slots, three priorities, four consumers. */
        GROUPED_MIXED(3, 10_000, 4, true);

        final int priorities;
        final int groups;
        final int consumers;
        final boolean persistent;

        Shape(int priorities, int groups, int consumers, boolean persistent) {
            this.priorities = priorities;
            this.groups = groups;
            this.consumers = consumers;
            this.persistent = persistent;
        }
    }

    @Param
    public Shape shape;

    private final RingLog log = new RingLog();
    private final VolatileLog volatileLog = new VolatileLog();
    private final Store store = new Store();
    private final Acks acks = new Acks();
    private Broker broker;
    private ClientConnection connection;
    private ByteBuffer[] messages;
    private MessageView[] views;
    private int flags;
    private long sequence;
    private long nanos = 1_000_000;

    @Setup(Level.Trial)
    public void setUp() throws ProtocolException, Refusal {
        SplittableRandom random = new SplittableRandom(42);
        int variants = Math.max(16, 2 * shape.groups);
        messages = new ByteBuffer[variants];
        views = new MessageView[variants];
        UUID id = new UUID(7, 1);
        MessageWriter writer = new MessageWriter(512);
        for (int i = 0; i < variants; i++) {
            writer.begin()
                    .connectionId(id)
                    .flags(shape.persistent ? MessageFlags.PERSISTENT : 0)
                    .priority(4 + random.nextInt(shape.priorities))
                    .destination(DestinationKind.QUEUE, "orders")
                    .replyTo(null, null)
                    .correlationId(null)
                    .type(null);
            if (shape.groups > 0) {
                writer.property("JMSXGroupID", "group-" + random.nextInt(shape.groups));
            }
            ByteBuffer message = writer.textBody("x".repeat(BODY_BYTES)).seal(i);
            ByteBuffer copy = ByteBuffer.allocate(message.remaining());
            copy.put(message).flip();
            messages[i] = copy;
            views[i] = new MessageView().wrap(copy, 0, copy.limit());
        }
        flags = shape.persistent ? FrameFlags.SEND_PERSISTENT : 0;
        open(id);
    }

    private void open(UUID id) throws Refusal {
        broker = new Broker(BrokerOptions.DEFAULT, log, volatileLog, store);
        broker.now(TestServer.START_MS, nanos);
        broker.booted(true);
        connection = broker.connections().connect(id, null, false, acks);
        broker.connections().destination(connection, ALIAS, DestinationKind.QUEUE, "orders", null);
        broker.connections().openSession(connection, SESSION, AcknowledgeMode.AUTO);
        for (int c = 1; c <= shape.consumers; c++) {
            Frame.ConsumerOpen frame = new Frame.ConsumerOpen(c, 0, c, ALIAS, null, null, WINDOW, Long.MAX_VALUE);
            broker.messages().openConsumer(connection, SESSION, frame);
        }
        broker.durable(log.appended());
    }

    /** One message is sent, delivered and acknowledged. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long message() {
        for (int i = 0; i < MESSAGES; i += STEP) {
            nanos += 50_000;
            broker.now(TestServer.START_MS + nanos / 1_000_000, nanos);
            for (int n = 0; n < STEP; n++) {
                int at = (int) (sequence++ % messages.length);
                broker.messages().send(connection, SESSION, flags, sequence, ALIAS, 0, 0, 0, views[at], messages[at]);
            }
            acks.acknowledge();
            broker.tick(100);
            broker.durable(log.appended());
            broker.dispatch(1_000);
        }
        if (sequence - acks.acknowledged > (long) shape.consumers * WINDOW + STEP) {
            throw new IllegalStateException(
                    "of " + sequence + " messages sent only " + acks.acknowledged + " were acknowledged");
        }
        return acks.acknowledged;
    }

    /** The client: counts tags, and acknowledges each consumer's deliveries by {@link #STEP}. */
    private final class Acks implements Outlet {
        private final long[] delivered = new long[8];
        private final long[] acked = new long[8];
        private final long[] range = new long[2];
        long acknowledged;

        void acknowledge() {
            for (int c = 1; c <= shape.consumers; c++) {
                if (delivered[c] - acked[c] >= STEP || shape.consumers > 1 && delivered[c] > acked[c]) {
                    range[0] = acked[c] + 1;
                    range[1] = delivered[c];
                    broker.messages()
                            .ack(connection, SESSION, 0, c, delivered[c], AckOutcome.CONSUMED, false, false, range, 1);
                    broker.messages()
                            .credit(connection, SESSION, c, delivered[c] + WINDOW, Long.MAX_VALUE, delivered[c]);
                    acknowledged += delivered[c] - acked[c];
                    acked[c] = delivered[c];
                }
            }
        }

        @Override
        public void deliver(
                int session,
                int consumer,
                long tag,
                int deliveryCount,
                boolean redelivered,
                boolean groupFirst,
                boolean inDoubt,
                long remainingMs,
                long arrival,
                long position,
                int length) {
            delivered[consumer] = tag;
        }

        @Override
        public void ok(int request, long after) {}

        @Override
        public void ok(int request, long after, Result result) {}

        @Override
        public void error(int request, ErrorCode code, String text) {
            throw new IllegalStateException(text);
        }

        @Override
        public void sent(long upTo, long after) {}

        @Override
        public void refused(long refused, ErrorCode code, String text) {
            throw new IllegalStateException(text);
        }

        @Override
        public void sendCredit(int alias, long limitBytes) {}

        @Override
        public void permit(int session, int consumer, long upTo, long after) {}

        @Override
        public void slot(int session, int consumer, int slot, boolean assigned) {}

        @Override
        public void browsed(int session, int browser, int count, long remainingMs, long position, int length) {}

        @Override
        public void recall(int session, int consumer, int slot) {}

        @Override
        public void consumerLost(int session, int consumer, ErrorCode code, String text) {}

        @Override
        public void fenced(ErrorCode code, String text) {}

        @Override
        public void expelled(ErrorCode code, String text) {}
    }

    /** A log in memory that forgets what is older than 32 MiB. */
    private static final class RingLog implements RecordSink {
        private static final int BYTES = 32 << 20;
        private static final int LARGEST = 128 << 10;
        private static final int HEAD_BYTES = 16;

        private final ByteBuffer ring = ByteBuffer.allocate(BYTES);
        private final RecordView last = new RecordView();
        private long end = BYTES;
        private int at;

        @Override
        public ByteBuffer begin(int type, int recordFlags) {
            if (BYTES - (int) (end % BYTES) < LARGEST) {
                end += BYTES - end % BYTES;
            }
            at = (int) (end % BYTES);
            ring.putInt(at + 8, type << 24 | recordFlags << 16);
            return ring.position(at + HEAD_BYTES);
        }

        @Override
        public long end() {
            ring.putShort(at + 10, (short) (ring.position() - at - HEAD_BYTES));
            return close();
        }

        @Override
        public long end(ByteBuffer payload) {
            ring.putShort(at + 10, (short) (ring.position() - at - HEAD_BYTES));
            ring.put(ring.position(), payload, payload.position(), payload.remaining());
            ring.position(ring.position() + payload.remaining());
            return close();
        }

        private long close() {
            int length = ring.position() - at;
            ring.putInt(at, length);
            long position = end;
            last.wrap(ring, at, position);
            end += (length + 7) & ~7;
            return position;
        }

        @Override
        public RecordView last() {
            return last;
        }

        @Override
        public void beginAtomic(int bytes) {}

        @Override
        public void endAtomic() {}

        @Override
        public int atomicBytesMax() {
            return Integer.MAX_VALUE;
        }

        @Override
        public long appended() {
            return end;
        }
    }

    private final class Store implements MessageStore {
        private final RecordView view = new RecordView();

        @Override
        public RecordView record(long position) {
            if (position < 0) {
                volatileLog.read(position, view);
            } else {
                view.wrap(log.ring, (int) (position % RingLog.BYTES), position);
            }
            return view;
        }

        @Override
        public boolean ready(long position, int length) {
            return true;
        }

        @Override
        public void live(long position, int length) {
            if (position < 0) {
                volatileLog.live(position);
            }
        }

        @Override
        public void dead(long position, int length) {
            if (position < 0) {
                volatileLog.dead(position);
            }
        }
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(CoreBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
