// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.SendFrame;
import io.quoin.protocol.codec.SentFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One link at the server's end: every frame that the server is given, and every frame that it has written. */
public final class ConnectionView {

    private record Awaited(Frame.Request request, Meaning meaning) {}

    private final ServerView view;
    private final Trace trace;
    private final String name;
    private final Map<Integer, Frame.Destination> aliases = new LinkedHashMap<>();
    private final Map<Integer, SessionView> sessions = new LinkedHashMap<>();
    private final Map<Integer, ConsumerView> consumers = new LinkedHashMap<>();
    private final Map<Integer, Place> browsers = new LinkedHashMap<>();
    private final Map<Integer, Awaited> awaited = new LinkedHashMap<>();
    /** Sends that the server has and has not answered for, by sequence. */
    private final TreeMap<Long, Sent> unanswered = new TreeMap<>();

    private final SendFrame send = new SendFrame();
    private final AckFrame ack = new AckFrame();
    private final CreditFrame credit = new CreditFrame();
    private final DeliverFrame deliver = new DeliverFrame();
    private @Nullable ClientView client;
    private @Nullable String clientId;
    private long sentUpTo;
    private boolean ended;

    ConnectionView(ServerView view, Trace trace, String name) {
        this.view = view;
        this.trace = trace;
        this.name = name;
    }

    UUID id() {
        return client().id;
    }

    ClientView clientView() {
        return client();
    }

    @Nullable
    String clientId() {
        return clientId;
    }

    /** The link has ended, for whatever reason. */
    public void lost() {
        if (ended) {
            return;
        }
        view.tick();
        trace.add("  server loses ", this);
        ended = true;
        view.disconnected(this);
        if (!awaited.isEmpty()) {
            view.places().stream().filter(p -> p.durable).forEach(Place::doubtful);
        }
        for (SessionView session : sessions.values()) {
            client().orphaned(session);
            session.consumers.values().forEach(c -> uncertain(c.place));
        }
        consumers.values().forEach(c -> uncertain(c.place));
        if (client != null) {
            client.isCut = true;
            view.branches().lost(client);
            client.temporaries(Place.State.UNCERTAIN);
        }
    }

    /** A subscription that lives with its consumers may end now. */
    private static void uncertain(Place place) {
        if (place.topic != null && !place.durable) {
            place.mayBeGone();
        }
    }

    // --- from the client ---

    /** The server is about to handle the frame. */
    public void received(FrameReader frame) throws ProtocolException {
        view.tick();
        if (ended) {
            return;
        }
        switch (frame.type()) {
            case SEND -> sending(frame);
            case ACK -> acknowledging(frame);
            case CREDIT -> {
                credit.wrap(frame);
                crediting();
            }
            case HEARTBEAT -> {}
            default -> {
                Frame decoded = Frame.decode(frame);
                trace.add("  server gets from ", this, " #", frame.channel(), " ", decoded);
                received(frame.channel(), decoded);
            }
        }
    }

