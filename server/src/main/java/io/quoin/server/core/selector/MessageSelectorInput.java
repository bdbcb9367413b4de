// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.WireValue;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message as it lies in its buffer, for selectors. Nothing is decoded: numbers are read, strings are pointed at.
 *
 * <p>Thread: confined to one at a time. Good for the message that was wrapped last, as long as its view is.
 */
final class MessageSelectorInput implements SelectorInput {
    private static final ByteBuffer PERSISTENT = ascii("PERSISTENT");
    private static final ByteBuffer NON_PERSISTENT = ascii("NON_PERSISTENT");
    private static final int NONE = 0xFFFF;

    private @Nullable MessageView message;
    private int deliveryCount;
    private @Nullable ByteBuffer annotations;
    private int annotationsAt;

    /** Made when first asked for, as few selectors use it. */
    private @Nullable MessageIdText messageId;

    /**
     * Takes the next message.
     *
     * @param message verified
     * @param deliveryCount that of the server, which outranks a property of the name
     * @param annotations what else the server has added, as DELIVER has it, from the absolute index {@code annotationsAt};
     *     null for nothing
     */
    MessageSelectorInput wrap(
            MessageView message, int deliveryCount, @Nullable ByteBuffer annotations, int annotationsAt) {
        this.message = message;
        this.deliveryCount = deliveryCount;
        this.annotations = annotations;
        this.annotationsAt = annotationsAt;
        return this;
    }

    @Override
    public void lookup(Identifier identifier, Value into) {
        MessageView view = message;
        if (view == null) {
            throw new IllegalStateException("There is no message to look " + identifier + " up in");
        }
        HeaderField header = identifier.header();
        if (header != null) {
            header(view, header, into);
        } else if (identifier.isDeliveryCount()) {
            into.setExact(deliveryCount);
        } else if (!annotation(identifier, into)) {
            property(view, view.property(identifier.utf8()), into);
        }
    }

    /** Whether the server has added a property of that name. */
    private boolean annotation(Identifier identifier, Value into) {
        ByteBuffer from = annotations;
        if (from == null || !identifier.isServers()) {
            return false;
        }
        int at = annotationsAt + 1;
        for (int left = from.get(annotationsAt) & 0xFF; left > 0; left--) {
            int nameLength = from.getShort(at) & 0xFFFF;
            int nameAt = at + Short.BYTES;
            int valueAt = nameAt + nameLength;
            if (isAt(from, nameAt, nameLength, identifier.utf8())) {
                string(from, valueAt, into);
                return true;
            }
            at = valueAt + Short.BYTES + (from.getShort(valueAt) & 0xFFFF);
        }
        return false;
    }

    private static boolean isAt(ByteBuffer buffer, int at, int length, byte[] name) {
        if (length != name.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.get(at + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private void header(MessageView view, HeaderField header, Value into) {
        switch (header) {
            case JMS_DELIVERY_MODE -> {
                ByteBuffer mode = view.isPersistent() ? PERSISTENT : NON_PERSISTENT;
                into.setString(mode, 0, mode.capacity());
            }
            case JMS_PRIORITY -> into.setExact(view.priority());
            case JMS_TIMESTAMP -> into.setExact(view.timestampMs());
            case JMS_TYPE -> string(view.buffer(), view.typeAt(), into);
            case JMS_CORRELATION_ID -> {
                if (view.has(MessageFlags.CORRELATION_BYTES)) {
                    into.setNull();
                } else {
                    string(view.buffer(), view.correlationIdAt(), into);
                }
            }
            case JMS_MESSAGE_ID -> messageId(view, into);
        }
    }

    private static void string(ByteBuffer buffer, int at, Value into) {
        int length = buffer.getShort(at) & 0xFFFF;
        if (length == NONE) {
            into.setNull();
        } else {
            into.setString(buffer, at + Short.BYTES, length);
        }
    }

    private void messageId(MessageView view, Value into) {
        if (view.has(MessageFlags.ID_DISABLED)) {
            into.setNull();
            return;
        }
        if (messageId == null) {
            messageId = new MessageIdText();
        }
        messageId.write(view.connectionHigh(), view.connectionLow(), view.sequence());
        into.setString(messageId.bytes(), 0, messageId.length());
    }

    /** Characters and byte arrays, which no JMS property can be, are null. */
    private static void property(MessageView view, int valueAt, Value into) {
        if (valueAt < 0) {
            into.setNull();
            return;
        }
        switch (view.valueType(valueAt)) {
            case WireValue.BOOLEAN -> into.setBoolean(view.booleanValue(valueAt));
            case WireValue.BYTE, WireValue.SHORT, WireValue.INT, WireValue.LONG ->
                into.setExact(view.integerValue(valueAt));
            case WireValue.FLOAT, WireValue.DOUBLE -> into.setApproximate(view.floatingValue(valueAt));
            case WireValue.STRING ->
                into.setString(
                        view.buffer(),
                        valueAt + 1 + Integer.BYTES,
                        view.buffer().getInt(valueAt + 1));
            default -> into.setNull();
        }
    }

    private static ByteBuffer ascii(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes.put(i, (byte) text.charAt(i));
        }
        return bytes;
    }
}
