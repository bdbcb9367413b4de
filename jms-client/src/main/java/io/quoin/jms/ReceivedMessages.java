// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.message.Acknowledger;
import io.quoin.jms.message.MessageContext;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.jms.message.Received;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the message objects of what was delivered to a session, or shown to one of its browsers.
 *
 * <p>Thread: any.
 */
final class ReceivedMessages {

    private final MessageContext context;
    private final Outbox.TransactionName transactionName;
    private final Acknowledger acknowledger;

    /**
     * Of one session.
     *
     * @param transactionName what messages that are received now say of their transaction
     * @param acknowledger of what the session itself has received
     */
    ReceivedMessages(MessageContext context, Outbox.TransactionName transactionName, Acknowledger acknowledger) {
        this.context = context;
        this.transactionName = transactionName;
        this.acknowledger = acknowledger;
    }

    /** Makes the message object of a delivery that is about to be handed out, and was named. */
    QuoinMessage open(MessageDecoder decoder, Delivery delivery) throws JMSException {
        return open(decoder, delivery, acknowledger);
    }

    /** The same for a message that {@code acknowledgedBy} acknowledges. */
    QuoinMessage open(MessageDecoder decoder, Delivery delivery, Acknowledger acknowledgedBy) throws JMSException {
        return decoder.decode(context, annotated(delivery, acknowledgedBy));
    }

    /** Makes the message object of a browsed message. */
    QuoinMessage openBrowsed(MessageDecoder decoder, Delivery delivery) throws JMSException {
        return decoder.decode(context, annotated(delivery, null));
    }

    private Received annotated(Delivery delivery, @Nullable Acknowledger acknowledger) {
        return new Received(
                delivery.message(),
                delivery.consumer(),
                delivery.tag(),
                delivery.deliveryCount(),
                delivery.redelivered(),
                delivery.groupFirst(),
                delivery.inDoubt(),
                delivery.annotations(),
                acknowledger == null ? null : transactionName.get(),
                acknowledger);
    }
}
