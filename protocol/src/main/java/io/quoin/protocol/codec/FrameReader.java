// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Peer;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;

/**
 * A frame in the buffer that it was received into, read in place.
 *
 * <pre>
 * offset size
 *  0      4   length        bytes that follow this field
 *  4      4   crc           CRC32C over bytes 8 .. 16+f, and over the first 8 bytes of a payload
 *  8      1   type
 *  9      1   flags
 * 10      2   fieldsLength  f
 * 12      4   channel       session, 0 for the connection
 * 16      f   fields
 * 16+f    p   payload       none, or one checked block
 * </pre>
 *
 * First {@link #size} tells whether the frame is there, then {@link #wrap} checks it as a whole: length, checksum, type,
 * flags, and that a payload is there if and only if the type says so. Then {@link #checkLegal} compares it with the table,
 * and only then are its fields read. {@link #verifyPayload} sums the payload, which {@code wrap} does not.
 *
 * <p>Thread: confined to one at a time. The view holds until the buffer's bytes are overwritten. It allocates nothing.
 */
public final class FrameReader {

    /** Everything before the fields. */
    public static final int HEADER_BYTES = 16;

    /** The length field, which does not count itself. */
    static final int LENGTH_BYTES = 4;

    static final int CRC_AT = 4;
    static final int TYPE_AT = 8;
    static final int FLAGS_AT = 9;
    static final int FIELDS_LENGTH_AT = 10;
    static final int CHANNEL_AT = 12;

    private static final ByteBuffer NO_BUFFER = ByteBuffer.allocate(0);

    private final Checksum checksum = new Checksum();
    private final FieldReader fields = new FieldReader();
    private ByteBuffer buffer = NO_BUFFER;
    private FrameType type = FrameType.HEARTBEAT;
    private int offset;
    private int size;
    private int fieldsLength;

