// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.JMSException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From messages to their bytes. Not part of the API.
 *
 * <p>Thread: confined to one at a time.
 */
public final class MessageEncoder {

    private static final int INITIAL_BYTES = 1_024;

    private final MessageWriter writer = new MessageWriter(INITIAL_BYTES);

    /** What a producer decides about a message, beside what the message says. */
    public record SendHeaders(
            UUID connectionId,
            QuoinDestination destination,
            boolean persistent,
            int priority,
            long timestampMs,
            long expirationMs,
            long deliveryTimeMs,
            boolean idDisabled,
            boolean timestampDisabled) {}

    /**
     * Encodes a message into memory that the next call uses again. What is missing is its number.
     *
     * @throws JMSException if something of it is too long for the layout
     */
    public MessageWriter encode(QuoinMessage message, SendHeaders headers) throws JMSException {
        try {
            writer.begin()
                    .connectionId(headers.connectionId())
                    .flags(flags(headers))
                    .priority(headers.priority())
                    .timestamp(headers.timestampMs())
                    .expiration(headers.expirationMs())
                    .deliveryTime(headers.deliveryTimeMs())
                    .destination(
                            headers.destination().kind(), headers.destination().name());
            writeReplyTo(message);
            writeCorrelationId(message);
            writer.type(message.getJMSType());
            writeProperties(message);
            message.writeBody(writer);
            return writer;
        } catch (IllegalArgumentException e) {
            throw JmsErrors.of(ErrorCode.CONVERSION, "The message cannot be encoded: " + e.getMessage(), e);
        }
    }

    private static int flags(SendHeaders headers) {
        return (headers.persistent() ? MessageFlags.PERSISTENT : 0)
                | (headers.idDisabled() ? MessageFlags.ID_DISABLED : 0)
                | (headers.timestampDisabled() ? MessageFlags.TIMESTAMP_DISABLED : 0);
    }

    private void writeReplyTo(QuoinMessage message) throws JMSException {
        QuoinDestination replyTo = QuoinDestination.orNull(message.getJMSReplyTo());
        writer.replyTo(replyTo == null ? null : replyTo.kind(), replyTo == null ? null : replyTo.name());
    }

    private void writeCorrelationId(QuoinMessage message) throws JMSException {
        Object id = message.correlationId();
        if (id instanceof byte[] bytes) {
            writer.correlationIdBytes(bytes);
        } else {
            writer.correlationId((String) id);
        }
    }

    private void writeProperties(QuoinMessage message) throws JMSException {
        Properties properties = message.decodedProperties();
        if (properties.isEmpty()) {
            return;
        }
        for (Map.Entry<String, @Nullable Object> property : properties.values().entrySet()) {
            if (!PropertyNames.isSetOnReceipt(property.getKey())) {
                writer.property(property.getKey(), property.getValue());
            }
        }
    }

    static @Nullable QuoinDestination replyTo(MessageView view) {
        DestinationKind kind = view.replyToKind();
        String name = view.replyToName();
        return kind == null || name == null ? null : QuoinDestination.of(kind, name);
    }

    static @Nullable Object correlationId(MessageView view) {
        return view.has(MessageFlags.CORRELATION_BYTES) ? view.correlationIdBytes() : view.correlationId();
    }
}
