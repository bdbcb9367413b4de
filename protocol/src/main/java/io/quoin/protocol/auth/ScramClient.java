// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one exchange: {@link #first}, {@link #answer}, {@link #verify}, in that order and once each. The
 * password never leaves it, and the server has to show that it knows it, too.
 *
 * <p>Thread: confined to one at a time.
 */
public final class ScramClient {

    private final String user;
    private final String password;
    private final String nonce;
    private byte @Nullable [] serverSignature;
    private boolean verified;

    /**
     * Begins an exchange.
     *
     * @param random must be one for secrets
     * @throws IllegalArgumentException with a sentence if either has a character that is not allowed, or is empty
     */
    public ScramClient(String user, String password, RandomGenerator random) {
        this(user, password, nonce(random));
    }

    ScramClient(String user, String password, String nonce) {
        this.user = SaslPrep.prepare(user);
        this.password = SaslPrep.prepare(password);
        this.nonce = nonce;
        if (this.user.isEmpty() || this.password.isEmpty()) {
            throw new IllegalArgumentException("Neither user name nor password may be empty");
        }
    }

    static String nonce(RandomGenerator random) {
        byte[] bytes = new byte[Scram.NONCE_BYTES];
        random.nextBytes(bytes);
        return Scram.base64(bytes);
    }

    /** The first message: who wants in. */
    public byte[] first() {
        return (Scram.GS2_HEADER + firstBare()).getBytes(UTF_8);
    }

    /**
     * The proof that the client has the password, as an answer to the server's first message. Takes as long as the
     * iterations that the server names.
     *
     * @throws ProtocolException if the message breaks the rules, or asks for too few or too many iterations
     */
    public byte[] answer(byte[] serverFirst) throws ProtocolException {
        ScramMessage in = ScramMessage.of(serverFirst);
        String both = in.nonce();
        byte[] salt = in.bytes('s');
        int iterations = in.number('i');
        if (!both.startsWith(nonce) || both.length() == nonce.length()) {
            throw untrusted("The server's answer belongs to another log-in");
        }
        if (salt.length > Scram.MAX_SALT_BYTES) {
            throw untrusted("The server sent a salt of " + salt.length + " bytes");
        }
        if (iterations < Scram.MIN_ITERATIONS || iterations > Scram.MAX_ITERATIONS) {
            throw untrusted("The server asks for " + iterations + " iterations; " + Scram.MIN_ITERATIONS + " to "
                    + Scram.MAX_ITERATIONS + " are allowed");
        }
        String withoutProof = "c=" + Scram.base64(Scram.GS2_HEADER.getBytes(UTF_8)) + ",r=" + both;
        String authMessage = firstBare() + "," + in.text() + "," + withoutProof;
        byte[] salted = Scram.saltedPassword(password, salt, iterations);
        byte[] clientKey = Scram.clientKey(salted);
        byte[] proof = Scram.xor(clientKey, Scram.hmac(Scram.hash(clientKey), authMessage));
        serverSignature = Scram.hmac(Scram.serverKey(salted), authMessage);
        return (withoutProof + ",p=" + Scram.base64(proof)).getBytes(UTF_8);
    }

    /**
     * Checks that the server knows the password, by its last message.
     *
     * @throws ProtocolException if it does not
     */
    public void verify(byte[] serverFinal) throws ProtocolException {
        ScramMessage in = ScramMessage.of(serverFinal);
        byte[] expected = serverSignature;
        if (expected == null || in.isAt('e') || !Scram.isEqual(expected, in.bytes('v'))) {
            throw untrusted("The server has not shown that it knows the password of " + user);
        }
        verified = true;
    }

    /** The user's name as it is compared. */
    public String user() {
        return user;
    }

    /** Whether {@link #verify} went well. */
    public boolean isVerified() {
        return verified;
    }

    private String firstBare() {
        return "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
    }

    private static ProtocolException untrusted(String text) {
        return new ProtocolException(ErrorCode.SERVER_NOT_TRUSTED, text);
    }
}
