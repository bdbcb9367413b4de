// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Checks and walks the records of one frame whose header is sound. Not thread-safe. */
final class FrameBody {
    private final CRC32C crc = new CRC32C();
    private final RecordView view = new RecordView();

    /** Receives what a frame holds, in order. */
    interface Receiver {
        void onRecord(RecordView view, boolean payloadValid);

        /** Bytes from which no record could be read. */
        void onDamage(long position, int lengthBytes, String why);
    }

    /** Whether every byte that matters in the frame at {@code at} is what was written there. */
    boolean isSound(ByteBuffer buffer, int at) {
        int end = at + FrameHeader.frameLength(buffer, at);
        long generation = FrameHeader.generation(buffer, at);
        long position = FrameHeader.position(buffer, at);
        int offset = at + Layout.FRAME_HEADER_BYTES;
        int records = 0;
        crc.reset();
        while (offset < end) {
            view.wrap(buffer, offset, position + offset - at);
            if (!view.headValid(generation, end - offset) || !view.payloadValid()) {
                return false;
            }
            Layout.addToCrc(crc, buffer, offset, offset + Layout.RECORD_HEAD_BYTES);
            offset += Layout.align8(view.length());
            records++;
        }
        return offset == end
                && records == FrameHeader.count(buffer, at)
                && (records == 0 || (int) crc.getValue() == FrameHeader.recordsCrc(buffer, at));
    }

    /** Gives the records of a frame that {@link #isSound}. */
    void walkSound(ByteBuffer buffer, int at, Receiver receiver) {
        int end = at + FrameHeader.frameLength(buffer, at);
        long base = FrameHeader.position(buffer, at) - at;
        int offset = at + Layout.FRAME_HEADER_BYTES;
        while (offset < end) {
            view.wrap(buffer, offset, base + offset);
            offset += Layout.align8(view.length()); // before the receiver may turn the view elsewhere
            receiver.onRecord(view, true);
        }
    }

    /** Gives all that can be read, sound frame or not: a record's head says whether it belongs exactly where it was found. */
    void walk(ByteBuffer buffer, int at, Receiver receiver) {
        int end = at + FrameHeader.frameLength(buffer, at);
        long generation = FrameHeader.generation(buffer, at);
        long base = FrameHeader.position(buffer, at) - at;
        int offset = at + Layout.FRAME_HEADER_BYTES;
        while (offset < end) {
            view.wrap(buffer, offset, base + offset);
            String fault = view.fault(generation, end - offset);
            if (fault == null) {
                int next = offset + Layout.align8(view.length());
                receiver.onRecord(view, view.payloadValid());
                offset = next;
            } else {
                int next = nextSoundRecord(buffer, offset + 8, end, generation, base);
                receiver.onDamage(base + offset, next - offset, fault);
                offset = next;
            }
        }
    }

    private int nextSoundRecord(ByteBuffer buffer, int from, int end, long generation, long base) {
        for (int offset = from; offset < end; offset += 8) {
            view.wrap(buffer, offset, base + offset);
            if (view.headValid(generation, end - offset)) {
                return offset;
            }
        }
        return end;
    }
}
