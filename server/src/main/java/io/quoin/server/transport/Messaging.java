// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.ssl.SslContext;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import io.quoin.server.group.Agent;
import io.quoin.server.group.Link;
import io.quoin.server.group.LinkHandler;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messaging ports of a server and the loop that its owner runs on.
 *
 * <p>Thread: made anywhere; everything else on the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the pipeline
public final class Messaging {

    /** How often those are looked for whose time to show who they are is up. */
    private static final long DOORKEEPER_PERIOD_MS = 250;

    private final EventLoop loop;
    private final AgentLoop agentLoop;
    private final Doorkeeper doorkeeper;
    private final Function<Link, LinkHandler> acceptor;

    /**
     * @param agent the owner, run on {@code loop} from {@link #start} on
     * @param acceptor makes the owner's end of a new connection; called on the loop
     * @param onFailure told of anything that the owner throws
     */
    public Messaging(
            ServerConfig config,
            SingleThreadEventLoop loop,
            Agent agent,
            Function<Link, LinkHandler> acceptor,
            Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.agentLoop = new AgentLoop(loop, agent, onFailure);
        this.acceptor = acceptor;
        this.doorkeeper = new Doorkeeper(
                config.get(Options.CONNECTIONS_MAX),
                config.get(Options.CONNECTIONS_UNAUTHENTICATED),
                config.get(Options.CONNECTIONS_PER_ADDRESS),
                TimeUnit.MILLISECONDS.toNanos(ProtocolLimits.HANDSHAKE_TIMEOUT_MS));
    }

    /** Lets the owner work. On the loop, when everything that the owner works with is there. */
    public void start() {
        agentLoop.request();
        loop.scheduleWithFixedDelay(this::expire, DOORKEEPER_PERIOD_MS, DOORKEEPER_PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Sets up an accepted channel.
     *
     * @param tls null for a plain port
     */
    public void accept(Channel channel, @Nullable SslContext tls) {
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(new ConnectionHandler(doorkeeper, agentLoop, acceptor));
    }

    private void expire() {
        try {
            doorkeeper.expire(System.nanoTime());
        } catch (RuntimeException e) {
            agentLoop.failed(e);
        }
        agentLoop.request();
    }

    /** The loop that the owner runs on. */
    public EventLoop loop() {
        return loop;
    }

    /** The owner has something to do that did not come over a connection. */
    public void request() {
        agentLoop.request();
    }

    /** All connections. */
    public int connections() {
        return doorkeeper.connections();
    }

    /** Connections that have not yet shown who they are. */
    public int unauthenticated() {
        return doorkeeper.waiting();
    }
}
