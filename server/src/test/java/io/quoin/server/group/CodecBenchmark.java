// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.SendFrame;
import io.quoin.protocol.codec.WireBuffer;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
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

/** What a message costs on the wire, checksums included: at the producer, at the server twice, at the consumer. Run {@link #main}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
    private static final UUID CONNECTION = new UUID(7, 1);

    @Param({"100", "1024", "16384"})
    public int bodyBytes;

    private String body = "";
    private final MessageWriter message = new MessageWriter(512);
    private final FrameWriter out = new FrameWriter(new WireBuffer(64 << 10));
    private final FrameReader frame = new FrameReader();
    private final SendFrame send = new SendFrame();
    private final DeliverFrame deliver = new DeliverFrame();
    private final MessageView view = new MessageView();
    private ByteBuffer sealed;
    private ByteBuffer sent;
    private ByteBuffer delivered;
    private long number;

    @Setup(Level.Trial)
    public void setUp() {
        body = "x".repeat(bodyBytes);
        sealed = copy(encode());
        producer();
        sent = copy(out.buffer().written(0));
        toConsumer();
        delivered = copy(out.buffer().written(0));
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining());
        return copy.put(bytes.duplicate()).flip();
    }

    private ByteBuffer encode() {
        return message.begin()
                .connectionId(CONNECTION)
                .flags(MessageFlags.PERSISTENT)
                .priority(4)
                .destination(DestinationKind.QUEUE, "orders")
                .replyTo(null, null)
                .correlationId("request-17")
                .type(null)
                .property("number", 17)
                .textBody(body)
                .seal(++number);
    }

    /** The producer: message and SEND. */
    @Benchmark
    public int producer() {
        out.buffer().clear();
        SendFrame.begin(out, 1, FrameFlags.SEND_PERSISTENT, number, 1, 0, 0, 0);
        out.endWithPayload(encode());
        return out.buffer().position();
    }

    /** The server takes it: every checksum is verified, header fields are read in place. */
    @Benchmark
    public long fromProducer() throws ProtocolException {
        frame.wrap(sent, 0, sent.limit());
        frame.verifyPayload();
        send.wrap(frame);
        view.wrap(frame.buffer(), frame.payloadAt(), frame.payloadLength());
        return send.sequence() + view.priority();
    }

    /** The server gives it to a consumer: the same bytes behind another head. */
    @Benchmark
    public int toConsumer() {
        out.buffer().clear();
        DeliverFrame.begin(out, 1, 0, 1, ++number, 1, 0, number, List.of());
        out.endWithPayload(sealed);
        return out.buffer().position();
    }

    /** The consumer takes it: every checksum is verified, the message is copied and not decoded yet. */
    @Benchmark
    public byte[] consumer() throws ProtocolException {
        frame.wrap(delivered, 0, delivered.limit());
        frame.verifyPayload();
        deliver.wrap(frame);
        return frame.copyPayload();
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(CodecBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
