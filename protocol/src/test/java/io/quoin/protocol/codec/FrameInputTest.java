// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FrameInputTest {

    private static final int MAX_FRAME_BYTES = 100_000;

    private final FrameReader reader = new FrameReader();

    /** A stream that gives as much at a time as a socket may. */
    private static final class Trickle extends InputStream {

        private final ByteArrayInputStream bytes;
        private final Random random;
        private final int most;

        Trickle(byte[] bytes, Random random) {
            this.bytes = new ByteArrayInputStream(bytes);
            this.random = random;
            this.most = 1 + random.nextInt(5_000);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            return bytes.read(to, offset, Math.min(length, 1 + random.nextInt(most)));
        }
    }

    @Property(tries = 300)
    void howeverBytesArriveTheFramesAreTheSame(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        WireBuffer sent = new WireBuffer(1_000);
        List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int start = sent.position();
            writeFrame(new FrameWriter(sent), random);
            expected.add(sent.toByteArray(start));
        }
        FrameInput input = new FrameInput(16 + random.nextInt(5_000), MAX_FRAME_BYTES);
        InputStream stream = new Trickle(sent.toByteArray(0), random);

        List<byte[]> received = new ArrayList<>();
        while (input.fill(stream)) {
            while (input.next(reader)) {
                byte[] frame = new byte[reader.size()];
                reader.buffer().get(reader.fieldsAt() - FrameReader.HEADER_BYTES, frame);
                received.add(frame);
            }
            assertThat(input.capacity()).isLessThanOrEqualTo(MAX_FRAME_BYTES);
        }

        assertThat(received).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(received.get(i)).isEqualTo(expected.get(i));
        }
        assertThat(input.pendingBytes()).isZero();
    }

    private static void writeFrame(FrameWriter writer, Random random) {
        if (random.nextInt(3) == 0) {
            writer.heartbeat();
            return;
        }
        int size = CheckedBlock.HEADER_BYTES + random.nextInt(random.nextInt(10) == 0 ? 90_000 : 500);
        ByteBuffer payload = ByteBuffer.allocate(size);
        random.nextBytes(payload.array());
        CheckedBlock.seal(payload, 0, size, new Checksum());
        SendFrame.begin(writer, 1, 0, 1, 1, 0, 0, 0);
        writer.endWithPayload(payload);
    }

    @Test
    void memoryFollowsWhatHasArrivedAndNotWhatIsAnnounced() throws Exception {
        FrameInput input = new FrameInput(64, MAX_FRAME_BYTES);
        ByteBuffer announced = ByteBuffer.allocate(64).putInt(0, 90_000);

        input.fill(announced);
        assertThat(input.next(reader)).isFalse();

        assertThat(input.capacity()).isEqualTo(64);
        input.fill(ByteBuffer.allocate(1_000));
        assertThat(input.capacity()).isLessThanOrEqualTo(2 * 1_064);
    }

    @Test
    void aFrameThatIsTooLargeIsRefusedByItsFirstFourBytes() {
        FrameInput input = new FrameInput(64, 16_384);
        input.fill(ByteBuffer.allocate(4).putInt(0, 16_381));

        assertThatThrownBy(() -> input.next(reader))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE));
    }

    @Test
    void theLimitCanBeRaisedAfterwards() throws Exception {
        FrameInput input = new FrameInput(64, 16_384);
        input.maxFrameBytes(MAX_FRAME_BYTES);
        input.fill(ByteBuffer.allocate(4).putInt(0, 16_381));

        assertThat(input.next(reader)).isFalse();
    }

    @Test
    void aLargeBufferIsGivenBackWhenOnlyLittleArrives() throws Exception {
        FrameInput input = new FrameInput(64, MAX_FRAME_BYTES);
        WireBuffer large = new WireBuffer(64);
        new FrameWriter(large).write(0, new Frame.Failure(1, 1, "x".repeat(2_000)));
        input.fill(large.written(0));
        assertThat(input.next(reader)).isTrue();
        assertThat(input.capacity()).isGreaterThan(2_000);

        byte[] heartbeat = Samples.bytes(FrameWriter::heartbeat);
        for (int i = 0; i < 100; i++) {
            input.fill(ByteBuffer.wrap(heartbeat));
            assertThat(input.next(reader)).isTrue();
        }

        assertThat(input.capacity()).isEqualTo(64);
    }
}
