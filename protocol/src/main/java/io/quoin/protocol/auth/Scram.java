// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What both ends of SCRAM-SHA-256 agree on, and its functions (RFC 5802 §2.2 and §3, RFC 7677 §3). */
public final class Scram {

    /** The name of the mechanism in frames. */
    public static final String MECHANISM = "SCRAM-SHA-256";

    /** RFC 7677 §4: no fewer, or guessing a password from what was overheard becomes cheap. */
    public static final int MIN_ITERATIONS = 4_096;

    /** A client refuses more: about a second of work that a false server could ask for. */
    public static final int MAX_ITERATIONS = 1_000_000;

    /** For new passwords: 4 ms once a connection, and a fifth of a second in a JVM that has just started. */
    public static final int DEFAULT_ITERATIONS = 16_384;

    /** Bytes of a new salt. */
    public static final int SALT_BYTES = 16;

    /** The longest salt that is accepted, in bytes. */
    public static final int MAX_SALT_BYTES = 64;

    /** Bytes of a hash, and so of each key. */
    public static final int KEY_BYTES = 32;

    /** Random bytes of a nonce: 24 characters. */
    static final int NONCE_BYTES = 18;

    /** "No channel binding, no other identity": what goes before the client's first message. */
    static final String GS2_HEADER = "n,,";

    private static final String HMAC = "HmacSHA256";
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(UTF_8);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(UTF_8);

    private Scram() {}

    /** {@code Hi(password, salt, i)}: PBKDF2 with one block of output. The expensive part. */
    static byte[] saltedPassword(String password, byte[] salt, int iterations) {
        Mac mac = mac(SaslPrep.prepare(password).getBytes(UTF_8));
        mac.update(salt);
        mac.update(new byte[] {0, 0, 0, 1});
        byte[] last = mac.doFinal();
        byte[] sum = last.clone();
        for (int i = 1; i < iterations; i++) {
            last = mac.doFinal(last);
            xor(sum, last);
        }
        return sum;
    }

    static byte[] clientKey(byte[] saltedPassword) {
        return hmac(saltedPassword, CLIENT_KEY);
    }

    static byte[] serverKey(byte[] saltedPassword) {
        return hmac(saltedPassword, SERVER_KEY);
    }

    static byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    static byte[] hmac(byte[] key, byte[] data) {
        return mac(key).doFinal(data);
    }

    static byte[] hmac(byte[] key, String data) {
        return hmac(key, data.getBytes(UTF_8));
    }

    /** Exclusive or of two arrays of the same length, into the first. */
    static byte[] xor(byte[] into, byte[] other) {
        for (int i = 0; i < into.length; i++) {
            into[i] ^= other[i];
        }
        return into;
    }

    /** Takes the same time wherever the two differ. */
    static boolean isEqual(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JVM has " + HMAC, e);
        }
    }
}
