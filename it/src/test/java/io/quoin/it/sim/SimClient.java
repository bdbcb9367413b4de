// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Sent;
import io.quoin.it.sim.model.ServerView;
import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.SendFrame;
import io.quoin.protocol.codec.SentFrame;
import io.quoin.protocol.codec.WireBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client as the JMS client is one on the wire: it connects again when its link breaks, resumes what it had, sends again
 * what was not confirmed, and asks what became of a commit whose answer was lost. What its application does comes from
 * {@link Script}.
 */
final class SimClient {

    /** How the client gets at the rest of the simulation. */
    interface Surroundings {
        SimLink connect(String name);

        long nowMs();
    }

    /** Where a client is with its connection. */
    enum State {
        DOWN,
        CONNECTING,
        OPEN,
        CLOSING
    }

    /** A send that has no final outcome yet. */
    private record Unconfirmed(
            Sent sent, SimSession session, int flags, int alias, long timeToLiveMs, long delayMs, long sinceMs) {}

    /** What an answer means to this client. */
    private interface Answer {
        void ok(Frame.Ok ok) throws ProtocolException;

        void error(Frame.Failure failure);
    }

    private static final int HEARTBEAT_MS = 15_000;

    final String name;
    /** How far this client's clock is off. */
    final long skewMs;
    /** The JMS client id, or null. */
    final @Nullable String clientId;

    private final Surroundings surroundings;
    private final ServerView view;
    private final Trace trace;
    private final Chance chance;
    private final FrameReader reader = new FrameReader();
    private final WireBuffer out = new WireBuffer(4096);
    private final FrameWriter writer = new FrameWriter(out);
    private final DeliverFrame deliver = new DeliverFrame();
    private final Map<Integer, Answer> answers = new LinkedHashMap<>();
    private final Map<Integer, SimSession> sessions = new LinkedHashMap<>();
    private final Map<Integer, SimConsumer> consumers = new LinkedHashMap<>();
    private final Map<Destinations.Named, Integer> aliases = new LinkedHashMap<>();
    private final TreeMap<Long, Unconfirmed> unconfirmed = new TreeMap<>();
    /** How many bytes may be sent to an alias, and how many were. */
    private final Map<Integer, Long> sendCredit = new LinkedHashMap<>();

    private final Map<Integer, Long> sentBytes = new LinkedHashMap<>();
    private final List<Long> inDoubt = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private FrameInput in = new FrameInput(4096, ProtocolLimits.MAX_FRAME_BYTES);
    private UUID id;
    private @Nullable SimLink link;
    private State state = State.DOWN;
    private boolean hadConnection;
    /** Whether it has said goodbye: who connects then is somebody new. */
    private boolean closed;

    private int requests;
    private int numbers;
    private int links;
    private long sequence;
    private long transactions;
    private long lastWriteMs;
    /** Sessions whose RESUME has no answer yet. */
    private int resuming;
    /** Sessions that were given up, and opened again on this connection only to send what they had sent before. */
    private final Set<Integer> reopened = new HashSet<>();

    SimClient(
            String name,
            @Nullable String clientId,
            long skewMs,
            Surroundings surroundings,
            ServerView view,
            Trace trace,
            Chance chance) {
        this.name = name;
        this.clientId = clientId;
        this.skewMs = skewMs;
        this.surroundings = surroundings;
        this.view = view;
        this.trace = trace;
        this.chance = chance;
        this.id = chance.uuid();
    }

    // --- the connection ---

    State state() {
        return state;
    }

    @Nullable
    SimLink link() {
        return link;
    }

    UUID id() {
        return id;
    }

    /** Connects, as whom it was before or as somebody new. */
    void connect(boolean wantsToResume) {
        boolean asBefore = wantsToResume && !closed;
        if (!asBefore) {
            forgetEverything();
        }
        closed = false;
        state = State.CONNECTING;
        reopened.clear();
        in = new FrameInput(4096, ProtocolLimits.MAX_FRAME_BYTES);
        answers.clear();
        SimLink opened = surroundings.connect(name + "." + ++links);
        link = opened;
        trace.add(name, " connects", asBefore && hadConnection ? " again" : "");
        write(
                0,
                new Frame.Hello(
                        ProtocolLimits.MIN_VERSION,
                        ProtocolLimits.MAX_VERSION,
                        ProtocolLimits.CAPABILITIES,
                        id,
                        asBefore && hadConnection,
                        HEARTBEAT_MS,
                        ProtocolLimits.DEFAULT_SESSION_TIMEOUT_MS,
                        clientId,
                        name,
                        "simulated"));
        hadConnection = true;
    }

