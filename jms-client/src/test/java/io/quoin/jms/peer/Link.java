// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.peer;

import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Heartbeats;
import io.quoin.protocol.Peer;
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
import io.quoin.protocol.codec.Xid;
import io.quoin.protocol.message.MessageWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One connection of a {@link ScriptedServer}. */
public final class Link {

    private static final UUID CLUSTER = new UUID(1, 2);
    /** The number of every queue. */
    private static final int SOURCE = 7;

    private static final UUID PRODUCER = new UUID(3, 4);

    /** What is answered with a code of XA. */
    private static final Set<FrameType> XA = EnumSet.of(
            FrameType.XA_START,
            FrameType.XA_END,
            FrameType.XA_PREPARE,
            FrameType.XA_COMMIT,
            FrameType.XA_ROLLBACK,
            FrameType.XA_FORGET);

    private final Socket socket;
    private final FrameWriter out = new FrameWriter(new WireBuffer(64 << 10));
    private final Map<FrameType, BlockingQueue<Seen>> byType = new ConcurrentHashMap<>();
    private final List<Seen> all = new CopyOnWriteArrayList<>();
    private final Set<FrameType> held = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> lastTags = new ConcurrentHashMap<>();
    private final Set<Integer> credited = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile List<Long> refused = List.of();
    private volatile List<Xid> inDoubt = List.of();
    private volatile int strictWindow;
    private volatile boolean endsWelcomed;
    private volatile TransactionOutcome outcome = TransactionOutcome.ROLLED_BACK;
    private volatile ProtocolException broken;
    private volatile long sendCredit = Long.MAX_VALUE;
    private volatile UnaryOperator<Frame.Welcome> welcome = w -> w;
    private volatile Consumer<Seen> watcher = seen -> {};
    private long sequence;

    Link(Socket socket) {
        this.socket = socket;
    }

    // --- What the server does by itself

    /** The test answers frames of these types itself. */
    public Link hold(FrameType first, FrameType... rest) {
        held.addAll(EnumSet.of(first, rest));
        return this;
    }

    public Link release(FrameType type) {
        held.remove(type);
        return this;
    }

    /** How much the first send to each alias grants. */
    public Link sendCredit(long bytes) {
        sendCredit = bytes;
        return this;
    }

    /** The tags of messages that nobody can reclaim. */
    public Link refuseReclaimed(Long... tags) {
        refused = List.of(tags);
        return this;
    }

    /** What becomes of every transaction that is asked for. */
    public Link outcome(TransactionOutcome of) {
        outcome = of;
        return this;
    }

    /** The branches that are found by whoever recovers. */
    public Link inDoubt(Xid... xids) {
        inDoubt = List.of(xids);
        return this;
    }

    /** The connection ends as soon as the client has been welcomed. */
    public Link cutAfterWelcome() {
        endsWelcomed = true;
        return this;
    }

    /** The server has nothing of the connection any more. */
    public Link forgetful(long bootNumber) {
        return welcome(w -> new Frame.Welcome(
                w.version(),
                w.capabilities(),
                w.clusterId(),
                bootNumber,
                false,
                w.heartbeatMs(),
                w.sessionTimeoutMs(),
                w.maxFrameBytes(),
                w.serverVersion()));
    }

    /** A server with another log. */
    public Link stranger() {
        forgetful(1);
        UnaryOperator<Frame.Welcome> before = welcome;
        return welcome(w -> {
            Frame.Welcome told = before.apply(w);
            return new Frame.Welcome(
                    told.version(),
                    told.capabilities(),
                    PRODUCER,
                    told.bootNumber(),
                    told.resumed(),
                    told.heartbeatMs(),
                    told.sessionTimeoutMs(),
                    told.maxFrameBytes(),
                    told.serverVersion());
        });
    }

    public Link welcome(UnaryOperator<Frame.Welcome> change) {
        welcome = change;
        return this;
    }

    /** Called on the link's thread with every frame, before it is answered. */
    public Link watch(Consumer<Seen> with) {
        watcher = with;
        return this;
    }

    void start() {
        Thread thread = new Thread(this::read, "scripted-link");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        FrameInput input = new FrameInput(64 << 10, ProtocolLimits.DEFAULT_FRAME_BYTES);
        FrameReader frame = new FrameReader();
        ConnectionState state = ConnectionState.NEW;
        try {
            while (input.fill(socket.getInputStream())) {
                while (input.next(frame)) {
                    frame.checkLegal(Peer.CLIENT, state);
                    frame.verifyPayload();
                    Seen seen = decode(frame);
                    all.add(seen);
                    watcher.accept(seen);
                    queue(seen.type()).add(seen);
                    if (!held.contains(seen.type())) {
                        answer(seen);
                    }
                    if (seen.type() == FrameType.HELLO) {
                        state = ConnectionState.OPEN;
                        if (endsWelcomed) {
                            cut();
                        }
                    }
                }
            }
        } catch (IOException e) {
            // Closed by one of the two.
        } catch (ProtocolException e) {
            broken = e;
        } finally {
            ended.countDown();
            cut();
        }
    }

