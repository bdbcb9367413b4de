// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.FrameType;
import java.nio.ByteBuffer;

/**
 * Writes frames one after another into a {@link WireBuffer}: {@link #begin}, the fields, then one of the ends.
 *
 * <pre>
 * SendFrame.begin(writer, session, flags, sequence, alias, ...);
 * writer.endWithPayload(message);       // or endBeforePayload, when the socket gathers
 * </pre>
 *
 * <p>Thread: confined to one at a time. It allocates nothing but what the buffer needs to grow.
 */
public final class FrameWriter {

    private static final int MAX_FIELDS_BYTES = 0xFFFF;

    private final Checksum checksum = new Checksum();
    private final WireBuffer out;
    private int start = -1;

    public FrameWriter(WireBuffer out) {
        this.out = out;
    }

    /** Where the frames go. */
    public WireBuffer buffer() {
        return out;
    }

    /**
     * Begins a frame; the caller appends the fields to the buffer that is returned.
     *
     * @param flags of {@link io.quoin.protocol.FrameFlags}, those that are legal for the type
     * @param channel the session, 0 for the connection
     */
    public WireBuffer begin(FrameType type, int flags, int channel) {
        if ((flags & ~type.legalFlags()) != 0) {
            throw new IllegalArgumentException("Flags 0x" + Integer.toHexString(flags) + " are not legal in " + type);
        }
        start = out.position();
        return out.i64(0).u8(type.code()).u8(flags).u16(0).i32(channel);
    }

    /** Ends a frame that has no payload. */
    public void end() {
        int size = finishFields();
        out.setI32(start, size - FrameReader.LENGTH_BYTES);
        setCrc(checksum.of(out.buffer(), start + FrameReader.TYPE_AT, size - FrameReader.TYPE_AT));
    }

    /** Ends a frame with a copy of {@code payload}, a sealed block between its position and limit, which do not move. */
    public void endWithPayload(ByteBuffer payload) {
        endBeforePayload(payload);
        out.raw(payload);
    }

    /**
     * Ends a frame whose payload the caller sends from its own buffer, right behind what is in this one. Length and
     * checksum of the frame count it.
     */
    public void endBeforePayload(ByteBuffer payload) {
        endBeforePayload(payload, payload.position(), payload.remaining());
    }

    /** As {@link #endBeforePayload(ByteBuffer)}, for {@code length} bytes from the absolute index {@code offset}. */
    public void endBeforePayload(ByteBuffer payload, int offset, int length) {
        int size = finishFields();
        out.setI32(start, size - FrameReader.LENGTH_BYTES + length);
        setCrc(checksum.of(
                out.buffer(),
                start + FrameReader.TYPE_AT,
                size - FrameReader.TYPE_AT,
                payload,
                offset,
                CheckedBlock.HEADER_BYTES));
    }

    /** Forgets the frame that was begun and not ended, if there is one. */
    public void abandon() {
        if (start >= 0) {
            out.truncate(start);
            start = -1;
        }
    }

    /** Writes a whole frame. */
    public void write(int channel, Frame frame) {
        frame.encode(begin(frame.type(), frame.flags(), channel));
        end();
    }

    /** Writes a whole frame with a copy of its payload. */
    public void write(int channel, Frame frame, ByteBuffer payload) {
        frame.encode(begin(frame.type(), frame.flags(), channel));
        endWithPayload(payload);
    }

    public void heartbeat() {
        begin(FrameType.HEARTBEAT, 0, 0);
        end();
    }

    /** The size of the frame so far. */
    private int finishFields() {
        if (start < 0) {
            throw new IllegalStateException("No frame was begun");
        }
        int size = out.position() - start;
        int fieldsLength = size - FrameReader.HEADER_BYTES;
        if (fieldsLength > MAX_FIELDS_BYTES) {
            abandon();
            throw new IllegalArgumentException(
                    "The fields of a frame have " + fieldsLength + " bytes, which is more than " + MAX_FIELDS_BYTES);
        }
        out.setU16(start + FrameReader.FIELDS_LENGTH_AT, fieldsLength);
        return size;
    }

    private void setCrc(int crc) {
        out.setI32(start + FrameReader.CRC_AT, crc);
        start = -1;
    }
}
