// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.socket.Opening;
import io.quoin.jms.channel.socket.WireChannel;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Finds a link: at first, and whenever one is lost, on a thread that exists only for that. Has the {@link Resumption} put everything
 * together on it, writes again what was sent without an outcome, and then lets everybody go on.
 *
 * <p>Thread: the caller's at first, then that of its own; {@link #lost} is the readers'.
 */
final class Connector {

    private static final Logger LOG = System.getLogger(Connector.class.getName());

    /** A server that says so says it again. What else fails may be the network's doing, TLS included. */
    private static final Set<String> FINAL = Set.of(
            ErrorCode.NOT_AUTHENTICATED.code(),
            ErrorCode.SERVER_NOT_TRUSTED.code(),
            ErrorCode.USER_CHANGED.code(),
            ErrorCode.CLIENT_ID_IN_USE.code(),
            ErrorCode.CLIENT_ID_INVALID.code());

    private final Channel channel;
    private final Links links;
    private final ServerList servers;
    private final ReconnectPolicy policy;
    private final Resumption resumption;
    private final WireChannel.Identity identity;
    private final Random random;
    private final AtomicBoolean finished = new AtomicBoolean();
    /** Used by one thread at a time, which connects again. */
    private final Backoff backoff;

    private volatile ChannelOptions options;

    /**
     * Nothing is connected yet.
     *
     * @param channel that everything is put together through
     */
    Connector(
            Channel channel,
            Links links,
            ServerList servers,
            ChannelOptions options,
            ReconnectPolicy policy,
            Resumption resumption,
            WireChannel.Identity identity,
            Random random) {
        this.channel = channel;
        this.links = links;
        this.servers = servers;
        this.options = options;
        this.policy = policy;
        this.resumption = resumption;
        this.identity = identity;
        this.random = random;
        this.backoff = policy.afterLoss(random);
    }

    ChannelOptions options() {
        return options;
    }

    /** Later links have that client id from the start. */
    void clientId(String id) {
        options = options.withClientId(id);
    }

    /** Connects to the first of the servers that answers; the exception says why none did. */
    void connect() throws JMSException {
        Backoff startup = policy.atStartup(random);
        JMSException last = null;
        while (!startup.isOver() && !isFinal(last)) {
            links.pause(startup.nextDelayMs());
            for (Endpoint server : servers.round()) {
                try {
                    Link opened = open(server, false);
                    identity.routes().introduce(opened.wire());
                    links.publish(opened);
                    if (links.connected(opened)) {
                        return;
                    }
                    // Nobody has the channel yet who would look for another link.
                    throw Links.lostAtOnce(server);
                } catch (JMSException e) {
                    if (last != null && last != e) {
                        e.addSuppressed(last);
                    }
                    last = e;
                    if (ErrorCode.NOT_AUTHENTICATED.code().equals(e.getErrorCode())) {
                        throw e; // the others would say the same, or worse, nothing
                    }
                }
            }
        }
        throw last == null ? JmsErrors.of(ErrorCode.BAD_URI, "The URI names no server") : last;
    }

    private Link open(Endpoint server, boolean resume) throws JMSException {
        Link link = new Link(resumption, this::lost);
        Opening attempt = new Opening(server, options, identity, resume, link);
        links.opening(attempt);
        link.wire(attempt.open());
        links.opened(link, server);
        servers.connected(server);
        return link;
    }

    // --- The loss of a link

    private void lost(Link which, JMSException why) {
        switch (links.lost(which, why, isFinal(why), policy.enabled())) {
            case NONE -> {}
            case END -> finish();
            case RECONNECT -> {
                LOG.log(Level.INFO, "Connecting again: " + why.getMessage());
                resumption.suspend();
                Thread thread = new Thread(this::reconnect, "quoin-reconnect-" + identity.connectionId());
                thread.setDaemon(true);
                thread.setContextClassLoader(Connector.class.getClassLoader());
                thread.start();
            }
        }
    }

    private void reconnect() {
        try {
            backoff.lost(links.connectedForMs());
            while (!backoff.isOver()) {
                links.pause(backoff.nextDelayMs());
                for (Endpoint server : servers.round()) {
                    expireSends();
                    if (tryAgain(server)) {
                        return;
                    }
                }
            }
            JMSException last = Objects.requireNonNull(links.problem());
            giveUp(JmsErrors.of(
                    ErrorCode.CONNECTION_LOST,
                    "None of " + servers + " could be reached in " + backoff.rounds() + " rounds; at last: "
                            + last.getMessage(),
                    last));
        } catch (JMSException e) {
            giveUp(e);
        } catch (RuntimeException | java.lang.Error e) {
            LOG.log(Level.ERROR, "Connecting again has failed", e);
            giveUp(JmsErrors.of(ErrorCode.INTERNAL_ERROR, "Connecting again has failed: " + e, e));
        }
    }

    /** Those that nobody waits for end as the others do, though a little later. */
    private void expireSends() {
        long timeoutMs = options.sendTimeoutMs();
        identity.sends()
                .expire(
                        System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(timeoutMs),
                        () -> JmsErrors.of(
                                ErrorCode.SEND_TIMEOUT,
                                "No answer within " + timeoutMs + " ms to: send a message at " + links.address()
                                        + " (it may have been stored)"));
    }

    /** Whether the connection is there again. */
    private boolean tryAgain(Endpoint server) throws JMSException {
        Link opened = null;
        try {
            opened = open(server, true);
            resume(opened);
            if (links.connected(opened)) {
                return true;
            }
            resumption.suspend();
            links.checkAlive();
            return false;
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Not connected again: " + e.getMessage());
            if (opened != null) {
                resumption.suspend();
                abandon(opened);
            }
            links.checkAlive();
            if (opened == null && isFinal(e)) {
                throw e;
            }
            links.problem(e);
            return false;
        }
    }

    private void resume(Link on) throws JMSException {
        WireChannel wire = on.wire();
        Frame.Welcome now = wire.welcome();
        identity.routes().introduce(wire);
        resumption.resume(channel, now.resumed(), Successor.of(links.welcome(), now));
        wire.resend(resumption::isRepeated);
        links.publish(on);
        resumption.flow();
        wire.flush(Flush.SOON);
    }

    /** Closes a link on which not everything could be put together, and returns when its reader has ended. */
    private void abandon(Link opened) {
        opened.wire().close();
        links.awaitLost(opened);
    }

    /** What another attempt would not mend: the server knows who we are and does not want us. */
    private static boolean isFinal(@Nullable JMSException e) {
        return e != null && FINAL.contains(String.valueOf(e.getErrorCode()));
    }

    private void giveUp(JMSException why) {
        if (links.giveUp(why)) {
            finish();
        }
    }

    /** The channel is not alive any more, and nobody writes on a link. Of two who find that out, one does what follows. */
    private void finish() {
        if (!finished.compareAndSet(false, true)) {
            return;
        }
        JMSException why = Objects.requireNonNull(links.end());
        identity.sends().failAll(why);
        resumption.onLost(why);
    }
}
