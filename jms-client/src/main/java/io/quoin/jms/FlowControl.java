// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * What a session and the server tell each other of what may be sent ahead: credit, permits, what is to come at once, and what
 * is to go back unseen.
 *
 * <p>Thread: any. State is that of the {@link Prefetch}, under the lock of the session's {@link Inbox}; writing with {@link
 * Flush#SOON} does not block.
 */
final class FlowControl {

    private static final Logger LOG = System.getLogger(FlowControl.class.getName());

    private final Channel channel;
    private final int session;
    private final Inbox inbox;
    private final Acknowledgements acknowledgements;
    private final Requests requests;

    FlowControl(Channel channel, int session, Inbox inbox, Acknowledgements acknowledgements, Requests requests) {
        this.channel = channel;
        this.session = session;
        this.inbox = inbox;
        this.acknowledgements = acknowledgements;
        this.requests = requests;
    }

    /** Tells the server of the credit that {@code prefetch} says it has. */
    void credit(Prefetch prefetch, Flush flush) {
        long limitMessages;
        long limitBytes;
        long handedOut;
        inbox.lock().lock();
        try {
            if (inbox.isSuspended()) {
                return; // Credit begins anew on the next link, after everything else.
            }
            limitMessages = prefetch.credit().limitMessages();
            limitBytes = prefetch.credit().limitBytes();
            handedOut = prefetch.tellHandedOut();
        } finally {
            inbox.lock().unlock();
        }
        try {
            channel.credit(session, prefetch.consumer(), limitMessages, limitBytes, handedOut, flush);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "No credit was given, because the connection is lost: " + e.getMessage());
        }
    }

    /** The application wants a message, and only permits are missing: asks for more of them unless that was done. */
    void wantPermit(Prefetch prefetch) {
        try {
            channel.post(session, new Frame.PermitWanted(prefetch.consumer(), prefetch.tellHandedOut()), Flush.SOON);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "No permit was asked for, because the connection is lost: " + e.getMessage());
        }
    }

    /** Asks for what there is now; returns when it has arrived, or when there is nothing. */
    void drain(Prefetch prefetch) throws JMSException {
        Reply reply = new Reply() {
            @Override
            protected void onOk(Frame.Ok ok) {
                inbox.locked(prefetch.credit()::withdraw);
            }
        };
        try {
            requests.askOnce(n -> new Frame.Drain(n, prefetch.consumer()), reply, "ask for a message");
        } catch (LinkLostException e) {
            LOG.log(Level.DEBUG, "There is no message now, because the link is lost: " + e.getMessage());
        }
    }

    /** The server wants back what nobody has seen; the reader calls this. */
    void onRecall(int consumer, int slot) {
        inbox.locked(() -> {
            Prefetch prefetch = inbox.find(consumer);
            if (prefetch == null || prefetch.isClosed()) {
                return; // CONSUMER_CLOSE, which is on its way, gives back more.
            }
            if (slot != Frame.Recall.ALL_SLOTS) {
                AckRanges unseen = prefetch.takeUnseen(slot);
                if (!unseen.isEmpty()) {
                    acknowledgements.tell(prefetch, unseen, AckOutcome.RETURNED_UNCOUNTED, Flush.SOON);
                }
                inbox.signal();
                return;
            }
            long first = prefetch.firstUnseen();
            long last = prefetch.received();
            prefetch.dropWaiting();
            // The server has withdrawn it. Whoever waits for a message grants some anew, at once.
            prefetch.credit().withdraw();
            inbox.signal();
            answerRecall(prefetch, first, last);
        });
    }

    /** Until it is answered the server takes no credit, since what was sent on it would cross what comes back; under the lock. */
    void answerRecall(Prefetch prefetch, long first, long last) {
        try {
            channel.post(
                    session, new Frame.Return(prefetch.consumer(), prefetch.tellHandedOut(), first, last), Flush.SOON);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Nothing was given back, because the connection is lost: " + e.getMessage());
        }
    }
}
