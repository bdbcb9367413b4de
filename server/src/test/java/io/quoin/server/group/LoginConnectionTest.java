// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.JournalException;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Peer;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramClient;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.server.model.Refusal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Log-ins as frames: who is let in, what others see, and what becomes of those who try. */
class LoginConnectionTest {

    private static final byte[] SALT = {1, 2, 3, 4};
    private static final ScramKeys PENCIL = ScramKeys.of("pencil", SALT, Scram.MIN_ITERATIONS);

    private final Random random = new Random(5);
    private TestServer server;

    @BeforeEach
    void start() throws JournalException, Refusal {
        server = TestServer.started();
        server.run();
        server.agent.broker().users().add("zoe", PENCIL, Bytes.of(new byte[32]));
        server.agent.broker().users().add("adam", PENCIL, Bytes.of(new byte[32]));
        server.runFor(10);
    }

    @Test
    void whoHasThePasswordIsLetInAndSeesThatTheServerKnowsIt() throws ProtocolException {
        TestPeer peer = server.connect();
        server.run();
        assertThat(peer.all(Frame.Welcome.class)).isEmpty();
        assertThat(peer.opened).isFalse();

        logIn(peer, "zoe", "pencil");

        assertThat(peer.all(Frame.Welcome.class)).hasSize(1);
        assertThat(peer.opened).isTrue();
        peer.session(AcknowledgeMode.AUTO, "q");
        peer.sendText("m", true);
        server.run();
        assertThat(peer.sentUpTo).isEqualTo(1);
    }

    @Test
    void aWrongPasswordAndAnUnknownUserAreToldTheSame() throws ProtocolException {
        TestPeer wrong = server.connect();
        TestPeer unknown = server.connect();
        TestPeer again = server.connect();
        logIn(wrong, "zoe", "wrong");
        logIn(unknown, "nobody", "wrong");
        logIn(again, "nobody", "other");

        for (TestPeer peer : List.of(wrong, unknown, again)) {
            assertThat(code(peer)).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
            assertThat(peer.closed).isTrue();
            assertThat(peer.all(Frame.AuthChallenge.class)).hasSize(2);
        }
        assertThat(text(wrong)).isEqualTo(text(unknown));
        assertThat(salt(unknown)).as("made up, and always the same").isEqualTo(salt(again));
        assertThat(server.agent.connectionCount()).isZero();
        assertThat(server.agent.counters().failedLogins()).isEqualTo(3);
    }

