// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Reply;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.util.function.IntFunction;

/**
 * Asks the server something in the name of a session and waits for the answer.
 *
 * @param session its number, 0 for the connection
 */
record Requests(Channel channel, int session, long timeoutMs) {

    /** For the text of a time-out. */
    private record Asked(String what, String address) {

        @Override
        public String toString() {
            return what + " at " + address;
        }
    }

    /**
     * Asks and waits.
     *
     * @param what what is asked for, for the text of a time-out
     * @return {@code reply}, answered
     * @throws JMSException the server's refusal, the time-out, or the loss of the connection
     */
    <R extends Reply> R ask(IntFunction<? extends Frame> frame, R reply, String what) throws JMSException {
        await(channel.request(session, frame, reply), what);
        return reply;
    }

    /** Waits for the answer to something that has been asked. */
    void await(Reply reply, String what) throws JMSException {
        reply.await(timeoutMs, ErrorCode.REQUEST_TIMEOUT, new Asked(what, channel.address()));
    }
}
