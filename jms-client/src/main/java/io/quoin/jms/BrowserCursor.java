// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Result;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One walk through a queue. Messages are fetched some at a time.
 *
 * <p>Thread: the reader adds, one other takes.
 */
@SuppressWarnings("JdkObsolete") // the API wants an Enumeration
final class BrowserCursor implements Enumeration<Message> {

    /** At a mebibyte each they still fit into any heap. */
    private static final int MESSAGES_AT_A_TIME = 32;

    private final SessionCore session;
    private final int number;
    private final MessageDecoder decoder = new MessageDecoder();
    private final Queue<Delivery> arrived = new ConcurrentLinkedQueue<>();
    private boolean more = true;

    BrowserCursor(SessionCore session, int number) {
        this.session = session;
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Called by the reader. */
    void add(Delivery delivery) {
        arrived.add(delivery);
    }

    /** Fetches until there is a message or the end. */
    void fetch() throws JMSException {
        try {
            while (arrived.isEmpty() && more) {
                more = Result.BrowsedSoFar.of(session.browseNext(this, MESSAGES_AT_A_TIME))
                        .more();
            }
            if (arrived.isEmpty()) {
                session.close(this);
            }
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
    }

    @Override
    public boolean hasMoreElements() {
        try {
            fetch();
            return !arrived.isEmpty();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public Message nextElement() {
        if (!hasMoreElements()) {
            throw new NoSuchElementException("The browser is at the end of the queue");
        }
        try {
            return session.openBrowsed(decoder, arrived.remove());
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }
}
