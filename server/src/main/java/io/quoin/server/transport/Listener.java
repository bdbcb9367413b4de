// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A listening port. */
public final class Listener implements AutoCloseable {

    /** Deliveries to a peer stop when this much waits for it to read, and go on below the lower mark. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 << 10, 1 << 20);

    /** Connections that the system may hold before they are accepted. */
    private static final int BACKLOG = 4_096;

    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final Channel channel;

    private final SetUp setUp;

    /** Adds the handlers of a new channel, once it is known which. */
    @ChannelHandler.Sharable
    private static final class SetUp extends ChannelInitializer<Channel> {

        private volatile Consumer<Channel> handlers = accepted -> {}; // nothing is accepted before they are set

        @Override
        protected void initChannel(Channel accepted) {
            handlers.accept(accepted);
        }
    }

    private Listener(Channel channel, SetUp setUp) {
        this.channel = channel;
        this.setUp = setUp;
    }

    /**
     * Takes a port. Connections wait until {@link #accept}; what they send is handled on {@code loop}.
     *
     * @param port 0 for a free one
     * @throws PortInUseException if another program has the port, or the address is not this machine's
     */
    public static Listener open(EventLoops loops, EventLoop loop, InetAddress address, int port)
            throws PortInUseException {
        SetUp setUp = new SetUp();
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(loops.listenerType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(setUp)
                .bind(new InetSocketAddress(address, port))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new PortInUseException(address, port, bound.cause());
        }
        return new Listener(bound.channel(), setUp);
    }

    /** The port, also where 0 was asked for. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /**
     * Accepts connections from now on.
     *
     * @param handlers adds a new channel's handlers
     */
    public void accept(Consumer<Channel> handlers) {
        setUp.handlers = handlers;
        channel.config().setAutoRead(true);
    }

    /** Accepts nothing more; what was accepted goes on. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
