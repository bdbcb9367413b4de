// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Finds headers in one segment: its own, and those of its frames where they should be or after damage. Not thread-safe. */
final class FrameFinder {
    private static final int PIECE_BYTES = 64 * 1024;

    private final SegmentWindow window;
    private final long base;
    private final long generation;
    private final CRC32C crc = new CRC32C();

    /**
     * @param base position of the segment's first byte
     * @param generation of the segment
     */
    FrameFinder(SegmentWindow window, long base, long generation) {
        this.window = window;
        this.base = base;
        this.generation = generation;
    }

    /** Reads a segment's header if it is sound and belongs to the segment. */
    static @Nullable SegmentHeader segmentHeader(SegmentWindow window, long segment, int segmentBytes)
            throws IOException {
        int available = Math.min(window.fileBytes(), Layout.SEGMENT_HEADER_BYTES);
        if (available == 0 || window.at(0, available) != 0) {
            return null;
        }
        SegmentHeader header = SegmentHeader.decode(window.buffer(), available);
        return header != null && header.segment() == segment && header.segmentBytes() == segmentBytes ? header : null;
    }

    /** Generation of a segment, from its header or its frames; null if neither tells. */
    static @Nullable Long generation(SegmentWindow window, long segment, int segmentBytes) throws IOException {
        SegmentHeader header = segmentHeader(window, segment, segmentBytes);
        return header != null ? Long.valueOf(header.generation()) : generationOfFrames(window, segment * segmentBytes);
    }

    /** Generation of the first frame that lies where it says; null if there is none. */
    static @Nullable Long generationOfFrames(SegmentWindow window, long base) throws IOException {
        CRC32C crc = new CRC32C();
        int offset = nextMagic(window, Layout.SEGMENT_HEADER_BYTES);
        while (offset >= 0) {
            int at = window.at(offset, Layout.FRAME_HEADER_BYTES);
            if (at >= 0 && FrameHeader.isValidOfSomeGeneration(crc, window.buffer(), at, base + offset)) {
                return FrameHeader.generation(window.buffer(), at);
            }
            offset = nextMagic(window, offset + 8);
        }
        return null;
    }

    /** Whether the bytes at index {@code at} of the window are a sound header written for offset {@code slot}. */
    boolean isSound(int at, int slot) {
        return FrameHeader.isValid(crc, window.buffer(), at, generation, base + slot);
    }

    /** Puts right in memory a header in which one bit is wrong; false if it is not so. */
    boolean heal(int at, int slot) {
        return FrameHeader.healOneBit(crc, window.buffer(), at, generation, base + slot);
    }

    /** Offset of the next sound frame header at or after {@code from}, or -1. */
    int next(int from) throws IOException {
        int offset = nextMagic(window, from);
        while (offset >= 0) {
            int at = window.at(offset, Layout.FRAME_HEADER_BYTES);
            if (at >= 0 && isSound(at, offset)) {
                return offset;
            }
            offset = nextMagic(window, offset + 8);
        }
        return -1;
    }

    /** Offset of the next place at or after {@code from} that begins like a frame, or -1. */
    private static int nextMagic(SegmentWindow window, int from) throws IOException {
        int offset = Layout.align8(from);
        while (offset + Layout.FRAME_HEADER_BYTES <= window.fileBytes()) {
            int piece = Math.min(PIECE_BYTES, window.fileBytes() - offset);
            int at = window.at(offset, piece);
            if (at < 0) {
                return -1;
            }
            ByteBuffer buffer = window.buffer();
            for (int i = 0; i + 4 <= piece; i += 8) {
                if (buffer.getInt(at + i) == FrameHeader.MAGIC) {
                    return offset + i;
                }
            }
            offset += Layout.align8(piece);
        }
        return -1;
    }

    /**
     * Shows the sound record at or after {@code from} whose bytes end at or before {@code to}, wherever it begins: a record's head says whether it was written for
     * the very place where it is found.
     *
     * @return its offset, or -1 if there is none
     */
    int nextRecord(int from, int to, RecordView into) throws IOException {
        for (int offset = from; offset + Layout.RECORD_HEAD_BYTES <= to; offset += 8) {
            int at = window.at(offset, Math.min(to - offset, PIECE_BYTES + Layout.FRAME_HEADER_BYTES));
            if (at >= 0) {
                into.wrap(window.buffer(), at, base + offset);
                if (into.headValid(generation, to - offset)) {
                    into.wrap(window.buffer(), window.at(offset, into.length()), base + offset);
                    return offset;
                }
            }
        }
        return -1;
    }
}
