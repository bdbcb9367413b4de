// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import java.util.Base64;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramTest {

    /** RFC 7677 §3. */
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";

    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String SERVER_FIRST =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String CLIENT_FINAL = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static final ScramKeys PENCIL = ScramKeys.of("pencil", SALT, 4_096);

    private final ScramClient client = new ScramClient("user", "pencil", CLIENT_NONCE);
    private final ScramServer server = new ScramServer(user -> PENCIL, SERVER_NONCE);

    @Test
    void theExampleOfTheStandardIsReproducedAtBothEnds() throws ProtocolException {
        assertThat(client.first()).asString(UTF_8).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assertThat(server.challenge(client.first())).asString(UTF_8).isEqualTo(SERVER_FIRST);
        assertThat(client.answer(bytes(SERVER_FIRST))).asString(UTF_8).isEqualTo(CLIENT_FINAL);
        assertThat(server.finish(bytes(CLIENT_FINAL))).asString(UTF_8).isEqualTo(SERVER_FINAL);
        client.verify(bytes(SERVER_FINAL));

        assertThat(client.isVerified()).isTrue();
        assertThat(server.user()).isEqualTo("user");
    }

    @Property(tries = 40)
    void onlyTheRightPasswordIsTaken(@ForAll String password, @ForAll String other, @ForAll long seed)
            throws ProtocolException {
        ScramKeys keys;
        ScramClient right;
        ScramClient wrong;
        try {
            keys = ScramKeys.of(password, SALT, Scram.MIN_ITERATIONS);
            right = new ScramClient("user", password, new Random(seed));
            wrong = new ScramClient("user", other, new Random(seed));
        } catch (IllegalArgumentException e) {
            return; // one of the two is no password
        }
        boolean same = SaslPrep.prepare(password).equals(SaslPrep.prepare(other));

        assertThat(logIn(right, keys, seed)).isTrue();
        assertThat(logIn(wrong, keys, seed)).isEqualTo(same);
    }

    /** Whichever byte of whichever message is changed: the server lets nobody in, or the client notices. */
    @Property(tries = 300)
    void aChangedMessageNeverLeadsIn(
            @ForAll @IntRange(max = 3) int message,
            @ForAll @IntRange(max = 200) int at,
            @ForAll @IntRange(min = 1, max = 255) int bits)
            throws ProtocolException {
        ScramClient one = new ScramClient("user", "pencil", CLIENT_NONCE);
        ScramServer other = new ScramServer(user -> user.equals("user") ? PENCIL : ofNobody(user), SERVER_NONCE);
        byte[][] messages = new byte[4][];
        try {
            messages[0] = changed(one.first(), message == 0, at, bits);
            messages[1] = changed(other.challenge(messages[0]), message == 1, at, bits);
            if (message == 1 && iterations(messages[1]) > 100_000) {
                return; // refused, or only slow
            }
            messages[2] = changed(one.answer(messages[1]), message == 2, at, bits);
            byte[] last = other.finish(messages[2]);
            if (last == null) {
                return;
            }
            one.verify(changed(last, message == 3, at, bits));
        } catch (ProtocolException e) {
            assertThat(e.code()).isIn(ErrorCode.BAD_FRAME, ErrorCode.SERVER_NOT_TRUSTED);
            return;
        }
        throw new AssertionError("message " + message + " was changed at " + at + " and nobody noticed");
    }

    @Property(tries = 200)
    void noiseIsRefusedWithAnError(@ForAll byte[] noise) {
        try {
            server.challenge(noise);
        } catch (ProtocolException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_FRAME);
        }
        try {
            client.answer(noise);
            throw new AssertionError("noise was taken for a challenge");
        } catch (ProtocolException e) {
            assertThat(e.code()).isIn(ErrorCode.BAD_FRAME, ErrorCode.SERVER_NOT_TRUSTED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p=tls-unique,,n=user,r=abc",
                "n,a=other,n=user,r=abc",
                "n,,m=ext,n=user,r=abc",
                "n,,n=,r=abc",
                "n,,n=a=b,r=abc",
                "n,,n=us=2Der,r=abc",
                "n,,n=user",
                "n,,n=user,r=",
                "n,,n=user,r=a b",
                "n,,n=\u0007,r=abc",
                "",
                ","
            })
    void firstMessagesThatAskForSomethingElseAreRefused(String first) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> server.challenge(bytes(first)));
        assertThat(server.isBegun()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c=biws,r=NONCE",
                "c=eSws,r=NONCE,p=PROOF",
                "c=biws,r=NONCEx,p=PROOF",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=PROOF",
                "c=biws,r=NONCE,p=PROOF,x=1",
                "c=biws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndQ==",
                "c=biws,r=NONCE,p=",
                "r=NONCE,c=biws,p=PROOF"
            })
    void lastMessagesThatAreNotOfThisExchangeAreRefused(String template) throws ProtocolException {
        server.challenge(client.first());
        String message = template.replace("NONCE", CLIENT_NONCE + SERVER_NONCE)
                .replace("PROOF", "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

        byte[] answer;
        try {
            answer = server.finish(bytes(message));
        } catch (ProtocolException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_FRAME);
            return;
        }
        assertThat(answer).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=somebodyElses,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999",
                "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==",
                "m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
            })
    void challengesThatTheClientMustNotAnswerAreRefused(String challenge) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> client.answer(bytes(challenge)));
    }

    @Test
    void aNameThatNoUserCanHaveIsRefused() throws ProtocolException {
        ScramClient longest = new ScramClient("x".repeat(255), "pencil", CLIENT_NONCE);
        ScramClient longer = new ScramClient("x".repeat(256), "pencil", CLIENT_NONCE);

        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> server.challenge(longer.first()));
        server.challenge(longest.first());
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsNoticed() throws ProtocolException {
        client.answer(bytes(SERVER_FIRST));

        for (String last : new String[] {"v=AAAA", "e=other-error", "x=1", SERVER_FINAL.replace("6rri", "6rrj")}) {
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> client.verify(bytes(last)));
        }
        assertThat(client.isVerified()).isFalse();
    }

    @Test
    void commasAndEqualsSignsInNamesComeThrough() throws ProtocolException {
        ScramClient odd = new ScramClient("a,b=c=2C", "pencil", new Random(1));

        server.challenge(odd.first());

        assertThat(server.user()).isEqualTo("a,b=c=2C");
    }

    @Test
    void nobodysKeysAreTheSameEachTimeAndFitNoPassword() throws ProtocolException {
        assertThat(ofNobody("ghost")).isEqualTo(ofNobody("ghost"));
        assertThat(ofNobody("ghost").salt()).isNotEqualTo(ofNobody("spirit").salt());
        assertThat(logIn(new ScramClient("ghost", "pencil", new Random(2)), ofNobody("ghost"), 3))
                .isFalse();
    }

    @Test
    void emptyNamesAndPasswordsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ScramClient("", "x", new Random(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ScramClient("x", "", new Random(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ScramClient("x", "\u00AD", new Random(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> ScramKeys.of("", SALT, 4_096));
        assertThatIllegalArgumentException().isThrownBy(() -> ScramKeys.of("x", SALT, 4_095));
        assertThatIllegalArgumentException().isThrownBy(() -> ScramKeys.of("x", new byte[65], 4_096));
    }

    @Test
    void keysAreNotShown() {
        assertThat(PENCIL).hasToString("ScramKeys[iterations=4096]");
    }

    private static boolean logIn(ScramClient client, ScramKeys keys, long seed) throws ProtocolException {
        ScramServer server = new ScramServer(user -> keys, new Random(seed + 1));
        byte[] last = server.finish(client.answer(server.challenge(client.first())));
        if (last == null) {
            return false;
        }
        client.verify(last);
        return client.isVerified();
    }

    private static ScramKeys ofNobody(String user) {
        return ScramKeys.ofNobody(new byte[32], user, Scram.MIN_ITERATIONS);
    }

    private static byte[] changed(byte[] message, boolean change, int at, int bits) {
        byte[] copy = message.clone();
        if (change) {
            copy[at % copy.length] ^= (byte) bits;
        }
        return copy;
    }

    private static long iterations(byte[] serverFirst) {
        String digits = new String(serverFirst, UTF_8).replaceFirst("^.*,i=(\\d{1,9}).*$", "$1");
        return digits.matches("\\d+") ? Long.parseLong(digits) : 0;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
