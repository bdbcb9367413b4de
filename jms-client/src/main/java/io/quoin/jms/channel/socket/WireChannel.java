// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.ChannelListener;
import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.channel.Send;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.Heartbeats;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.SendFrame;
import io.quoin.protocol.codec.WireBuffer;
import io.quoin.protocol.message.MessageWriter;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The channel over one socket. Its writing half is {@link CombiningWriter}, its reading half {@link Inbound}; here are the
 * sequence of sends, the open requests and the end.
 *
 * <p>Thread: any. The end is always brought about by closing the socket and carried out by the reader, so that it
 * happens once and after everything that had arrived.
 */
public final class WireChannel implements Channel {

    /** With 16 bytes each they stay below the 64 KiB that fields may have. */
    private static final int MAX_RANGES = 4_000;

    /** What a frame may hold beside the message: header and fields of a delivery with its annotations. */
    private static final int FRAME_OVERHEAD_BYTES = 66 << 10;

    private static final long MAX_TICK_MS = 1_000;
    private static final long MIN_TICK_MS = 10;

    private final Endpoint endpoint;
    private final ChannelOptions options;
    private final UUID connectionId;
    private final ChannelListener listener;
    private final Link link;
    private final CombiningWriter writer;
    private final Heartbeats heartbeats;
    private final PendingSends sends = new PendingSends();
    private final Map<Integer, Reply> requests = new ConcurrentHashMap<>();
    private final AtomicInteger lastRequest = new AtomicInteger();
    private final Map<RouteKey, Route> routes = new ConcurrentHashMap<>();
    private final Map<Integer, Route> routesByAlias = new ConcurrentHashMap<>();
    private final Inbound inbound;
    /** Why the connection ends; the first reason counts. */
    private final AtomicReference<@Nullable JMSException> endReason = new AtomicReference<>();

    private volatile @Nullable ScheduledFuture<?> tick;

    // Under the writer's lock.
    private long lastSequence;
    private int lastAlias;

    /** The socket, what is on top of it, and what the handshake has left. */
    record Link(Socket tcp, Socket top, FrameInput input, Frame.Welcome welcome) {}

    private record RouteKey(
            QuoinDestination destination, @Nullable String options) {}

    WireChannel(Endpoint endpoint, ChannelOptions options, UUID connectionId, ChannelListener listener, Link link)
            throws IOException {
        this.endpoint = endpoint;
        this.options = options;
        this.connectionId = connectionId;
        this.listener = listener;
        this.link = link;
        this.heartbeats =
                Heartbeats.ofMillis(link.welcome().heartbeatMs(), link.welcome().sessionTimeoutMs());
        this.writer = new CombiningWriter(
                link.top().getOutputStream(),
                "quoin-writer-" + endpoint.host() + ":" + endpoint.port(),
                e -> abort(JmsErrors.of(
                        ErrorCode.CONNECTION_LOST, "The connection to " + endpoint + " broke: " + e.getMessage(), e)));
        this.inbound = new Inbound(link.input(), link.top().getInputStream(), new Answers(), listener, endpoint);
    }

    /**
     * Connects to a server.
     *
     * @throws JMSException saying what failed, or what was waited for in vain
     */
    public static WireChannel open(
            Endpoint endpoint, ChannelOptions options, UUID connectionId, ChannelListener listener)
            throws JMSException {
        return new Opening(endpoint, options, connectionId, listener).open();
    }

    void start() {
        writer.start();
        long periodMs =
                Math.max(MIN_TICK_MS, Math.min(MAX_TICK_MS, link.welcome().heartbeatMs() / 4));
        tick = Ticker.every(periodMs, this::onTick);
    }

    /** Reads until the end; the reader thread's whole life. */
    void read() {
        JMSException end = inbound.run();
        abort(end);
        JMSException why = Objects.requireNonNull(endReason.get());
        ScheduledFuture<?> ticking = tick;
        if (ticking != null) {
            ticking.cancel(false);
        }
        writer.close(why);
        sends.failAll(why);
        requests.values().forEach(reply -> reply.fail(why));
        requests.clear();
        listener.onLost(why);
    }

