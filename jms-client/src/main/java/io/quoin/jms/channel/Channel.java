// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.JMSException;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server, as the JMS objects see it: it lasts while the sockets below it come and go. Frames are written
 * in the order of the calls of one thread; the server works on them in the order in which they were written.
 *
 * <p>While there is no socket, or not everything of the connection has been put together again on a new one, the channel is
 * not <i>connected</i>. Then, and when the socket breaks meanwhile, what is asked fails with a
 * {@link io.quoin.jms.errors.LinkLostException}, and can be asked again after {@link #awaitConnected}; sends wait and are
 * repeated by the channel itself. A channel that is closed or has given up is not <i>alive</i> any more, and every call fails
 * with the reason.
 *
 * <p>Thread: any. Nothing here waits for the server but {@link #awaitConnected}; a call with {@link Flush#NOW} may wait for
 * the socket, and {@link #send} for a connection and for credit.
 */
public interface Channel {

    /** Chosen at random by the client; with a send's number it makes the message id. */
    UUID connectionId();

    /** Where the server is, or which ones are tried, for the texts of errors. */
    String address();

    String serverVersion();

    /** Who the client has shown to be on the last link; null if the server has not asked. */
    @Nullable
    String user();

    /** Of the servers that share their data: connections to the same one reach the same messages. */
    UUID clusterId();

    /** The number of the server's start; it is another one after a restart, and at another server. */
    long bootNumber();

    /** False from the moment at which the channel is closed or has given up. */
    boolean isAlive();

    /** Whether requests reach a server that knows everything of this connection. */
    boolean isConnected();

    /** Whether this process did not run for so long that the server may have given it up. Then the link is ended, and a new one looked for. */
    boolean isStale();

    /**
     * Waits until the channel is connected. Neither loses nor obeys an interrupt.
     *
     * @param startNs when the waiting began, by {@link System#nanoTime}
     * @param timeoutMs how long it may take from then on
     * @param timeoutCode the error of waiting in vain
     * @param what what is waited for, for the text of that error
     * @throws JMSException the time-out, or why the channel is not alive
     */
    void awaitConnected(long startNs, long timeoutMs, ErrorCode timeoutCode, Object what) throws JMSException;

    /**
     * The link that there is now, for frames that must go out on the same one.
     *
     * @throws JMSException if there is none on which everything has been put together, or the channel is not alive
     */
    Wire wire() throws JMSException;

    /** The largest message that the server takes. */
    int maxMessageBytes();

    /**
     * Writes a request.
     *
     * @param frame makes the frame from the request's number
     * @return {@code reply}, to be waited for
     * @throws JMSException if the link is lost, or the channel is not alive
     */
    <R extends Reply> R request(int session, IntFunction<? extends Frame> frame, R reply) throws JMSException;

    /** Writes a frame that has no answer. */
    void post(int session, Frame frame, Flush flush) throws JMSException;

    /**
     * Writes the fate of deliveries.
     *
     * @param flags {@link io.quoin.protocol.FrameFlags#ACK_TRANSACTED} and the like
     * @param confirmation is settled when the server has made it durable; null asks for no answer
     */
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

    /** Raises a consumer's credit to these totals. */
    void credit(int session, int consumer, long limitMessages, long limitBytes, long handedOut, Flush flush)
            throws JMSException;

    /** Writes in place what was left with {@link Flush#LATER}: the caller has nothing else to do, and holds no lock. */
    void flush() throws JMSException;

    /** The route to a destination, introduced to the server when it is first asked for, and to each later one. */
    Route route(QuoinDestination destination) throws JMSException;

    /** A temporary destination has been deleted. */
    void forget(Route route);

    /**
     * Numbers, seals and writes a message, in the order of the numbers. Waits for a connection and for credit where there is
     * none. Once it is written, the message is kept and written again on the next connection until its outcome is known.
     *
     * @param message encoded up to its seal; it can be used again when the call returns
     * @param needsCredit false for the first send to a destination, which the server answers whatever the credit
     * @throws JMSException if the channel is not alive, or there was no connection or credit within the send time-out
     */
    void send(Send send, MessageWriter message, boolean needsCredit, Flush flush) throws JMSException;

    /** The application has set the client id: later links have it from the start. */
    void clientId(String id);

    /** From now on a loss is the end: nothing is put together again that is about to be closed. */
    void closing();

    /** Closes the socket without a word to the server. Never throws, does not wait; the second call does nothing. */
    void close();
}
