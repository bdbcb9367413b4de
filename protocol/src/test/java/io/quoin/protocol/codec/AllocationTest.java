// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What reading and writing cost in memory: nothing on the path of each message, little of what a hostile peer sends. */
class AllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final UUID CONNECTION = new UUID(1, 2);
    private static final int ROUNDS = 20_000;
    private static final int TRIES = 5;
    /** The measurement itself and the compiler's doings in this thread, over all rounds. */
    private static final long NOISE_BYTES = 20_000;

    /** An exception with its trace, once: the connection is closed after it. */
    private static final long ERROR_BYTES = 16_384;

    private static final long BYTES_PER_BYTE = 64;
    private static final long SEED = 5_544;

    private final WireBuffer out = new WireBuffer(4_096);
    private final FrameWriter writer = new FrameWriter(out);
    private final FrameReader reader = new FrameReader();
    private final SendFrame send = new SendFrame();
    private final DeliverFrame deliver = new DeliverFrame();
    private final AckFrame ack = new AckFrame();
    private final CreditFrame credit = new CreditFrame();
    private final MessageWriter messages = new MessageWriter(4_096);
    private final MessageView view = new MessageView();
    private long consumed;

    private interface Action {
        void run() throws Exception;
    }

    @Test
    void readingASendAndItsMessageAllocatesNothing() throws Exception {
        SendFrame.begin(writer, 1, 1, 5, 2, 0, 0, 1);
        writer.endWithPayload(encode());
        byte[] region = Utf8.bytes("region");
        byte[] north = Utf8.bytes("north");

        assertAllocatesNothing(() -> {
            read();
            send.wrap(reader);
            view.wrap(reader.buffer(), reader.payloadAt(), reader.payloadLength())
                    .verify();
            consumed += send.sequence() + send.alias() + send.ageMs() + view.priority() + view.groupHash();
            consumed += view.isString(view.property(region), north) ? 1 : 0;
        });
    }

    @Test
    void writingAMessageAndItsFramesAllocatesNothing() throws Exception {
        assertAllocatesNothing(() -> {
            ByteBuffer message = encode();
            out.clear();
            SendFrame.begin(writer, 1, 1, 5, 2, 0, 0, 1);
            writer.endWithPayload(message);
            DeliverFrame.begin(writer, 1, 1, 5, 2, 1, 0, 9, List.of());
            writer.endBeforePayload(message);
        });
    }

    @Test
    void theFramesOfADeliveryAllocateNothing() throws Exception {
        ByteBuffer message = encode();

        assertAllocatesNothing(() -> {
            out.clear();
            DeliverFrame.begin(writer, 1, 1, 5, 2, 1, 0, 9, List.of());
            writer.endWithPayload(message);
            read();
            consumed += deliver.wrap(reader).tag();
            out.clear();
            AckFrame.begin(writer, 1, 0, 0, 1, 9, AckOutcome.CONSUMED, 1).u64(1).u64(9);
            writer.end();
            read();
            consumed += ack.wrap(reader).last(0);
            out.clear();
            CreditFrame.write(writer, 1, 2, 3, 4, 5);
            read();
            consumed += credit.wrap(reader).limitMessages();
            out.clear();
            SentFrame.write(writer, 7);
            read();
            consumed += SentFrame.upTo(reader);
        });
    }

    private ByteBuffer encode() {
        return messages.begin()
                .connectionId(CONNECTION)
                .timestamp(1)
                .destination(DestinationKind.QUEUE, "orders")
                .replyTo(null, null)
                .correlationId("correlation")
                .type(null)
                .property("region", "north")
                .property("JMSXGroupID", "customer-17")
                .textBody("A text of some length, with a few letters that are not ASCII: äöü.")
                .seal(5);
    }

    private void read() throws ProtocolException {
        int size = FrameReader.size(out.buffer(), 0, out.position(), ProtocolLimits.DEFAULT_FRAME_BYTES);
        reader.wrap(out.buffer(), 0, size);
        reader.verifyPayload();
    }

    private static void assertAllocatesNothing(Action action) throws Exception {
        Action rounds = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                action.run();
            }
        };
        assertThat(allocatedBy(rounds, NOISE_BYTES)).isLessThan(NOISE_BYTES);
    }

    /**
     * What an action allocates in this thread once the JVM has loaded and linked what it needs, which is done in the thread that
     * needs it first, and later the busier the machine is: an action whose own allocation exceeds the limit exceeds it each time.
     */
    private static long allocatedBy(Action action, long limitBytes) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least >= limitBytes; i++) {
            long before = allocated();
            action.run();
            least = Math.min(least, allocated() - before);
        }
        return least;
    }

    /** Frames with a right checksum and any fields, most of them lengths and counts that lie. */
    @Test
    void aHostileFrameAllocatesNoMoreThanAMultipleOfItsBytes() throws Exception {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        Map<String, byte[]> samples = Samples.all();
        for (int round = 0; round < 100; round++) {
            for (Map.Entry<String, byte[]> sample : samples.entrySet()) {
                byte[] hostile = hostile(sample.getValue(), random);
                long limit = BYTES_PER_BYTE * hostile.length + ERROR_BYTES;

                assertThat(allocatedBy(() -> tryToRead(hostile), limit))
                        .as(sample.getKey() + " of " + hostile.length + " bytes")
                        .isLessThan(limit);
            }
        }
    }

    private static byte[] hostile(byte[] sample, Random random) throws Exception {
        FrameReader frame = new FrameReader().wrap(ByteBuffer.wrap(sample), 0, sample.length);
        byte[] payload = Arrays.copyOfRange(sample, frame.payloadAt(), sample.length);
        byte[] fields = Arrays.copyOfRange(sample, frame.fieldsAt(), frame.payloadAt());
        byte[] longer = Arrays.copyOf(fields, Math.min(65_535, fields.length + random.nextInt(3_000)));
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && longer.length > 0; i++) {
            longer[random.nextInt(Math.max(1, Math.min(longer.length, fields.length + 8)))] = (byte) random.nextInt();
        }
        return Samples.reseal(sample, longer, payload);
    }

    private static void tryToRead(byte[] frame) throws Exception {
        try {
            Samples.readAll(new FrameReader(), ByteBuffer.wrap(frame), 0, frame.length);
        } catch (ProtocolException refused) {
            // What most of them deserve.
        }
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
