// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.group.Link;
import io.quoin.server.group.LinkHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted socket: joins a {@link SocketLink} to the owner's end of it, and passes on what comes.
 *
 * <p>Thread: confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the pipeline
final class ConnectionHandler extends ChannelInboundHandlerAdapter implements Doorkeeper.Guest {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    private final Doorkeeper doorkeeper;
    private final AgentLoop agentLoop;
    private final Function<Link, LinkHandler> acceptor;
    private @Nullable Accepted accepted;
    private InetAddress address = InetAddress.getLoopbackAddress();

    /** What exists from the moment that the doorkeeper let the connection in. */
    private record Accepted(SocketLink link, LinkHandler handler, FrameAssembler assembler) {}

    ConnectionHandler(Doorkeeper doorkeeper, AgentLoop agentLoop, Function<Link, LinkHandler> acceptor) {
        this.doorkeeper = doorkeeper;
        this.agentLoop = agentLoop;
        this.acceptor = acceptor;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!(context.channel().remoteAddress() instanceof InetSocketAddress remote)) {
            context.close();
            return;
        }
        address = remote.getAddress();
        try {
            if (!doorkeeper.arrived(this, System.nanoTime())) {
                context.close();
                return;
            }
            SocketLink link = new SocketLink(context.channel(), remote, () -> doorkeeper.opened(this));
            LinkHandler handler = acceptor.apply(link);
            accepted = new Accepted(link, handler, new FrameAssembler(handler, context.alloc()));
        } catch (RuntimeException e) { // the owner's state was being changed
            agentLoop.failed(e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (accepted == null) {
            bytes.release();
            return;
        }
        int count = bytes.readableBytes();
        try {
            accepted.assembler.read(bytes);
        } catch (Throwable e) { // the owner's state was being changed
            agentLoop.failed(e);
            return;
        }
        agentLoop.arrived(count);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (accepted != null && context.channel().isWritable()) {
            accepted.handler.writable();
            agentLoop.request();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (accepted != null) {
            Accepted ended = accepted;
            accepted = null;
            doorkeeper.left(this);
            ended.assembler.close();
            ended.link.ended();
            try {
                ended.handler.lost();
            } catch (Throwable e) { // as above
                agentLoop.failed(e);
                return;
            }
            agentLoop.request();
        }
    }

    /** The socket or TLS failed: this connection ends, and nobody else notices. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            agentLoop.failed(cause);
        }
        LOG.debug("Connection of {} ends: {}", context.channel().remoteAddress(), cause.toString());
        context.close();
    }

    @Override
    public InetAddress address() {
        return address;
    }

    @Override
    public void turnAway(ErrorCode code, String text) {
        if (accepted != null) {
            accepted.handler.fail(code, text);
        }
    }
}
