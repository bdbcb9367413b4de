// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One link of a channel, for what must not begin on one link and end on another: frames that belong together, or that mean
 * something only to a server that has not forgotten the session since. When the link is lost, every call fails with a
 * {@link io.quoin.jms.errors.LinkLostException}, whether there is another link or not.
 *
 * <p>Thread: any.
 */
public interface Wire {

    /** The server's first words on this link. */
    Frame.Welcome welcome();

    /** Throws if the server may have given this connection up, see {@link Channel#isStale}. Who acknowledges asks first. */
    void checkCurrent() throws JMSException;

    /** As {@link Channel#request}. */
    <R extends Reply> R request(int session, IntFunction<? extends Frame> frame, R reply) throws JMSException;

    /** As {@link Channel#post}. */
    void post(int session, Frame frame, Flush flush) throws JMSException;

    /** As {@link Channel#acknowledge}. */
    void acknowledge(
            int session,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            int flags,
            AckRanges ranges,
            @Nullable Reply confirmation,
            Flush flush)
            throws JMSException;
}