    @Test
    void anUnknownUserHasTheSameSaltAfterARestart() throws ProtocolException, JournalException {
        TestPeer before = server.connect();
        logIn(before, "nobody", "x");
        server.kill();
        TestPeer after = server.connect();
        logIn(after, "nobody", "x");

        assertThat(salt(after)).isEqualTo(salt(before));
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void beforeTheLogInIsOverNothingElseIsLegal(FrameType type) {
        TestPeer peer = server.connect();
        server.run();

        peer.raw(ServerConnectionTest.empty(type));
        server.run();

        boolean legal = type == FrameType.AUTH;
        assertThat(type.isLegal(Peer.CLIENT, ConnectionState.AUTH)).isEqualTo(legal);
        assertThat(peer.closed).isTrue();
        assertThat(code(peer)).isEqualTo(legal ? ErrorCode.BAD_FRAME : ErrorCode.ILLEGAL_FRAME);
    }

    @Test
    void aFrameOfMoreThan16KiBIsRefusedDuringTheLogIn() {
        TestPeer peer = server.connect();
        server.run();

        peer.raw(ByteBuffer.allocate(4).putInt(16_381).array());

        assertThat(code(peer)).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
    }

    @Test
    void anotherMechanismAndNoiseAreRefused() {
        TestPeer plain = server.connect();
        plain.send(0, new Frame.Auth("PLAIN", Bytes.of("\0zoe\0pencil".getBytes(UTF_8))));
        TestPeer noise = server.connect();
        noise.send(0, new Frame.Auth(Scram.MECHANISM, Bytes.of("nonsense".getBytes(UTF_8))));
        server.run();

        assertThat(code(plain)).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
        assertThat(code(noise)).isEqualTo(ErrorCode.BAD_FRAME);
    }

    @Test
    void aProofIsOfNoUseAgain() throws ProtocolException {
        TestPeer first = server.connect();
        List<Frame.Auth> said = logIn(first, "zoe", "pencil");
        TestPeer second = server.connect();
        said.forEach(auth -> second.send(0, auth));
        server.run();

        assertThat(code(second)).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
    }

    @Test
    void whoeverFailsOftenIsDecidedSlowlyAndOthersGoOn() throws ProtocolException {
        TestPeer worker = server.connect();
        logIn(worker, "adam", "pencil");
        worker.session(AcknowledgeMode.AUTO, "q");
        for (int i = 0; i < 11; i++) {
            logIn(server.connect(), "zoe", "guess " + i);
        }
        List<TestPeer> guessers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TestPeer guesser = server.connect();
            guessers.add(guesser);
            logIn(guesser, "zoe", "guess more " + i);
        }
        assertThat(guessers).filteredOn(p -> p.closed).hasSize(3);
        assertThat(code(guessers.get(0))).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
        assertThat(code(guessers.get(7))).isEqualTo(ErrorCode.LOGINS_SLOWED);
        worker.sendText("in between", true);
        server.run();
        assertThat(worker.sentUpTo).isEqualTo(1);

        guessers.get(1).disconnect();
        server.runFor(2_100);
        assertThat(guessers).filteredOn(p -> p.closed).hasSize(5);
        server.runFor(4_000);
        assertThat(guessers).allMatch(p -> p.closed);

        TestPeer good = server.connect();
        logIn(good, "zoe", "pencil");
        server.runFor(3_000);
        assertThat(good.all(Frame.Welcome.class))
                .as("the right password is let in, if late")
                .hasSize(1);
    }

    @Test
    void nothingMoreMayBeSaidWhileTheDecisionWaits() throws ProtocolException {
        for (int i = 0; i < 12; i++) {
            logIn(server.connect(), "zoe", "guess " + i);
        }
        TestPeer peer = server.connect();
        List<Frame.Auth> said = logIn(peer, "zoe", "pencil");
        assertThat(peer.closed).isFalse();

        peer.send(0, said.get(1));

        assertThat(code(peer)).isEqualTo(ErrorCode.ILLEGAL_FRAME);
        server.runFor(3_000);
        assertThat(peer.all(Frame.Welcome.class)).isEmpty();
    }

    @Test
    void aUserThatIsRemovedWhileTheDecisionWaitsIsNotLetIn() throws ProtocolException {
        TestPeer zoe = server.connect();
        logIn(zoe, "zoe", "pencil");
        for (int i = 0; i < 12; i++) {
            logIn(server.connect(), "zoe", "guess " + i);
        }
        TestPeer adam = server.connect();
        logIn(adam, "adam", "pencil");
        zoe.send(0, new Frame.Admin(1, "user.rm", List.of(new NamedValue("name", "adam"))));
        server.runFor(3_000);

        assertThat(code(adam)).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
    }

    @Test
    void removingAUserEndsItsConnectionsWithAReason() throws ProtocolException {
        TestPeer zoe = server.connect();
        logIn(zoe, "zoe", "pencil");
        TestPeer adam = server.connect();
        logIn(adam, "adam", "pencil");
        adam.session(AcknowledgeMode.AUTO, "q");

        zoe.send(0, new Frame.Admin(1, "user.rm", List.of(new NamedValue("name", "adam"))));
        server.run();

        assertThat(adam.all(Frame.GoAway.class)).singleElement().satisfies(goAway -> {
            assertThat(goAway.code()).isEqualTo(ErrorCode.USER_CHANGED.number());
            assertThat(goAway.text()).contains("adam was removed");
        });
        assertThat(adam.closed).isTrue();
        assertThat(zoe.all(Frame.Ok.class)).extracting(Frame.Ok::request).containsExactly(1);
        assertThat(zoe.closed).isFalse();
    }