    private void received(int channel, Frame frame) {
        if (frame instanceof Frame.Hello f) {
            client = view.client(f.connectionId());
            client.isCut = false;
            clientId = f.clientId();
        } else if (frame instanceof Frame.ClientId f) {
            await(f, ok -> clientId = f.clientId());
        } else if (frame instanceof Frame.Destination f) {
            aliases.put(f.alias(), f);
            if (f.kind() == DestinationKind.TEMPORARY_QUEUE) {
                client().ownsTemporary(f.name());
            }
        } else if (frame instanceof Frame.SessionOpen f) {
            client().replaced(channel);
            sessions.put(channel, new SessionView(this, channel, f.acknowledgeMode()));
        } else if (frame instanceof Frame.SessionClose f) {
            closingSession(sessions.get(channel), f);
        } else if (frame instanceof Frame.Recover f) {
            puttingBack(session(channel), f, f.handed());
        } else if (frame instanceof Frame.Rollback f) {
            puttingBack(session(channel), f, f.handed());
        } else if (frame instanceof Frame.Commit f) {
            committing(session(channel), f);
        } else if (frame instanceof Frame.ConsumerOpen f) {
            openingConsumer(session(channel), f);
        } else if (frame instanceof Frame.ConsumerClose f) {
            closingConsumer(f);
        } else if (frame instanceof Frame.Drain f) {
            draining(f);
        } else if (frame instanceof Frame.Return f) {
            returning(f);
        } else if (frame instanceof Frame.Handing f) {
            consumer(f.consumer()).handing = f.tags();
        } else if (frame instanceof Frame.Resume f) {
            resuming(channel, f);
        } else if (frame instanceof Frame.TxOutcome f) {
            askingOutcome(f);
        } else if (frame instanceof Frame.Unsubscribe f) {
            unsubscribing(f);
        } else if (frame instanceof Frame.BrowseOpen f) {
            browsers.put(f.browser(), view.queue(destination(f.alias()).name()));
            await(f, ok -> {});
        } else if (frame instanceof Frame.DeleteTemporary f) {
            deletingTemporary(f);
        } else if (frame instanceof Frame.Restored) {
            view.awaited().returned(id(), view.places());
        } else if (frame instanceof Frame.Goodbye f) {
            view.awaited().returned(id(), view.places());
            sessions.values().forEach(s -> Sessions.close(s, view));
            client().forgotten();
            client().temporaries(Place.State.UNCERTAIN);
            await(f, ok -> {
                sessions.values().forEach(this::closed);
                client().temporaries(Place.State.GONE);
            });
        } else if (frame instanceof Frame.XaStart f) {
            await(f, view.branches().starting(session(channel), f));
        } else if (frame instanceof Frame.XaEnd f) {
            Sessions.handed(session(channel), f.handed());
            await(f, view.branches().ending(session(channel), f));
        } else if (frame instanceof Frame.XaPrepare f) {
            await(f, view.branches().preparing(f));
        } else if (frame instanceof Frame.XaCommit f) {
            await(f, view.branches().committing(this, f));
        } else if (frame instanceof Frame.XaRollback f) {
            await(f, view.branches().rollingBack(f));
        } else if (frame instanceof Frame.XaRecover f) {
            await(f, view.branches().recovering());
        } else if (frame instanceof Frame.Request f) {
            await(f, ok -> {});
        }
    }

    private void sending(FrameReader frame) throws ProtocolException {
        send.wrap(frame);
        Sent sent = view.message(id(), send.sequence());
        trace.add("  server gets from ", this, " SEND ", sent, " ", sent.wish, send.isResent() ? " again" : "");
        unanswered.put(sent.sequence, sent);
        sent.resent |= send.isResent();
        Timing.received(sent, view.nowMs(), send.ageMs());
        if (sent.outcome == Sent.Outcome.STORED || (send.isResent() && sent.outcome == Sent.Outcome.ACCEPTED)) {
            return;
        }
        List<Place> routes = view.routes(sent);
        // Sent before, it may have been stored before: then only what was there at that time has it.
        sent.routed = sent.outcome == Sent.Outcome.ISSUED
                ? routes
                : routes.stream().filter(sent.routed::contains).toList();
        if (send.isTransacted()) {
            SessionView session = sessions.get(frame.channel());
            Transaction transaction = session == null ? null : session.current();
            if (transaction != null) {
                Transactions.heldBy(transaction, sent);
            }
        } else {
            view.effective(sent);
        }
    }

    private void acknowledging(FrameReader frame) throws ProtocolException {
        ack.wrap(frame);
        ConsumerView consumer = consumer(ack.consumer());
        consumer.handedOut(ack.handedOut());
        Acknowledgement settled = new Acknowledgement(view, ack.outcome());
        Transaction transaction = ack.isTransacted() ? session(frame.channel()).current() : null;
        for (int i = 0; i < ack.rangeCount(); i++) {
            settled.range(consumer, ack.first(i), ack.last(i), transaction);
        }
        trace.add("  server gets from ", this, " ACK ", ack.request(), " ", ack.outcome(), " ", settled);
        if (ack.request() != 0) {
            awaited.put(ack.request(), new Awaited(new Frame.Goodbye(ack.request()), new Meaning() {
                @Override
                public void ok(Frame.Ok ok) {
                    settled.confirmed();
                }

                @Override
                public void error(int code) {
                    settled.refused(code);
                }
            }));
        }
    }

    private void crediting() {
        ConsumerView consumer = consumer(credit.consumer());
        if (consumer.recalled) {
            consumer.handedOut(credit.handedOut());
            return; // Void: it crosses the recall.
        }
        consumer.limitMessages = credit.limitMessages();
        consumer.limitBytes = credit.limitBytes();
        consumer.handedOut(credit.handedOut());
        trace.add("  server gets from ", this, " CREDIT ", consumer, " up to ", consumer.limitMessages);
    }

