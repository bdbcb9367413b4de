// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import io.quoin.server.group.Link;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A link over a channel: outgoing bytes are gathered in pooled chunks and handed to the socket once a cycle.
 *
 * <p>Thread: confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the pipeline
final class SocketLink implements Link {

    /** A peer that takes nothing for this long while its connection is to be closed is cut off. */
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    /** 32 KiB: the largest buffer that the pool keeps for a thread. */
    private static final int CHUNK_BYTES = 32 << 10;

    /** 64 MiB of answers that a peer asked for and does not read: it is cut off. Deliveries stop long before. */
    private static final long PENDING_MAX_BYTES = 64 << 20;

    private final Channel channel;
    private final Runnable onOpened;
    private final InetSocketAddress remote;
    private @Nullable ByteBuf chunk;
    private boolean closing;

    SocketLink(Channel channel, InetSocketAddress remote, Runnable onOpened) {
        this.channel = channel;
        this.remote = remote;
        this.onOpened = onOpened;
    }

    @Override
    public void write(ByteBuffer source, int offset, int length) {
        if (closing) {
            return;
        }
        ByteBuf out = chunk;
        if (out == null || out.writableBytes() < length) {
            pass();
            out = channel.alloc().directBuffer(Math.max(CHUNK_BYTES, length));
            chunk = out;
        }
        int at = out.writerIndex();
        ByteBuffer target = out.internalNioBuffer(at, length);
        target.put(target.position(), source, offset, length);
        out.writerIndex(at + length);
    }

    @Override
    public void flush() {
        if (chunk != null) {
            pass();
            channel.flush();
            if (channel.unsafe().outboundBuffer() != null
                    && channel.unsafe().outboundBuffer().totalPendingWriteBytes() > PENDING_MAX_BYTES) {
                channel.close();
            }
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void opened() {
        onOpened.run();
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        pass();
        closing = true;
        channel.writeAndFlush(channel.alloc().directBuffer(0)).addListener(ChannelFutureListener.CLOSE);
        Future<?> cutOff = channel.eventLoop().schedule(() -> channel.close(), CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> cutOff.cancel(false));
    }

    @Override
    public InetAddress address() {
        return remote.getAddress();
    }

    @Override
    public String peer() {
        return remote.getAddress().getHostAddress() + ":" + remote.getPort();
    }

    /** The channel has ended: what was not sent is dropped. */
    void ended() {
        closing = true;
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    private void pass() {
        if (chunk != null) {
            channel.write(chunk, channel.voidPromise());
            chunk = null;
        }
    }
}
