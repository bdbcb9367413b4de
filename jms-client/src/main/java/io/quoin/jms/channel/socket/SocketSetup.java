// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.TlsOptions;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens a plain or TLS socket. Every address of the host is tried in turn within the time. */
final class SocketSetup {

    private static final Logger LOG = System.getLogger(SocketSetup.class.getName());

    private SocketSetup() {}

    /** The TCP socket, not yet secured: closing it ends whatever a TLS layer above it waits for. */
    static Socket connect(Endpoint endpoint, long timeoutMs) throws JMSException {
        long startNs = System.nanoTime();
        IOException last = null;
        for (InetAddress address : resolve(endpoint)) {
            long leftMs = timeoutMs - (System.nanoTime() - startNs) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.connect(
                        new InetSocketAddress(address, endpoint.port()), (int) Math.min(leftMs, Integer.MAX_VALUE));
                return socket;
            } catch (IOException e) {
                last = e;
                Sockets.closeQuietly(socket);
            }
        }
        throw refused(endpoint, timeoutMs, last == null ? new SocketTimeoutException("no time left") : last);
    }

    private static InetAddress[] resolve(Endpoint endpoint) throws JMSException {
        try {
            return InetAddress.getAllByName(endpoint.host());
        } catch (UnknownHostException e) {
            throw JmsErrors.of(
                    ErrorCode.HOST_UNKNOWN, "The host " + endpoint.host() + " of " + endpoint + " has no address", e);
        }
    }

    private static JMSException refused(Endpoint endpoint, long timeoutMs, IOException e) {
        if (e instanceof SocketTimeoutException) {
            return JmsErrors.of(
                    ErrorCode.CONNECT_TIMEOUT, "No connection to " + endpoint + " within " + timeoutMs + " ms", e);
        }
        if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            return JmsErrors.of(
                    ErrorCode.CONNECTION_REFUSED, "Nobody listens at " + endpoint + " (" + e.getMessage() + ")", e);
        }
        return JmsErrors.of(ErrorCode.CONNECTION_REFUSED, "No connection to " + endpoint + ": " + e.getMessage(), e);
    }

    /** Puts TLS on top of {@code socket} and does its handshake. */
    static SSLSocket secure(Socket socket, Endpoint endpoint, TlsOptions options) throws JMSException {
        try {
            SSLSocket tls = (SSLSocket) TlsSetup.context(options)
                    .getSocketFactory()
                    .createSocket(socket, endpoint.host(), endpoint.port(), true);
            if (options.verifyHost()) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                tls.setSSLParameters(parameters);
            } else {
                LOG.log(
                        Level.WARNING,
                        "verifyHost=false: whoever has a certificate that this client trusts may pass for " + endpoint);
            }
            tls.startHandshake();
            return tls;
        } catch (SSLException e) {
            throw JmsErrors.of(ErrorCode.TLS_FAILED, "No TLS connection to " + endpoint + ": " + e.getMessage(), e);
        } catch (SocketTimeoutException e) {
            throw JmsErrors.of(ErrorCode.HANDSHAKE_TIMEOUT, "The TLS handshake with " + endpoint + " got no answer", e);
        } catch (IOException e) {
            throw JmsErrors.of(
                    ErrorCode.TLS_FAILED,
                    "The TLS handshake with " + endpoint + " was broken off: " + e.getMessage(),
                    e);
        }
    }
}
