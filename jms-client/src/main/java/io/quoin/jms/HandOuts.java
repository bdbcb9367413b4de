// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Names redelivered messages to the server before the application gets them: if it dies with them, those count as delivered
 * and no others.
 *
 * <p>Thread: any, without the inbox's lock.
 */
final class HandOuts {

    private static final Logger LOG = System.getLogger(HandOuts.class.getName());

    private final Channel channel;
    private final int session;
    private final Inbox inbox;
    private final Acknowledgements acknowledgements;

    /** @param session to which the consumers belong */
    HandOuts(Channel channel, int session, Inbox inbox, Acknowledgements acknowledgements) {
        this.channel = channel;
        this.session = session;
        this.inbox = inbox;
        this.acknowledgements = acknowledgements;
    }

    /** A message is about to be the only one in that hand. */
    void name(int hand, Delivery delivery) {
        if (delivery.redelivered()) {
            name(hand, delivery.consumer(), List.of(delivery.tag()));
        }
    }

    /** Messages of one consumer are about to be in that hand, together. */
    void name(int hand, List<Delivery> deliveries) {
        List<Long> tags = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            if (delivery.redelivered()) {
                tags.add(delivery.tag());
            }
        }
        if (!tags.isEmpty()) {
            name(hand, deliveries.get(0).consumer(), tags);
        }
    }

    private void name(int hand, int consumer, List<Long> tags) {
        inbox.locked(() -> acknowledgements.flush(Flush.LATER));
        try {
            // At once: the application may be about to end the process, and only what was named before counts.
            channel.post(session, new Frame.Handing(consumer, hand, List.copyOf(tags)), Flush.NOW);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Deliveries were not named, because the connection is lost: " + e.getMessage());
        }
    }
}
