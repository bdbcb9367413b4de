// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The server's event loops: native epoll where it is there, the JDK's selector elsewhere. */
public final class EventLoops implements AutoCloseable {

    private final EventLoopGroup group;
    private final Class<? extends ServerChannel> listenerType;

    private EventLoops(EventLoopGroup group, Class<? extends ServerChannel> listenerType) {
        this.group = group;
        this.listenerType = listenerType;
    }

    /** Starts {@code count} loops, whose threads are named {@code name-1} and so on. */
    public static EventLoops start(String name, int count) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new EventLoops(
                new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name), handlers),
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    /** One of the loops, in turn. */
    public SingleThreadEventLoop next() {
        return (SingleThreadEventLoop) group.next(); // all loops of this group are
    }

    Class<? extends ServerChannel> listenerType() {
        return listenerType;
    }

    /** Ends the loops, after what they are doing. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