    private void closingSession(@Nullable SessionView session, Frame.SessionClose f) {
        if (session == null) {
            // It could not be resumed, and its client closes it before it knows.
            await(f, ok -> {});
            return;
        }
        Sessions.handed(session, f.handed());
        Sessions.close(session, view);
        session.consumers.values().forEach(c -> uncertain(c.place));
        await(f, ok -> {
            closed(session);
            sessions.remove(session.number);
        });
    }

    private void closed(SessionView session) {
        session.consumers.values().forEach(c -> Sessions.closed(c, view));
    }

    private void puttingBack(SessionView session, Frame.Request f, List<io.quoin.protocol.codec.Handed> handed) {
        Sessions.handed(session, handed);
        if (session.isTransacted()) {
            Sessions.rollBack(session, view);
        }
        Sessions.putBack(session, view);
        session.recovering = true;
        await(f, ok -> session.recovering = false);
    }

    private void committing(SessionView session, Frame.Commit f) {
        Sessions.handed(session, f.handed());
        Transaction transaction = session.transaction;
        session.transaction = new Transaction(id());
        view.opened(transaction);
        Transactions.committing(transaction, f.transaction(), view);
        await(f, new Meaning() {
            @Override
            public void ok(Frame.Ok ok) {
                Transactions.proveCommitted(transaction, view);
                view.arrived(transaction);
            }

            @Override
            public void error(int code) {
                Transactions.rolledBack(transaction, true, view);
                Sessions.putBack(session, view);
            }
        });
    }

    private void askingOutcome(Frame.TxOutcome f) {
        await(f, ok -> {
            Transaction transaction = Transactions.find(view.transactions(), f.connectionId(), f.transaction());
            if (transaction == null || transaction.isEmpty()) {
                return;
            }
            switch (Result.Outcome.of(ok).outcome()) {
                case COMMITTED -> Transactions.proveCommitted(transaction, view);
                case ROLLED_BACK -> Transactions.rolledBack(transaction, transaction instanceof Branch, view);
                case OPEN -> {}
            }
        });
    }

    private void openingConsumer(SessionView session, Frame.ConsumerOpen f) {
        Frame.Destination destination = destination(f.alias());
        Place place = place(f, destination);
        boolean exclusive = (f.flags() & FrameFlags.CONSUMER_EXCLUSIVE) != 0;
        ConsumerView consumer = new ConsumerView(session, f.consumer(), place, Selection.of(f.selector()), exclusive);
        consumer.limitMessages = f.limitMessages();
        consumer.limitBytes = f.limitBytes();
        consumers.put(f.consumer(), consumer);
        session.consumers.put(f.consumer(), consumer);
        client().opened(consumer);
        place.consumers.add(consumer);
        await(f, new Meaning() {
            @Override
            public void ok(Frame.Ok ok) {
                consumer.open = true;
                if (place.topic != null) {
                    view.established(place);
                }
            }

            @Override
            public void error(int code) {
                consumers.remove(consumer.number, consumer);
                session.consumers.remove(consumer.number, consumer);
                Sessions.closed(consumer, view);
                if (place.topic != null) {
                    view.notEstablished(place, f);
                }
            }
        });
    }

    private Place place(Frame.ConsumerOpen f, Frame.Destination destination) {
        if (destination.kind() == DestinationKind.QUEUE || destination.kind() == DestinationKind.TEMPORARY_QUEUE) {
            return view.queue(destination.name());
        }
        boolean durable = (f.flags() & FrameFlags.CONSUMER_DURABLE) != 0;
        boolean shared = (f.flags() & FrameFlags.CONSUMER_SHARED) != 0;
        ConnectionView noLocalTo = (f.flags() & FrameFlags.CONSUMER_NO_LOCAL) != 0 ? this : null;
        Selection selection = Selection.of(f.selector());
        String key = durable || shared
                ? subscriptionKey(Objects.requireNonNull(f.subscription()), durable)
                : "of consumer " + f.consumer() + " of " + id() + " on " + name;
        Place matching = view.subscription(key, destination.name(), selection, noLocalTo != null);
        Place known = view.subscription(key);
        if (known != null && known != matching) {
            known.mayBeGone();
        }
        if (matching != null) {
            return matching;
        }
        Place place = view.newSubscription(key, destination.name(), durable, selection, noLocalTo);
        place.madeBy = f;
        place.subscription = f.subscription();
        place.clientId = clientId;
        place.shared = shared;
        return place;
    }

    private String subscriptionKey(String subscription, boolean durable) {
        return (durable ? "durable " : "volatile ") + subscription + (clientId == null ? "" : " of " + clientId);
    }

