// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.ChannelListener;
import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.Pending;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Sets a connection up on what becomes its reader thread, so that neither an interrupt of the caller nor a virtual thread
 * can break it, and a name server that hangs is within the time-out as well.
 */
public final class Opening extends Pending implements Runnable {

    private final Endpoint endpoint;
    private final ChannelOptions options;
    private final WireChannel.Identity identity;
    private final boolean resume;
    private final ChannelListener listener;
    private volatile @Nullable Socket socket;
    private volatile @Nullable WireChannel channel;
    private volatile boolean abandoned;

    /**
     * What is to be opened; nothing happens yet.
     *
     * @param resume whether an earlier link of this identity was open
     */
    public Opening(
            Endpoint endpoint,
            ChannelOptions options,
            WireChannel.Identity identity,
            boolean resume,
            ChannelListener listener) {
        this.endpoint = endpoint;
        this.options = options;
        this.identity = identity;
        this.resume = resume;
        this.listener = listener;
    }

    /**
     * Connects to the server.
     *
     * @throws JMSException saying what failed, or what was waited for in vain
     */
    public WireChannel open() throws JMSException {
        Thread reader = new Thread(this, "quoin-reader-" + endpoint.host() + ":" + endpoint.port());
        reader.setDaemon(true);
        // A pooled connection outlives the application that happens to open it, and may be undeployed.
        reader.setContextClassLoader(Opening.class.getClassLoader());
        reader.start();
        try {
            await(options.connectTimeoutMs(), ErrorCode.CONNECT_TIMEOUT, "the set-up of a connection to " + endpoint);
        } catch (JMSException e) {
            abandon();
            throw e;
        }
        WireChannel opened = channel;
        if (opened == null) {
            throw JmsErrors.of(ErrorCode.INTERNAL_ERROR, "A connection was set up and is not there");
        }
        return opened;
    }

    /** Nobody wants the connection any more: {@link #open} throws, at once. */
    public void cancel() {
        abandon();
        fail(JmsErrors.of(ErrorCode.CONNECTION_CLOSED, "The connection to " + endpoint + " is closed"));
    }

    private void abandon() {
        abandoned = true;
        Socket unused = socket;
        if (unused != null) {
            Sockets.closeQuietly(unused);
        }
    }

    @Override
    public void run() {
        WireChannel opened;
        try {
            opened = setUp();
            channel = opened;
            succeed();
        } catch (JMSException e) {
            abandon();
            fail(e);
            return;
        } catch (RuntimeException | java.lang.Error e) {
            abandon();
            fail(JmsErrors.of(ErrorCode.INTERNAL_ERROR, "Setting up a connection to " + endpoint + " failed: " + e, e));
            return;
        }
        opened.read();
    }

    private WireChannel setUp() throws JMSException {
        Socket tcp = SocketSetup.connect(endpoint, options.connectTimeoutMs());
        socket = tcp;
        if (abandoned) {
            throw JmsErrors.of(
                    ErrorCode.CONNECT_TIMEOUT, "Nobody waits for the connection to " + endpoint + " any more");
        }
        try {
            tcp.setSoTimeout((int) Math.min(options.connectTimeoutMs(), Integer.MAX_VALUE));
            Socket top = endpoint.tls() ? SocketSetup.secure(tcp, endpoint, options.tls()) : tcp;
            Handshake handshake = new Handshake(endpoint, options, top.getInputStream(), top.getOutputStream());
            Frame.Welcome welcome = handshake.run(identity.connectionId(), resume);
            tcp.setSoTimeout(0);
            WireChannel opened = new WireChannel(
                    endpoint,
                    options,
                    identity,
                    listener,
                    new WireChannel.Link(tcp, top, handshake.input(), welcome, handshake.user()));
            opened.start();
            return opened;
        } catch (IOException e) {
            throw JmsErrors.of(
                    ErrorCode.CONNECTION_LOST, "The connection to " + endpoint + " broke while it was set up: " + e, e);
        }
    }
}