    private void forgetEverything() {
        id = chance.uuid();
        hadConnection = false;
        sequence = 0;
        transactions = 0;
        sessions.clear();
        consumers.clear();
        aliases.clear();
        unconfirmed.clear();
        inDoubt.clear();
    }

    /** The client's end has noticed that the link is gone. */
    void lost() {
        trace.add(name, " has lost its connection");
        state = State.DOWN;
        link = null;
        answers.clear();
    }

    /** Closes the socket without a word. */
    void abandon() {
        SimLink open = link;
        if (open != null) {
            open.closeByClient();
            lost();
        }
    }

    /** Bytes have arrived. */
    void arrived(ByteBuffer bytes) {
        in.fill(bytes);
        try {
            while (link != null && in.next(reader)) {
                handle();
            }
        } catch (ProtocolException e) {
            throw new AssertionError(name + " cannot read what the server has written", e);
        }
    }

    /** Does something once, as soon as the connection is open. */
    void later(Runnable deed) {
        later.add(deed);
    }

    /** Sends a heartbeat if it is time for one. */
    void beat() {
        if (state == State.OPEN && surroundings.nowMs() - lastWriteMs >= HEARTBEAT_MS) {
            writer.heartbeat();
            flush();
        }
    }

    private void handle() throws ProtocolException {
        switch (reader.type()) {
            case DELIVER -> delivered(deliver.wrap(reader));
            case SENT -> sent(SentFrame.upTo(reader));
            case HEARTBEAT -> {}
            default -> handle(Frame.decode(reader));
        }
    }

    private void handle(Frame frame) throws ProtocolException {
        if (frame instanceof Frame.Welcome f) {
            state = State.OPEN;
            resume(f.resumed());
            later.forEach(Runnable::run);
            later.clear();
        } else if (frame instanceof Frame.Ok f) {
            Answer answer = answers.remove(f.request());
            if (answer != null) {
                answer.ok(f);
            }
        } else if (frame instanceof Frame.Failure f) {
            failed(f);
        } else if (frame instanceof Frame.Refused f) {
            unconfirmed.remove(f.sequence());
        } else if (frame instanceof Frame.SendCredit f) {
            sendCredit.put(f.alias(), f.limitBytes());
        } else if (frame instanceof Frame.Recall f) {
            recalled(reader.channel(), f);
        } else if (frame instanceof Frame.ConsumerLost f) {
            SimConsumer consumer = consumers.remove(f.consumer());
            if (consumer != null) {
                consumer.recovered();
                sessions.values().forEach(s -> s.consumers.remove(consumer.number));
            }
        }
    }

    private void failed(Frame.Failure failure) {
        if (failure.request() == 0) {
            trace.add(name, " is told that its connection ends: ", failure.text());
            return;
        }
        Answer answer = answers.remove(failure.request());
        if (answer != null) {
            answer.error(failure);
        }
    }

    // --- after the connection was lost ---

    private void resume(boolean resumed) {
        sendCredit.clear();
        sentBytes.clear();
        aliases.forEach((named, alias) -> write(0, destinationFrame(named, alias)));
        if (!resumed) {
            // At most once: nobody knows whether an earlier server has delivered them.
            unconfirmed.values().removeIf(send -> !send.sent.wish.persistent());
        }
        resuming = 0;
        for (SimSession session : List.copyOf(sessions.values())) {
            if (resumed && session.waiting == null) {
                resume(session);
            } else {
                end(session);
            }
        }
        if (resuming == 0) {
            resumed();
        }
        flush();
    }

    /** All sessions are resumed or given up: now what was not confirmed is done again. */
    private void resumed() {
        for (long transaction : inDoubt) {
            askOutcome(transaction);
        }
        inDoubt.clear();
        boolean first = true;
        for (Unconfirmed send : List.copyOf(unconfirmed.values())) {
            if (send.session.dead && (send.flags & FrameFlags.SEND_TRANSACTED) != 0) {
                unconfirmed.remove(send.sent.sequence);
            } else {
                reopenFor(send.session);
                sendAgain(send, first);
                first = false;
            }
        }
    }

    /** A session that was given up is opened once more for what it has sent. */
    private void reopenFor(SimSession session) {
        if (session.dead && reopened.add(session.number)) {
            write(session.number, new Frame.SessionOpen(session.mode));
        }
    }