    private static Seen decode(FrameReader frame) throws ProtocolException {
        int session = frame.channel();
        int flags = frame.flags();
        switch (frame.type()) {
            case HEARTBEAT:
                return new Seen.Heartbeat(session, flags);
            case SEND:
                SendFrame send = new SendFrame().wrap(frame);
                return new Seen.Sent(
                        session,
                        flags,
                        send.sequence(),
                        send.alias(),
                        send.timeToLiveMs(),
                        send.delayMs(),
                        send.ageMs(),
                        frame.copyPayload());
            case ACK:
                AckFrame ack = new AckFrame().wrap(frame);
                List<Seen.Range> ranges = new ArrayList<>();
                for (int i = 0; i < ack.rangeCount(); i++) {
                    ranges.add(new Seen.Range(ack.first(i), ack.last(i)));
                }
                return new Seen.Acknowledged(
                        session,
                        flags,
                        ack.request(),
                        ack.consumer(),
                        ack.handedOut(),
                        ack.outcome(),
                        ack.isTransacted(),
                        ranges);
            case CREDIT:
                CreditFrame credit = new CreditFrame().wrap(frame);
                return new Seen.Credited(
                        session,
                        flags,
                        credit.consumer(),
                        credit.limitMessages(),
                        credit.limitBytes(),
                        credit.handedOut());
            default:
                return new Seen.Rare(frame.type(), session, flags, Frame.decode(frame));
        }
    }

    private void answer(Seen seen) {
        if (seen instanceof Seen.Sent sent) {
            if (credited.add(sent.alias())) {
                write(0, new Frame.SendCredit(sent.alias(), sendCredit));
            }
            sent(sent.sequence());
        } else if (seen instanceof Seen.Acknowledged ack) {
            if (ack.request() != 0) {
                ok(ack.request());
            }
        } else if (seen instanceof Seen.Rare rare) {
            answer(rare.frame());
        }
    }

    private void answer(Frame frame) {
        if (frame instanceof Frame.Hello hello) {
            write(
                    0,
                    welcome.apply(new Frame.Welcome(
                            1,
                            0,
                            CLUSTER,
                            1,
                            hello.resume(),
                            Heartbeats.heartbeatMs((int) hello.sessionTimeoutMs()),
                            hello.sessionTimeoutMs(),
                            ProtocolLimits.DEFAULT_FRAME_BYTES,
                            "scripted")));
        } else if (frame instanceof Frame.Drain drain) {
            write(0, new Result.Drained(lastTags.getOrDefault(drain.consumer(), 0L)).to(drain.request()));
        } else if (frame instanceof Frame.Resume resume) {
            resume.consumers().forEach(held -> lastTags.put(held.consumer(), held.received()));
            write(
                    0,
                    new Result.Resumed(resume.consumers().stream()
                                    .map(held -> new Result.Kept(held.consumer(), held.received()))
                                    .toList())
                            .to(resume.request()));
        } else if (frame instanceof Frame.Reclaim reclaim) {
            lastTags.put(reclaim.consumer(), reclaim.received());
            write(0, new Result.Reclaimed(refused).to(reclaim.request()));
        } else if (frame instanceof Frame.TxOutcome asked) {
            write(0, new Result.Outcome(outcome).to(asked.request()));
        } else if (XA.contains(frame.type()) && frame instanceof Frame.Request asked) {
            done(asked.request(), 0);
        } else if (frame instanceof Frame.XaRecover asked) {
            write(0, new Result.XaRecovered(0, inDoubt).to(asked.request()));
        } else if (frame instanceof Frame.ConsumerOpen open) {
            write(0, new Result.Opened(SOURCE, strictWindow, 1024).to(open.request()));
        } else if (frame instanceof Frame.BrowseNext next) {
            write(0, new Result.BrowsedSoFar(false).to(next.request()));
        } else if (frame instanceof Frame.Goodbye goodbye) {
            ok(goodbye.request());
            cut();
        } else if (frame instanceof Frame.Request request) {
            ok(request.request());
        }
    }

    // --- What the test says

    /** From now on queues have strict delivery. */
    public void strict(int window) {
        strictWindow = window;
    }

    /** Permits deliveries up to that tag. */
    public void permit(int session, int consumer, long upTo) {
        write(session, new Frame.Permit(consumer, upTo));
    }

    /** Writes frames at once, in one piece. */
    public synchronized void write(int session, Frame... frames) {
        for (Frame frame : frames) {
            out.write(session, frame);
        }
        flush();
    }

    public void ok(int request) {
        write(0, Result.none(request));
    }

    /** Answers a request about a branch. */
    public void done(int request, int xaCode) {
        write(0, new Result.XaDone(xaCode).to(request));
    }

    public void error(int request, ErrorCode code, String text) {
        write(0, new Frame.Failure(request, code.number(), text));
    }

