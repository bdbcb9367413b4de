// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The walks of a session through queues, and what they ask of the server.
 *
 * <p>Thread: any; {@link #onBrowsed} is the reader's and does not block.
 */
final class Browsers {

    private static final Logger LOG = System.getLogger(Browsers.class.getName());

    private final SessionCore session;
    private final QuoinConnection connection;
    private final Requests requests;
    /** By number. */
    private final Map<Integer, BrowserCursor> cursors = new ConcurrentHashMap<>();

    Browsers(SessionCore session, QuoinConnection connection, Requests requests) {
        this.session = session;
        this.connection = connection;
        this.requests = requests;
    }

    /** Opens a cursor over what waits in a queue now. */
    BrowserCursor open(QuoinDestination queue, @Nullable String selector) throws JMSException {
        BrowserCursor cursor = new BrowserCursor(session, queue, selector);
        openAgain(cursor);
        return cursor;
    }

    /** Opens a cursor, at first or once more, under a number of its own: the former may have answers on their way. */
    void openAgain(BrowserCursor cursor) throws JMSException {
        Route route = connection.route(cursor.queue());
        cursors.remove(cursor.number());
        cursor.number(connection.nextNumber());
        cursors.put(cursor.number(), cursor);
        try {
            requests.ask(
                    n -> new Frame.BrowseOpen(n, cursor.number(), route.alias(), cursor.selector()),
                    new Reply(),
                    "browse " + cursor.queue());
        } catch (JMSException e) {
            cursors.remove(cursor.number());
            throw e;
        }
    }

    /** Asks for more on the link that there is, which may not be the one with the cursor. */
    Frame.Ok next(BrowserCursor cursor, int maxMessages) throws JMSException {
        return requests.askOnce(
                        n -> new Frame.BrowseNext(n, cursor.number(), maxMessages), new Reply(), "browse a queue")
                .ok();
    }

    void close(BrowserCursor cursor) throws JMSException {
        cursor.markClosed();
        if (cursors.remove(cursor.number()) != null && connection.isAlive()) {
            try {
                connection.channel().post(session.number(), new Frame.BrowseClose(cursor.number()), Flush.SOON);
            } catch (LinkLostException e) {
                LOG.log(Level.DEBUG, "A browser has ended with its link: " + e.getMessage());
            }
        }
    }

    void onBrowsed(Delivery delivery) {
        BrowserCursor cursor = cursors.get(delivery.consumer());
        if (cursor != null) {
            cursor.add(delivery);
        }
    }
}
