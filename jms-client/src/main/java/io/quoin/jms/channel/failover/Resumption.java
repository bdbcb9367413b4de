// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.ChannelListener;
import io.quoin.jms.channel.Send;
import jakarta.jms.JMSException;

/**
 * What the JMS objects of a connection do when its link is lost and when there is another one. The listener's methods are
 * called by the reader; {@link ChannelListener#onLost} only at the end, when nothing can be mended.
 */
public interface Resumption extends ChannelListener {

    /** The link is lost: nothing more is handed out until {@link #flow}. Called by the reader, must not block. */
    void suspend();

    /**
     * Puts sessions and consumers together on the new link, and repeats acknowledgements; no credit is given yet.
     *
     * @param channel over the new link
     * @param resumed whether the server has something of this connection still
     * @param server what it is to the server of the link before
     * @throws JMSException if the link is lost again, or the server does not answer: there will be another call
     */
    void resume(Channel channel, boolean resumed, Successor server) throws JMSException;

    /** Whether a send whose outcome is not known is written again, after {@link #resume}. */
    boolean isRepeated(Send send);

    /** Everything has been written again: deliveries may come, and be handed out. */
    void flow() throws JMSException;
}
