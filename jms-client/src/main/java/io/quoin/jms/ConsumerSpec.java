// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer is one of: what {@link Frame.ConsumerOpen} needs to be written, at first and on later links.
 *
 * @param subscription its name; null on queues and for unshared non-durable ones
 * @param selector null for all messages
 */
record ConsumerSpec(
        QuoinDestination destination,
        @Nullable String subscription,
        @Nullable String selector,
        boolean durable,
        boolean shared,
        boolean noLocal) {

    /** A consumer of a queue, or of a topic without a name for the subscription. */
    static ConsumerSpec of(QuoinDestination destination, @Nullable String selector) {
        return new ConsumerSpec(destination, null, orNull(selector), false, false, false);
    }

    /**
     * A consumer of a subscription that has a name.
     *
     * @param clientId of the connection, if it has one
     */
    static ConsumerSpec subscription(
            @Nullable String clientId,
            @Nullable Topic topic,
            @Nullable String name,
            @Nullable String selector,
            boolean durable,
            boolean shared,
            boolean noLocal)
            throws JMSException {
        QuoinDestination own = QuoinDestination.of(topic);
        if (durable && own.kind().isTemporary()) {
            throw JmsErrors.of(
                    ErrorCode.INVALID_NAME, "A durable subscription cannot be one to the temporary topic " + own);
        }
        if (name == null || name.isEmpty()) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The name of a subscription to " + own + " is null or empty");
        }
        if (durable && !shared && clientId == null) {
            throw JmsErrors.of(
                    ErrorCode.CLIENT_ID_MISSING, "The durable subscription " + name + " to " + own + " is not shared");
        }
        return new ConsumerSpec(own, name, orNull(selector), durable, shared, noLocal);
    }

    /** An empty selector selects everything. */
    private static @Nullable String orNull(@Nullable String selector) {
        return selector == null || selector.isBlank() ? null : selector;
    }

    /** What asks the server for such a consumer. */
    Frame.ConsumerOpen frame(int request, int consumer, int alias, long limitMessages, long limitBytes) {
        int flags = (durable ? FrameFlags.CONSUMER_DURABLE : 0)
                | (shared ? FrameFlags.CONSUMER_SHARED : 0)
                | (noLocal ? FrameFlags.CONSUMER_NO_LOCAL : 0)
                | (destination.consumerOptions().exclusive() ? FrameFlags.CONSUMER_EXCLUSIVE : 0)
                | (destination.consumerOptions().keepBacklog() ? FrameFlags.CONSUMER_KEEP_BACKLOG : 0);
        return new Frame.ConsumerOpen(
                request,
                flags,
                consumer,
                alias,
                subscription,
                selector,
                destination.consumerOptions().priority(),
                limitMessages,
                limitBytes);
    }
}
