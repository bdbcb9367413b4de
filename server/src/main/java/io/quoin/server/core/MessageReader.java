// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.queue.MessageFilter;
import io.quoin.server.core.queue.MessageProperty;
import io.quoin.server.core.queue.ValueTerm;
import io.quoin.server.core.selector.EqualityTerm;
import io.quoin.server.core.selector.HeaderField;
import io.quoin.server.core.selector.Identifier;
import io.quoin.server.core.selector.PropertyValues;
import io.quoin.server.core.selector.Selector;
import io.quoin.server.model.Annotations;
import io.quoin.server.model.SendRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows stored messages to selectors.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class MessageReader {

    private static final byte[] GROUP_ID = "JMSXGroupID".getBytes(StandardCharsets.UTF_8);

    private final MessageStore store;
    private final MessageView view = new MessageView();
    private final PropertyValues values = new PropertyValues();
    /** What the server has added to the message that was shown last; null for nothing. */
    private @Nullable ByteBuffer annotations;

    private int annotationsAt;

    MessageReader(MessageStore store) {
        this.store = store;
    }

    /** The message in the record at {@code position}, whose bytes are in memory; good until the next one. */
    private MessageView stored(long position) {
        RecordView record = store.record(position);
        wrap(view, record.buffer(), record.payloadAt(), record.payloadLength());
        boolean annotated = SendRecord.annotationsLength(record) > 0;
        annotations = annotated ? record.buffer() : null;
        annotationsAt = annotated ? SendRecord.annotationsAt(record) : 0;
        return view;
    }

    /** The id of the group of the message in the record at {@code position}; null if its bytes are not in memory. */
    @Nullable
    String groupId(long position, int length) {
        if (position == 0 || !store.ready(position, length)) {
            return null;
        }
        String byServer = Annotations.of(store.record(position)).get(Annotations.GROUP_ID);
        if (byServer != null) {
            return byServer;
        }
        MessageView message = stored(position);
        int at = message.property(GROUP_ID);
        return at < 0 ? null : message.stringValue(at);
    }

    /** When the message was sent, on its sender's clock, ms; -1 if its bytes are not in memory. */
    long timestampMs(long position, int length) {
        return position != 0 && store.ready(position, length) ? stored(position).timestampMs() : -1;
    }

    /** Shows {@code into} a message that was verified when it came. */
    static void wrap(MessageView into, ByteBuffer buffer, int offset, int length) {
        try {
            into.wrap(buffer, offset, length);
        } catch (ProtocolException e) {
            throw new IllegalStateException("a message that was verified when it came cannot be read", e);
        }
    }

    /** The filter of a consumer's selector; equal for equal selectors. */
    MessageFilter filter(Selector selector) {
        return new SelectorFilter(this, selector);
    }

    private record SelectorFilter(MessageReader reader, Selector selector) implements MessageFilter {
        @Override
        public boolean matches(long position, int length, int deliveryCount) {
            MessageView message = reader.stored(position);
            return selector.matches(message, deliveryCount, reader.annotations, reader.annotationsAt);
        }

        @Override
        public boolean dependsOnDeliveryCount() {
            return selector.dependsOnDeliveryCount();
        }

        @Override
        public List<ValueTerm> terms() {
            List<ValueTerm> terms = new ArrayList<>();
            for (EqualityTerm term : selector.equalityTerms()) {
                ValueTerm found = new ValueTerm(new IndexedProperty(reader, term.identifier()), term.valueHash());
                if (isUnique(term.identifier())) {
                    return List.of(found);
                }
                terms.add(found);
            }
            return terms;
        }

        /** Whether a message has that to itself, as a rule. */
        private static boolean isUnique(Identifier identifier) {
            return identifier.header() == HeaderField.JMS_MESSAGE_ID
                    || identifier.header() == HeaderField.JMS_CORRELATION_ID;
        }
    }

    private record IndexedProperty(MessageReader reader, Identifier identifier) implements MessageProperty {
        @Override
        public int value(long position, int length) {
            MessageView message = reader.stored(position);
            return reader.values.hash(message, reader.annotations, reader.annotationsAt, identifier);
        }
    }
}
