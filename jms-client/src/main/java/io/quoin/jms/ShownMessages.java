// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageView;
import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Which messages a walk through a queue has shown, by their ids. What one connection has sent is numbered without gaps, so 64
 * neighbours take one entry.
 *
 * <p>Thread: confined to one at a time.
 */
final class ShownMessages {

    private static final int BLOCK_BITS = 6;

    private final MessageView view = new MessageView();
    private final Map<Block, Long> shown = new HashMap<>();

    /** The numbers {@code number * 64} and the 63 that follow, of what one connection has sent. */
    private record Block(long connectionHigh, long connectionLow, long number) {}

    void add(Delivery delivery) throws JMSException {
        shown.merge(block(delivery), bit(), (a, b) -> a | b);
    }

    boolean contains(Delivery delivery) throws JMSException {
        return (shown.getOrDefault(block(delivery), 0L) & bit()) != 0;
    }

    private Block block(Delivery delivery) throws JMSException {
        try {
            view.wrap(ByteBuffer.wrap(delivery.message()), 0, delivery.message().length);
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
        return new Block(view.connectionHigh(), view.connectionLow(), view.sequence() >>> BLOCK_BITS);
    }

    /** Of the message that was looked at last. */
    private long bit() {
        return 1L << view.sequence();
    }
}
