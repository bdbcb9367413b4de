// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One walk through a queue. Messages are fetched some at a time. The server's cursor ends with the link; then the walk begins
 * anew on the next one, and leaves out what it has shown.
 *
 * <p>Thread: the reader adds, one other takes.
 */
@SuppressWarnings("JdkObsolete") // the API wants an Enumeration
final class BrowserCursor implements Enumeration<Message> {

    /** At a mebibyte each they still fit into any heap. */
    private static final int MESSAGES_AT_A_TIME = 32;

    /** How often a cursor that the server does not know is opened again before that is an error. */
    private static final int OPENED_AGAIN_MAX = 3;

    private final SessionCore session;
    private final QuoinDestination queue;
    private final @Nullable String selector;
    private volatile int number;
    private volatile boolean closed;
    private final MessageDecoder decoder = new MessageDecoder();
    private final Queue<Delivery> arrived = new ConcurrentLinkedQueue<>();
    private final ShownMessages shown = new ShownMessages();
    private boolean openedAgain;
    private boolean more = true;

    BrowserCursor(SessionCore session, QuoinDestination queue, @Nullable String selector) {
        this.session = session;
        this.queue = queue;
        this.selector = selector;
    }

    QuoinDestination queue() {
        return queue;
    }

    @Nullable
    String selector() {
        return selector;
    }

    /** The server's cursor; another one on each link. */
    int number() {
        return number;
    }

    void number(int opened) {
        number = opened;
    }

    void markClosed() {
        closed = true;
    }

    /** Called by the reader. */
    void add(Delivery delivery) {
        arrived.add(delivery);
    }

    /** Fetches until there is a message or the end. */
    void fetch() throws JMSException {
        try {
            while (arrived.isEmpty() && more) {
                more = Result.BrowsedSoFar.of(next()).more();
                if (openedAgain) {
                    leaveOutShown();
                }
            }
            if (arrived.isEmpty()) {
                session.browsers().close(this);
            }
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
    }

    private Frame.Ok next() throws JMSException {
        int unknown = 0;
        while (true) {
            try {
                return session.browsers().next(this, MESSAGES_AT_A_TIME);
            } catch (LinkLostException e) {
                if (closed) {
                    throw JmsErrors.of(ErrorCode.BROWSER_UNKNOWN, "The browser of " + queue + " is closed", e);
                }
            } catch (JMSException e) {
                boolean isUnknown = ErrorCode.BROWSER_UNKNOWN.code().equals(e.getErrorCode());
                if (closed || !isUnknown || ++unknown > OPENED_AGAIN_MAX) {
                    throw e;
                }
            }
            // What has come of an answer that was cut off comes once more.
            arrived.clear();
            openedAgain = true;
            session.browsers().openAgain(this);
        }
    }

    private void leaveOutShown() throws JMSException {
        for (Iterator<Delivery> each = arrived.iterator(); each.hasNext(); ) {
            if (shown.contains(each.next())) {
                each.remove();
            }
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
            Delivery delivery = arrived.remove();
            shown.add(delivery);
            return session.messages().openBrowsed(decoder, delivery);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }
}
