// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.queue.MessageFilter;
import io.quoin.server.core.selector.Selector;
import java.nio.ByteBuffer;

/**
 * Shows stored messages to selectors.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class MessageReader {

    private final MessageStore store;
    private final MessageView view = new MessageView();

    MessageReader(MessageStore store) {
        this.store = store;
    }

    /** The message in the record at {@code position}, whose bytes are in memory; good until the next one. */
    private MessageView stored(long position) {
        RecordView record = store.record(position);
        wrap(view, record.buffer(), record.payloadAt(), record.payloadLength());
        return view;
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
        public boolean matches(long position, int length) {
            return selector.matches(reader.stored(position), 1);
        }
    }
}
