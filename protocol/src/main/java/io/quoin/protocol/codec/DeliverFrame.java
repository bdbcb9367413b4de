// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The fields of DELIVER, read in place; the message is the payload.
 *
 * <p>Thread: confined to that of the {@link FrameReader}. The view holds as long as the reader's. It allocates nothing but
 * annotations, which few deliveries have.
 */
public final class DeliverFrame {

    private static final int CONSUMER = 0;
    private static final int TAG = 4;
    private static final int DELIVERY_COUNT = 12;
    private static final int REMAINING = 16;
    private static final int ARRIVAL = 24;
    private static final int ANNOTATIONS = 32;
    private static final int MIN_BYTES = 33;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private List<NamedValue> annotations = List.of();
    private int at;
    private int flags;

    /**
     * Reads a frame of type DELIVER that has been checked.
     *
     * @throws ProtocolException with BAD_FRAME if its fields do not add up
     */
    public DeliverFrame wrap(FrameReader frame) throws ProtocolException {
        if (frame.fieldsLength() < MIN_BYTES) {
            HotFields.checkLength(frame, MIN_BYTES);
        }
        buffer = frame.buffer();
        at = frame.fieldsAt();
        flags = frame.flags();
        HotFields.checkPositive(frame, TAG);
        HotFields.checkU64(frame, REMAINING);
        annotations = readAnnotations(frame);
        return this;
    }

    private static List<NamedValue> readAnnotations(FrameReader frame) throws ProtocolException {
        FieldReader in = frame.fields();
        in.take(ANNOTATIONS);
        int count = in.smallCount(NamedValue.MIN_BYTES);
        List<NamedValue> annotations = count == 0 ? List.of() : NamedValue.decodeAll(in, count);
        in.checkEnd();
        return annotations;
    }

    public int consumer() {
        return buffer.getInt(at + CONSUMER);
    }

    /** Counted per consumer from 1. */
    public long tag() {
        return buffer.getLong(at + TAG);
    }

    /** 1 for the first delivery. */
    public long deliveryCount() {
        return buffer.getInt(at + DELIVERY_COUNT) & 0xFFFF_FFFFL;
    }

    /** Until the message expires, 0 if it never does. */
    public long remainingMs() {
        return buffer.getLong(at + REMAINING);
    }

    /**
     * The message's number in its queue or subscription: together with its priority it stands for the message after a restart
     * of the server, when tags mean nothing any more. Negative for one that does not survive that.
     */
    public long arrival() {
        return buffer.getLong(at + ARRIVAL);
    }

    public boolean isRedelivered() {
        return (flags & FrameFlags.DELIVER_REDELIVERED) != 0;
    }

    public boolean isGroupFirst() {
        return (flags & FrameFlags.DELIVER_GROUP_FIRST) != 0;
    }

    /** Whether an earlier consumer vanished with it, and nobody has said whether it was consumed. */
    public boolean isInDoubt() {
        return (flags & FrameFlags.DELIVER_IN_DOUBT) != 0;
    }

    /** What the server adds to the message; outranks properties of those names. */
    public List<NamedValue> annotations() {
        return annotations;
    }

    /** Begins a DELIVER; the caller ends it with the message as payload. */
    public static void begin(
            FrameWriter writer,
            int session,
            int flags,
            int consumer,
            long tag,
            long deliveryCount,
            long remainingMs,
            long arrival,
            List<NamedValue> annotations) {
        WireBuffer out = writer.begin(FrameType.DELIVER, flags, session)
                .i32(consumer)
                .u64(tag)
                .u32(deliveryCount)
                .u64(remainingMs)
                .i64(arrival)
                .u8(annotations.size());
        NamedValue.encodeAll(out, annotations);
    }
}
