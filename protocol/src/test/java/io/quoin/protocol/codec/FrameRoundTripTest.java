// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.ProtocolLimits;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameRoundTripTest {

    private final WireBuffer out = new WireBuffer(16);
    private final FrameWriter writer = new FrameWriter(out);
    private final FrameReader reader = new FrameReader();

    @Test
    void sendCarriesItsMessage() throws Exception {
        ByteBuffer message = block(100);
        SendFrame.begin(writer, 3, FrameFlags.SEND_PERSISTENT | FrameFlags.SEND_WAITING, 7, 5, 1_000, 0, 2);
        writer.endWithPayload(message);

        SendFrame send = new SendFrame().wrap(read());

        assertThat(reader.channel()).isEqualTo(3);
        assertThat(send.sequence()).isEqualTo(7);
        assertThat(send.alias()).isEqualTo(5);
        assertThat(send.timeToLiveMs()).isEqualTo(1_000);
        assertThat(send.delayMs()).isZero();
        assertThat(send.ageMs()).isEqualTo(2);
        assertThat(send.isPersistent()).isTrue();
        assertThat(send.isWaiting()).isTrue();
        assertThat(send.isTransacted()).isFalse();
        assertThat(reader.payload()).isEqualTo(message);
        reader.verifyPayload();
    }

    @Test
    void aFrameWrittenInTwoPartsIsTheSame() throws Exception {
        ByteBuffer message = block(100);
        DeliverFrame.begin(writer, 3, 1, 7, 5, 2, 0, 9, List.of(new NamedValue("JMS_Quoin_InDoubt", "true")));
        writer.endWithPayload(message);
        byte[] whole = out.toByteArray(0);
        out.clear();
        DeliverFrame.begin(writer, 3, 1, 7, 5, 2, 0, 9, List.of(new NamedValue("JMS_Quoin_InDoubt", "true")));
        writer.endBeforePayload(message);
        out.raw(message);

        assertThat(out.toByteArray(0)).isEqualTo(whole);
        assertThat(new DeliverFrame().wrap(read()).annotations()).hasSize(1);
    }

    @Test
    void anAcknowledgementHasItsRanges() throws Exception {
        AckFrame.begin(writer, 1, 0, 9, 2, 20, AckOutcome.CONSUMED, 2)
                .u64(1)
                .u64(3)
                .u64(5)
                .u64(5);
        writer.end();

        AckFrame ack = new AckFrame().wrap(read());

        assertThat(ack.request()).isEqualTo(9);
        assertThat(ack.rangeCount()).isEqualTo(2);
        assertThat(ack.first(1)).isEqualTo(5);
        assertThat(ack.last(0)).isEqualTo(3);
    }

    private FrameReader read() throws Exception {
        int size = FrameReader.size(out.buffer(), 0, out.position(), ProtocolLimits.DEFAULT_FRAME_BYTES);
        assertThat(size).isEqualTo(out.position());
        return reader.wrap(out.buffer(), 0, size);
    }

    private static ByteBuffer block(int length) {
        ByteBuffer block = ByteBuffer.allocate(length);
        for (int i = CheckedBlock.HEADER_BYTES; i < length; i++) {
            block.put(i, (byte) i);
        }
        CheckedBlock.seal(block, 0, length, new Checksum());
        return block;
    }
}
