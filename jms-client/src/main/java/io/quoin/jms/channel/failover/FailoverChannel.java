// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.channel.Send;
import io.quoin.jms.channel.socket.Routes;
import io.quoin.jms.channel.socket.SendLog;
import io.quoin.jms.channel.socket.WireChannel;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.message.MessageWriter;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The channel over one link after another. When a link is lost, its {@link Connector} finds another; what waits meanwhile goes on
 * by {@link Links}.
 *
 * <p>Thread: any.
 */
public final class FailoverChannel implements Channel {

    private final WireChannel.Identity identity;
    private final Links links;
    private final Connector connector;

    private FailoverChannel(
            List<Endpoint> servers, ChannelOptions options, ReconnectPolicy policy, Resumption resumption) {
        UUID connectionId = UUID.randomUUID();
        Random random = new Random(connectionId.getLeastSignificantBits());
        ServerList list = policy.randomize() ? ServerList.shuffled(servers, random) : new ServerList(servers);
        this.identity = new WireChannel.Identity(connectionId, new SendLog(policy.enabled()), new Routes());
        this.links = new Links(list);
        this.connector = new Connector(this, links, list, options, policy, resumption, identity, random);
    }

    /**
     * Connects to the first of the servers that answers.
     *
     * @throws JMSException saying why none did, if none did within the rounds that the policy allows
     */
    public static FailoverChannel open(
            List<Endpoint> servers, ChannelOptions options, ReconnectPolicy policy, Resumption resumption)
            throws JMSException {
        FailoverChannel channel = new FailoverChannel(servers, options, policy, resumption);
        channel.connector.connect();
        return channel;
    }

    @Override
    public UUID connectionId() {
        return identity.connectionId();
    }

    @Override
    public String address() {
        return links.address();
    }

    @Override
    public @Nullable String user() {
        return links.user();
    }

    @Override
    public String serverVersion() {
        return links.welcome().serverVersion();
    }

    @Override
    public UUID clusterId() {
        return links.welcome().clusterId();
    }

    @Override
    public long bootNumber() {
        Link current = links.current();
        return (current == null ? links.welcome() : current.wire().welcome()).bootNumber();
    }

    @Override
    public boolean isAlive() {
        return links.end() == null;
    }

    @Override
    public boolean isConnected() {
        return links.isConnected();
    }

    @Override
    public boolean isStale() {
        Link current = links.current();
        return current != null && current.wire().isStale();
    }

    @Override
    public int maxMessageBytes() {
        Link current = links.current();
        return current == null ? Integer.MAX_VALUE : current.wire().maxMessageBytes();
    }

    @Override
    public void awaitConnected(long startNs, long timeoutMs, ErrorCode timeoutCode, Object what) throws JMSException {
        links.awaitConnected(startNs, timeoutMs, timeoutCode, what);
    }

    @Override
    public WireChannel wire() throws JMSException {
        return links.wire();
    }

    @Override
    public <R extends Reply> R request(int session, IntFunction<? extends Frame> frame, R reply) throws JMSException {
        return wire().request(session, frame, reply);
    }

    @Override
    public void post(int session, Frame frame, Flush flush) throws JMSException {
        wire().post(session, frame, flush);
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
        wire().acknowledge(session, consumer, handedOut, outcome, flags, ranges, confirmation, flush);
    }

    @Override
    public void credit(int session, int consumer, long limitMessages, long limitBytes, long handedOut, Flush flush)
            throws JMSException {
        wire().credit(session, consumer, limitMessages, limitBytes, handedOut, flush);
    }

    @Override
    public void flush() throws JMSException {
        wire().flush(Flush.NOW);
    }

    @Override
    public Route route(QuoinDestination destination) throws JMSException {
        links.checkAlive();
        return identity.routes().route(destination);
    }

    @Override
    public void forget(Route route) {
        identity.routes().forget(route);
    }

    @Override
    public void send(Send send, MessageWriter message, boolean needsCredit, Flush flush) throws JMSException {
        long timeoutMs = connector.options().sendTimeoutMs();
        long startNs = System.nanoTime();
        while (true) {
            awaitConnected(startNs, timeoutMs, ErrorCode.SEND_TIMEOUT, send);
            try {
                wire().send(send, message, needsCredit, flush);
                return;
            } catch (LinkLostException e) {
                // It was not written, and goes out on the next link.
            }
        }
    }

    @Override
    public void clientId(String id) {
        connector.clientId(id);
    }

    @Override
    public void closing() {
        links.closing();
    }

    @Override
    public void close() {
        links.close();
    }
}
