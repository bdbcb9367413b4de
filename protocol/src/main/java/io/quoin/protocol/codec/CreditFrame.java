// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The fields of CREDIT, read in place.
 *
 * <p>Thread: confined to that of the {@link FrameReader}. The view holds as long as the reader's.
 */
public final class CreditFrame {

    private static final int CONSUMER = 0;
    private static final int LIMIT_MESSAGES = 4;
    private static final int LIMIT_BYTES = 12;
    private static final int HANDED_OUT = 20;
    private static final int BYTES = 28;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int at;

    /**
     * Reads a frame of type CREDIT that has been checked.
     *
     * @throws ProtocolException with BAD_FRAME if its fields do not add up
     */
    public CreditFrame wrap(FrameReader frame) throws ProtocolException {
        HotFields.checkLength(frame, BYTES);
        buffer = frame.buffer();
        at = frame.fieldsAt();
        HotFields.checkU64(frame, LIMIT_MESSAGES);
        HotFields.checkU64(frame, LIMIT_BYTES);
        HotFields.checkU64(frame, HANDED_OUT);
        return this;
    }

    public int consumer() {
        return buffer.getInt(at + CONSUMER);
    }

    /** How many messages may have been delivered to the consumer since it was opened. */
    public long limitMessages() {
        return buffer.getLong(at + LIMIT_MESSAGES);
    }

    /** How many bytes of messages may have been delivered before the last one. */
    public long limitBytes() {
        return buffer.getLong(at + LIMIT_BYTES);
    }

    /** The highest tag that was given to the application. */
    public long handedOut() {
        return buffer.getLong(at + HANDED_OUT);
    }

    public static void write(
            FrameWriter writer, int session, int consumer, long limitMessages, long limitBytes, long handedOut) {
        writer.begin(FrameType.CREDIT, 0, session)
                .i32(consumer)
                .u64(limitMessages)
                .u64(limitBytes)
                .u64(handedOut);
        writer.end();
    }
}
