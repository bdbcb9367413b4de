// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a batch frame begins with, read and written in place. A frame is the unit of atomicity.
 *
 * <pre>
 *  offset size
 *   0      4   magic "QNFR"
 *   4      4   frameLength   with this header; a multiple of 8
 *   8      4   ~frameLength
 *  12      2   flags         1 seal, 2 end of segment
 *  14      2   0
 *  16      8   generation    of the segment
 *  24      8   position      of this header in the log
 *  32      8   epoch
 *  40      8   durable       everything below this position was synced when this was written
 *  48      4   prevCrc       headerCrc of the frame before; 0 in the very first
 *  52      4   count         of records
 *  56      4   recordsCrc    CRC32C over the 16-byte heads of all records
 *  60      4   headerCrc     CRC32C over bytes 0 .. 60
 * </pre>
 */
final class FrameHeader {
    static final int MAGIC = 0x514E_4652;

    /** An empty frame that only says that all before it is durable. */
    static final int FLAG_SEAL = 1;

    /** An empty frame that says that its segment holds nothing after it. */
    static final int FLAG_END = 2;

    private static final int LENGTH_AT = 4;
    private static final int LENGTH_CHECK_AT = 8;
    private static final int FLAGS_AT = 12;
    private static final int GENERATION_AT = 16;
    private static final int POSITION_AT = 24;
    private static final int EPOCH_AT = 32;
    private static final int DURABLE_AT = 40;
    private static final int PREVIOUS_CRC_AT = 48;
    private static final int COUNT_AT = 52;
    private static final int RECORDS_CRC_AT = 56;
    private static final int HEADER_CRC_AT = 60;

    private FrameHeader() {}

    /** Writes a header and returns its checksum. */
    static int encode(
            CRC32C crc,
            ByteBuffer buffer,
            int at,
            int frameLength,
            int flags,
            long generation,
            long position,
            long epoch,
            long durable,
            int previousCrc,
            int count,
            int recordsCrc) {
        buffer.putInt(at, MAGIC);
        buffer.putInt(at + LENGTH_AT, frameLength);
        buffer.putInt(at + LENGTH_CHECK_AT, ~frameLength);
        buffer.putInt(at + FLAGS_AT, flags << 16);
        buffer.putLong(at + GENERATION_AT, generation);
        buffer.putLong(at + POSITION_AT, position);
        buffer.putLong(at + EPOCH_AT, epoch);
        buffer.putLong(at + DURABLE_AT, durable);
        buffer.putInt(at + PREVIOUS_CRC_AT, previousCrc);
        buffer.putInt(at + COUNT_AT, count);
        buffer.putInt(at + RECORDS_CRC_AT, recordsCrc);
        int headerCrc = Layout.crc(crc, buffer, at, at + HEADER_CRC_AT);
        buffer.putInt(at + HEADER_CRC_AT, headerCrc);
        return headerCrc;
    }

    /** Whether a sound header written for exactly this place begins here. At least 64 bytes must be there. */
    static boolean isValid(CRC32C crc, ByteBuffer buffer, int at, long generation, long position) {
        int length = buffer.getInt(at + LENGTH_AT);
        return buffer.getInt(at) == MAGIC
                && length == ~buffer.getInt(at + LENGTH_CHECK_AT)
                && length >= Layout.FRAME_HEADER_BYTES
                && (length & 7) == 0
                && buffer.getLong(at + GENERATION_AT) == generation
                && buffer.getLong(at + POSITION_AT) == position
                && buffer.getInt(at + HEADER_CRC_AT) == Layout.crc(crc, buffer, at, at + HEADER_CRC_AT);
    }

    /** As {@link #isValid}, of whatever generation: for when the segment's own header cannot be read. */
    static boolean isValidOfSomeGeneration(CRC32C crc, ByteBuffer buffer, int at, long position) {
        return buffer.getInt(at) == MAGIC && isValid(crc, buffer, at, generation(buffer, at), position);
    }

    /**
     * Puts a header right in which exactly one bit is wrong. A checksum of 32 bits over so few bytes tells which one it is, and the place is
     * checked besides; two wrong bits are never mistaken for one.
     *
     * @return whether there is a sound header here now; if not, nothing has changed
     */
    static boolean healOneBit(CRC32C crc, ByteBuffer buffer, int at, long generation, long position) {
        int wrongBits = Integer.bitCount(buffer.getInt(at) ^ MAGIC)
                + Long.bitCount(generation(buffer, at) ^ generation)
                + Long.bitCount(position(buffer, at) ^ position);
        if (wrongBits > 1) {
            return false;
        }
        for (int bit = 0; bit < Layout.FRAME_HEADER_BYTES * 8; bit++) {
            int index = at + (bit >>> 3);
            byte was = buffer.get(index);
            buffer.put(index, (byte) (was ^ 1 << (bit & 7)));
            if (isValid(crc, buffer, at, generation, position)) {
                return true;
            }
            buffer.put(index, was);
        }
        return false;
    }

    static int frameLength(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LENGTH_AT);
    }

    static int flags(ByteBuffer buffer, int at) {
        return buffer.getInt(at + FLAGS_AT) >>> 16;
    }

    static long generation(ByteBuffer buffer, int at) {
        return buffer.getLong(at + GENERATION_AT);
    }

    static long position(ByteBuffer buffer, int at) {
        return buffer.getLong(at + POSITION_AT);
    }

    static long epoch(ByteBuffer buffer, int at) {
        return buffer.getLong(at + EPOCH_AT);
    }

    static long durable(ByteBuffer buffer, int at) {
        return buffer.getLong(at + DURABLE_AT);
    }

    static int previousCrc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + PREVIOUS_CRC_AT);
    }

    static int count(ByteBuffer buffer, int at) {
        return buffer.getInt(at + COUNT_AT);
    }

    static int recordsCrc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + RECORDS_CRC_AT);
    }

    static int headerCrc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + HEADER_CRC_AT);
    }
}
