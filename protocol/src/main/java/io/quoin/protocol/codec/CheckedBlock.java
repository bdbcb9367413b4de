// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Bytes that carry their own checksum and length, so that they can travel through frames and files unchanged:
 *
 * <pre>
 * +------------+-------------+-----------+
 * | crc32c u32 | length u32  | bytes     |   length counts all three; the sum covers length and bytes
 * +------------+-------------+-----------+
 * </pre>
 *
 * Offsets are absolute indices of the buffer. A message is one such block, and so is the answer of an administration
 * verb.
 */
public final class CheckedBlock {

    /** Checksum and length. */
    public static final int HEADER_BYTES = 8;

    private static final int LENGTH_AT = 4;

    private CheckedBlock() {}

    /** The length that the block at {@code offset} says it has, as it stands there. */
    public static int length(ByteBuffer buffer, int offset) {
        return buffer.getInt(offset + LENGTH_AT);
    }

    /** The checksum that the block at {@code offset} says it has. */
    public static int crc(ByteBuffer buffer, int offset) {
        return buffer.getInt(offset);
    }

    /** Writes length and checksum of the {@code length} bytes from {@code offset}, of which the first 8 are left for them. */
    public static void seal(ByteBuffer buffer, int offset, int length, Checksum checksum) {
        buffer.putInt(offset + LENGTH_AT, length);
        buffer.putInt(offset, checksum.of(buffer, offset + LENGTH_AT, length - LENGTH_AT));
    }

    /**
     * Refuses a block that does not fill exactly the {@code available} bytes from {@code offset}.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_FRAME}
     */
    public static void checkLength(ByteBuffer buffer, int offset, int available) throws ProtocolException {
        if (available < HEADER_BYTES) {
            throw new ProtocolException(
                    ErrorCode.BAD_FRAME, "A checked block of " + available + " bytes has no header");
        }
        int length = length(buffer, offset);
        if (length != available) {
            throw new ProtocolException(
                    ErrorCode.BAD_FRAME,
                    "A checked block says that it has " + Integer.toUnsignedString(length) + " bytes where there are "
                            + available);
        }
    }

    /**
     * Refuses a block whose length or checksum is wrong.
     *
     * @param available the bytes that the block must fill
     * @throws ProtocolException with {@link ErrorCode#BAD_FRAME} or {@link ErrorCode#BAD_CHECKSUM}
     */
    public static void verify(ByteBuffer buffer, int offset, int available, Checksum checksum)
            throws ProtocolException {
        checkLength(buffer, offset, available);
        int told = crc(buffer, offset);
        int found = checksum.of(buffer, offset + LENGTH_AT, available - LENGTH_AT);
        if (told != found) {
            throw new ProtocolException(
                    ErrorCode.BAD_CHECKSUM,
                    "A checked block of " + available + " bytes has the checksum " + Integer.toHexString(found)
                            + " and says " + Integer.toHexString(told));
        }
    }
}
