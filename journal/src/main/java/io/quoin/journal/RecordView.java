// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record in place, in whatever buffer holds it. Not thread-safe; what it shows is valid only as long as the method that
 * filled it says. Readers use absolute {@code get}s on {@link #buffer()} and leave its position and limit alone.
 *
 * <pre>
 *  offset size
 *   0      4   length        from here to the end of the payload; the next record begins at the next multiple of 8
 *   4      4   crc           CRC32C over bytes 8 .. 16+fieldsLength and the first 8 bytes of the payload, if there is one
 *   8      1   type          1..15 the journal's own, 16..255 the caller's
 *   9      1   flags         the caller's
 *  10      2   fieldsLength  u16
 *  12      4   mark          position and segment generation, folded
 *  16      f   fields
 *  16+f    p   payload       none, or one checked block: crc u32 over what follows it | length u32 of all of it | bytes
 * </pre>
 */
public final class RecordView {
    static final int CRC_AT = 4;
    static final int TYPE_AT = 8;
    static final int FLAGS_AT = 9;
    static final int FIELDS_LENGTH_AT = 10;
    static final int MARK_AT = 12;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(Layout.RECORD_HEAD_BYTES);

    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = EMPTY;
    private int at;
    private long position;

    /** Shows the record at offset {@code at} of a buffer. Nothing is checked. */
    public void wrap(ByteBuffer newBuffer, int newAt, long newPosition) {
        buffer = newBuffer;
        at = newAt;
        position = newPosition;
    }

    /** Where the record begins in the log. */
    public long position() {
        return position;
    }

    /** Where it ends in the log: once {@code durable()} is at least that, the record is durable. */
    public long endPosition() {
        return position + Layout.align8(length());
    }

    public int type() {
        return buffer.get(at + TYPE_AT) & 0xFF;
    }

    public int flags() {
        return buffer.get(at + FLAGS_AT) & 0xFF;
    }

    /** Holds the record and more; big-endian. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Offset of the fields in {@link #buffer()}. */
    public int fieldsAt() {
        return at + Layout.RECORD_HEAD_BYTES;
    }

    public int fieldsLength() {
        return buffer.getShort(at + FIELDS_LENGTH_AT) & 0xFFFF;
    }

    /** Offset of the payload in {@link #buffer()}. */
    public int payloadAt() {
        return fieldsAt() + fieldsLength();
    }

    /** Length of the payload with its own checksum and length; 0 if there is none. */
    public int payloadLength() {
        return length() - Layout.RECORD_HEAD_BYTES - fieldsLength();
    }

    /** Length of the record with its head and payload, without the padding to a multiple of 8. */
    public int length() {
        return buffer.getInt(at);
    }

    /** Whether the payload, if any, is what its producer made: computes its checksum. */
    public boolean payloadValid() {
        int payload = payloadLength();
        if (payload == 0) {
            return true;
        }
        int from = payloadAt();
        return payload >= Layout.PAYLOAD_HEAD_BYTES
                && buffer.getInt(from + 4) == payload
                && buffer.getInt(from) == Layout.crc(crc, buffer, from + 4, from + payload);
    }

    /**
     * Whether head and fields are what was written at this place, in at most {@code available} bytes from its beginning. Says
     * nothing of the payload's bytes after its own head.
     */
    boolean headValid(long generation, int available) {
        return fault(generation, available) == null;
    }

    /** Why head and fields are not what was written at this place, or null if they are. */
    @Nullable
    String fault(long generation, int available) {
        if (available < Layout.RECORD_HEAD_BYTES) {
            return "its head is cut off";
        }
        int length = length();
        int fields = fieldsLength();
        int payload = length - Layout.RECORD_HEAD_BYTES - fields;
        if (length < Layout.RECORD_HEAD_BYTES || length > available || payload < 0) {
            return "its length is impossible";
        }
        if (payload != 0 && payload < Layout.PAYLOAD_HEAD_BYTES) {
            return "its payload's length is impossible";
        }
        int to = payloadAt() + (payload == 0 ? 0 : Layout.PAYLOAD_HEAD_BYTES);
        if (buffer.getInt(at + CRC_AT) != Layout.crc(crc, buffer, at + TYPE_AT, to)) {
            return "its checksum does not match";
        }
        if (buffer.getInt(at + MARK_AT) != Layout.mark(generation, position)) {
            return "it was written for another place";
        }
        if (payload != 0 && buffer.getInt(payloadAt() + 4) != payload) {
            return "its length does not match its payload's";
        }
        return null;
    }
}
