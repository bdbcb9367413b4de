// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.auth.ScramServer;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a client makes of servers that ask who it is, the honest and the others. */
class LoginTest {

    private static final Endpoint ENDPOINT = new Endpoint("somewhere", 5544, false);
    private static final ScramKeys KEYS = ScramKeys.of("canary", new byte[] {1}, Scram.MIN_ITERATIONS);

    private final Login login = new Login(ENDPOINT, "zoe", "canary");
    private final ScramServer server = new ScramServer(user -> KEYS, new Random(1));

    @Test
    void anHonestServerIsBelieved() throws Exception {
        byte[] first = login.answer(challenge("OTHER SCRAM-SHA-256", new byte[0]))
                .data()
                .toByteArray();
        byte[] last = login.answer(challenge(Scram.MECHANISM, server.challenge(first)))
                .data()
                .toByteArray();
        assertThat(login.answer(challenge(Scram.MECHANISM, server.finish(last))))
                .isNull();
        login.welcomed();
    }

    @Test
    void aServerThatAsksForNothingIsNotAskedForAnything() throws JMSException {
        login.welcomed();
    }

    @Test
    void aServerThatSkipsItsOwnProofIsNotBelieved() throws Exception {
        byte[] first =
                login.answer(challenge(Scram.MECHANISM, new byte[0])).data().toByteArray();
        refused("QN-1030", login::welcomed);
        login.answer(challenge(Scram.MECHANISM, server.challenge(first)));
        refused("QN-1030", login::welcomed);
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsNotBelieved() throws Exception {
        byte[] first =
                login.answer(challenge(Scram.MECHANISM, new byte[0])).data().toByteArray();
        login.answer(challenge(Scram.MECHANISM, server.challenge(first)));
        refused(
                "QN-1030",
                () -> login.answer(challenge(Scram.MECHANISM, ("v=" + "A".repeat(43) + "=").getBytes(UTF_8))));
        refused("QN-1030", login::welcomed);
    }

    @Test
    void aServerThatWantsThePasswordItselfDoesNotGetIt() {
        refused("QN-1008", () -> login.answer(challenge("PLAIN", new byte[0])));
    }

    @Test
    void whatIsMissingIsNamed() {
        refused(
                "no user was given",
                () -> new Login(ENDPOINT, null, null).answer(challenge(Scram.MECHANISM, new byte[0])));
        refused(
                "no password of user zoe was given",
                () -> new Login(ENDPOINT, "zoe", null).answer(challenge(Scram.MECHANISM, new byte[0])));
        refused(
                "cannot be right",
                () -> new Login(ENDPOINT, "zoe", "").answer(challenge(Scram.MECHANISM, new byte[0])));
        refused(
                "cannot be right",
                () -> new Login(ENDPOINT, "zoe", "canary\u0007").answer(challenge(Scram.MECHANISM, new byte[0])));
    }

    private static void refused(String text, ThrowingCallable call) {
        assertThatExceptionOfType(JMSSecurityException.class)
                .isThrownBy(call)
                .withMessageContaining(text)
                .satisfies(e -> assertThat(String.valueOf(e)).doesNotContain("canary"));
    }

    private static Frame.AuthChallenge challenge(String mechanism, byte[] data) {
        return new Frame.AuthChallenge(mechanism, Bytes.of(data));
    }
}