    /** Ends the connection for that reason, unless it ends already. */
    private void abort(JMSException why) {
        endReason.compareAndSet(null, why);
        // First the socket below: a TLS layer would wait for a write that is stuck.
        Sockets.closeQuietly(link.tcp());
        if (link.top() != link.tcp() && inbound.isReader()) {
            Sockets.closeQuietly(link.top());
        }
    }

    private void onTick() {
        long nowNs = System.nanoTime();
        long stuckMs = TimeUnit.NANOSECONDS.toMillis(writer.stuckNs(nowNs));
        if (heartbeats.isPeerLost(inbound.lastReadNs(), nowNs)) {
            abort(JmsErrors.of(
                    ErrorCode.PEER_SILENT,
                    endpoint + " was silent for " + TimeUnit.NANOSECONDS.toMillis(nowNs - inbound.lastReadNs())
                            + " ms"));
        } else if (stuckMs > options.sendTimeoutMs()) {
            abort(JmsErrors.of(
                    ErrorCode.CONNECTION_LOST,
                    endpoint + " took no bytes for " + stuckMs + " ms, more than sendTimeout"));
        } else if (heartbeats.isDue(writer.lastWriteNs(), nowNs)) {
            try {
                writer.begin().heartbeat();
            } catch (JMSException e) {
                return; // The connection has ended, and with it its ticks.
            }
            writer.end(Flush.SOON);
        }
    }

    @Override
    public UUID connectionId() {
        return connectionId;
    }

    @Override
    public String address() {
        return endpoint.toString();
    }

    @Override
    public String serverVersion() {
        return link.welcome().serverVersion();
    }

    @Override
    public boolean isAlive() {
        return endReason.get() == null;
    }

    @Override
    public int maxMessageBytes() {
        return (int) (link.welcome().maxFrameBytes() - FRAME_OVERHEAD_BYTES);
    }

    @Override
    public <R extends Reply> R request(int session, IntFunction<? extends Frame> frame, R reply) throws JMSException {
        int request = nextRequest(reply);
        try {
            FrameWriter frames = writer.begin();
            try {
                frames.write(session, frame.apply(request));
            } finally {
                writer.end(Flush.NOW);
            }
        } catch (JMSException | RuntimeException e) {
            requests.remove(request);
            throw e;
        }
        return reply;
    }

    /** Numbers a request and keeps its reply. Numbers go round, leave out 0, and are free again after 2^32 requests. */
    private int nextRequest(Reply reply) {
        int request;
        do {
            request = lastRequest.incrementAndGet();
        } while (request == 0 || requests.putIfAbsent(request, reply) != null);
        return request;
    }

    @Override
    public void post(int session, Frame frame, Flush flush) throws JMSException {
        FrameWriter frames = writer.begin();
        try {
            frames.write(session, frame);
        } finally {
            writer.end(flush);
        }
    }

    @Override
    public void acknowledge(
            int session,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            boolean transacted,
            AckRanges ranges,
            @Nullable Reply confirmation,
            Flush flush)
            throws JMSException {
        int request = confirmation == null ? 0 : nextRequest(confirmation);
        int flags = transacted ? FrameFlags.ACK_TRANSACTED : 0;
        try {
            FrameWriter frames = writer.begin();
            try {
                for (int from = 0; from < ranges.count(); from += MAX_RANGES) {
                    int to = Math.min(ranges.count(), from + MAX_RANGES);
                    // What is asked for the last part of one acknowledgement is answered after the parts before it.
                    int asked = to == ranges.count() ? request : 0;
                    WireBuffer out =
                            AckFrame.begin(frames, session, flags, asked, consumer, handedOut, outcome, to - from);
                    for (int range = from; range < to; range++) {
                        out.u64(ranges.first(range)).u64(ranges.last(range));
                    }
                    frames.end();
                }
            } finally {
                writer.end(flush);
            }
        } catch (JMSException | RuntimeException e) {
            requests.remove(request);
            throw e;
        }
    }

