// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.Heartbeats;
import io.quoin.protocol.Peer;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.SendFrame;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.auth.FailedLogins;
import io.quoin.server.auth.Login;
import io.quoin.server.core.Broker;
import io.quoin.server.core.ClientConnection;
import io.quoin.server.model.Refusal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner's end of one connection: checks each frame against the table, reads it in place, and does what it says. What
 * breaks the protocol ends this connection and no other.
 *
 * <p>Thread: the owner's.
 */
final class ServerConnection implements LinkHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    private final BrokerAgent agent;
    private final Broker broker;
    private final Link link;
    private final ConnectionOutlet outlet;
    private final FrameReader frame;
    private ConnectionState state = ConnectionState.NEW;
    private Heartbeats heartbeats = Heartbeats.ofMillis(
            Heartbeats.heartbeatMs(ProtocolLimits.DEFAULT_SESSION_TIMEOUT_MS),
            ProtocolLimits.DEFAULT_SESSION_TIMEOUT_MS);
    private @Nullable Login login;
    private @Nullable ClientConnection client;
    private int wantedBytes = Integer.BYTES;
    private long heardNs;

    ServerConnection(BrokerAgent agent, Link link) {
        this.agent = agent;
        this.broker = agent.broker();
        this.link = link;
        this.outlet = new ConnectionOutlet(agent, link, this);
        this.frame = agent.frameReader();
        this.heardNs = agent.nowNs();
    }

    @Override
    public int receive(ByteBuffer bytes, int from, int to) {
        heardNs = agent.beginStep();
        int at = from;
        try {
            while (state != ConnectionState.CLOSED) {
                int size = FrameReader.size(bytes, at, to - at, maxFrameBytes());
                if (size == 0 || size > to - at) {
                    wantedBytes = Math.max(Integer.BYTES, size);
                    return at;
                }
                handle(frame.wrap(bytes, at, size));
                at += size;
            }
        } catch (ProtocolException e) {
            agent.counters().protocolError();
            tell(String.valueOf(e.getMessage()));
            fail(e.code(), e.text());
        }
        return to;
    }

    @Override
    public int wantedBytes() {
        return wantedBytes;
    }

    @Override
    public void fail(ErrorCode code, String text) {
        if (state != ConnectionState.CLOSED) {
            outlet.close(code, text);
            end();
        }
    }

    @Override
    public void lost() {
        outlet.lost();
        end();
    }

    @Override
    public void writable() {
        agent.writable(this); // the core may be in the middle of a step
    }

    /** The peer does not read as fast as it is written to: it gets no deliveries until it does. */
    void slow() {
        if (client != null) {
            broker.messages().paused(client, true);
        }
    }

    /** The peer reads again. */
    void goOn() {
        if (client != null) {
            broker.messages().paused(client, false);
        }
    }

    /** Another socket has taken this one's place: what the core has of the client is the other's now. */
    void fenced(ErrorCode code, String text) {
        goOn();
        client = null;
        fail(code, text);
    }

    /** The user may not use the server any more. */
    void expelled(ErrorCode code, String text) {
        goAway(code, ErrorCode.sentence(text));
        close();
    }

    /** The answer to GOODBYE has been written. */
    void saidGoodbye() {
        client = null;
        close();
    }

    /** The server is about to close: clients are told why, and that it is no fault. */
    void goAway(ErrorCode code, String text) {
        if (state == ConnectionState.OPEN) {
            outlet.write(0, new Frame.GoAway(code.number(), text));
        }
    }

    /** Closes the link after what was written, without an error. */
    void close() {
        outlet.close();
        end();
    }

    /** Sends a heartbeat if one is due, and ends the connection if the peer has been silent for too long. */
    void checkHeartbeats(long nowNs) {
        if (state.isUntrusted() || state == ConnectionState.CLOSED) {
            return; // the time for the handshake is the transport's affair
        }
        if (heartbeats.isPeerLost(heardNs, nowNs)) {
            tell("nothing was heard for the session time-out");
            fail(ErrorCode.PEER_SILENT, "Nothing was heard from the client for the session time-out.");
        } else if (heartbeats.isDue(outlet.lastWriteNs(), nowNs)) {
            outlet.heartbeat();
        }
    }

    private void tell(String reason) {
        if (agent.mayTell()) {
            LOG.info("Connection of {} is closed: {}", link.peer(), reason);
        } else {
            LOG.debug("Connection of {} is closed: {}", link.peer(), reason);
        }
    }

    private int maxFrameBytes() {
        return state.isUntrusted() ? ProtocolLimits.UNTRUSTED_FRAME_BYTES : ProtocolLimits.DEFAULT_FRAME_BYTES;
    }

    private void end() {
        if (state != ConnectionState.CLOSED) {
            state = state.become(ConnectionState.CLOSED);
            agent.closed(this);
            if (client != null) {
                goOn();
                broker.connections().disconnected(client);
                client = null;
            }
        }
    }

    private void handle(FrameReader in) throws ProtocolException {
        in.checkLegal(Peer.CLIENT, state);
        switch (in.type()) {
            case HEARTBEAT -> {}
            case HELLO -> hello((Frame.Hello) Frame.decode(in));
            case AUTH -> authenticate((Frame.Auth) Frame.decode(in));
            case SEND -> send(in);
            case ACK ->
                broker.messages().ack(client(), in.channel(), agent.ackFrame().wrap(in));
            case CREDIT -> credit(in.channel(), agent.creditFrame().wrap(in));
            case ADMIN -> administer((Frame.Admin) Frame.decode(in));
            case GOODBYE -> goodbye((Frame.Goodbye) Frame.decode(in));
            default -> Commands.run(broker, client(), in.channel(), Frame.decode(in));
        }
    }

    private void hello(Frame.Hello hello) throws ProtocolException {
        if (hello.minVersion() > ProtocolLimits.MAX_VERSION || hello.maxVersion() < ProtocolLimits.MIN_VERSION) {
            throw new ProtocolException(
                    ErrorCode.VERSION_MISMATCH,
                    "This server speaks versions " + ProtocolLimits.MIN_VERSION + " to " + ProtocolLimits.MAX_VERSION
                            + " of the protocol, the client " + hello.minVersion() + " to " + hello.maxVersion());
        }
        if (broker.users().isEmpty()) {
            open(hello, null);
        } else {
            login = new Login(hello, broker.users(), agent.random());
            state = state.become(ConnectionState.AUTH);
            outlet.write(0, Login.offer());
        }
    }

    private void authenticate(Frame.Auth auth) throws ProtocolException {
        Login pending = login;
        if (pending == null || pending.isFinished()) {
            throw new ProtocolException(ErrorCode.ILLEGAL_FRAME, "The client goes on after the end of its log-in");
        }
        if (!pending.isChallenged()) {
            outlet.write(0, pending.challenge(auth));
            return;
        }
        long delayNs = agent.logins().delayNs(link.address(), agent.nowNs());
        if (!pending.finish(auth)) {
            agent.counters().failedLogin();
            agent.logins().failed(link.address(), agent.nowNs());
            tell("its log-in as user " + pending.user() + " failed");
        }
        if (delayNs == FailedLogins.TURNED_AWAY) {
            throw new ProtocolException(
                    ErrorCode.LOGINS_SLOWED,
                    "Too many log-ins from " + link.address().getHostAddress() + " have failed");
        } else if (delayNs > 0) {
            agent.logins().decideAt(this, agent.nowNs() + delayNs);
        } else {
            decideLogin();
        }
    }

    /** Lets the client in or turns it away, whichever its log-in has come to. */
    void decideLogin() {
        Login decided = login;
        if (decided == null || state != ConnectionState.AUTH) {
            return; // it has not waited for that
        }
        login = null;
        Frame.AuthChallenge proof = decided.proof();
        if (proof == null) {
            fail(ErrorCode.NOT_AUTHENTICATED, "The user name or the password is wrong");
            return;
        }
        outlet.write(0, proof);
        try {
            open(decided.hello(), decided.user());
        } catch (ProtocolException e) {
            fail(e.code(), e.text());
        }
    }

    private void open(Frame.Hello hello, @Nullable String user) throws ProtocolException {
        int sessionTimeoutMs = agent.sessionTimeoutMs(hello.sessionTimeoutMs());
        int heartbeatMs = Heartbeats.heartbeatMs(sessionTimeoutMs);
        heartbeats = Heartbeats.ofMillis(heartbeatMs, sessionTimeoutMs);
        ClientConnection connected;
        try {
            connected =
                    broker.connections().connect(hello.connectionId(), hello.clientId(), user, hello.resume(), outlet);
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
        client = connected;
        state = state.become(ConnectionState.OPEN);
        link.opened();
        agent.counters().connectionOpened();
        outlet.write(
                0,
                new Frame.Welcome(
                        Math.min(hello.maxVersion(), ProtocolLimits.MAX_VERSION),
                        hello.capabilities() & ProtocolLimits.CAPABILITIES,
                        agent.clusterId(),
                        broker.bootNumber(),
                        connected.wasResumed(),
                        heartbeatMs,
                        sessionTimeoutMs,
                        ProtocolLimits.DEFAULT_FRAME_BYTES,
                        agent.version()));
    }

    private void send(FrameReader in) throws ProtocolException {
        SendFrame send = agent.sendFrame().wrap(in);
        in.verifyPayload();
        MessageView message = agent.messageView().wrap(in.buffer(), in.payloadAt(), in.payloadLength());
        agent.counters().received(in.payloadLength());
        ByteBuffer buffer = in.buffer();
        int position = buffer.position();
        int limit = buffer.limit();
        // The payload as a range of the buffer itself: a view of its own would be one object for each message.
        buffer.limit(in.payloadAt() + in.payloadLength()).position(in.payloadAt());
        broker.messages()
                .send(
                        client(),
                        in.channel(),
                        in.flags(),
                        send.sequence(),
                        send.alias(),
                        send.timeToLiveMs(),
                        send.delayMs(),
                        send.ageMs(),
                        message,
                        buffer);
        buffer.limit(limit).position(position);
    }

    private void credit(int session, CreditFrame credit) {
        broker.messages()
                .credit(
                        client(),
                        session,
                        credit.consumer(),
                        credit.limitMessages(),
                        credit.limitBytes(),
                        credit.handedOut());
    }

    private void administer(Frame.Admin admin) {
        try {
            long before = broker.appended();
            String answer = agent.administration().answer(client(), admin.verb(), admin.arguments());
            long after = broker.appended();
            outlet.okWithText(admin.request(), after == before ? 0 : after, answer);
        } catch (ProtocolException e) {
            outlet.error(admin.request(), e.code(), e.text());
        }
    }

    private void goodbye(Frame.Goodbye goodbye) {
        state = state.become(ConnectionState.CLOSING);
        outlet.lastRequest(goodbye.request());
        broker.connections().goodbye(client(), goodbye.request());
    }

    private ClientConnection client() {
        if (client == null) {
            throw new IllegalStateException("A frame that is legal only in OPEN came before WELCOME");
        }
        return client;
    }
}
