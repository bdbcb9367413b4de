// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.SendFrame;
import io.quoin.protocol.codec.SentFrame;
import io.quoin.protocol.codec.WireBuffer;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** A client made of frames, at the other end of a link in memory. */
final class TestPeer implements Link {

    /** A delivery as it came. */
    record Delivered(int consumer, long tag, boolean redelivered, long deliveryCount, String text) {}

    private static final AtomicLong IDS = new AtomicLong();

    final UUID id = new UUID(1, IDS.incrementAndGet());
    /** What came, apart from deliveries, SENT and heartbeats. */
    final List<Frame> frames = new ArrayList<>();

    final List<Delivered> delivered = new ArrayList<>();
    long sentUpTo;
    int heartbeats;
    boolean opened;
    boolean closed;
    boolean writable = true;

    private final TestServer server;
    private final LinkHandler handler;
    private final WireBuffer wire = new WireBuffer(1024);
    private final FrameWriter writer = new FrameWriter(wire);
    private final WireBuffer unflushed = new WireBuffer(1024);
    private final FrameInput input = new FrameInput(1024, ProtocolLimits.MAX_FRAME_BYTES);
    private final FrameReader reader = new FrameReader();
    private long sequence;

    TestPeer(TestServer server) {
        this.server = server;
        this.handler = server.agent.accept(this);
    }

    void hello() {
        send(0, new Frame.Hello(1, 1, 0, id, false, 15_000, 35_000, null, "test", "1"));
    }

    void send(int session, Frame frame) {
        writer.write(session, frame);
        pass();
    }

    /** Opens session 1 and names the queue as alias 1. */
    void session(AcknowledgeMode mode, String queue) {
        send(1, new Frame.SessionOpen(mode));
        send(0, new Frame.Destination(1, DestinationKind.QUEUE, queue, null));
    }

    /** Sends a text to alias 1; returns the send's number. */
    long sendText(String text, boolean persistent) {
        return sendText(text, persistent ? FrameFlags.SEND_PERSISTENT : 0);
    }

    /** Sends a persistent text to alias 1 in the transaction of session 1. */
    long sendInTransaction(String text) {
        return sendText(text, FrameFlags.SEND_PERSISTENT | FrameFlags.SEND_TRANSACTED);
    }

    private long sendText(String text, int flags) {
        boolean persistent = (flags & FrameFlags.SEND_PERSISTENT) != 0;
        MessageWriter message = new MessageWriter(256).begin().connectionId(id);
        message.flags(persistent ? 1 : 0);
        message.priority(4);
        message.destination(DestinationKind.QUEUE, "q");
        message.replyTo(null, null);
        message.correlationId(null);
        message.type(null);
        message.textBody(text);
        sequence++;
        SendFrame.begin(writer, 1, flags, sequence, 1, 0, 0, 0);
        writer.endWithPayload(message.seal(sequence));
        pass();
        return sequence;
    }

    void consume(int consumer) {
        send(1, new Frame.ConsumerOpen(100 + consumer, 0, consumer, 1, null, null, 1_000, 1 << 20));
    }

    void acknowledge(int request, int consumer, long first, long last) {
        acknowledge(0, request, consumer, first, last);
    }

    /** In the transaction of session 1. */
    void acknowledgeInTransaction(int consumer, long first, long last) {
        acknowledge(FrameFlags.ACK_TRANSACTED, 0, consumer, first, last);
    }

    private void acknowledge(int flags, int request, int consumer, long first, long last) {
        AckFrame.begin(writer, 1, flags, request, consumer, last, AckOutcome.CONSUMED, 1)
                .u64(first)
                .u64(last);
        writer.end();
        pass();
    }

    void credit(int consumer, long limitMessages, long limitBytes, long handedOut) {
        CreditFrame.write(writer, 1, consumer, limitMessages, limitBytes, handedOut);
        pass();
    }

    /** Passes bytes as they are. */
    void raw(byte[] bytes) {
        handler.receive(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    /** The socket takes bytes again. */
    void readAgain() {
        handler.writable();
    }

    /** The socket breaks. */
    void disconnect() {
        closed = true;
        handler.lost();
    }

    private void pass() {
        byte[] bytes = wire.toByteArray(0);
        wire.clear();
        raw(bytes);
    }

    List<String> texts() {
        return delivered.stream().map(Delivered::text).toList();
    }

    /** The frames of one kind that came. */
    <F extends Frame> List<F> all(Class<F> type) {
        return frames.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void write(ByteBuffer source, int offset, int length) {
        if (closed) {
            throw new AssertionError("written after the end");
        }
        unflushed.raw(source.slice(offset, length));
    }

    @Override
    public void flush() {
        input.fill(ByteBuffer.wrap(unflushed.toByteArray(0)));
        unflushed.clear();
        try {
            while (input.next(reader)) {
                reader.verifyPayload();
                note();
            }
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    private void note() throws ProtocolException {
        if (reader.type() == FrameType.DELIVER) {
            DeliverFrame deliver = new DeliverFrame().wrap(reader);
            MessageView message = new MessageView().wrap(reader.buffer(), reader.payloadAt(), reader.payloadLength());
            delivered.add(new Delivered(
                    deliver.consumer(),
                    deliver.tag(),
                    deliver.isRedelivered(),
                    deliver.deliveryCount(),
                    String.valueOf(message.text())));
        } else if (reader.type() == FrameType.SENT) {
            sentUpTo = SentFrame.upTo(reader);
        } else if (reader.type() == FrameType.HEARTBEAT) {
            heartbeats++;
        } else {
            frames.add(Frame.decode(reader));
        }
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void opened() {
        opened = true;
    }

    @Override
    public void close() {
        flush();
        closed = true;
    }

    @Override
    public InetAddress address() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public String peer() {
        return "test";
    }
}
