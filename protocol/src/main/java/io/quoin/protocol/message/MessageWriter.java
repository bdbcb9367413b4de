// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.codec.CheckedBlock;
import io.quoin.protocol.codec.Checksum;
import io.quoin.protocol.codec.WireBuffer;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a message, once, into memory that is used again for the next one. The calls come in the order of the layout:
 * {@link #begin}; the fixed fields in any order; {@link #destination}, {@link #replyTo}, {@link #correlationId} and
 * {@link #type}; properties; at most one body; {@link #seal}.
 *
 * <p>Thread: confined to one at a time. It allocates nothing but what its memory needs to grow.
 */
public final class MessageWriter {

    /** What comes next. */
    private enum Step {
        BEGIN,
        DESTINATION,
        REPLY_TO,
        CORRELATION_ID,
        TYPE,
        PROPERTIES,
        SEAL
    }

    private static final int MAX_PROPERTIES = 0xFFFF;

    private final Checksum checksum = new Checksum();
    private final WireBuffer out;
    private Step step = Step.BEGIN;
    private int flags;
    private int propertyCount;

    /** A writer with that much memory at first; it grows to the largest message and shrinks again after a very large one. */
    public MessageWriter(int initialBytes) {
        this.out = new WireBuffer(Math.max(initialBytes, MessageLayout.MIN_BYTES));
    }

    /** Begins a message with priority 4 and nothing else set, whatever state the last one was left in. */
    public MessageWriter begin() {
        out.clear();
        for (int at = 0; at < MessageLayout.HEADERS; at += Long.BYTES) {
            out.i64(0);
        }
        out.setU8(MessageLayout.LAYOUT, MessageLayout.VERSION);
        out.setU8(MessageLayout.PRIORITY, 4);
        flags = 0;
        propertyCount = 0;
        step = Step.DESTINATION;
        return this;
    }

    /** Of the producer. */
    public MessageWriter connectionId(UUID id) {
        out.setI64(MessageLayout.CONNECTION_HIGH, id.getMostSignificantBits());
        out.setI64(MessageLayout.CONNECTION_LOW, id.getLeastSignificantBits());
        return this;
    }

    /** Sets bits of {@link MessageFlags}; those for groups, correlation id and null text are set by the other methods. */
    public MessageWriter flags(int bits) {
        flags |= bits & MessageFlags.ALL;
        return this;
    }

    /** 0 to 9. */
    public MessageWriter priority(int priority) {
        if (priority < 0 || priority > MessageLayout.MAX_PRIORITY) {
            throw new IllegalArgumentException("The priority " + priority + " is not between 0 and 9");
        }
        out.setU8(MessageLayout.PRIORITY, priority);
        return this;
    }

    /** In ms since 1970 by the sender's clock. */
    public MessageWriter timestamp(long timestampMs) {
        out.setI64(MessageLayout.TIMESTAMP, timestampMs);
        return this;
    }

    /** In ms since 1970 by the sender's clock, 0 for never. */
    public MessageWriter expiration(long expirationMs) {
        out.setI64(MessageLayout.EXPIRATION, expirationMs);
        return this;
    }

    /** In ms since 1970 by the sender's clock. */
    public MessageWriter deliveryTime(long deliveryTimeMs) {
        out.setI64(MessageLayout.DELIVERY_TIME, deliveryTimeMs);
        return this;
    }

    public MessageWriter destination(DestinationKind kind, String name) {
        next(Step.DESTINATION, Step.REPLY_TO);
        out.u8(kind.code()).string(name);
        return this;
    }

    /** Both null if there is none. */
    public MessageWriter replyTo(@Nullable DestinationKind kind, @Nullable String name) {
        next(Step.REPLY_TO, Step.CORRELATION_ID);
        if ((kind == null) != (name == null)) {
            throw new IllegalArgumentException("A reply destination has a kind and a name, or neither");
        }
        out.u8(kind == null ? MessageLayout.NO_KIND : kind.code()).string(name);
        return this;
    }

    public MessageWriter correlationId(@Nullable String id) {
        next(Step.CORRELATION_ID, Step.TYPE);
        out.string(id);
        return this;
    }

    public MessageWriter correlationIdBytes(byte[] id) {
        next(Step.CORRELATION_ID, Step.TYPE);
        flags |= MessageFlags.CORRELATION_BYTES;
        out.bytes(id);
        return this;
    }

    public MessageWriter type(@Nullable String type) {
        next(Step.TYPE, Step.PROPERTIES);
        out.string(type);
        out.setI32(MessageLayout.PROPERTIES_AT, out.position());
        out.u16(0);
        return this;
    }

    /**
     * Appends a property; each name once.
     *
     * @param value of the classes of {@link WireValue#write}
     */
    public MessageWriter property(String name, @Nullable Object value) {
        next(Step.PROPERTIES, Step.PROPERTIES);
        if (propertyCount == MAX_PROPERTIES) {
            throw new IllegalArgumentException("A message has more than " + MAX_PROPERTIES + " properties");
        }
        propertyCount++;
        out.string(name);
        int valueAt = out.position();
        WireValue.write(out, value);
        if (value instanceof String && name.equals(MessageLayout.GROUP_ID)) {
            setGroup(valueAt + 1 + Integer.BYTES);
        }
        return this;
    }

    private void setGroup(int idAt) {
        flags |= MessageFlags.GROUPED;
        int hash = Murmur3.hash(out.buffer(), idAt, out.position() - idAt);
        out.setI32(MessageLayout.GROUP_HASH, hash);
    }

    public MessageWriter textBody(@Nullable String text) {
        WireBuffer body = body(BodyType.TEXT);
        if (text == null) {
            flags |= MessageFlags.NULL_TEXT;
        } else {
            body.utf8(text);
        }
        return this;
    }

    /** Begins a body; the caller appends to the buffer that is returned, and only at its end. */
    public WireBuffer body(BodyType type) {
        next(Step.PROPERTIES, Step.SEAL);
        endProperties();
        out.setU8(MessageLayout.BODY_TYPE, type.code());
        return out;
    }

    private void endProperties() {
        out.setU16(out.buffer().getInt(MessageLayout.PROPERTIES_AT), propertyCount);
        out.setI32(MessageLayout.BODY_AT, out.position());
    }

    /** How many bytes there are so far. */
    public int length() {
        return out.position();
    }

    /**
     * Completes the message with its number, length and checksum.
     *
     * @param sequence of the send on its connection, from 1
     * @return the writer's own memory, from position 0 to the limit, until the next {@link #begin}
     */
    public ByteBuffer seal(long sequence) {
        if (step == Step.PROPERTIES) {
            endProperties();
            step = Step.SEAL;
        }
        next(Step.SEAL, Step.BEGIN);
        out.setU8(MessageLayout.FLAGS, flags);
        out.setI64(MessageLayout.SEQUENCE, sequence);
        ByteBuffer sealed = out.flip();
        CheckedBlock.seal(sealed, 0, sealed.limit(), checksum);
        return sealed;
    }

    private void next(Step expected, Step following) {
        if (step != expected) {
            throw new IllegalStateException("Now comes " + step + " and not " + expected);
        }
        step = following;
    }
}
