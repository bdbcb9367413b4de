// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.IntFunction;

/**
 * Asks the server something in the name of a session and waits for the answer.
 *
 * @param session its number, 0 for the connection
 */
record Requests(Channel channel, int session, long timeoutMs) {

    private static final Logger LOG = System.getLogger(Requests.class.getName());

    /** For the text of a time-out. */
    private record Asked(String what, String address) {

        @Override
        public String toString() {
            return what + " at " + address;
        }
    }

    /**
     * Asks and waits. What is asked may reach the server twice: if the link is lost, it is asked again on the next one, when
     * everything else has been put together there.
     *
     * @param what what is asked for, for the text of a time-out
     * @return {@code reply}, answered
     * @throws JMSException the server's refusal, the time-out, or the end of the connection
     */
    <R extends Reply> R ask(IntFunction<? extends Frame> frame, R reply, String what) throws JMSException {
        return repeatedly(what, () -> {
            reply.renew();
            return askOnce(frame, reply, what);
        });
    }

    /**
     * Asks and waits, on the link that there is.
     *
     * @throws JMSException also {@link LinkLostException}, and then it is not known whether it was done
     */
    <R extends Reply> R askOnce(IntFunction<? extends Frame> frame, R reply, String what) throws JMSException {
        return askOnce(channel.wire(), frame, reply, what);
    }

    /** The same on a link that was chosen before. */
    <R extends Reply> R askOnce(Wire wire, IntFunction<? extends Frame> frame, R reply, String what)
            throws JMSException {
        await(wire.request(session, frame, reply), what);
        return reply;
    }

    /** Waits for the answer to something that has been asked. */
    void await(Reply reply, String what) throws JMSException {
        reply.await(timeoutMs, ErrorCode.REQUEST_TIMEOUT, new Asked(what, channel.address()));
    }

    /** Something that can be tried again on another link. */
    @FunctionalInterface
    interface Attempt<T> {

        T run() throws JMSException;
    }

    /** Tries on one link after another, until the request time-out is over. */
    <T> T repeatedly(String what, Attempt<T> attempt) throws JMSException {
        long startNs = System.nanoTime();
        while (true) {
            channel.awaitConnected(startNs, timeoutMs, ErrorCode.REQUEST_TIMEOUT, what);
            try {
                return attempt.run();
            } catch (LinkLostException e) {
                LOG.log(Level.DEBUG, "Will be tried again: " + what + ": " + e.getMessage());
            }
        }
    }
}