    private void resume(SimSession session) {
        resuming++;
        session.waiting = "resume";
        List<Frame.Held> held = new ArrayList<>();
        session.consumers.values().forEach(c -> held.add(new Frame.Held(c.number, c.received(), c.handedOut())));
        int request = request(
                ok -> {
                    session.waiting = null;
                    resumed(session, Result.Resumed.of(ok));
                    acknowledgeAgain(session);
                    credit(session, true);
                    oneResumed();
                },
                failure -> {
                    end(session);
                    oneResumed();
                });
        write(session.number, new Frame.Resume(request, false, session.mode, held));
    }

    private void oneResumed() {
        resuming--;
        if (resuming == 0) {
            resumed();
        }
    }

    private void resumed(SimSession session, Result.Resumed result) {
        Map<Integer, Long> kept = new LinkedHashMap<>();
        result.consumers().forEach(k -> kept.put(k.consumer(), k.dropAbove()));
        for (SimConsumer consumer : List.copyOf(session.consumers.values())) {
            Long dropAbove = kept.get(consumer.number);
            if (dropAbove == null) {
                consumers.remove(consumer.number);
                session.consumers.remove(consumer.number);
            } else {
                consumer.resumed(dropAbove);
                if (consumer.closing) {
                    closeConsumer(session, consumer);
                }
            }
        }
    }

    private void acknowledgeAgain(SimSession session) {
        List<SimSession.Unconfirmed> again = List.copyOf(session.unconfirmed.values());
        session.unconfirmed.clear();
        for (SimSession.Unconfirmed ack : again) {
            SimConsumer consumer = session.consumers.get(ack.consumer());
            if (consumer != null) {
                acknowledge(session, consumer, ack.outcome(), ack.tags(), false);
            }
        }
    }

    /** The session is of no use any more; what became of its commit is asked. */
    private void end(SimSession session) {
        trace.add(name, " gives up ", session);
        session.dead = true;
        sessions.remove(session.number);
        session.consumers.keySet().forEach(consumers::remove);
        if (session.committing != 0) {
            inDoubt.add(session.committing);
        }
    }

    private void askOutcome(long transaction) {
        int request = request(
                ok -> {
                    if (Result.Outcome.of(ok).outcome() == TransactionOutcome.OPEN) {
                        trace.add(name, " is told that ", transaction, " is open");
                    }
                },
                failure -> {});
        write(0, new Frame.TxOutcome(request, id, transaction));
    }

    private void sendAgain(Unconfirmed send, boolean first) {
        write(send, send.flags | FrameFlags.SEND_RESENT | (first ? FrameFlags.SEND_WAITING : 0));
    }

    // --- what the application does ---

    List<SimSession> freeSessions() {
        return resuming > 0
                ? List.of()
                : sessions.values().stream().filter(SimSession::isFree).toList();
    }

    /** Whether the client is still putting together what it had before its connection was lost. */
    boolean isResuming() {
        return resuming > 0;
    }

    int sessionCount() {
        return sessions.size();
    }

    SimSession openSession(AcknowledgeMode mode) {
        int number = ++numbers;
        SimSession session =
                new SimSession(number, mode, name + ".s" + number + "/" + id.getLeastSignificantBits() % 1000);
        sessions.put(number, session);
        write(number, new Frame.SessionOpen(mode));
        return session;
    }

    void closeSession(SimSession session) {
        session.waiting = "close";
        int request = request(
                ok -> {
                    session.dead = true;
                    sessions.remove(session.number);
                    session.consumers.keySet().forEach(consumers::remove);
                },
                unexpected("close a session"));
        write(session.number, new Frame.SessionClose(request, session.handed()));
    }

    /** Closes everything in an orderly way; each session says what it has handed out. */
    void goodbye() {
        state = State.CLOSING;
        for (SimSession session : sessions.values()) {
            if (!"close".equals(session.waiting)) {
                closeSession(session);
            }
        }
        // Whatever else is on its way concerns nobody any more.
        answers.clear();
        int request = request(ok -> trace.add(name, " has said goodbye"), unexpected("say goodbye"));
        write(0, new Frame.Goodbye(request));
        sessions.clear();
        consumers.clear();
        closed = true;
    }

    int alias(Destinations.Named named) {
        Integer known = aliases.get(named);
        if (known != null) {
            return known;
        }
        int alias = ++numbers;
        aliases.put(named, alias);
        write(0, destinationFrame(named, alias));
        return alias;
    }