    public synchronized void sent(long upTo) {
        SentFrame.write(out, upTo);
        flush();
    }

    public void refuse(long number, ErrorCode code, String text) {
        write(0, new Frame.Refused(number, code.number(), text));
    }

    public synchronized void heartbeat() {
        out.heartbeat();
        flush();
    }

    /** Delivers text messages with the next tags. */
    public void deliver(int session, int consumer, String... texts) {
        for (String text : texts) {
            deliver(session, consumer, 0, 1, 0, message(text));
        }
    }

    /** Delivers a message with the next tag, which is returned. */
    public synchronized long deliver(
            int session, int consumer, int flags, int deliveryCount, long remainingMs, ByteBuffer message) {
        long tag = lastTags.merge(consumer, 1L, Long::sum);
        DeliverFrame.begin(out, session, flags, consumer, tag, deliveryCount, remainingMs, tag, List.of());
        out.endWithPayload(message);
        flush();
        return tag;
    }

    /** Shows one message to a browser. */
    public synchronized void browsed(int session, int browser, ByteBuffer message) {
        out.begin(FrameType.BROWSED, 0, session).i32(browser).u32(1).u64(0).u8(0);
        out.endWithPayload(message);
        flush();
    }

    public void redeliver(int session, int consumer, String text, int deliveryCount) {
        deliver(session, consumer, FrameFlags.DELIVER_REDELIVERED, deliveryCount, 0, message(text));
    }

    /** A message whose earlier consumer vanished with it. */
    public void deliverInDoubt(int session, int consumer, String text) {
        int flags = FrameFlags.DELIVER_REDELIVERED | FrameFlags.DELIVER_IN_DOUBT;
        deliver(session, consumer, flags, 2, 0, message(text));
    }

    /** A text message as another client would have sent it. */
    public ByteBuffer message(String text) {
        return message(text, w -> {});
    }

    /** The same with the number of its id. */
    public ByteBuffer message(String text, long number) {
        return message(text, number, w -> {});
    }

    /** The same with properties. */
    public synchronized ByteBuffer message(String text, Consumer<MessageWriter> properties) {
        return message(text, ++sequence, properties);
    }

    private static ByteBuffer message(String text, long number, Consumer<MessageWriter> properties) {
        MessageWriter writer = new MessageWriter(256);
        writer.begin()
                .connectionId(PRODUCER)
                .timestamp(1)
                .destination(DestinationKind.QUEUE, "q")
                .replyTo(null, null)
                .correlationId(null)
                .type(null);
        properties.accept(writer);
        writer.textBody(text);
        return writer.seal(number);
    }

    /** Bytes as they are, which need not be a frame. */
    public synchronized void raw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void flush() {
        ByteBuffer bytes = out.buffer().written(0);
        try {
            socket.getOutputStream().write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } catch (IOException e) {
            // The client has gone; the test will see it.
        } finally {
            out.buffer().clear();
        }
    }

    /** Ends the connection without a word. */
    public void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- What the test looks at

    private BlockingQueue<Seen> queue(FrameType type) {
        return byType.computeIfAbsent(type, t -> new LinkedBlockingQueue<>());
    }

    /** The next frame of that type, waited for. */
    public Seen next(FrameType type) {
        Seen seen = poll(type, 10_000);
        if (seen == null) {
            throw new AssertionError("No " + type + " within 10 s; seen: " + types());
        }
        return seen;
    }

    /** The next frame of that type, or null if there is none in time. */
    public Seen poll(FrameType type, long timeoutMs) {
        try {
            Seen seen = queue(type).poll(timeoutMs, TimeUnit.MILLISECONDS);
            if (broken != null) {
                throw new AssertionError("The client has broken the protocol", broken);
            }
            return seen;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public <F extends Frame> F next(FrameType type, Class<F> frame) {
        return frame.cast(((Seen.Rare) next(type)).frame());
    }

    public Seen.Sent nextSend() {
        return (Seen.Sent) next(FrameType.SEND);
    }

    public Seen.Acknowledged nextAck() {
        return (Seen.Acknowledged) next(FrameType.ACK);
    }

    public Seen.Acknowledged nextAckOrNull(long timeoutMs) {
        return (Seen.Acknowledged) poll(FrameType.ACK, timeoutMs);
    }

    public Seen.Credited nextCredit() {
        return (Seen.Credited) next(FrameType.CREDIT);
    }

    /** How many frames of that type have come and were not looked at. */
    public int waiting(FrameType type) {
        return queue(type).size();
    }

    /** Everything so far, in order. */
    public List<Seen> all() {
        return all;
    }

    public List<FrameType> types() {
        return all.stream().map(Seen::type).toList();
    }

    /** Whether the connection ends within that time. */
    public boolean awaitEnd(long timeoutMs) {
        try {
            return ended.await(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What the client did wrong, or null. */
    public ProtocolException broken() {
        return broken;
    }
}
