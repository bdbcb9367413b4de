// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.CheckedBlock;
import io.quoin.protocol.codec.Checksum;
import io.quoin.protocol.codec.FieldReader;
import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message, read in place; the layout is in {@code docs/protocol.md} §4. {@link #wrap} checks the fixed fields and the
 * headers, {@link #verify} the checksum and everything else but the inside of the body. What comes from a peer or from
 * disk is verified before anything but the fixed fields is read; after that no getter fails but those of the body, which
 * say so.
 *
 * <p>A property is looked up by its name's UTF-8 bytes and is then known by the absolute index of its value, so that a
 * selector allocates nothing.
 *
 * <p>Thread: confined to one at a time. The view holds until the buffer's bytes are overwritten.
 */
public final class MessageView {

    private static final int[] FIXED_BYTES = {0, 1, 1, 2, 4, 8, 4, 8, -1, 2, -1};
    private static final ByteBuffer NO_BUFFER = ByteBuffer.allocate(0);

    /** Made when it is first needed: a client has one view for each message, and has summed the bytes before. */
    private @Nullable Checksum checksum;

    private final FieldReader fields = new FieldReader(ErrorCode.BAD_MESSAGE);
    private ByteBuffer buffer = NO_BUFFER;
    private BodyType bodyType = BodyType.NONE;
    private int offset;
    private int length;
    private int replyToAt;
    private int correlationIdAt;
    private int typeAt;
    private int propertiesAt;
    private int bodyAt;

    /**
     * Reads the message that fills the {@code length} bytes from {@code offset}.
     *
     * @param buffer big-endian, heap or direct
     * @param offset absolute index of the message's first byte
     * @throws ProtocolException with {@link ErrorCode#BAD_MESSAGE} if fixed fields or headers do not add up
     */
    public MessageView wrap(ByteBuffer buffer, int offset, int length) throws ProtocolException {
        if (length < MessageLayout.MIN_BYTES) {
            throw bad("A message cannot have " + length + " bytes only");
        }
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        checkFixed();
        findHeaders();
        return this;
    }

    /** Whether the message that these bytes are has a group. */
    public static boolean isGrouped(byte[] message) {
        return message.length >= MessageLayout.MIN_BYTES && (message[MessageLayout.FLAGS] & MessageFlags.GROUPED) != 0;
    }

    /** The hash of the group of the message that these bytes are; 0 without one. */
    public static int groupHash(byte[] message) {
        int at = MessageLayout.GROUP_HASH;
        return message[at] << 24
                | (message[at + 1] & 0xFF) << 16
                | (message[at + 2] & 0xFF) << 8
                | (message[at + 3] & 0xFF);
    }

    private void checkFixed() throws ProtocolException {
        int told = buffer.getInt(offset + MessageLayout.LENGTH);
        if (told != length) {
            throw bad("A message says that it has " + Integer.toUnsignedString(told) + " bytes where there are "
                    + length);
        }
        if (u8(MessageLayout.LAYOUT) != MessageLayout.VERSION) {
            throw bad("A message has the unknown layout " + u8(MessageLayout.LAYOUT));
        }
        if ((flags() & ~MessageFlags.ALL) != 0 || priority() > MessageLayout.MAX_PRIORITY) {
            throw bad("A message has the flags " + flags() + " and the priority " + priority());
        }
        if (sequence() < 0) {
            throw bad("A message has the sequence number " + Long.toUnsignedString(sequence()));
        }
        bodyType = bodyTypeOf(u8(MessageLayout.BODY_TYPE));
        propertiesAt = buffer.getInt(offset + MessageLayout.PROPERTIES_AT);
        bodyAt = buffer.getInt(offset + MessageLayout.BODY_AT);
        boolean bodyFits = bodyAt >= MessageLayout.HEADERS + Short.BYTES && bodyAt <= length;
        if (!bodyFits || propertiesAt < MessageLayout.HEADERS || propertiesAt > bodyAt - Short.BYTES) {
            throw bad("A message of " + length + " bytes has its properties at " + propertiesAt + " and its body at "
                    + bodyAt);
        }
        if (bodyAt < length && hasNoBody()) {
            throw bad("A message without a body has " + (length - bodyAt) + " bytes of it");
        }
    }

    private boolean hasNoBody() {
        return bodyType == BodyType.NONE || has(MessageFlags.NULL_TEXT);
    }

    private static BodyType bodyTypeOf(int code) throws ProtocolException {
        try {
            return BodyType.of(code);
        } catch (ProtocolException unknown) {
            throw new ProtocolException(ErrorCode.BAD_MESSAGE, unknown.text(), unknown);
        }
    }

    private void findHeaders() throws ProtocolException {
        FieldReader in =
                fields.wrap("a message's headers", buffer, offset + MessageLayout.HEADERS, offset + propertiesAt);
        checkKind(in, in.u8());
        if (isNone(in)) {
            throw bad("A message has no destination");
        }
        in.skipBytes();
        replyToAt = in.position();
        int kind = in.u8();
        if (kind != MessageLayout.NO_KIND) {
            checkKind(in, kind);
        }
        if (isNone(in) != (kind == MessageLayout.NO_KIND)) {
            throw bad("A message has half a reply destination");
        }
        in.skipBytes();
        correlationIdAt = in.position();
        in.skipBytes();
        typeAt = in.position();
        in.skipBytes();
        in.checkEnd();
    }

    private boolean isNone(FieldReader in) {
        return in.remaining() >= Short.BYTES && isNone(in.position());
    }

    private static void checkKind(FieldReader in, int kind) throws ProtocolException {
        if (kind > DestinationKind.TEMPORARY_TOPIC.code()) {
            throw in.bad("have a destination of the unknown kind " + kind);
        }
    }

    /**
     * Sums the message and walks through headers and properties.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_CHECKSUM} or {@link ErrorCode#BAD_MESSAGE}
     */
    public void verify() throws ProtocolException {
        Checksum sum = checksum;
        if (sum == null) {
            sum = new Checksum();
            checksum = sum;
        }
        CheckedBlock.verify(buffer, offset, length, sum);
        verifyStructure();
    }

    /** As {@link #verify}, for a caller that has summed the message already. */
    public void verifyStructure() throws ProtocolException {
        verifyHeaders();
        verifyProperties();
        verifyGroup();
    }

    private void verifyHeaders() throws ProtocolException {
        FieldReader in =
                fields.wrap("a message's headers", buffer, offset + MessageLayout.HEADERS, offset + propertiesAt);
        in.u8();
        in.skipString();
        in.u8();
        in.skipString();
        if (has(MessageFlags.CORRELATION_BYTES)) {
            in.skipBytes();
        } else {
            in.skipString();
        }
        in.skipString();
    }

    private void verifyProperties() throws ProtocolException {
        FieldReader in = fields.wrap("a message's properties", buffer, offset + propertiesAt, offset + bodyAt);
        int count = in.u16();
        for (int i = 0; i < count; i++) {
            if (!in.skipString()) {
                throw in.bad("have one without a name");
            }
            WireValue.skip(in);
        }
        in.checkEnd();
    }

    /** The group's hash decides order and ownership, so it must be that of the group that consumers see. */
    private void verifyGroup() throws ProtocolException {
        int at = property(MessageLayout.GROUP_ID_BYTES);
        boolean grouped = at >= 0 && valueType(at) != WireValue.NULL;
        if (grouped && valueType(at) != WireValue.STRING) {
            throw bad("The group of a message is not a string");
        }
        int hash = grouped ? Murmur3.hash(buffer, at + 1 + Integer.BYTES, buffer.getInt(at + 1)) : 0;
        if (grouped != isGrouped() || hash != groupHash()) {
            throw bad("A message has a group hash that is not that of its group");
        }
    }

    /** The buffer that the message is in. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Absolute index of its first byte. */
    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /** The checksum that travels with the message. */
    public int crc() {
        return CheckedBlock.crc(buffer, offset);
    }

    public BodyType bodyType() {
        return bodyType;
    }

    /** Bits of {@link MessageFlags}. */
    public int flags() {
        return u8(MessageLayout.FLAGS);
    }

    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    public boolean isPersistent() {
        return has(MessageFlags.PERSISTENT);
    }

    public boolean isGrouped() {
        return has(MessageFlags.GROUPED);
    }

    /** 0 to 9. */
    /** The priority of a message that was verified. */
    public static int priorityOf(byte[] message) {
        return message[MessageLayout.PRIORITY];
    }

    public int priority() {
        return u8(MessageLayout.PRIORITY);
    }

    /** {@link Murmur3} of JMSXGroupID, 0 if it has none. */
    public int groupHash() {
        return buffer.getInt(offset + MessageLayout.GROUP_HASH);
    }

    /** The first 8 bytes of the producing connection's id. */
    public long connectionHigh() {
        return buffer.getLong(offset + MessageLayout.CONNECTION_HIGH);
    }

    /** The other 8. */
    public long connectionLow() {
        return buffer.getLong(offset + MessageLayout.CONNECTION_LOW);
    }

    /** Of the send on that connection. */
    public long sequence() {
        return buffer.getLong(offset + MessageLayout.SEQUENCE);
    }

    public MessageId id() {
        return new MessageId(connectionHigh(), connectionLow(), sequence());
    }

    /** In ms since 1970 by the sender's clock. */
    public long timestampMs() {
        return buffer.getLong(offset + MessageLayout.TIMESTAMP);
    }

    /** In ms since 1970 by the sender's clock, 0 for never. */
    public long expirationMs() {
        return buffer.getLong(offset + MessageLayout.EXPIRATION);
    }

    /** In ms since 1970 by the sender's clock. */
    public long deliveryTimeMs() {
        return buffer.getLong(offset + MessageLayout.DELIVERY_TIME);
    }

    public DestinationKind destinationKind() {
        return kindAt(offset + MessageLayout.HEADERS);
    }

    public String destinationName() {
        String name = stringAt(offset + MessageLayout.HEADERS + 1);
        return name == null ? "" : name;
    }

    /** Null if there is no reply destination. */
    public @Nullable DestinationKind replyToKind() {
        return (buffer.get(replyToAt) & 0xFF) == MessageLayout.NO_KIND ? null : kindAt(replyToAt);
    }

    /** Null if there is no reply destination. */
    public @Nullable String replyToName() {
        return stringAt(replyToAt + 1);
    }

    /** Null if there is none, or if it was set as bytes. */
    public @Nullable String correlationId() {
        return has(MessageFlags.CORRELATION_BYTES) ? null : stringAt(correlationIdAt);
    }

    /** The bytes, however it was set; null if there is none. */
    public byte @Nullable [] correlationIdBytes() {
        if (isNone(correlationIdAt)) {
            return null;
        }
        byte[] bytes = new byte[buffer.getShort(correlationIdAt) & 0xFFFF];
        buffer.get(correlationIdAt + Short.BYTES, bytes);
        return bytes;
    }

    /** JMSType, null if there is none. */
    public @Nullable String type() {
        return stringAt(typeAt);
    }

    /** Absolute index of JMSType: its length (u16, 0xFFFF if there is none) and its UTF-8. */
    public int typeAt() {
        return typeAt;
    }

    /** Absolute index of the correlation id: its length (u16, 0xFFFF if there is none) and its bytes, however it was set. */
    public int correlationIdAt() {
        return correlationIdAt;
    }

    public int propertyCount() {
        return buffer.getShort(offset + propertiesAt) & 0xFFFF;
    }

    /**
     * Looks a property up.
     *
     * @param name in UTF-8, see {@link Utf8#bytes}
     * @return the absolute index of its value, or -1 if there is no such property
     */
    public int property(byte[] name) {
        int at = offset + propertiesAt + Short.BYTES;
        for (int i = propertyCount(); i > 0; i--) {
            int nameLength = buffer.getShort(at) & 0xFFFF;
            int nameAt = at + Short.BYTES;
            if (nameLength == name.length && matches(nameAt, name)) {
                return nameAt + nameLength;
            }
            at = afterValue(nameAt + nameLength);
        }
        return -1;
    }

    private boolean matches(int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (buffer.get(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private int afterValue(int at) {
        int fixed = FIXED_BYTES[buffer.get(at)];
        return at + 1 + (fixed >= 0 ? fixed : Integer.BYTES + buffer.getInt(at + 1));
    }

    /** The type of a value, one of those in {@link WireValue}. */
    public int valueType(int valueAt) {
        return buffer.get(valueAt);
    }

    /** A value of type BOOLEAN. */
    public boolean booleanValue(int valueAt) {
        return buffer.get(valueAt + 1) != 0;
    }

    /** A value of one of the types BYTE, SHORT, INT and LONG. */
    public long integerValue(int valueAt) {
        return switch (valueType(valueAt)) {
            case WireValue.BYTE -> buffer.get(valueAt + 1);
            case WireValue.SHORT -> buffer.getShort(valueAt + 1);
            case WireValue.INT -> buffer.getInt(valueAt + 1);
            case WireValue.LONG -> buffer.getLong(valueAt + 1);
            default -> throw new IllegalArgumentException("A value of type " + valueType(valueAt) + " is no integer");
        };
    }

    /** A value of one of the types FLOAT and DOUBLE. */
    public double floatingValue(int valueAt) {
        return switch (valueType(valueAt)) {
            case WireValue.FLOAT -> buffer.getFloat(valueAt + 1);
            case WireValue.DOUBLE -> buffer.getDouble(valueAt + 1);
            default ->
                throw new IllegalArgumentException(
                        "A value of type " + valueType(valueAt) + " is no floating-point number");
        };
    }

    /** Whether a value is of type STRING and has those UTF-8 bytes. */
    public boolean isString(int valueAt, byte[] text) {
        return valueType(valueAt) == WireValue.STRING
                && buffer.getInt(valueAt + 1) == text.length
                && matches(valueAt + 1 + Integer.BYTES, text);
    }

    /** A value of type STRING. */
    public String stringValue(int valueAt) {
        return verified(Utf8.decode(buffer, valueAt + 1 + Integer.BYTES, buffer.getInt(valueAt + 1)));
    }

    /** A value as an object, see {@link WireValue#write}. */
    public @Nullable Object value(int valueAt) {
        try {
            return WireValue.read(fields.wrap("a message's properties", buffer, valueAt, offset + bodyAt));
        } catch (ProtocolException broken) {
            throw new IllegalStateException("The message was not verified", broken);
        }
    }

    /** All properties in the order in which they were written. */
    public Map<String, @Nullable Object> properties() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        int at = offset + propertiesAt + Short.BYTES;
        for (int i = propertyCount(); i > 0; i--) {
            int valueAt = at + Short.BYTES + (buffer.getShort(at) & 0xFFFF);
            properties.putIfAbsent(verified(stringAt(at)), value(valueAt));
            at = afterValue(valueAt);
        }
        return Collections.unmodifiableMap(properties);
    }

    /** Absolute index of the body's first byte. */
    public int bodyAt() {
        return offset + bodyAt;
    }

    public int bodyLength() {
        return length - bodyAt;
    }

    /** A new view of the body. */
    public ByteBuffer body() {
        return buffer.slice(bodyAt(), bodyLength());
    }

    /**
     * The body of a text message, null if the text is.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_MESSAGE} if it is not UTF-8
     */
    public @Nullable String text() throws ProtocolException {
        if (has(MessageFlags.NULL_TEXT)) {
            return null;
        }
        String text = Utf8.decode(buffer, bodyAt(), bodyLength());
        if (text == null) {
            throw bad("The body of a text message is not UTF-8");
        }
        return text;
    }

    private int u8(int at) {
        return buffer.get(offset + at) & 0xFF;
    }

    private boolean isNone(int at) {
        return (buffer.getShort(at) & 0xFFFF) == MessageLayout.NONE;
    }

    private @Nullable String stringAt(int at) {
        return isNone(at) ? null : verified(Utf8.decode(buffer, at + Short.BYTES, buffer.getShort(at) & 0xFFFF));
    }

    private static String verified(@Nullable String text) {
        if (text == null) {
            throw new IllegalStateException("The message was not verified");
        }
        return text;
    }

    private DestinationKind kindAt(int at) {
        try {
            return DestinationKind.of(buffer.get(at) & 0xFF);
        } catch (ProtocolException broken) {
            throw new IllegalStateException("The message has changed since it was wrapped", broken);
        }
    }

    private static ProtocolException bad(String text) {
        return new ProtocolException(ErrorCode.BAD_MESSAGE, text);
    }
}