    private static Frame.Destination destinationFrame(Destinations.Named named, int alias) {
        return new Frame.Destination(alias, named.kind(), named.name(), named.options());
    }

    /** A destination that dies with this connection. */
    Destinations.Named newTemporary() {
        String hex = id.toString().replace("-", "");
        return Destinations.Named.plain(DestinationKind.TEMPORARY_QUEUE, "$quoin.temp." + hex + "." + ++numbers);
    }

    boolean isMine(Destinations.Named temporary) {
        return aliases.containsKey(temporary);
    }

    /** The number that the next send will have. */
    long nextSequence() {
        return sequence + 1;
    }

    /** Whether nothing was sent to the alias on this connection, so that the next send has to wait for its answer. */
    boolean isFirstSend(int alias) {
        return !sentBytes.containsKey(alias);
    }

    boolean hasSendCredit(int alias) {
        return isFirstSend(alias) || sentBytes.get(alias) < sendCredit.getOrDefault(alias, 0L);
    }

    void send(SimSession session, Destinations.Named to, Sent sent, boolean waiting) {
        sequence = sent.sequence;
        view.issued(sent);
        int flags = (sent.wish.persistent() ? FrameFlags.SEND_PERSISTENT : 0)
                | (waiting ? FrameFlags.SEND_WAITING : 0)
                | (session.isTransacted() ? FrameFlags.SEND_TRANSACTED : 0);
        session.transactionUsed |= session.isTransacted();
        Unconfirmed send = new Unconfirmed(
                sent, session, flags, alias(to), sent.wish.timeToLiveMs(), sent.wish.delayMs(), surroundings.nowMs());
        unconfirmed.put(sent.sequence, send);
        if (waiting) {
            session.waiting = "sent " + sent.sequence;
        }
        trace.add(name, " sends ", sent);
        write(send, flags);
    }

    private void write(Unconfirmed send, int flags) {
        sentBytes.merge(send.alias, (long) send.sent.bytes.length, Long::sum);
        SendFrame.begin(
                writer,
                send.session.number,
                flags,
                send.sent.sequence,
                send.alias,
                send.timeToLiveMs,
                send.delayMs,
                surroundings.nowMs() - send.sinceMs);
        writer.endWithPayload(ByteBuffer.wrap(send.sent.bytes));
        flush();
    }

    private void sent(long upTo) {
        Map<Long, Unconfirmed> done = unconfirmed.headMap(upTo, true);
        for (Unconfirmed send : done.values()) {
            if (("sent " + send.sent.sequence).equals(send.session.waiting)) {
                send.session.waiting = null;
            }
        }
        done.clear();
    }

    SimConsumer openConsumer(
            SimSession session,
            Destinations.Named from,
            int flags,
            @Nullable String subscription,
            @Nullable String selector,
            int priority,
            int windowMessages,
            int windowBytes) {
        int alias = alias(from);
        int number = ++numbers;
        int[] request = new int[1];
        SimConsumer[] opened = new SimConsumer[1];
        request[0] = request(
                ok -> {
                    opened[0].open = true;
                    credit(session, false);
                },
                failure -> {
                    trace.add(name, " is refused a consumer: ", failure.text());
                    Refusals.consumer(failure);
                    consumers.remove(number);
                    session.consumers.remove(number);
                });
        Frame.ConsumerOpen frame = new Frame.ConsumerOpen(
                request[0], flags, number, alias, subscription, selector, priority, windowMessages, windowBytes);
        SimConsumer consumer = new SimConsumer(from, frame, windowMessages, windowBytes);
        opened[0] = consumer;
        consumers.put(number, consumer);
        session.consumers.put(number, consumer);
        write(session.number, frame);
        return consumer;
    }

    void closeConsumer(SimSession session, SimConsumer consumer) {
        consumer.closing = true;
        consumer.forgetUnseen();
        int request = request(
                ok -> {
                    if (consumer.unacknowledged.isEmpty()) {
                        session.consumers.remove(consumer.number);
                    }
                },
                unexpected("close a consumer"));
        write(session.number, new Frame.ConsumerClose(request, consumer.number, consumer.handedOut()));
    }

