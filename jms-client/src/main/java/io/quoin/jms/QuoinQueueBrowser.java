// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A browser: each enumeration is a walk of its own through what waits in the queue then. */
public final class QuoinQueueBrowser implements QueueBrowser {

    private final SessionCore session;
    private final QuoinDestination queue;
    private final @Nullable String selector;
    private final List<BrowserCursor> cursors = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    QuoinQueueBrowser(SessionCore session, QuoinDestination queue, @Nullable String selector) {
        this.session = session;
        this.queue = queue;
        this.selector = selector;
    }

    /** Lets the server look at queue and selector, so that what is wrong is known when the browser is created. */
    void check() throws JMSException {
        session.browsers().close(session.browsers().open(queue, selector));
    }

    @Override
    public Queue getQueue() throws JMSException {
        checkOpen();
        return (Queue) queue;
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        checkOpen();
        return selector;
    }

    @Override
    public Enumeration<Message> getEnumeration() throws JMSException {
        checkOpen();
        BrowserCursor cursor = session.browsers().open(queue, selector);
        cursors.add(cursor);
        cursor.fetch();
        return cursor;
    }

    @Override
    public void close() throws JMSException {
        if (closed) {
            return;
        }
        closed = true;
        for (BrowserCursor cursor : cursors) {
            session.browsers().close(cursor);
        }
        cursors.clear();
    }

    private void checkOpen() throws JMSException {
        if (closed) {
            throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The browser of " + queue + " is closed");
        }
        session.checkOpen();
    }
}