    private void closingConsumer(Frame.ConsumerClose f) {
        ConsumerView consumer = consumer(f.consumer());
        consumer.handedOut(f.handedOut());
        consumer.closing = true;
        for (Copy copy :
                List.copyOf(consumer.out.tailMap(consumer.handedOut, false).values())) {
            view.back(copy);
        }
        uncertain(consumer.place);
        await(f, ok -> Sessions.closed(consumer, view));
    }

    private void draining(Frame.Drain f) {
        ConsumerView consumer = consumer(f.consumer());
        long asked = view.event();
        await(f, ok -> {
            long told = Result.Drained.of(ok).delivered();
            Rules.drained(consumer, told, asked, view);
            consumer.limitMessages = Math.min(consumer.limitMessages, told);
        });
    }

    private void returning(Frame.Return f) {
        ConsumerView consumer = consumer(f.consumer());
        consumer.handedOut(f.handedOut());
        consumer.recalled = false;
        if (f.last() < f.first()) {
            return; // The answer to a recall for which there was nothing.
        }
        for (Copy copy :
                List.copyOf(consumer.out.subMap(f.first(), true, f.last(), true).values())) {
            view.back(copy);
        }
    }

    private void resuming(int channel, Frame.Resume f) {
        SessionView session = client().resumed(channel);
        if (session != null) {
            sessions.put(channel, session);
        }
        await(f, new Meaning() {
            @Override
            public void ok(Frame.Ok ok) throws ProtocolException {
                if (session == null) {
                    throw new Violation("A session was resumed that the server cannot have: " + channel);
                }
                closeUnnamed(session, f);
                resumed(session, Result.Resumed.of(ok));
            }

            @Override
            public void error(int code) {
                if (session != null) {
                    sessions.remove(channel, session);
                    Sessions.ended(session, view);
                }
            }
        });
    }

    /** Consumers that RESUME does not name were being closed when the connection broke: the server closes them. */
    private void closeUnnamed(SessionView session, Frame.Resume f) {
        for (ConsumerView consumer : List.copyOf(session.consumers.values())) {
            if (!consumer.closing && f.consumers().stream().noneMatch(h -> h.consumer() == consumer.number)) {
                consumer.closing = true;
                List.copyOf(consumer.out.tailMap(consumer.handedOut, false).values())
                        .forEach(view::back);
                Sessions.closed(consumer, view);
            }
        }
    }

    private void resumed(SessionView session, Result.Resumed result) {
        session.orphaned = false;
        Map<Integer, Long> kept = new LinkedHashMap<>();
        result.consumers().forEach(k -> kept.put(k.consumer(), k.dropAbove()));
        for (ConsumerView consumer : List.copyOf(session.consumers.values())) {
            Long dropAbove = kept.get(consumer.number);
            if (dropAbove == null) {
                if (consumer.closing) {
                    // What it has handed out stays the session's.
                    continue;
                }
                // Somebody may have taken over or removed a durable subscription meanwhile.
                if (!(consumer.place.topic != null && consumer.place.durable)) {
                    throw new Violation(consumer + " is missing in the answer to RESUME");
                }
                session.consumers.remove(consumer.number);
                List.copyOf(consumer.out.values()).forEach(view::back);
                Sessions.closed(consumer, view);
                continue;
            }
            consumers.put(consumer.number, consumer);
            consumer.resumed(dropAbove, view);
            if (!consumer.closing) {
                consumer.place.isThere();
            }
        }
    }

    private void unsubscribing(Frame.Unsubscribe f) {
        Place place = view.subscription(subscriptionKey(f.name(), true));
        boolean certain = place != null && place.state == Place.State.ACTIVE;
        if (place != null) {
            place.mayBeGone();
        }
        await(f, new Meaning() {
            @Override
            public void ok(Frame.Ok ok) {
                if (place != null) {
                    view.removed(place);
                }
            }

            @Override
            public void error(int code) {
                if (place != null && code == ErrorCode.SUBSCRIPTION_UNKNOWN.number()) {
                    if (certain) {
                        throw new Violation("The server does not know " + place + " any more");
                    }
                    // A refusal waits for nothing: what has removed it may be lost, and then it is there again.
                } else if (place != null && certain) {
                    place.isThere();
                }
            }
        });
    }

    private void deletingTemporary(Frame.DeleteTemporary f) {
        Frame.Destination destination = destination(f.alias());
        if (destination.kind() == DestinationKind.TEMPORARY_QUEUE) {
            Place place = view.queue(destination.name());
            place.state = Place.State.UNCERTAIN;
            await(f, ok -> view.removed(place));
        } else {
            await(f, ok -> view.subscriptionsOf(destination.name()).forEach(view::removed));
        }
    }

