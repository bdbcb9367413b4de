// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.ConnectionView;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.server.group.Link;
import io.quoin.server.group.LinkHandler;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection in memory. Bytes cross when they are told to, as many as they are told; the link may be cut between any
 * two of them. Whatever the server is given and whatever it writes is shown to the model, frame by frame.
 */
final class SimLink implements Link {

    private static final int WRITABLE_BYTES = 64 << 10;

    /** What the server has flushed and the client has not got. */
    private final Pipe toClient = new Pipe();
    /** What the client has written and the server has not got. */
    private final Pipe toServer = new Pipe();
    /** What the server has written and not flushed. */
    private final Pipe unflushed = new Pipe();
    /** What has arrived at the server and is no whole frame yet. */
    private final Pipe arrived = new Pipe();

    private final FrameReader reader = new FrameReader();
    private final ConnectionView view;
    private final String name;
    private @Nullable LinkHandler handler;
    /** Bytes of {@link #arrived} that the model has seen. */
    private int seen;
    /** Bytes of {@link #unflushed} that the model has seen. */
    private int shown;

    private boolean wasWritable = true;
    private boolean closedByServer;
    private boolean closedByClient;
    private boolean ended;

    SimLink(String name, ConnectionView view) {
        this.name = name;
        this.view = view;
    }

    void handler(LinkHandler newHandler) {
        this.handler = newHandler;
    }

    // --- the server's end ---

    @Override
    public void write(ByteBuffer source, int offset, int length) {
        if (!ended) {
            unflushed.add(source, offset, length);
            written();
        }
    }

    /** Shows the model what is complete: what the server writes it means, even if it dies before the flush. */
    private void written() {
        try {
            ByteBuffer bytes = unflushed.peek();
            while (true) {
                int offset = unflushed.peekFrom() + shown;
                int size = FrameReader.size(bytes, offset, unflushed.peekTo() - offset, ProtocolLimits.MAX_FRAME_BYTES);
                if (size == 0 || size > unflushed.peekTo() - offset) {
                    return;
                }
                shown += size;
                view.written(reader.wrap(bytes, offset, size));
            }
        } catch (ProtocolException e) {
            throw new AssertionError("The server has written a bad frame", e);
        }
    }

    @Override
    public void flush() {
        if (!ended) {
            shown = 0;
            unflushed.moveTo(toClient);
        }
    }

    @Override
    public boolean isWritable() {
        wasWritable = toClient.size() + unflushed.size() < WRITABLE_BYTES;
        return wasWritable;
    }

    @Override
    public void opened() {}

    @Override
    public void close() {
        if (!ended) {
            flush();
            closedByServer = true;
        }
    }

    @Override
    public InetAddress address() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public String peer() {
        return name;
    }

    // --- the client's end ---

    void writeToServer(ByteBuffer bytes, int length) {
        if (!ended) {
            toServer.add(bytes, 0, length);
        }
    }

    /** The client closes its socket: what it has written still arrives. */
    void closeByClient() {
        closedByClient = true;
    }

    /** Whether the client has seen the end of the link. */
    boolean isEndOfStream() {
        return (ended || closedByServer) && toClient.size() == 0;
    }

    // --- the network ---

    int toServerBytes() {
        return closedByServer || ended ? 0 : toServer.size();
    }

    int toClientBytes() {
        return closedByClient ? 0 : toClient.size();
    }

    /** Whether the server has yet to be told that the link has ended. */
    boolean wantsEnd() {
        return !ended && (closedByServer || (closedByClient && toServer.size() == 0));
    }

    /** Lets {@code count} bytes arrive at the server, which handles what is complete. */
    void moveToServer(int count) {
        ByteBuffer moved = toServer.take(count);
        arrived.add(moved, 0, count);
        seen = show(arrived, seen + arrived.peekFrom()) - arrived.peekFrom();
        if (handler != null) {
            int from = arrived.peekFrom();
            int upTo = handler.receive(arrived.peek(), from, arrived.peekTo());
            arrived.drop(upTo - from);
            seen = Math.max(0, seen - (upTo - from));
        }
    }

    private int show(Pipe pipe, int from) {
        int offset = from;
        ByteBuffer bytes = pipe.peek();
        try {
            while (true) {
                int size = FrameReader.size(bytes, offset, pipe.peekTo() - offset, ProtocolLimits.MAX_FRAME_BYTES);
                if (size == 0 || size > pipe.peekTo() - offset) {
                    return offset;
                }
                view.received(reader.wrap(bytes, offset, size));
                offset += size;
            }
        } catch (ProtocolException e) {
            throw new AssertionError("A client has written a bad frame", e);
        }
    }

    /** Takes {@code count} bytes out for the client. */
    ByteBuffer moveToClient(int count) {
        ByteBuffer moved = toClient.take(count);
        if (!wasWritable && toClient.size() < WRITABLE_BYTES / 2 && handler != null && !ended) {
            wasWritable = true;
            handler.writable();
        }
        return moved;
    }

    /** The link ends here: what is on its way is lost, but for what the client may have got already. */
    void cut(boolean clientHasAll) {
        if (!ended) {
            ended = true;
            unflushed.clear();
            if (!clientHasAll) {
                toClient.clear();
            }
            view.lost();
            if (handler != null) {
                handler.lost();
            }
        }
    }

    /** The server is no more; what it had flushed still arrives. */
    void serverDied() {
        ended = true;
        unflushed.clear();
        handler = null;
    }

    boolean isEnded() {
        return ended;
    }

    @Override
    public String toString() {
        return name;
    }
}
