// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.message.MessageId;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.model.Refusal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * Messages that come from clients and go to them: sends, consumers with their credit and acknowledgements, browsers. What is
 * refused is told to the connection's {@link Outlet} and has changed nothing.
 *
 * <p>Thread: confined to the owner of the group. What comes with each message allocates nothing.
 */
public final class MessageCommands {

    private final Sending sending;
    private final Consuming consuming;
    private final Settlement settlement;
    private final Reclaiming reclaiming;
    private final Recalls recalls;
    private final ReadySources ready;
    private final Transactions transactions;
    private final Branches branches;
    private final Browsing browsing;
    private final Recorder recorder;
    private final Permits permits;
    private final Doubts doubts;
    private long[] tags = new long[64];

    MessageCommands(BrokerParts parts) {
        sending = parts.sending;
        consuming = parts.consuming;
        settlement = parts.settlement;
        reclaiming = parts.reclaiming;
        recalls = parts.recalls;
        ready = parts.ready;
        transactions = parts.transactions;
        branches = parts.branches;
        browsing = parts.browsing;
        recorder = parts.recorder;
        permits = parts.permits;
        doubts = parts.doubts;
    }

    // --- sending

    /**
     * A message, verified, in the {@code payload} that it fills from position to limit.
     *
     * @param flags as in the SEND frame
     * @param sequence of the send on its connection
     * @param timeToLiveMs 0 for no end
     * @param delayMs 0 for at once
     * @param ageMs since the application's call
     */
    public void send(
            ClientConnection c,
            int session,
            int flags,
            long sequence,
            int alias,
            long timeToLiveMs,
            long delayMs,
            long ageMs,
            MessageView message,
            ByteBuffer payload) {
        if (c.isDuplicate(sequence)) {
            c.outlet().sent(sequence, c.sentAfter(recorder.appended()));
            return;
        }
        ClientSession found = c.sessions().get(session);
        try {
            if (found == null) {
                throw new Refusal(ErrorCode.SESSION_UNKNOWN, "The connection has no session " + session);
            }
            sending.send(c, found, flags, sequence, alias, timeToLiveMs, delayMs, ageMs, message, payload);
        } catch (Refusal e) {
            sending.refused(c, found, flags, sequence, alias, payload.remaining(), e);
        }
    }

    // --- receiving

    public void openConsumer(ClientConnection c, int session, Frame.ConsumerOpen f) {
        try {
            boolean recorded = consuming.open(c, Sessions.find(c, session), f);
            Source source = Sessions.consumer(c, Sessions.find(c, session), f.consumer())
                    .source();
            c.outlet().ok(f.request(), recorded ? recorder.appended() : 0, opened(source));
        } catch (Refusal e) {
            Replies.refuse(c, f.request(), e);
        }
    }

    private static Result.Opened opened(Source source) {
        return new Result.Opened(
                source.number(),
                source.isStrict() ? source.options().delivery().window() : 0,
                source.options().groupSlots());
    }

    /** A consumer opened anew goes on where an earlier one had got to. */
    public void reclaim(ClientConnection c, int session, Frame.Reclaim f) {
        try {
            Consumer consumer = Sessions.consumer(c, Sessions.find(c, session), f.consumer());
            c.outlet().ok(f.request(), 0, new Result.Reclaimed(reclaiming.reclaim(consumer, f)));
        } catch (Refusal e) {
            Replies.refuse(c, f.request(), e);
        }
    }

