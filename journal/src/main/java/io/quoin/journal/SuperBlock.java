// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a data folder as a whole. Kept in two copies, SUPER.a and SUPER.b, written in turn, the one with the
 * higher sequence winning.
 *
 * <pre>
 *  offset size
 *   0      9   magic "QUOINS\r\n\x1a"
 *   9      1   flags: 1 stopped cleanly
 *  10      2   format version u16: a program that knows only lower ones refuses the folder
 *  12      4   segment size in bytes
 *  16      8   sequence
 *  24     16   node id
 *  40      8   boot number: one more at each start
 *  48      8   epoch
 *  56      8   durable: the log was synced up to this position
 *  64      4   starts that were begun since the last one that succeeded
 *  68      4   CRC32C over bytes 0 .. 68
 * </pre>
 *
 * @param durable the log was synced at least up to this position
 * @param startsBegun starts that were begun and not finished
 */
record SuperBlock(
        int version,
        int segmentBytes,
        long sequence,
        long nodeIdHigh,
        long nodeIdLow,
        long bootNumber,
        long epoch,
        long durable,
        int startsBegun,
        boolean clean) {

    static final int BYTES = 72;

    private static final byte[] MAGIC = {'Q', 'U', 'O', 'I', 'N', 'S', '\r', '\n', 0x1a};
    private static final int CRC_AT = 68;

    void encode(ByteBuffer target) {
        target.clear();
        target.put(0, MAGIC);
        target.put(9, (byte) (clean ? 1 : 0));
        target.putShort(10, (short) version);
        target.putInt(12, segmentBytes);
        target.putLong(16, sequence);
        target.putLong(24, nodeIdHigh);
        target.putLong(32, nodeIdLow);
        target.putLong(40, bootNumber);
        target.putLong(48, epoch);
        target.putLong(56, durable);
        target.putInt(64, startsBegun);
        target.putInt(CRC_AT, Layout.crc(new CRC32C(), target, 0, CRC_AT));
        target.position(0).limit(BYTES);
    }

    /** Reads a block from the first {@code available} bytes of a buffer; null if they are not a sound one. */
    static @Nullable SuperBlock decode(ByteBuffer source, int available) {
        if (available < BYTES || source.getInt(CRC_AT) != Layout.crc(new CRC32C(), source, 0, CRC_AT)) {
            return null;
        }
        byte[] magic = new byte[MAGIC.length];
        source.get(0, magic);
        if (!Arrays.equals(magic, MAGIC)) {
            return null;
        }
        return new SuperBlock(
                source.getShort(10) & 0xFFFF,
                source.getInt(12),
                source.getLong(16),
                source.getLong(24),
                source.getLong(32),
                source.getLong(40),
                source.getLong(48),
                source.getLong(56),
                source.getInt(64),
                source.get(9) == 1);
    }

    SuperBlock withSequence(long value) {
        return new SuperBlock(
                version, segmentBytes, value, nodeIdHigh, nodeIdLow, bootNumber, epoch, durable, startsBegun, clean);
    }

    SuperBlock withStart(int value) {
        return new SuperBlock(
                version, segmentBytes, sequence, nodeIdHigh, nodeIdLow, bootNumber, epoch, durable, value, clean);
    }

    /** As it is while the folder is used. */
    SuperBlock withBoot(long boot) {
        return new SuperBlock(version, segmentBytes, sequence, nodeIdHigh, nodeIdLow, boot, epoch, durable, 0, false);
    }

    SuperBlock withDurable(long position) {
        return new SuperBlock(
                version,
                segmentBytes,
                sequence,
                nodeIdHigh,
                nodeIdLow,
                bootNumber,
                epoch,
                position,
                startsBegun,
                clean);
    }

    SuperBlock withCleanStop(long newDurable) {
        return new SuperBlock(
                version, segmentBytes, sequence, nodeIdHigh, nodeIdLow, bootNumber, epoch, newDurable, 0, true);
    }
}
