// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.JMSException;
import java.util.function.IntFunction;
import javax.transaction.xa.XAResource;

/** Asks the server something about a branch, on one link after another, and makes one answer of several. */
final class XaRequests {

    private final Requests requests;

    XaRequests(Requests requests) {
        this.requests = requests;
    }

    /** An answer's code, by the number of earlier tries whose answers were lost with their links. */
    @FunctionalInterface
    interface Ask {

        int ask(int earlierTries) throws JMSException;
    }

    /** Asks until there is an answer, or the request time-out is over; returns its code. */
    int repeatedly(String what, Ask ask) throws JMSException {
        int[] tries = new int[1];
        return requests.repeatedly(what, () -> ask.ask(tries[0]++));
    }

    /**
     * Asks until there is an answer.
     *
     * @param doneBefore the answer to a question whose first answer was lost, and was success
     */
    int ask(IntFunction<? extends Frame> frame, String what, int doneBefore) throws JMSException {
        return repeatedly(what, earlier -> {
            int code = once(frame, what);
            return earlier > 0 && code == doneBefore ? XAResource.XA_OK : code;
        });
    }

    /** Asks on the link that there is. */
    int once(IntFunction<? extends Frame> frame, String what) throws JMSException {
        return once(requests.channel().wire(), frame, what);
    }

    /** Asks on a link that was chosen before. */
    int once(Wire wire, IntFunction<? extends Frame> frame, String what) throws JMSException {
        try {
            return Result.XaDone.of(
                            requests.askOnce(wire, frame, new Reply(), what).ok())
                    .xaCode();
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
    }
}