    /** Gives the application the next message of a consumer; false if there is none. */
    boolean receive(SimSession session, SimConsumer consumer) {
        SimConsumer.Fetched next = consumer.peek();
        if (next == null) {
            return false;
        }
        if (next.redelivered()) {
            write(session.number, new Frame.Handing(consumer.number, session.number, List.of(next.tag())));
        }
        consumer.next();
        consumer.unacknowledged.add(next.tag());
        if (next.expiresAtMs() == 0 || surroundings.nowMs() < next.expiresAtMs()) {
            view.handed(id, consumer.number, next.tag());
        } else {
            trace.add(name, " drops ", next.tag(), " of ", consumer, ", which has expired");
            acknowledge(session, consumer, AckOutcome.CONSUMED, List.of(next.tag()), false);
        }
        credit(session, false);
        return true;
    }

    /** Raises credit where there is room; any room at all if {@code atOnce}. */
    void credit(SimSession session, boolean atOnce) {
        for (SimConsumer consumer : session.consumers.values()) {
            if (consumer.raiseLimits(atOnce)) {
                writeCredit(session.number, consumer);
            }
        }
    }

    private void writeCredit(int session, SimConsumer consumer) {
        CreditFrame.write(
                writer,
                session,
                consumer.number,
                consumer.limitMessages(),
                consumer.limitBytes(),
                consumer.handedOut());
        flush();
    }

    /** Sends an acknowledgement of some outcome; the session waits for its answer if {@code wait}. */
    void acknowledge(SimSession session, SimConsumer consumer, AckOutcome outcome, List<Long> tags, boolean wait) {
        List<Long> sorted = tags.stream().sorted().toList();
        boolean transacted = session.isTransacted();
        int request = 0;
        if (!transacted) {
            int[] number = new int[1];
            number[0] = request(ok -> acknowledged(session, number[0]), failure -> {
                trace.add(name, " is refused an acknowledgement: ", failure.text());
                acknowledged(session, number[0]);
            });
            request = number[0];
            session.unconfirmed.put(request, new SimSession.Unconfirmed(consumer.number, outcome, sorted));
            if (wait) {
                session.waiting = "acknowledge";
            }
        }
        session.transactionUsed |= transacted;
        writeAck(session, consumer, outcome, sorted, request, transacted);
        consumer.unacknowledged.removeAll(sorted);
        if (consumer.closing && consumer.unacknowledged.isEmpty() && !transacted) {
            session.consumers.remove(consumer.number);
        }
    }