    @Override
    public void credit(int session, int consumer, long limitMessages, long limitBytes, long handedOut, Flush flush)
            throws JMSException {
        FrameWriter frames = writer.begin();
        try {
            CreditFrame.write(frames, session, consumer, limitMessages, limitBytes, handedOut);
        } finally {
            writer.end(flush);
        }
    }

    @Override
    public Route route(QuoinDestination destination) throws JMSException {
        RouteKey key = new RouteKey(destination, destination.options());
        Route known = routes.get(key);
        if (known != null) {
            return known;
        }
        FrameWriter frames = writer.begin();
        try {
            // Again: another thread may have been faster. It is found by others only after its frame is in its place.
            Route raced = routes.get(key);
            if (raced != null) {
                return raced;
            }
            Route route = new Route(++lastAlias, destination);
            frames.write(
                    0,
                    new Frame.Destination(
                            route.alias(), destination.kind(), destination.name(), destination.options()));
            routesByAlias.put(route.alias(), route);
            routes.put(key, route);
            return route;
        } finally {
            writer.end(destination.kind().isTemporary() ? Flush.SOON : Flush.LATER);
        }
    }

    @Override
    public void forget(Route route) {
        routes.remove(new RouteKey(route.destination(), route.destination().options()), route);
        routesByAlias.remove(route.alias(), route);
    }

    @Override
    public void send(Send send, MessageWriter message, boolean needsCredit, Flush flush) throws JMSException {
        Route route = send.route();
        writer.begin();
        try {
            if (!mayGo(route, needsCredit)) {
                awaitCredit(route, needsCredit);
            }
            long sequence = lastSequence + 1;
            ByteBuffer sealed = message.seal(sequence);
            FrameWriter frames = writer.frames();
            long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - send.calledNs());
            SendFrame.begin(
                    frames,
                    send.session(),
                    send.flags(),
                    sequence,
                    route.alias(),
                    send.timeToLiveMs(),
                    send.delayMs(),
                    ageMs);
            frames.endWithPayload(sealed);
            lastSequence = sequence;
            route.count(sealed.remaining());
            send.onSequence(sequence);
            sends.add(send);
        } finally {
            writer.end(flush);
        }
    }

    private boolean mayGo(Route route, boolean needsCredit) {
        return !writer.isFull() && (!needsCredit || route.hasCredit());
    }

    private void awaitCredit(Route route, boolean needsCredit) throws JMSException {
        long timeoutMs = options.sendTimeoutMs();
        if (!writer.awaitRoom(() -> mayGo(route, needsCredit), TimeUnit.MILLISECONDS.toNanos(timeoutMs))) {
            throw JmsErrors.of(
                    ErrorCode.SEND_TIMEOUT,
                    writer.isFull()
                            ? endpoint + " took no bytes for " + timeoutMs + " ms"
                            : endpoint + " gave no credit for " + route.destination() + " within " + timeoutMs
                                    + " ms: it is full");
        }
    }

    @Override
    public void close() {
        abort(JmsErrors.of(ErrorCode.CONNECTION_CLOSED, "The connection to " + endpoint + " is closed"));
    }

    /** What the reader finds out about what was written. */
    private final class Answers implements Inbound.Answers {

        @Override
        public void onOk(Frame.Ok ok, byte @Nullable [] payload) throws JMSException {
            Reply reply = requests.remove(ok.request());
            if (reply != null) {
                reply.succeed(ok, payload);
            }
        }

        @Override
        public void onError(int request, JMSException error) {
            Reply reply = requests.remove(request);
            if (reply != null) {
                reply.fail(error);
            }
        }

        @Override
        public void onSent(long upTo) {
            sends.succeedUpTo(upTo);
        }

        @Override
        public void onRefused(long sequence, JMSException why) {
            sends.refuse(sequence, why);
        }

        @Override
        public void onCredit(int alias, long limitBytes) {
            Route route = routesByAlias.get(alias);
            if (route != null) {
                route.limitBytes(limitBytes);
                writer.signalRoom();
            }
        }
    }
}
