// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.message.MessageId;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The consumers of a session, and what is asked of the server for them as a whole: to open and to close one, what it says of
 * their slots, and when it gives one up.
 *
 * <p>Thread: any; {@link #onSlot} and {@link #onLost} are the reader's and do not block.
 */
final class Consumers {

    private static final Logger LOG = System.getLogger(Consumers.class.getName());

    private final SessionCore session;
    private final QuoinConnection connection;
    private final Channel channel;
    private final Settings settings;
    private final Inbox inbox;
    private final Requests requests;
    /** By number, for as long as something of them is to be decided. */
    private final Map<Integer, QuoinMessageConsumer> consumers = new ConcurrentHashMap<>();

    Consumers(SessionCore session, QuoinConnection connection, Requests requests) {
        this.session = session;
        this.connection = connection;
        this.channel = connection.channel();
        this.settings = connection.settings();
        this.inbox = session.inbox();
        this.requests = requests;
    }

    Collection<QuoinMessageConsumer> all() {
        return consumers.values();
    }

    QuoinMessageConsumer open(ConsumerSpec spec) throws JMSException {
        return open(spec, new Backlog.InOrder());
    }

    QuoinMessageConsumer open(ConsumerSpec spec, Backlog backlog) throws JMSException {
        QuoinDestination destination = spec.destination();
        if (QuoinSession.isForeignTemporary(connection, destination)) {
            throw JmsErrors.of(
                    ErrorCode.TEMPORARY_NOT_OWNED,
                    "The temporary destination " + destination + " is not this connection's");
        }
        Route route = connection.route(destination);
        Prefetch prefetch = new Prefetch(
                connection.nextNumber(),
                settings.prefetchMessages(),
                settings.prefetchBytes(),
                !session.mode().isTransacted() && session.mode() != Mode.XA,
                backlog);
        if (!prefetch.asksForEach()) {
            prefetch.credit().renew();
        }
        QuoinMessageConsumer consumer = new QuoinMessageConsumer(session, spec, route, prefetch);
        consumers.put(consumer.number(), consumer);
        inbox.add(prefetch);
        try {
            requests.ask(
                    n -> openFrame(
                            n,
                            consumer,
                            prefetch.credit().limitMessages(),
                            prefetch.credit().limitBytes()),
                    opened(consumer),
                    "open a consumer of " + destination);
            return consumer;
        } catch (JMSException e) {
            consumer.markClosed();
            inbox.locked(prefetch::left);
            forget();
            throw e;
        }
    }

    /** What asks the server for a consumer, at first or once more. */
    Frame openFrame(int request, QuoinMessageConsumer consumer, long limitMessages, long limitBytes) {
        return consumer.spec()
                .frame(request, consumer.number(), consumer.route().alias(), limitMessages, limitBytes);
    }

    /** Notes the answer to it before the first delivery is read. */
    Reply opened(QuoinMessageConsumer consumer) {
        return new Reply() {
            @Override
            protected void onOk(Frame.Ok ok) throws JMSException {
                try {
                    Result.Opened answer = Result.Opened.of(ok);
                    inbox.locked(() -> consumer.prefetch().opened(answer, channel.bootNumber()));
                } catch (ProtocolException e) {
                    throw JmsErrors.of(e);
                }
            }
        };
    }

    /** The consumer has stopped taking messages: its unseen ones go back, and the call returns when they are there. */
    void close(QuoinMessageConsumer consumer) throws JMSException {
        Prefetch prefetch = consumer.prefetch();
        try {
            // While the link is lost nobody waits: the consumer is closed when there is another one.
            if (connection.isAlive() && inbox.ask(() -> prefetch.isOpen() && !inbox.isSuspended())) {
                requests.askOnce(
                        n -> new Frame.ConsumerClose(n, consumer.number(), prefetch.handedOut()),
                        new Reply(),
                        "close a consumer of " + consumer.spec().destination());
                inbox.locked(prefetch::left);
            }
        } catch (LinkLostException e) {
            LOG.log(Level.DEBUG, "A consumer is closed on the next link: " + e.getMessage());
        } finally {
            forget();
        }
    }

    /** Waits until every receive has returned, which they do when the session's inbox is closed. */
    void awaitReceives() {
        inbox.locked(
                () -> inbox.awaitWhile(() -> consumers.values().stream().anyMatch(QuoinMessageConsumer::isReceiving)));
    }

    void markAllClosed() {
        consumers.values().forEach(QuoinMessageConsumer::markClosed);
    }

    /** Forgets consumers of which nothing is left to decide. */
    void forget() {
        inbox.locked(() -> {
            inbox.sweep();
            consumers.values().removeIf(consumer -> consumer.prefetch().isForgettable());
        });
    }

    void unsubscribe(String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw JmsErrors.of(ErrorCode.SUBSCRIPTION_UNKNOWN, "The name of the subscription is null or empty");
        }
        String what = "unsubscribe " + name;
        if (connection.clientId() != null) {
            try {
                requests.ask(n -> new Frame.Unsubscribe(n, 0, name), new Reply(), what);
                return;
            } catch (JMSException e) {
                if (!ErrorCode.SUBSCRIPTION_UNKNOWN.code().equals(e.getErrorCode())) {
                    throw e;
                }
            }
        }
        requests.ask(n -> new Frame.Unsubscribe(n, FrameFlags.UNSUBSCRIBE_SHARED, name), new Reply(), what);
    }

    /** Decides a message in doubt of the consumer's queue or subscription. */
    void resolve(QuoinMessageConsumer consumer, MessageId id, Resolution resolution) throws JMSException {
        requests.ask(
                n -> new Frame.Resolve(n, consumer.number(), new UUID(id.high(), id.low()), id.sequence(), resolution),
                new Reply(),
                "resolve a message in doubt");
    }

    /** The reader calls this. */
    void onSlot(int consumer, int slot, boolean assigned) {
        QuoinMessageConsumer found = consumers.get(consumer);
        if (found != null) {
            found.slots().changed(slot, assigned);
        }
    }

    /** Asks the server to tell of a consumer's slots. */
    void wantSlots(int consumer) {
        try {
            channel.post(session.number(), new Frame.SlotsWanted(consumer), Flush.SOON);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Slots are asked for on the next link: " + e.getMessage());
        }
    }

    /** The server has closed a consumer, or cannot open it again. */
    void onLost(int consumer, JMSException why) {
        QuoinMessageConsumer lost = consumers.get(consumer);
        if (lost != null) {
            lost.onLost(why);
            connection.report(why);
        }
    }
}
