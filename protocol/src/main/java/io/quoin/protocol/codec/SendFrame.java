// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The fields of SEND, read in place; the message is the payload.
 *
 * <p>Thread: confined to that of the {@link FrameReader}. The view holds as long as the reader's.
 */
public final class SendFrame {

    private static final int SEQUENCE = 0;
    private static final int ALIAS = 8;
    private static final int TIME_TO_LIVE = 12;
    private static final int DELAY = 20;
    private static final int AGE = 28;
    private static final int BYTES = 32;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int at;
    private int flags;

    /**
     * Reads a frame of type SEND that has been checked.
     *
     * @throws ProtocolException with BAD_FRAME if its fields do not add up
     */
    public SendFrame wrap(FrameReader frame) throws ProtocolException {
        HotFields.checkLength(frame, BYTES);
        buffer = frame.buffer();
        at = frame.fieldsAt();
        flags = frame.flags();
        HotFields.checkPositive(frame, SEQUENCE);
        HotFields.checkU64(frame, TIME_TO_LIVE);
        HotFields.checkU64(frame, DELAY);
        return this;
    }

    /** Of the send on its connection, from 1. */
    public long sequence() {
        return buffer.getLong(at + SEQUENCE);
    }

    public int alias() {
        return buffer.getInt(at + ALIAS);
    }

    /** 0 for no end. */
    public long timeToLiveMs() {
        return buffer.getLong(at + TIME_TO_LIVE);
    }

    public long delayMs() {
        return buffer.getLong(at + DELAY);
    }

    /** Since the application's call. */
    public long ageMs() {
        return buffer.getInt(at + AGE) & 0xFFFF_FFFFL;
    }

    public boolean isPersistent() {
        return (flags & FrameFlags.SEND_PERSISTENT) != 0;
    }

    public boolean isWaiting() {
        return (flags & FrameFlags.SEND_WAITING) != 0;
    }

    public boolean isTransacted() {
        return (flags & FrameFlags.SEND_TRANSACTED) != 0;
    }

    public boolean isResent() {
        return (flags & FrameFlags.SEND_RESENT) != 0;
    }

    /** Begins a SEND; the caller ends it with the message as payload. */
    public static void begin(
            FrameWriter writer,
            int session,
            int flags,
            long sequence,
            int alias,
            long timeToLiveMs,
            long delayMs,
            long ageMs) {
        writer.begin(FrameType.SEND, flags, session)
                .u64(sequence)
                .i32(alias)
                .u64(timeToLiveMs)
                .u64(delayMs)
                .u32(ageMs);
    }
}
