// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Peer;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.WireBuffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerConnectionTest {

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.started();
    }

    @Test
    void helloIsWelcomed() {
        TestPeer peer = server.connect();
        server.run();

        assertThat(peer.all(Frame.Welcome.class)).singleElement().satisfies(welcome -> {
            assertThat(welcome.version()).isEqualTo(1);
            assertThat(welcome.sessionTimeoutMs()).isEqualTo(35_000);
            assertThat(welcome.heartbeatMs()).isEqualTo(15_000);
            assertThat(welcome.bootNumber()).isEqualTo(1);
            assertThat(welcome.resumed()).isFalse();
        });
        assertThat(peer.opened).isTrue();
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void beforeHelloOnlyHelloIsLegal(FrameType type) {
        TestPeer peer = new TestPeer(server);

        peer.raw(empty(type));

        assertThat(peer.closed).isTrue();
        boolean legal = type.isLegal(Peer.CLIENT, ConnectionState.NEW);
        assertThat(legal).isEqualTo(type == FrameType.HELLO);
        assertThat(code(peer)).isEqualTo(legal ? ErrorCode.BAD_FRAME : ErrorCode.ILLEGAL_FRAME);
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void afterHelloOnlyWhatTheTableAllowsIsLegal(FrameType type) {
        TestPeer peer = server.connect();

        peer.raw(empty(type));
        server.run();

        if (type == FrameType.HEARTBEAT || type == FrameType.RESTORED) { // they have no fields
            assertThat(peer.closed).isFalse();
        } else {
            assertThat(peer.closed).as(type.name()).isTrue();
            assertThat(code(peer))
                    .isEqualTo(
                            type.isLegal(Peer.CLIENT, ConnectionState.OPEN)
                                    ? ErrorCode.BAD_FRAME
                                    : ErrorCode.ILLEGAL_FRAME);
        }
    }

    @Test
    void aFrameOfMoreThan16KiBIsRefusedBeforeHello() {
        TestPeer peer = new TestPeer(server);

        peer.raw(ByteBuffer.allocate(4).putInt(16_381).array());

        assertThat(peer.closed).isTrue();
        assertThat(code(peer)).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
    }

    @Test
    void garbageEndsOnlyItsOwnConnection() {
        TestPeer good = server.connect();
        good.session(AcknowledgeMode.AUTO, "q");
        Random random = new Random(3);

        for (int i = 0; i < 500; i++) {
            TestPeer bad = random.nextBoolean() ? server.connect() : new TestPeer(server);
            byte[] bytes = new byte[4 + random.nextInt(200)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                ByteBuffer.wrap(bytes).putInt(0, bytes.length - 4);
            }
            bad.raw(bytes);
            if (!bad.closed) {
                bad.disconnect();
            }
            server.run();
        }
        good.sendText("still here", true);
        good.consume(1);
        server.runFor(20);

        assertThat(good.closed).isFalse();
        assertThat(good.texts()).containsExactly("still here");
        assertThat(server.agent.connectionCount()).isEqualTo(1);
    }

    @Test
    void aVersionThatNobodySpeaksIsRefusedWithTheRange() {
        TestPeer peer = new TestPeer(server);

        peer.send(0, new Frame.Hello(7, 9, 0, UUID.randomUUID(), false, 1_000, 3_000, null, "test", "1"));

        assertThat(peer.all(Frame.Failure.class)).singleElement().satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.VERSION_MISMATCH.number());
            assertThat(failure.text()).contains("1 to 1");
        });
        assertThat(peer.closed).isTrue();
    }

    @Test
    void heartbeatsGoOutWhenNothingElseDoesAndASilentPeerIsLost() {
        TestPeer peer = server.connect();
        server.run();

        server.runFor(16_000, 100);
        assertThat(peer.heartbeats).isEqualTo(1);
        assertThat(peer.closed).isFalse();

        server.runFor(20_000, 100);
        assertThat(peer.closed).isTrue();
        assertThat(code(peer)).isEqualTo(ErrorCode.PEER_SILENT);
    }

    @Test
    void goodbyeIsAnsweredAndThenTheLinkIsClosed() {
        TestPeer peer = server.connect();
        peer.session(AcknowledgeMode.AUTO, "q");

        peer.send(0, new Frame.Goodbye(9));
        server.run();

        assertThat(peer.all(Frame.Ok.class)).extracting(Frame.Ok::request).containsExactly(9);
        assertThat(peer.closed).isTrue();
        assertThat(server.agent.connectionCount()).isZero();
    }

    @Test
    void aClientThatComesBackTakesThePlaceOfItsOldSocket() throws Exception {
        TestPeer old = server.connect();
        old.session(AcknowledgeMode.AUTO, "q");
        server.run();
        TestPeer fresh = new TestPeer(server);
        fresh.send(0, new Frame.Hello(1, 1, 0, old.id, true, 15_000, 35_000, null, "test", "1"));
        server.run();

        assertThat(old.closed).isTrue();
        assertThat(code(old)).isEqualTo(ErrorCode.CONNECTION_REPLACED);
        assertThat(fresh.all(Frame.Welcome.class)).singleElement().matches(Frame.Welcome::resumed);
        assertThat(fresh.closed).isFalse();
    }

    @Test
    void administrationIsAnsweredInItsPlace() {
        TestPeer peer = server.connect();

        peer.send(0, new Frame.Admin(5, "queue.ls", List.of()));
        server.run();

        assertThat(peer.all(Frame.Ok.class)).extracting(Frame.Ok::request).containsExactly(5);
    }

    @Test
    void clientsAreToldThatTheServerStops() throws Exception {
        TestPeer peer = server.connect();
        peer.session(AcknowledgeMode.AUTO, "q");
        peer.sendText("last", true);

        server.stop();

        assertThat(peer.all(Frame.GoAway.class)).hasSize(1);
        assertThat(peer.sentUpTo).as("what was sent before is confirmed").isEqualTo(1);
        assertThat(peer.closed).isTrue();
    }

    private static ErrorCode code(TestPeer peer) {
        List<Frame.Failure> failures = peer.all(Frame.Failure.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).request()).isZero();
        return ErrorCode.find(failures.get(0).code());
    }

    /** A frame of that type without fields, and with an empty payload where there must be one. */
    static byte[] empty(FrameType type) {
        WireBuffer wire = new WireBuffer(64);
        FrameWriter writer = new FrameWriter(wire);
        writer.begin(type, 0, 0);
        if (type.payload() == FrameType.Payload.REQUIRED) {
            writer.endWithPayload(ByteBuffer.allocate(8).putInt(4, 8));
        } else {
            writer.end();
        }
        return wire.toByteArray(0);
    }
}