    /**
     * How many bytes the frame has that begins at {@code offset}, its length field included, or 0 if too few bytes are
     * there to tell. The limit is checked here, before anybody makes room for the frame.
     *
     * @param available how many bytes there are from {@code offset} on
     * @param maxFrameBytes the largest size that is accepted
     * @throws ProtocolException with {@link ErrorCode#FRAME_TOO_LARGE}, or {@link ErrorCode#BAD_FRAME} if it is too small
     */
    public static int size(ByteBuffer buffer, int offset, int available, int maxFrameBytes) throws ProtocolException {
        if (available < LENGTH_BYTES) {
            return 0;
        }
        int length = buffer.getInt(offset);
        if (length < 0 || length > maxFrameBytes - LENGTH_BYTES) {
            throw new ProtocolException(
                    ErrorCode.FRAME_TOO_LARGE,
                    "A frame of " + (Integer.toUnsignedLong(length) + LENGTH_BYTES) + " bytes is larger than the "
                            + maxFrameBytes + " that are accepted");
        }
        if (length < HEADER_BYTES - LENGTH_BYTES) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "A frame says that it has " + length + " bytes");
        }
        return LENGTH_BYTES + length;
    }

    /**
     * Reads the frame at {@code offset} and checks it.
     *
     * @param buffer big-endian, heap or direct; its limit is not before the end of the frame
     * @param offset absolute index of the frame's first byte
     * @param size as {@link #size} told, all of it in the buffer
     * @throws ProtocolException with {@link ErrorCode#BAD_FRAME} or {@link ErrorCode#BAD_CHECKSUM}
     */
    public FrameReader wrap(ByteBuffer buffer, int offset, int size) throws ProtocolException {
        this.buffer = buffer;
        this.offset = offset;
        this.size = size;
        this.fieldsLength = buffer.getShort(offset + FIELDS_LENGTH_AT) & 0xFFFF;
        int payloadLength = size - HEADER_BYTES - fieldsLength;
        if (payloadLength < 0) {
            throw new ProtocolException(
                    ErrorCode.BAD_FRAME, "A frame of " + size + " bytes says that it has fields of " + fieldsLength);
        }
        if (payloadLength > 0) {
            CheckedBlock.checkLength(buffer, offset + HEADER_BYTES + fieldsLength, payloadLength);
        }
        checkCrc();
        this.type = typeOf(buffer.get(offset + TYPE_AT));
        checkShape();
        return this;
    }

    private void checkCrc() throws ProtocolException {
        int summed = HEADER_BYTES - TYPE_AT + fieldsLength + (hasPayload() ? CheckedBlock.HEADER_BYTES : 0);
        if (checksum.of(buffer, offset + TYPE_AT, summed) != buffer.getInt(offset + CRC_AT)) {
            throw new ProtocolException(
                    ErrorCode.BAD_CHECKSUM, "The checksum of a frame of " + size + " bytes does not fit them");
        }
    }

    private static FrameType typeOf(byte code) throws ProtocolException {
        FrameType type = FrameType.valueOf(code);
        if (type == null) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "There is no frame type " + (code & 0xFF));
        }
        return type;
    }

    private void checkShape() throws ProtocolException {
        int unknown = flags() & ~type.legalFlags();
        if (unknown != 0) {
            throw new ProtocolException(
                    ErrorCode.BAD_FRAME, "Flags 0x" + Integer.toHexString(unknown) + " mean nothing in " + type);
        }
        if (hasPayload() ? type.payload() == FrameType.Payload.NONE : type.payload() == FrameType.Payload.REQUIRED) {
            throw new ProtocolException(
                    ErrorCode.BAD_FRAME, type + (hasPayload() ? " may not have a payload" : " has no payload"));
        }
    }

    /**
     * Refuses a frame that the peer may not send in the state of the connection.
     *
     * @throws ProtocolException with {@link ErrorCode#ILLEGAL_FRAME}
     */
    public void checkLegal(Peer sender, ConnectionState state) throws ProtocolException {
        if (!type.isLegal(sender, state)) {
            throw new ProtocolException(
                    ErrorCode.ILLEGAL_FRAME,
                    type + " from the " + sender + " is not legal while the connection is " + state);
        }
    }

    public FrameType type() {
        return type;
    }

    public int flags() {
        return buffer.get(offset + FLAGS_AT) & 0xFF;
    }

    /** Whether a bit of {@link io.quoin.protocol.FrameFlags} is set. */
    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    /** The session, 0 for the connection. */
    public int channel() {
        return buffer.getInt(offset + CHANNEL_AT);
    }

    /** Of the whole frame. */
    public int size() {
        return size;
    }

    /** The buffer that the frame is in. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Absolute index of the first field. */
    public int fieldsAt() {
        return offset + HEADER_BYTES;
    }

    public int fieldsLength() {
        return fieldsLength;
    }

    /** This reader's one cursor, set to the first field. */
    public FieldReader fields() {
        return fields.wrap(type, buffer, fieldsAt(), fieldsAt() + fieldsLength);
    }

    public boolean hasPayload() {
        return size > HEADER_BYTES + fieldsLength;
    }

    /** Absolute index of the payload's first byte. */
    public int payloadAt() {
        return fieldsAt() + fieldsLength;
    }

    public int payloadLength() {
        return size - HEADER_BYTES - fieldsLength;
    }

    /** A new view of the payload. */
    public ByteBuffer payload() {
        return buffer.slice(payloadAt(), payloadLength());
    }

    /** A copy of the payload, to be kept when the buffer is used again. */
    public byte[] copyPayload() {
        byte[] copy = new byte[payloadLength()];
        buffer.get(payloadAt(), copy);
        return copy;
    }

    /**
     * Sums the payload; does nothing if there is none.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_CHECKSUM}
     */
    public void verifyPayload() throws ProtocolException {
        if (hasPayload()) {
            CheckedBlock.verify(buffer, payloadAt(), payloadLength(), checksum);
        }
    }
}
