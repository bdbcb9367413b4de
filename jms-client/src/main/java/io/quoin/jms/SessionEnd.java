// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How a session ends: when no listener and no callback of it runs any more, what was consumed is acknowledged, and the server
 * forgets the session, on the next link if this one is lost.
 *
 * <p>Thread: any; the first caller closes.
 */
final class SessionEnd {

    private static final Logger LOG = System.getLogger(SessionEnd.class.getName());

    private final SessionCore session;
    private final QuoinConnection connection;
    private final Inbox inbox;
    private final Requests requests;
    private final AtomicBoolean closing = new AtomicBoolean();
    /** Closing, and past the last listener. */
    private volatile boolean quiet;
    /** Closed by the application; under the inbox's lock. */
    private boolean leaving;

    SessionEnd(SessionCore session, QuoinConnection connection, Requests requests) {
        this.session = session;
        this.connection = connection;
        this.inbox = session.inbox();
        this.requests = requests;
    }

    void close() throws JMSException {
        session.checkNotCalledBack("close");
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        session.quiesce();
        session.consumers().awaitReceives();
        quiet = true;
        session.completions().awaitAll();
        session.loaded().quiesce();
        session.consumers().markAllClosed();
        JMSException refusal =
                session.mode().isTransacted() ? null : session.outbox().takeRefusal();
        try {
            session.branchWork().closing(connection.isAlive() && !inbox.ask(inbox::isSuspended));
            session.loaded().recover();
        } finally {
            leave();
        }
        if (refusal != null) {
            throw JmsErrors.again(refusal);
        }
    }

    /** While the link is lost nobody waits: the session stays known until it is closed on another one. */
    private void leave() throws JMSException {
        boolean later = inbox.ask(() -> {
            leaving = true;
            return inbox.isSuspended();
        });
        try {
            if (!later && connection.isAlive()) {
                later = !isClosedOnServer();
            }
        } finally {
            session.completions().close();
            if (!later || !connection.isAlive()) {
                connection.forget(session);
            }
        }
    }

    /** Acknowledges what was consumed; returns how far the rest was handed out. */
    private List<Handed> handedByAll() {
        inbox.lock().lock();
        try {
            session.acknowledgements().flush(Flush.LATER);
            return inbox.handed(true, prefetch -> session.flowControl().credit(prefetch, Flush.LATER));
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Closes it on the link that there is; false if that was lost, and what was acknowledged may have been lost with it. */
    private boolean isClosedOnServer() throws JMSException {
        List<Handed> handed = handedByAll();
        try {
            requests.askOnce(n -> new Frame.SessionClose(n, handed), new Reply(), "close a session");
            return inbox.ask(() -> session.acknowledgements().awaitConfirmedOnLink() || !inbox.isSuspended());
        } catch (LinkLostException e) {
            LOG.log(Level.DEBUG, "The session is closed on the next link: " + e.getMessage());
            return false;
        } catch (JMSException e) {
            // It is unknown if the link was lost meanwhile: then it is closed on the next one, or is so already.
            if (connection.isAlive() && !ErrorCode.SESSION_UNKNOWN.code().equals(e.getErrorCode())) {
                throw e;
            }
            LOG.log(Level.DEBUG, "The link was lost before the session was closed: " + e.getMessage());
            return !inbox.ask(inbox::isSuspended);
        }
    }

    /** On a new link, when the session is closed by the application already: closes it there. */
    void closeOn(Channel link) throws JMSException {
        List<Handed> handed = handedByAll();
        link.request(session.number(), n -> new Frame.SessionClose(n, handed), closedLater());
    }

    /** Whether the application has closed it; under the inbox's lock. */
    boolean isLeaving() {
        return leaving;
    }

    /** Whether it is past the last listener. */
    boolean isQuiet() {
        return quiet;
    }

    /** The answer follows those to all that was acknowledged. If it is lost, the next link has it all once more. */
    private Reply closedLater() {
        return new Reply() {
            @Override
            protected void onSettled(@Nullable JMSException failure) {
                if (!(failure instanceof LinkLostException)) {
                    connection.forget(session);
                }
            }
        };
    }
}
