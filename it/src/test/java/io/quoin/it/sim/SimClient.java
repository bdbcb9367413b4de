// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.ServerView;
import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.SentFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client as the JMS client is one on the wire: it connects again when its link breaks, resumes what it had, sends again
 * what was not confirmed, and asks what became of a commit whose answer was lost. What its application does comes from
 * {@link Script}. This class has the connection and the sessions; what is done in them is in its parts.
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

    final String name;
    /** How far this client's clock is off. */
    final long skewMs;
    /** The JMS client id, or null. */
    final @Nullable String clientId;

    final Aliases aliases;
    final Producing producing;
    final Consuming consuming;
    final Transacting transacting;
    final XaCalls xa;
    private final Resuming resuming;
    private final Wire wire;
    private final Surroundings surroundings;
    private final Trace trace;
    private final Chance chance;
    private final FrameReader reader = new FrameReader();
    private final DeliverFrame deliver = new DeliverFrame();
    private final Map<Integer, SimSession> sessions = new LinkedHashMap<>();
    private final List<Runnable> later = new ArrayList<>();
    private FrameInput in = new FrameInput(4096, ProtocolLimits.MAX_FRAME_BYTES);
    private UUID id;
    private State state = State.DOWN;
    private boolean hadConnection;
    /** Whether it has said goodbye: who connects then is somebody new. */
    private boolean closed;

    private int links;

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
        this.trace = trace;
        this.chance = chance;
        this.id = chance.uuid();
        wire = new Wire(name, trace, surroundings::nowMs);
        aliases = new Aliases(wire);
        producing = new Producing(name, wire, aliases, view, trace);
        consuming = new Consuming(this, wire, aliases, view, trace);
        transacting = new Transacting(this, wire, trace);
        xa = new XaCalls(this, wire);
        resuming = new Resuming(this, wire);
    }

    // --- the connection ---

    State state() {
        return state;
    }

    @Nullable
    SimLink link() {
        return wire.link();
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
        in = new FrameInput(4096, ProtocolLimits.MAX_FRAME_BYTES);
        wire.open(surroundings.connect(name + "." + ++links));
        trace.add(name, " connects", asBefore && hadConnection ? " again" : "");
        wire.write(
                0,
                new Frame.Hello(
                        ProtocolLimits.MIN_VERSION,
                        ProtocolLimits.MAX_VERSION,
                        ProtocolLimits.CAPABILITIES,
                        id,
                        asBefore && hadConnection,
                        Wire.heartbeatMs(),
                        ProtocolLimits.DEFAULT_SESSION_TIMEOUT_MS,
                        clientId,
                        name,
                        "simulated"));
        hadConnection = true;
    }

    private void forgetEverything() {
        id = chance.uuid();
        hadConnection = false;
        sessions.values().forEach(SimSession::leaveAll);
        sessions.clear();
        consuming.forget();
        aliases.forget();
        producing.forget();
        transacting.forget();
    }

    /** The client's end has noticed that the link is gone. */
    void lost() {
        trace.add(name, " has lost its connection");
        state = State.DOWN;
        wire.close();
    }

    /** Closes the socket without a word. */
    void abandon() {
        SimLink open = wire.link();
        if (open != null) {
            open.closeByClient();
            lost();
        }
    }

    /** Bytes have arrived. */
    void arrived(ByteBuffer bytes) {
        in.fill(bytes);
        try {
            while (wire.link() != null && in.next(reader)) {
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
        if (state == State.OPEN) {
            wire.beat();
        }
    }

    private void handle() throws ProtocolException {
        switch (reader.type()) {
            case DELIVER -> consuming.delivered(deliver.wrap(reader), reader.payloadLength());
            case SENT -> producing.sent(SentFrame.upTo(reader));
            case HEARTBEAT -> {}
            default -> handle(Frame.decode(reader));
        }
    }

    private void handle(Frame frame) throws ProtocolException {
        if (frame instanceof Frame.Welcome f) {
            state = State.OPEN;
            resuming.welcomed(f.resumed());
            later.forEach(Runnable::run);
            later.clear();
        } else if (frame instanceof Frame.Ok f) {
            wire.answered(f);
        } else if (frame instanceof Frame.Failure f && f.request() == 0) {
            trace.add(name, " is told that its connection ends: ", f.text());
        } else if (frame instanceof Frame.Failure f) {
            wire.refused(f);
        } else if (frame instanceof Frame.Refused f) {
            producing.refused(f);
        } else if (frame instanceof Frame.SendCredit f) {
            producing.credit(f);
        } else if (frame instanceof Frame.Recall f) {
            consuming.recalled(reader.channel(), f);
        } else if (frame instanceof Frame.ConsumerLost f) {
            SimConsumer consumer = consuming.lost(f.consumer());
            if (consumer != null) {
                sessions.values().forEach(s -> s.consumers.remove(consumer.number));
            }
        }
    }

    // --- sessions ---

    List<SimSession> sessions() {
        return List.copyOf(sessions.values());
    }

    List<SimSession> freeSessions() {
        return resuming.isGoingOn()
                ? List.of()
                : sessions.values().stream().filter(SimSession::isFree).toList();
    }

    /** Whether the client is still putting together what it had before its connection was lost. */
    boolean isResuming() {
        return resuming.isGoingOn();
    }

    SimSession openSession(AcknowledgeMode mode) {
        int number = wire.number();
        SimSession session =
                new SimSession(number, mode, name + ".s" + number + "/" + id.getLeastSignificantBits() % 1000);
        sessions.put(number, session);
        wire.write(number, new Frame.SessionOpen(mode));
        return session;
    }

    void closeSession(SimSession session) {
        session.waiting = "close";
        int request = wire.request(
                ok -> {
                    session.dead = true;
                    session.leaveAll();
                    sessions.remove(session.number);
                    consuming.forget(session);
                },
                wire.unexpected("close a session"));
        wire.write(session.number, new Frame.SessionClose(request, session.handed()));
    }

    /** The session is of no use any more; what became of its commit is asked. */
    void giveUp(SimSession session) {
        trace.add(name, " gives up ", session);
        session.dead = true;
        session.leaveAll();
        sessions.remove(session.number);
        consuming.forget(session);
        if (session.committing != 0) {
            transacting.isInDoubt(session.committing);
        }
    }

    /** Closes everything in an orderly way; each session says what it has handed out. */
    void goodbye() {
        state = State.CLOSING;
        for (SimSession session : sessions.values()) {
            if (!"close".equals(session.waiting)) {
                closeSession(session);
            }
        }
        wire.noMoreAnswers();
        int request = wire.request(ok -> trace.add(name, " has said goodbye"), wire.unexpected("say goodbye"));
        wire.write(0, new Frame.Goodbye(request));
        sessions.values().forEach(SimSession::leaveAll);
        sessions.clear();
        consuming.forget();
        closed = true;
    }

    @Override
    public String toString() {
        return name;
    }
}
