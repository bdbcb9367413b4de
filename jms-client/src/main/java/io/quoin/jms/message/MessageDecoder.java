// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;

/**
 * From bytes to messages. Not part of the API.
 *
 * <p>Thread: confined to one at a time.
 */
public final class MessageDecoder {

    private final MessageView view = new MessageView();

    /** The message object of a delivery; only its fixed fields are decoded. */
    public QuoinMessage decode(MessageContext context, Received received) throws JMSException {
        try {
            view.wrap(received.bytes(), 0, received.bytes().limit());
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
        QuoinMessage message = switch (view.bodyType()) {
            case NONE -> new QuoinMessage(context, received);
            case TEXT -> new QuoinTextMessage(context, received);
            case BYTES -> new QuoinBytesMessage(context, received);
            case MAP -> new QuoinMapMessage(context, received);
            case STREAM -> new QuoinStreamMessage(context, received);
            case OBJECT -> new QuoinObjectMessage(context, received);
        };
        readFixed(message);
        return message;
    }

    private void readFixed(QuoinMessage message) throws JMSException {
        if (!view.has(MessageFlags.ID_DISABLED)) {
            message.setMessageId(view.connectionHigh(), view.connectionLow(), view.sequence());
        }
        message.setJMSTimestamp(view.timestampMs());
        message.setJMSExpiration(view.expirationMs());
        message.setJMSDeliveryTime(view.deliveryTimeMs());
        message.setJMSPriority(view.priority());
        message.setJMSDeliveryMode(view.isPersistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
    }
}
