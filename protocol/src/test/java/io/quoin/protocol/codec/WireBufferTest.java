// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireBufferTest {

    @Test
    void growsAsNeededAndGivesALargeArrayBack() {
        WireBuffer out = new WireBuffer(8);

        out.raw(new byte[WireBuffer.RETAINED_BYTES + 1]).u8(1);
        assertThat(out.position()).isEqualTo(WireBuffer.RETAINED_BYTES + 2);
        out.clear();

        assertThat(out.buffer().capacity()).isEqualTo(8);
        out.raw(new byte[1_000]).clear();
        assertThat(out.buffer().capacity()).isEqualTo(1_000);
    }

    @Test
    void aGivenBufferIsFilledAndNotExceeded() {
        ByteBuffer given = ByteBuffer.allocateDirect(20);
        WireBuffer out = WireBuffer.over(given);

        out.i64(1).string("ä").raw(ByteBuffer.wrap(new byte[4]));

        assertThat(given.position()).isEqualTo(16);
        assertThatThrownBy(() -> out.i64(1)).isInstanceOf(BufferOverflowException.class);
    }

    @Test
    void whatDoesNotFitTheWireIsTheCallersMistake() {
        WireBuffer out = new WireBuffer(8);

        assertMistake(() -> out.u8(256));
        assertMistake(() -> out.u16(-1));
        assertMistake(() -> out.u32(1L << 32));
        assertMistake(() -> out.u64(-1));
        assertMistake(() -> out.string("x".repeat(65_535)));
        assertMistake(() -> out.bytes(new byte[65_535]));
        assertThat(out.position()).isZero();
        out.string("x".repeat(65_534)).bytes(new byte[65_534]);
    }

    @Test
    void aFrameWithTooManyFieldsLeavesNothingBehind() {
        WireBuffer out = new WireBuffer(8);
        FrameWriter writer = new FrameWriter(out);
        writer.heartbeat();
        int before = out.position();

        assertMistake(() -> writer.write(
                0,
                new Frame.Admin(
                        1,
                        "x",
                        List.of(new NamedValue("a", "x".repeat(60_000)), new NamedValue("b", "x".repeat(60_000))))));
        assertThat(out.position()).isEqualTo(before);
        assertThatThrownBy(writer::end).isInstanceOf(IllegalStateException.class);
    }

    private static void assertMistake(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
}
