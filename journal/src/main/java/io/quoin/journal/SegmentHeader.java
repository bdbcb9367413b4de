// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a segment begins with: one page with two copies of
 *
 * <pre>
 *  offset size
 *   0      9   magic "QUOINJ\r\n\x1a"
 *   9      1   0
 *  10      2   format version u16
 *  12      4   segment size in bytes
 *  16      8   segment number
 *  24      8   generation: random, new whenever a file becomes a segment
 *  32      8   epoch of the first frame
 *  40      8   position after the last frame of the previous segment; 0 for none
 *  48      4   headerCrc of that frame; 0 for none
 *  52      8   0
 *  60      4   CRC32C over bytes 0 .. 60
 * </pre>
 *
 * at offsets 0 and 2048, the rest zero.
 */
record SegmentHeader(
        int version, int segmentBytes, long segment, long generation, long epoch, long previousEnd, int previousCrc) {

    private static final byte[] MAGIC = {'Q', 'U', 'O', 'I', 'N', 'J', '\r', '\n', 0x1a};
    private static final int BYTES = 64;
    private static final int CRC_AT = 60;
    private static final int SECOND_COPY_AT = 2048;

    /** Position of the first frame. */
    long firstPosition() {
        return segment * segmentBytes + Layout.SEGMENT_HEADER_BYTES;
    }

    /** Fills a buffer of one page from its beginning and leaves it ready for writing. */
    void encode(ByteBuffer page) {
        page.clear().limit(Layout.SEGMENT_HEADER_BYTES);
        for (int i = 0; i < Layout.SEGMENT_HEADER_BYTES; i += 8) {
            page.putLong(i, 0);
        }
        encodeCopy(page, 0);
        encodeCopy(page, SECOND_COPY_AT);
    }

    private void encodeCopy(ByteBuffer page, int at) {
        for (int i = 0; i < MAGIC.length; i++) {
            page.put(at + i, MAGIC[i]);
        }
        page.putShort(at + 10, (short) version);
        page.putInt(at + 12, segmentBytes);
        page.putLong(at + 16, segment);
        page.putLong(at + 24, generation);
        page.putLong(at + 32, epoch);
        page.putLong(at + 40, previousEnd);
        page.putInt(at + 48, previousCrc);
        page.putInt(at + CRC_AT, Layout.crc(new CRC32C(), page, at, at + CRC_AT));
    }

    /** Reads the header from the first {@code available} bytes of a file, from whichever copy is sound; null if none is. */
    static @Nullable SegmentHeader decode(ByteBuffer page, int available) {
        SegmentHeader first = decodeCopy(page, 0, available);
        return first != null ? first : decodeCopy(page, SECOND_COPY_AT, available);
    }

    /** Whether both copies are sound. */
    static boolean isWhole(ByteBuffer page, int available) {
        return decodeCopy(page, 0, available) != null && decodeCopy(page, SECOND_COPY_AT, available) != null;
    }

    private static @Nullable SegmentHeader decodeCopy(ByteBuffer page, int at, int available) {
        if (at + BYTES > available || page.getInt(at + CRC_AT) != Layout.crc(new CRC32C(), page, at, at + CRC_AT)) {
            return null;
        }
        byte[] magic = new byte[MAGIC.length];
        page.get(at, magic);
        if (!Arrays.equals(magic, MAGIC)) {
            return null;
        }
        return new SegmentHeader(
                page.getShort(at + 10) & 0xFFFF,
                page.getInt(at + 12),
                page.getLong(at + 16),
                page.getLong(at + 24),
                page.getLong(at + 32),
                page.getLong(at + 40),
                page.getInt(at + 48));
    }
}
