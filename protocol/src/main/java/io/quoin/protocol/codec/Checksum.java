// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C over parts of buffers, without copying them. While it sums, it moves the buffer's position and limit, and puts
 * them back: a buffer that several threads read at once must be duplicated for each.
 *
 * <p>Thread: confined to one at a time.
 */
public final class Checksum {

    private final CRC32C crc = new CRC32C();

    /** The sum of {@code length} bytes of {@code buffer} from the absolute index {@code offset}. */
    public int of(ByteBuffer buffer, int offset, int length) {
        crc.reset();
        update(buffer, offset, length);
        return (int) crc.getValue();
    }

    /** The sum of two parts as if they were one. */
    int of(ByteBuffer first, int offset, int length, ByteBuffer second, int secondOffset, int secondLength) {
        crc.reset();
        update(first, offset, length);
        update(second, secondOffset, secondLength);
        return (int) crc.getValue();
    }

    private void update(ByteBuffer buffer, int offset, int length) {
        int position = buffer.position();
        int limit = buffer.limit();
        buffer.limit(offset + length).position(offset);
        crc.update(buffer);
        buffer.limit(limit).position(position);
    }
}
