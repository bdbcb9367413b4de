// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.JMSException;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server, as the JMS objects see it. Frames are written in the order of the calls of one thread; the
 * server works on them in the order in which they were written.
 *
 * <p>Thread: any. Nothing here waits for the server; a call with {@link Flush#NOW} may wait for the socket, and
 * {@link #send} for credit.
 */
public interface Channel {

    /** Chosen at random by the client; with a send's number it makes the message id. */
    UUID connectionId();

    /** Where the server is, for the texts of errors. */
    String address();

    String serverVersion();

    /** False from the moment at which the connection is known to be lost, or closed. */
    boolean isAlive();

    /** The largest message that the server takes. */
    int maxMessageBytes();

    /**
     * Writes a request.
     *
     * @param frame makes the frame from the request's number
     * @return {@code reply}, to be waited for
     * @throws JMSException if the connection is lost or closed
     */
    <R extends Reply> R request(int session, IntFunction<? extends Frame> frame, R reply) throws JMSException;

    /** Writes a frame that has no answer. */
    void post(int session, Frame frame, Flush flush) throws JMSException;

    /**
     * Writes the fate of deliveries.
     *
     * @param confirmation is settled when the server has made it durable; null asks for no answer
     */
    void acknowledge(
            int session,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            boolean transacted,
            AckRanges ranges,
            @Nullable Reply confirmation,
            Flush flush)
            throws JMSException;

    /** Raises a consumer's credit to these totals. */
    void credit(int session, int consumer, long limitMessages, long limitBytes, long handedOut, Flush flush)
            throws JMSException;

    /** The route to a destination, introduced to the server when it is first asked for. */
    Route route(QuoinDestination destination) throws JMSException;

    /** A temporary destination has been deleted. */
    void forget(Route route);

    /**
     * Numbers, seals and writes a message, in the order of the numbers. Waits for credit where there is none.
     *
     * @param message encoded up to its seal; it can be used again when the call returns
     * @param needsCredit false for the first send to a destination, which the server answers whatever the credit
     * @throws JMSException if the connection is lost, or there was no credit within the send time-out
     */
    void send(Send send, MessageWriter message, boolean needsCredit, Flush flush) throws JMSException;

    /** Closes the socket without a word to the server. Never throws, does not wait; the second call does nothing. */
    void close();
}
