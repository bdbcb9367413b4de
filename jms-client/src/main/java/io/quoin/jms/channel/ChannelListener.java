// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import jakarta.jms.JMSException;

/** What the server tells of its own accord. Every method is called by the reader thread and must not block. */
public interface ChannelListener {

    void onDelivery(int session, Delivery delivery);

    void onBrowsed(int session, Delivery delivery);

    /**
     * The server wants back what the application has not seen.
     *
     * @param slot of message groups; {@link io.quoin.protocol.codec.Frame.Recall#ALL_SLOTS}: everything, and the credit
     */
    void onRecall(int session, int consumer, int slot);

    /** Deliveries of the consumer up to that tag may be given to the application. */
    void onPermit(int session, int consumer, long upTo);

    /** A slot of message groups has its home at the consumer now, or not any more. */
    void onSlot(int session, int consumer, int slot, boolean assigned);

    /** The server has closed the consumer. */
    void onConsumerLost(int session, int consumer, JMSException why);

    /** The connection is gone, and everything that waited has been told. Called once. */
    void onLost(JMSException why);
}