    @Test
    void aChangeIsConfirmedWhenItIsDurableAndSurvivesThePowerGoing() throws ProtocolException, JournalException {
        TestPeer zoe = server.connect();
        logIn(zoe, "zoe", "pencil");
        zoe.send(0, new Frame.Admin(1, "user.rm", List.of(new NamedValue("name", "adam"))));
        assertThat(zoe.all(Frame.Ok.class)).isEmpty();
        server.run();
        assertThat(zoe.all(Frame.Ok.class)).hasSize(1);
        server.loseUnsynced();

        TestPeer adam = server.connect();
        logIn(adam, "adam", "pencil");
        assertThat(code(adam)).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
    }

    @Test
    void onlyTheAdministratorChangesAnythingAndAllMayRead() throws ProtocolException {
        TestPeer adam = server.connect();
        logIn(adam, "adam", "pencil");
        List<String> changes = List.of("user.add", "user.rm", "user.passwd", "queue.purge");
        for (String verb : changes) {
            adam.send(0, new Frame.Admin(1, verb, List.of(new NamedValue("name", "zoe"))));
        }
        adam.send(0, new Frame.Admin(2, "user.ls", List.of()));
        adam.send(0, new Frame.Admin(3, "queue.ls", List.of()));
        server.run();

        assertThat(adam.all(Frame.Failure.class))
                .hasSize(changes.size())
                .allMatch(f -> f.code() == ErrorCode.PERMISSION_DENIED.number());
        assertThat(adam.all(Frame.Ok.class)).extracting(Frame.Ok::request).containsExactly(2, 3);
    }

    @Test
    void whoWasThereBeforeTheFirstUserStaysAndAdministersNothing() throws Exception {
        TestServer open = TestServer.started();
        TestPeer early = open.connect();
        early.session(AcknowledgeMode.AUTO, "q");
        open.agent.broker().users().add("zoe", PENCIL, Bytes.of(new byte[32]));
        open.run();

        early.sendText("m", true);
        early.send(0, new Frame.Admin(1, "queue.purge", List.of(new NamedValue("name", "q"))));
        open.run();

        assertThat(early.sentUpTo).isEqualTo(1);
        assertThat(early.all(Frame.Failure.class))
                .extracting(Frame.Failure::code)
                .containsExactly(ErrorCode.PERMISSION_DENIED.number());
    }

    /** Goes through the exchange as far as the server lets it; returns what the client said. */
    private List<Frame.Auth> logIn(TestPeer peer, String user, String password) throws ProtocolException {
        ScramClient client = new ScramClient(user, password, random);
        Frame.Auth first = new Frame.Auth(Scram.MECHANISM, Bytes.of(client.first()));
        peer.send(0, first);
        server.run();
        byte[] challenge = peer.all(Frame.AuthChallenge.class).get(1).data().toByteArray();
        Frame.Auth last = new Frame.Auth(Scram.MECHANISM, Bytes.of(client.answer(challenge)));
        peer.send(0, last);
        server.run();
        if (!peer.all(Frame.Welcome.class).isEmpty()) {
            client.verify(peer.all(Frame.AuthChallenge.class).get(2).data().toByteArray());
        }
        return List.of(first, last);
    }

    private static byte[] salt(TestPeer peer) {
        String challenge =
                new String(peer.all(Frame.AuthChallenge.class).get(1).data().toByteArray(), UTF_8);
        return Base64.getDecoder().decode(challenge.replaceFirst("^.*,s=", "").replaceFirst(",.*$", ""));
    }

    private static ErrorCode code(TestPeer peer) {
        return ErrorCode.find(failure(peer).code());
    }

    private static String text(TestPeer peer) {
        return failure(peer).text();
    }

    private static Frame.Failure failure(TestPeer peer) {
        List<Frame.Failure> failures = peer.all(Frame.Failure.class);
        assertThat(failures).hasSize(1);
        return failures.get(0);
    }
}
