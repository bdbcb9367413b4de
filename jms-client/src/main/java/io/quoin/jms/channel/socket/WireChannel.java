// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.ChannelListener;
import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.channel.Send;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One link to a server: the channel for as long as one socket lives. Its writing half is {@link CombiningWriter}, its reading
 * half {@link Inbound}; here are the open requests and the end. What outlives the link, {@link SendLog} and {@link Routes}, is
 * given to it.
 *
 * <p>Thread: any. The end is always brought about by closing the socket and carried out by the reader, so that it
 * happens once and after everything that had arrived.
 */
public final class WireChannel implements Wire {

    /** With 16 bytes each they stay below the 64 KiB that fields may have. */
    private static final int MAX_RANGES = 4_000;

    /** What a frame may hold beside the message: header and fields of a delivery with its annotations. */
    private static final int FRAME_OVERHEAD_BYTES = 66 << 10;

    private static final long MAX_TICK_MS = 1_000;
    private static final long MIN_TICK_MS = 10;

    private final Endpoint endpoint;
    private final ChannelOptions options;
    private final ChannelListener listener;
    private final Link link;
    private final CombiningWriter writer;
    private final Heartbeats heartbeats;
    /** When something was written last, as of the last tick: so the server has not been without news for longer than since then. */
    private volatile long heardNs = System.nanoTime();

    private final Map<Integer, Reply> requests = new ConcurrentHashMap<>();
    private final AtomicInteger lastRequest = new AtomicInteger();
    private final SendLog sends;
    private final Routes routes;
    private final Inbound inbound;
    /** Why the connection ends; the first reason counts. */
    private final AtomicReference<@Nullable JMSException> endReason = new AtomicReference<>();

    private volatile @Nullable ScheduledFuture<?> tick;

    /** The socket, what is on top of it, and what the handshake has left. */
    record Link(
            Socket tcp,
            Socket top,
            FrameInput input,
            Frame.Welcome welcome,
            @Nullable String user) {}

    /** What outlives a link: who the client is, what it has sent and what it has named. */
    public record Identity(UUID connectionId, SendLog sends, Routes routes) {}

    WireChannel(Endpoint endpoint, ChannelOptions options, Identity identity, ChannelListener listener, Link link)
            throws IOException {
        this.endpoint = endpoint;
        this.options = options;
        this.sends = identity.sends();
        this.routes = identity.routes();
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

    void start() {
        heardNs = System.nanoTime();
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
        LinkLostException lost = LinkLostException.because(why);
        writer.close(lost);
        requests.values().forEach(reply -> reply.fail(lost));
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

    /**
     * Whether this process has not run for so long that the server may have given its sessions up, and nothing has been noticed
     * yet. Then the link is ended, since what came over it may be somebody else's by now. Nothing may be handed out, and no
     * acknowledgement written, without asking this.
     */
    public boolean isStale() {
        long silentNs = System.nanoTime() - heardNs;
        if (silentNs < heartbeats.sessionTimeoutNs()) {
            return false;
        }
        abort(JmsErrors.of(
                ErrorCode.CONNECTION_LOST,
                "This process did not run for " + TimeUnit.NANOSECONDS.toMillis(silentNs) + " ms, so that " + endpoint
                        + " may have given it up"));
        return true;
    }

    @Override
    public void checkCurrent() throws JMSException {
        if (isStale()) {
            throw LinkLostException.because(Objects.requireNonNull(endReason.get()));
        }
    }

    private void onTick() {
        if (isStale()) {
            return;
        }
        heardNs = writer.lastWriteNs();
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

    /** The server's first words. */
    @Override
    public Frame.Welcome welcome() {
        return link.welcome();
    }

    /** Who the client has shown to be; null if the server has not asked. */
    public @Nullable String user() {
        return link.user();
    }

    /** Whether the thread that calls is the one that reads from this link. */
    public boolean isReader() {
        return inbound.isReader();
    }

    /** The largest message that the server takes. */
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
            int flags,
            AckRanges ranges,
            @Nullable Reply confirmation,
            Flush flush)
            throws JMSException {
        checkCurrent();
        int request = confirmation == null ? 0 : nextRequest(confirmation);
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

    public void credit(int session, int consumer, long limitMessages, long limitBytes, long handedOut, Flush flush)
            throws JMSException {
        FrameWriter frames = writer.begin();
        try {
            CreditFrame.write(frames, session, consumer, limitMessages, limitBytes, handedOut);
        } finally {
            writer.end(flush);
        }
    }

    public void send(Send send, MessageWriter message, boolean needsCredit, Flush flush) throws JMSException {
        Route route = send.route();
        writer.begin();
        try {
            if (!mayGo(route, needsCredit)) {
                awaitCredit(send, needsCredit);
            }
            long sequence = sends.nextSequence();
            ByteBuffer sealed = message.seal(sequence);
            write(send, send.flags(), sequence, sealed);
            route.count(sealed.remaining());
            sends.add(send, sealed);
        } finally {
            writer.end(flush);
        }
    }

    private void write(Send send, int flags, long sequence, ByteBuffer sealed) {
        FrameWriter frames = writer.frames();
        long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - send.calledNs());
        SendFrame.begin(
                frames,
                send.session(),
                flags,
                sequence,
                send.route().alias(),
                send.timeToLiveMs(),
                send.delayMs(),
                ageMs);
        frames.endWithPayload(sealed);
    }

    /**
     * Writes again, in their order, what an earlier link has not seen the end of; before anything else is sent on this one.
     * It is not counted in the credit.
     *
     * @param isRepeated whether a send can be written again; of the others nobody will know more
     */
    public void resend(Predicate<Send> isRepeated) throws JMSException {
        boolean first = true;
        for (Send send : sends.pending(isRepeated)) {
            byte[] message = Objects.requireNonNull(send.message(), "a send that is repeated is kept");
            writer.begin();
            try {
                if (!writer.awaitRoom(() -> !writer.isFull(), TimeUnit.MILLISECONDS.toNanos(options.sendTimeoutMs()))) {
                    throw JmsErrors.of(
                            ErrorCode.SEND_TIMEOUT, endpoint + " took no bytes for " + options.sendTimeoutMs() + " ms");
                }
                int flags = send.flags() | FrameFlags.SEND_RESENT | (first ? FrameFlags.SEND_WAITING : 0);
                write(send, flags, send.sequence(), ByteBuffer.wrap(message));
            } finally {
                writer.end(Flush.SOON);
            }
            first = false;
        }
    }

    /** Has written what was left to be written with something else. */
    public void flush(Flush how) throws JMSException {
        writer.begin();
        writer.end(how);
    }

    private boolean mayGo(Route route, boolean needsCredit) {
        return !writer.isFull() && (!needsCredit || route.hasCredit());
    }

    private void awaitCredit(Send send, boolean needsCredit) throws JMSException {
        Route route = send.route();
        long timeoutMs = options.sendTimeoutMs();
        long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs) - (System.nanoTime() - send.calledNs());
        if (!writer.awaitRoom(() -> mayGo(route, needsCredit), leftNs)) {
            throw JmsErrors.of(
                    ErrorCode.SEND_TIMEOUT,
                    writer.isFull()
                            ? endpoint + " took no bytes for " + timeoutMs + " ms"
                            : endpoint + " gave no credit for " + route.destination() + " within " + timeoutMs
                                    + " ms: it is full");
        }
    }

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
            Route route = routes.find(alias);
            if (route != null) {
                route.limitBytes(limitBytes);
                writer.signalRoom();
            }
        }
    }
}
