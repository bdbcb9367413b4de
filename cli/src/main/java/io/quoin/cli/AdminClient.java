// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Heartbeats;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.codec.CheckedBlock;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.protocol.codec.WireBuffer;
import io.quoin.protocol.uri.Endpoint;
import io.quoin.protocol.uri.QuoinUri;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Asks a server to do something that is not messaging: one connection, one request after another. Confined to one thread.
 */
final class AdminClient implements AutoCloseable {

    private static final int TIMEOUT_MS = (int) TimeUnit.SECONDS.toMillis(30);
    private static final int CONNECT_TIMEOUT_MS = (int) TimeUnit.SECONDS.toMillis(15);
    private static final int BUFFER_BYTES = 16 << 10;

    private final Endpoint server;
    private final Socket socket;
    private final FrameInput input = new FrameInput(BUFFER_BYTES, ProtocolLimits.MAX_FRAME_BYTES);
    private final FrameReader frame = new FrameReader();
    private final WireBuffer out = new WireBuffer(BUFFER_BYTES);
    private final FrameWriter writer = new FrameWriter(out);
    private int lastRequest;

    private AdminClient(Endpoint server, Socket socket) {
        this.server = server;
        this.socket = socket;
    }

    /** Connects to the first of the servers that answers. */
    static AdminClient connect(String url) throws ProtocolException {
        QuoinUri uri = QuoinUri.parse(url);
        ProtocolException failure = null;
        for (Endpoint endpoint : uri.endpoints()) {
            try {
                return connect(endpoint);
            } catch (ProtocolException e) {
                failure = failure == null ? e : failure;
            }
        }
        throw failure != null
                ? failure
                : new ProtocolException(
                        ErrorCode.BAD_URI, "This needs the address of a server, and " + url + " has none");
    }

    /** Does what the verb says and returns the server's answer, which is JSON. */
    String request(String verb, NamedValue... arguments) throws ProtocolException {
        int request = ++lastRequest;
        write(new Frame.Admin(request, verb, List.of(arguments)));
        read(FrameType.OK);
        Frame.Ok ok = (Frame.Ok) Frame.decode(frame);
        if (ok.request() != request || !frame.hasPayload()) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, server + " answered another request than was asked");
        }
        frame.verifyPayload();
        byte[] block = frame.copyPayload();
        return new String(
                block, CheckedBlock.HEADER_BYTES, block.length - CheckedBlock.HEADER_BYTES, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            write(new Frame.Goodbye(++lastRequest));
            socket.close();
        } catch (ProtocolException | IOException e) {
            // What was asked has been answered, and the server forgets a lost connection as well as a closed one.
        }
    }

    private static AdminClient connect(Endpoint endpoint) throws ProtocolException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            AdminClient client = new AdminClient(endpoint, endpoint.tls() ? secure(socket, endpoint) : socket);
            client.handshake();
            return client;
        } catch (IOException e) {
            closeQuietly(socket);
            throw explain(endpoint, e);
        } catch (ProtocolException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    private static Socket secure(Socket plain, Endpoint endpoint) throws IOException {
        SSLSocket secured = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(plain, endpoint.host(), endpoint.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private void handshake() throws ProtocolException {
        int sessionTimeoutMs = ProtocolLimits.DEFAULT_SESSION_TIMEOUT_MS;
        write(new Frame.Hello(
                ProtocolLimits.MIN_VERSION,
                ProtocolLimits.MAX_VERSION,
                ProtocolLimits.CAPABILITIES,
                UUID.randomUUID(),
                false,
                Heartbeats.heartbeatMs(sessionTimeoutMs),
                sessionTimeoutMs,
                null,
                "quoin command line",
                Main.version()));
        read(FrameType.WELCOME);
    }

    private void write(Frame request) throws ProtocolException {
        try {
            writer.write(0, request);
            socket.getOutputStream().write(out.toByteArray(0));
            out.clear();
        } catch (IOException e) {
            throw explain(server, e);
        }
    }

    /** Reads up to a frame of that type; an ERROR becomes an exception, heartbeats are passed over. */
    private void read(FrameType wanted) throws ProtocolException {
        try {
            while (true) {
                while (input.next(frame)) {
                    if (frame.type() == wanted) {
                        return;
                    }
                    if (frame.type() == FrameType.ERROR) {
                        Frame.Failure failure = (Frame.Failure) Frame.decode(frame);
                        ErrorCode code = ErrorCode.find(failure.code());
                        throw new ProtocolException(code == null ? ErrorCode.INTERNAL_ERROR : code, failure.text());
                    }
                    if (frame.type() == FrameType.GOAWAY) {
                        throw new ProtocolException(ErrorCode.SERVER_STOPPING, server + " is stopping");
                    }
                }
                if (!input.fill(socket.getInputStream())) {
                    throw new ProtocolException(
                            ErrorCode.CONNECTION_LOST, server + " closed the connection without an answer");
                }
            }
        } catch (IOException e) {
            throw explain(server, e);
        }
    }

    private static ProtocolException explain(Endpoint server, IOException e) {
        if (e instanceof UnknownHostException) {
            return new ProtocolException(ErrorCode.HOST_UNKNOWN, "The host " + server.host() + " has no address", e);
        }
        if (e instanceof SocketTimeoutException) {
            return new ProtocolException(ErrorCode.REQUEST_TIMEOUT, server + " did not answer in time", e);
        }
        if (e instanceof ConnectException) {
            return new ProtocolException(ErrorCode.CONNECTION_REFUSED, server + " cannot be reached", e);
        }
        if (e instanceof SSLException) {
            return new ProtocolException(
                    ErrorCode.TLS_FAILED, "No TLS connection to " + server + ": " + e.getMessage(), e);
        }
        return new ProtocolException(
                ErrorCode.CONNECTION_LOST, "The connection to " + server + " broke: " + e.getMessage(), e);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is given up in any case; why, the caller tells.
        }
    }
}
