// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The fields of ACK, read in place. Its ranges rise and do not touch each other's tags.
 *
 * <p>Thread: confined to that of the {@link FrameReader}. The view holds as long as the reader's.
 */
public final class AckFrame {

    private static final int REQUEST = 0;
    private static final int CONSUMER = 4;
    private static final int HANDED_OUT = 8;
    private static final int OUTCOME = 16;
    private static final int COUNT = 17;
    private static final int RANGES = 19;
    private static final int RANGE_BYTES = 16;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private AckOutcome outcome = AckOutcome.CONSUMED;
    private int at;
    private int rangeCount;
    private boolean transacted;
    private boolean withGroup;

    /**
     * Reads a frame of type ACK that has been checked.
     *
     * @throws ProtocolException with BAD_FRAME if its fields do not add up, or a range is out of order
     */
    public AckFrame wrap(FrameReader frame) throws ProtocolException {
        if (frame.fieldsLength() < RANGES) {
            HotFields.checkLength(frame, RANGES);
        }
        buffer = frame.buffer();
        at = frame.fieldsAt();
        rangeCount = buffer.getShort(at + COUNT) & 0xFFFF;
        HotFields.checkLength(frame, RANGES + rangeCount * RANGE_BYTES);
        HotFields.checkU64(frame, HANDED_OUT);
        outcome = AckOutcome.of(buffer.get(at + OUTCOME) & 0xFF);
        transacted = frame.has(FrameFlags.ACK_TRANSACTED);
        withGroup = frame.has(FrameFlags.ACK_WITH_GROUP);
        checkRanges(frame);
        return this;
    }

    private void checkRanges(FrameReader frame) throws ProtocolException {
        long last = 0;
        for (int i = 0; i < rangeCount; i++) {
            if (first(i) <= last || last(i) < first(i)) {
                throw HotFields.bad(frame, "have the range " + first(i) + " to " + last(i) + " after " + last);
            }
            last = last(i);
        }
    }

    /** 0 if no answer is wanted. */
    public int request() {
        return buffer.getInt(at + REQUEST);
    }

    public int consumer() {
        return buffer.getInt(at + CONSUMER);
    }

    /** The highest tag that was given to the application. */
    public long handedOut() {
        return buffer.getLong(at + HANDED_OUT);
    }

    public AckOutcome outcome() {
        return outcome;
    }

    public boolean isTransacted() {
        return transacted;
    }

    /** Whether what follows a returned message in its group goes back with it. */
    public boolean isWithGroup() {
        return withGroup;
    }

    public int rangeCount() {
        return rangeCount;
    }

    /** The first tag of range {@code i}. */
    public long first(int i) {
        return buffer.getLong(at + RANGES + i * RANGE_BYTES);
    }

    /** The last tag of range {@code i}. */
    public long last(int i) {
        return buffer.getLong(at + RANGES + i * RANGE_BYTES + Long.BYTES);
    }

    /**
     * Begins an ACK; the caller appends {@code rangeCount} times first and last tag with {@link WireBuffer#u64} to the
     * buffer that is returned, and ends the frame.
     */
    public static WireBuffer begin(
            FrameWriter writer,
            int session,
            int flags,
            int request,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            int rangeCount) {
        return writer.begin(FrameType.ACK, flags, session)
                .i32(request)
                .i32(consumer)
                .u64(handedOut)
                .u8(outcome.code())
                .u16(rangeCount);
    }
}
