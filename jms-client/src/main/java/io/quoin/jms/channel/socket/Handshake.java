// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.Heartbeats;
import io.quoin.protocol.Peer;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.WireBuffer;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From HELLO to WELCOME, read and written by one thread before there are others.
 */
final class Handshake {

    private static final int BUFFER_BYTES = 64 << 10;

    private final Endpoint endpoint;
    private final ChannelOptions options;
    private final InputStream in;
    private final OutputStream out;
    private final FrameInput input = new FrameInput(BUFFER_BYTES, ProtocolLimits.DEFAULT_FRAME_BYTES);
    private final FrameReader frame = new FrameReader();
    private final FrameWriter frames = new FrameWriter(new WireBuffer(1024));
    private final Login login;
    private ConnectionState state = ConnectionState.NEW;

    Handshake(Endpoint endpoint, ChannelOptions options, InputStream in, OutputStream out) {
        this.endpoint = endpoint;
        this.options = options;
        this.login = new Login(endpoint, options.user(), options.password());
        this.in = in;
        this.out = out;
    }

    /** What has been read so far, and possibly more than the handshake. */
    FrameInput input() {
        return input;
    }

    /** Who the client has shown to be; null if the server has not asked. */
    @Nullable
    String user() {
        return login.provenUser();
    }

    Frame.Welcome run(UUID connectionId, boolean resume) throws JMSException {
        try {
            write(hello(connectionId, resume));
            while (true) {
                Frame answer = read();
                if (answer instanceof Frame.Welcome welcome) {
                    login.welcomed();
                    input.maxFrameBytes((int) Math.min(welcome.maxFrameBytes(), ProtocolLimits.MAX_FRAME_BYTES));
                    return welcome;
                } else if (answer instanceof Frame.Failure error) {
                    throw JmsErrors.of(JmsErrors.codeOf(error.code()), error.text() + " (" + endpoint + ")");
                } else if (answer instanceof Frame.AuthChallenge challenge) {
                    state = ConnectionState.AUTH;
                    Frame.Auth step = login.answer(challenge);
                    if (step != null) {
                        write(step);
                    }
                }
            }
        } catch (ProtocolException e) {
            throw JmsErrors.of(
                    ErrorCode.NOT_QUOIN,
                    "What answers at " + endpoint + " does not speak Quoin's protocol: " + e.text(),
                    e);
        } catch (SocketTimeoutException e) {
            throw JmsErrors.of(
                    ErrorCode.HANDSHAKE_TIMEOUT, endpoint + " accepted the connection and did not answer", e);
        } catch (EOFException e) {
            throw JmsErrors.of(ErrorCode.NOT_QUOIN, endpoint + " closed the connection without a word", e);
        } catch (IOException e) {
            throw JmsErrors.of(
                    ErrorCode.CONNECTION_LOST, "The connection to " + endpoint + " broke while it was set up: " + e, e);
        }
    }

    private Frame hello(UUID connectionId, boolean resume) {
        return new Frame.Hello(
                ProtocolLimits.MIN_VERSION,
                ProtocolLimits.MAX_VERSION,
                ProtocolLimits.CAPABILITIES,
                connectionId,
                resume,
                Heartbeats.heartbeatMs(options.sessionTimeoutMs()),
                options.sessionTimeoutMs(),
                options.clientId(),
                "quoin-jms-client",
                version());
    }

    private static String version() {
        String version = Handshake.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private void write(Frame step) throws IOException {
        frames.write(0, step);
        ByteBuffer bytes = frames.buffer().written(0);
        out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        out.flush();
        frames.buffer().clear();
    }

    private Frame read() throws IOException, ProtocolException {
        while (!input.next(frame)) {
            if (!input.fill(in)) {
                throw new EOFException();
            }
        }
        frame.checkLegal(Peer.SERVER, state);
        return Frame.decode(frame);
    }
}
