// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.group.LinkHandler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FrameAssemblerTest {

    /** Frames that are a length and that many bytes more, each with its number. */
    private static final class Recorder implements LinkHandler {
        private final List<Integer> frames = new ArrayList<>();
        private int wanted = 4;

        @Override
        public int receive(ByteBuffer bytes, int from, int to) {
            int at = from;
            while (true) {
                int size = to - at < 4 ? 0 : bytes.getInt(at);
                if (size == 0 || size > to - at) {
                    wanted = Math.max(4, size);
                    return at;
                }
                frames.add(bytes.getInt(at + size - 4));
                at += size;
            }
        }

        @Override
        public int wantedBytes() {
            return wanted;
        }

        @Override
        public void fail(ErrorCode code, String text) {
            throw new AssertionError(text);
        }

        @Override
        public void lost() {}

        @Override
        public void writable() {}
    }

    @Property(tries = 200)
    void framesArriveWholeAndInOrderHoweverTheyAreCut(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 8, max = 3_000) Integer> sizes,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 5_000) Integer> cuts) {
        ByteBuffer all =
                ByteBuffer.allocate(sizes.stream().mapToInt(Integer::intValue).sum());
        for (int i = 0; i < sizes.size(); i++) {
            int start = all.position();
            all.putInt(start, sizes.get(i)).putInt(start + sizes.get(i) - 4, i).position(start + sizes.get(i));
        }
        all.flip();
        Recorder recorder = new Recorder();
        FrameAssembler assembler = new FrameAssembler(recorder, PooledByteBufAllocator.DEFAULT);

        for (int i = 0; all.hasRemaining(); i++) {
            int count = Math.min(all.remaining(), cuts.get(i % cuts.size()));
            ByteBuf read = PooledByteBufAllocator.DEFAULT.directBuffer(count);
            ByteBuffer piece = all.slice(all.position(), count);
            all.position(all.position() + count);
            assembler.read(read.writeBytes(piece));
            assertThat(read.refCnt()).isZero();
        }
        assembler.close();

        assertThat(recorder.frames).hasSize(sizes.size());
        for (int i = 0; i < sizes.size(); i++) {
            assertThat(recorder.frames.get(i)).isEqualTo(i);
        }
    }
}