    private void writeAck(
            SimSession session,
            SimConsumer consumer,
            AckOutcome outcome,
            List<Long> tags,
            int request,
            boolean transacted) {
        List<long[]> ranges = new ArrayList<>();
        for (long tag : tags) {
            long[] last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last != null && last[1] == tag - 1) {
                last[1] = tag;
            } else {
                ranges.add(new long[] {tag, tag});
            }
        }
        WireBuffer to = AckFrame.begin(
                writer,
                session.number,
                transacted ? FrameFlags.ACK_TRANSACTED : 0,
                request,
                consumer.number,
                consumer.handedOut(),
                outcome,
                ranges.size());
        ranges.forEach(r -> to.u64(r[0]).u64(r[1]));
        writer.end();
        flush();
    }

    private static void acknowledged(SimSession session, int request) {
        session.unconfirmed.remove(request);
        if ("acknowledge".equals(session.waiting) && session.unconfirmed.isEmpty()) {
            session.waiting = null;
        }
    }

    void recover(SimSession session) {
        session.waiting = "recover";
        int request = request(ok -> recovered(session), unexpected("recover"));
        write(session.number, new Frame.Recover(request, session.handed()));
    }

    void rollback(SimSession session) {
        session.waiting = "rollback";
        int request = request(ok -> recovered(session), failure -> {
            Refusals.transaction(failure);
            recovered(session);
        });
        write(session.number, new Frame.Rollback(request, ++transactions, session.handed()));
        session.transactionUsed = false;
    }

    private void recovered(SimSession session) {
        session.waiting = null;
        session.consumers.values().forEach(SimConsumer::recovered);
        session.consumers.values().removeIf(c -> c.closing);
        credit(session, true);
    }

    void commit(SimSession session) {
        session.waiting = "commit";
        session.committing = ++transactions;
        int request = request(ok -> committed(session), failure -> {
            Refusals.transaction(failure);
            committed(session);
            recovered(session);
        });
        write(session.number, new Frame.Commit(request, session.committing, session.handed()));
        session.transactionUsed = false;
    }

    private static void committed(SimSession session) {
        session.waiting = null;
        session.committing = 0;
        session.consumers.values().removeIf(c -> c.closing && c.unacknowledged.isEmpty());
    }

    void drain(SimSession session, SimConsumer consumer) {
        consumer.draining = true;
        session.waiting = "drain";
        int request = request(
                ok -> {
                    consumer.drained(Result.Drained.of(ok).delivered());
                    session.waiting = null;
                    if (consumer.received() != Result.Drained.of(ok).delivered()) {
                        throw new AssertionError(name + " was told that " + consumer + " is drained and misses some");
                    }
                    credit(session, true);
                },
                unexpected("drain"));
        write(session.number, new Frame.Drain(request, consumer.number));
    }

    void unsubscribe(SimSession session, String subscription, boolean shared) {
        session.waiting = "unsubscribe";
        int request = request(ok -> session.waiting = null, failure -> {
            Refusals.unsubscribe(failure);
            session.waiting = null;
        });
        write(session.number, new Frame.Unsubscribe(request, shared ? FrameFlags.UNSUBSCRIBE_SHARED : 0, subscription));
    }

    /** Looks through a queue to its end. */
    void browse(SimSession session, Destinations.Named queue, @Nullable String selector, int step) {
        session.waiting = "browse";
        int browser = ++numbers;
        int request = request(ok -> browseOn(session, browser, step), failure -> {
            Refusals.browser(failure);
            session.waiting = null;
        });
        write(session.number, new Frame.BrowseOpen(request, browser, alias(queue), selector));
    }

    private void browseOn(SimSession session, int browser, int step) {
        int request = request(
                ok -> {
                    if (Result.BrowsedSoFar.of(ok).more()) {
                        browseOn(session, browser, step);
                    } else {
                        session.waiting = null;
                        write(session.number, new Frame.BrowseClose(browser));
                    }
                },
                unexpected("browse"));
        write(session.number, new Frame.BrowseNext(request, browser, step));
    }

    // --- what the server does ---

    private void delivered(DeliverFrame frame) {
        SimConsumer consumer = consumers.get(frame.consumer());
        if (consumer == null || consumer.closing) {
            return;
        }
        long expiresAtMs = frame.remainingMs() == 0 ? 0 : surroundings.nowMs() + frame.remainingMs();
        consumer.fetched(
                new SimConsumer.Fetched(frame.tag(), frame.isRedelivered(), expiresAtMs, reader.payloadLength()));
    }

    private void recalled(int session, Frame.Recall recall) {
        SimConsumer consumer = consumers.get(recall.consumer());
        if (consumer == null || consumer.closing) {
            return;
        }
        if (recall.slot() != Frame.Recall.ALL_SLOTS) {
            // Keeps what it has, which it may: the slot moves when all of it is done with.
            writeCredit(session, consumer);
            return;
        }
        long[] unseen = consumer.takeUnseen();
        consumer.recalled();
        long first = unseen == null ? consumer.received() + 1 : unseen[0];
        long last = unseen == null ? consumer.received() : unseen[1];
        write(session, new Frame.Return(consumer.number, consumer.handedOut(), first, last));
    }

    /** Gives back what the application has not seen, unasked. */
    void giveBack(SimSession session, SimConsumer consumer) {
        long[] unseen = consumer.takeUnseen();
        if (unseen != null) {
            write(session.number, new Frame.Return(consumer.number, consumer.handedOut(), unseen[0], unseen[1]));
            credit(session, true);
        }
    }

    // --- frames ---

    private interface Ok {
        void accept(Frame.Ok ok) throws ProtocolException;
    }

    private int request(Ok ok, java.util.function.Consumer<Frame.Failure> error) {
        int request = ++requests;
        answers.put(request, new Answer() {
            @Override
            public void ok(Frame.Ok frame) throws ProtocolException {
                ok.accept(frame);
            }

            @Override
            public void error(Frame.Failure failure) {
                error.accept(failure);
            }
        });
        return request;
    }

    private java.util.function.Consumer<Frame.Failure> unexpected(String what) {
        return failure -> {
            throw new AssertionError(
                    name + " may not " + what + ": " + ErrorCode.find(failure.code()) + " " + failure.text());
        };
    }

    private void write(int channel, Frame frame) {
        if (frame.type() != FrameType.CREDIT) {
            trace.add(name, " writes #", channel, " ", frame);
        }
        writer.write(channel, frame);
        flush();
    }

    private void flush() {
        SimLink open = link;
        if (open != null) {
            open.writeToServer(out.buffer(), out.position());
            lastWriteMs = surroundings.nowMs();
        }
        out.clear();
    }

    @Override
    public String toString() {
        return name;
    }
}