    public void closeConsumer(ClientConnection c, int session, int request, int consumer, long handedOut) {
        try {
            consuming.close(Sessions.consumer(c, Sessions.find(c, session), consumer), handedOut);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    /** Raises or lowers what a consumer may have received in total. One that does not exist any more is ignored. */
    public void credit(
            ClientConnection c, int session, int consumer, long limitMessages, long limitBytes, long handedOut) {
        Consumer found = c.consumers().get(consumer);
        if (found != null && !found.isClosed()) {
            found.handedOut(handedOut);
            if (found.isCreditVoid()) {
                return;
            }
            recalls.credited(found);
            found.credit(limitMessages, limitBytes);
            ready.add(found.source());
        }
    }

    /**
     * The client's socket takes nothing for now, or does so again: its consumers keep their credit and get nothing
     * meanwhile, so that what waits in memory for a slow reader stays bounded.
     */
    public void paused(ClientConnection c, boolean paused) {
        for (Consumer consumer : c.consumers().values()) {
            if (!consumer.isClosed()) {
                consumer.paused(paused);
                ready.add(consumer.source());
            }
        }
    }

    public void drain(ClientConnection c, int session, int request, int consumer) {
        try {
            Consumer found = Sessions.consumer(c, Sessions.find(c, session), consumer);
            if (found.isClosed() || found.drainRequest() != 0) {
                throw new Refusal(
                        ErrorCode.CONSUMER_UNKNOWN, "Consumer " + consumer + " is closed, or is being drained already");
            }
            found.drainRequest(request);
            found.source().draining(1);
            ready.add(found.source());
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    public void ack(ClientConnection c, int session, AckFrame f) {
        int count = f.rangeCount();
        if (tags.length < 2 * count) {
            tags = new long[2 * count];
        }
        for (int i = 0; i < count; i++) {
            tags[2 * i] = f.first(i);
            tags[2 * i + 1] = f.last(i);
        }
        ack(
                c,
                session,
                f.request(),
                f.consumer(),
                f.handedOut(),
                f.outcome(),
                f.isTransacted(),
                f.isWithGroup(),
                tags,
                count);
    }

    /**
     * Deliveries are acknowledged, or given back.
     *
     * @param request 0 if no answer is wanted
     * @param transacted whether in the session's transaction; then the consumer may be another session's
     * @param withGroup whether what follows a message in its group goes back with it
     * @param ranges first and last tag of each range
     */
    public void ack(
            ClientConnection c,
            int session,
            int request,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            boolean transacted,
            boolean withGroup,
            long[] ranges,
            int count) {
        try {
            ClientSession found = Sessions.find(c, session);
            Consumer from = transacted ? Sessions.consumer(c, consumer) : Sessions.consumer(c, found, consumer);
            from.handedOut(handedOut);
            for (int i = 0; i < count; i++) {
                long first = ranges[2 * i];
                long last = ranges[2 * i + 1];
                if (transacted && found.mode() == AcknowledgeMode.XA) {
                    branches.acknowledge(found, from, first, last);
                    continue;
                }
                if (transacted) {
                    transactions.acknowledge(found, from, first, last);
                    continue;
                }
                settle(from, outcome, withGroup, first, last);
            }
            permits.changed(from.source());
            Consuming.forgetIfSettled(from);
            if (request != 0) {
                // What goes back is told at once: deliveries before the answer are stale, those after it are fresh.
                c.outlet().ok(request, transacted || withGroup ? 0 : recorder.appended());
            }
        } catch (Refusal e) {
            if (request != 0) {
                Replies.refuse(c, request, e);
            }
        }
    }

    private void settle(Consumer from, AckOutcome outcome, boolean withGroup, long first, long last) {
        switch (outcome) {
            case CONSUMED -> settlement.acknowledge(from, first, last);
            case REJECTED -> settlement.reject(from, first, last);
            case RETURNED_COUNTED, RETURNED_UNCOUNTED -> {
                boolean counted = outcome == AckOutcome.RETURNED_COUNTED;
                int before = from.deliveries().count();
                if (withGroup) {
                    settlement.giveBackWithGroup(from, first, last, counted);
                } else {
                    settlement.giveBack(from, first, last, counted);
                }
                from.gaveBack(before - from.deliveries().count());
            }
        }
    }

    /** The client wants to hear which slots of message groups have their home at one of its consumers. */
    public void slotsWanted(ClientConnection c, int consumer) {
        Consumer found = c.consumers().get(consumer);
        if (found != null && !found.isClosed()) {
            found.source().messages().watchSlots(found.link());
            ready.add(found.source());
        }
    }

    /** Deliveries that the application has not seen come back uncounted. */
    public void returned(ClientConnection c, int session, int consumer, long handedOut, long first, long last) {
        Consumer found = c.consumers().get(consumer);
        if (found != null) {
            found.handedOut(handedOut);
            int before = found.deliveries().count();
            settlement.giveBack(found, Math.max(first, found.handedOut() + 1), last, false);
            found.gaveBack(before - found.deliveries().count());
            found.recallAnswered();
            Consuming.forgetIfSettled(found);
        }
    }

    /** Redelivered messages are about to be handed to the application, to a listener or a receive of session {@code hand}. */
    public void handing(ClientConnection c, int consumer, int hand, List<Long> tags) {
        Consumer found = c.consumers().get(consumer);
        if (found != null) {
            found.hands().has(hand, tags, found.deliveries());
        }
    }

    /** The application wants a message, and has all that was permitted in hand. */
    public void permitWanted(ClientConnection c, int consumer, long handedOut) {
        Consumer found = c.consumers().get(consumer);
        if (found != null && found.source().isStrict()) {
            found.handedOut(handedOut);
            permits.wanted(found, handedOut);
        }
    }

    /** A client has found out what became of a message in doubt. */
    public void resolve(ClientConnection c, int session, Frame.Resolve f) {
        try {
            Source source = Sessions.consumer(c, Sessions.find(c, session), f.consumer())
                    .source();
            UUID id = f.connectionId();
            doubts.resolve(
                    source,
                    new MessageId(id.getMostSignificantBits(), id.getLeastSignificantBits(), f.sequence()),
                    f.resolution());
            c.outlet().ok(f.request(), recorder.appended());
        } catch (Refusal e) {
            Replies.refuse(c, f.request(), e);
        }
    }

    // --- browsing

    public void openBrowser(ClientConnection c, int session, Frame.BrowseOpen f) {
        try {
            browsing.open(c, Sessions.find(c, session), f);
            c.outlet().ok(f.request(), 0);
        } catch (Refusal e) {
            Replies.refuse(c, f.request(), e);
        }
    }

    public void browseNext(ClientConnection c, int session, Frame.BrowseNext f) {
        try {
            browsing.next(c, f);
        } catch (Refusal e) {
            Replies.refuse(c, f.request(), e);
        }
    }

    public void closeBrowser(ClientConnection c, int session, int browser) {
        browsing.close(c, browser);
    }
}
