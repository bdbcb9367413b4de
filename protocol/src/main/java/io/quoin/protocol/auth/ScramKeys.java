// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import io.quoin.protocol.codec.Bytes;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * What a server knows of a password: enough to see whether a client has it, and to show that the server knows it, but not
 * enough to be that client elsewhere (RFC 5802 §2.2).
 *
 * @param salt 1 to {@link Scram#MAX_SALT_BYTES} bytes
 * @param iterations {@link Scram#MIN_ITERATIONS} to {@link Scram#MAX_ITERATIONS}
 * @param storedKey the hash of the key that a client shows it has
 * @param serverKey the key that the server shows it has
 */
public record ScramKeys(Bytes salt, int iterations, Bytes storedKey, Bytes serverKey) {

    /** @throws IllegalArgumentException with a sentence if a length or number is not allowed */
    public ScramKeys {
        if (salt.length() == 0 || salt.length() > Scram.MAX_SALT_BYTES) {
            throw new IllegalArgumentException(
                    "A salt has 1 to " + Scram.MAX_SALT_BYTES + " bytes, not " + salt.length());
        }
        if (iterations < Scram.MIN_ITERATIONS || iterations > Scram.MAX_ITERATIONS) {
            throw new IllegalArgumentException("The iterations of a password are " + Scram.MIN_ITERATIONS + " to "
                    + Scram.MAX_ITERATIONS + ", not " + iterations);
        }
        if (storedKey.length() != Scram.KEY_BYTES || serverKey.length() != Scram.KEY_BYTES) {
            throw new IllegalArgumentException("A key has " + Scram.KEY_BYTES + " bytes");
        }
    }

    /**
     * The keys of a password.
     *
     * @throws IllegalArgumentException if it is empty, or has a character that SASLprep does not allow
     */
    public static ScramKeys of(String password, byte[] salt, int iterations) {
        if (SaslPrep.prepare(password).isEmpty()) {
            throw new IllegalArgumentException("A password may not be empty");
        }
        byte[] salted = Scram.saltedPassword(password, salt, iterations);
        return new ScramKeys(
                Bytes.of(salt),
                iterations,
                Bytes.of(Scram.hash(Scram.clientKey(salted))),
                Bytes.of(Scram.serverKey(salted)));
    }

    /** The keys of a new password, with a salt of its own. */
    public static ScramKeys create(String password, RandomGenerator random) {
        byte[] salt = new byte[Scram.SALT_BYTES];
        random.nextBytes(salt);
        return of(password, salt, Scram.DEFAULT_ITERATIONS);
    }

    /**
     * Keys that no password has, for a user that does not exist: the same ones each time, so that nobody can tell them from
     * real ones.
     *
     * @param secret of the server
     */
    public static ScramKeys ofNobody(byte[] secret, String user, int iterations) {
        byte[] salt = Scram.hmac(secret, "salt of " + user);
        byte[] storedKey = Scram.hmac(secret, "stored key of " + user);
        byte[] serverKey = Scram.hmac(secret, "server key of " + user);
        return new ScramKeys(
                Bytes.of(Arrays.copyOf(salt, Scram.SALT_BYTES)), iterations, Bytes.of(storedKey), Bytes.of(serverKey));
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "ScramKeys[iterations=" + iterations + "]";
    }
}