    private void await(Frame.Request request, Meaning meaning) {
        if (awaited.put(request.request(), new Awaited(request, meaning)) != null) {
            throw new IllegalStateException("The client uses request number " + request + " twice");
        }
    }

    // --- from the server ---

    /** The server has written the frame. */
    public void written(FrameReader frame) throws ProtocolException {
        view.tick();
        switch (frame.type()) {
            case DELIVER -> {
                deliver.wrap(frame);
                ConsumerView consumer = consumers.get(deliver.consumer());
                if (consumer == null) {
                    throw new Violation("A delivery for a consumer that is not there: " + deliver.consumer());
                }
                Rules.delivered(consumer, deliver, frame, view, trace);
            }
            case SENT -> answered(SentFrame.upTo(frame));
            case HEARTBEAT -> {}
            default -> {
                Frame decoded = Frame.decode(frame);
                trace.add("  server tells ", this, " #", frame.channel(), " ", decoded);
                written(decoded, frame);
            }
        }
    }

    private void written(Frame frame, FrameReader reader) throws ProtocolException {
        if (frame instanceof Frame.Welcome f) {
            if (f.resumed()) {
                client().temporaries(Place.State.ACTIVE);
            } else {
                client().forgotten();
            }
        } else if (frame instanceof Frame.Ok f) {
            awaited(f.request(), f).meaning.ok(f);
        } else if (frame instanceof Frame.Failure f && f.request() == 0) {
            lost();
        } else if (frame instanceof Frame.Failure f) {
            awaited(f.request(), f).meaning.error(f.code());
        } else if (frame instanceof Frame.Refused f) {
            refused(f);
        } else if (frame instanceof Frame.Browsed f) {
            Place place = browsers.get(f.browser());
            if (place == null) {
                throw new Violation("A message for a browser that is not there: " + f);
            }
            Rules.browsed(place, reader, view);
        } else if (frame instanceof Frame.Recall f && f.slot() == Frame.Recall.ALL_SLOTS) {
            ConsumerView consumer = consumers.get(f.consumer());
            if (consumer != null) {
                consumer.limitMessages = Math.min(consumer.limitMessages, consumer.lastTag);
                consumer.recalled = true;
            }
        } else if (frame instanceof Frame.ConsumerLost f) {
            ConsumerView consumer = consumers.get(f.consumer());
            if (consumer != null) {
                consumer.closing = true;
                consumer.closed = true;
            }
        }
    }

    private Awaited awaited(int request, Frame answer) {
        Awaited known = awaited.remove(request);
        if (known == null) {
            throw new Violation("An answer that nobody waits for: " + answer + " to " + this);
        }
        return known;
    }

    private void answered(long upTo) {
        trace.add("  server tells ", this, " SENT ", upTo);
        if (upTo < sentUpTo) {
            throw new Violation("SENT goes back from " + sentUpTo + " to " + upTo + " for " + this);
        }
        sentUpTo = upTo;
        Map<Long, Sent> done = unanswered.headMap(upTo, true);
        // In a transaction SENT only says that the server has it.
        done.values().stream().filter(s -> s.transaction == null).forEach(view::stored);
        done.clear();
    }

    private void refused(Frame.Refused f) {
        Sent sent = unanswered.remove(f.sequence());
        if (sent == null) {
            throw new Violation("A send was refused that nobody waits for: " + f + " to " + this);
        }
        Refusals.refused(sent, f.code(), view);
    }

    /** What has not been answered: requests and sends. */
    List<String> unanswered() {
        List<String> open = new java.util.ArrayList<>();
        awaited.values().forEach(a -> open.add(this + " waits for the answer to " + a.request));
        unanswered.values().forEach(s -> open.add(this + " waits for SENT of " + s));
        return open;
    }

    // --- look-ups ---

    private ClientView client() {
        return Objects.requireNonNull(client, "no HELLO yet");
    }

    private Frame.Destination destination(int alias) {
        return Objects.requireNonNull(aliases.get(alias), () -> "alias " + alias);
    }

    private SessionView session(int number) {
        return Objects.requireNonNull(sessions.get(number), () -> "session " + number + " of " + this);
    }

    private ConsumerView consumer(int number) {
        return Objects.requireNonNull(consumers.get(number), () -> "consumer " + number + " of " + this);
    }

    @Override
    public String toString() {
        return name;
    }
}
