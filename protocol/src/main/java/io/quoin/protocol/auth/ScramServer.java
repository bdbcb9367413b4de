// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import java.util.Arrays;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one exchange: {@link #challenge}, then {@link #finish}. It does the same work whether the user exists
 * or not, and none that is expensive.
 *
 * <p>Thread: confined to one at a time.
 */
public final class ScramServer {

    private final Function<String, ScramKeys> keysOfUser;
    private final String nonce;
    private @Nullable Begun begun;

    private record Begun(String user, ScramKeys keys, String gs2Header, String clientFirstBare, String serverFirst) {}

    /**
     * Waits for a client's first message.
     *
     * @param keysOfUser the keys of any user, also of those that do not exist
     * @param random must be one for secrets
     */
    public ScramServer(Function<String, ScramKeys> keysOfUser, RandomGenerator random) {
        this(keysOfUser, ScramClient.nonce(random));
    }

    ScramServer(Function<String, ScramKeys> keysOfUser, String nonce) {
        this.keysOfUser = keysOfUser;
        this.nonce = nonce;
    }

    /** Whether the client's first message has come. */
    public boolean isBegun() {
        return begun != null;
    }

    /** The user that the client says it is; only once it {@link #isBegun}. */
    public String user() {
        return begun().user;
    }

    /**
     * The answer to the client's first message.
     *
     * @throws ProtocolException if it breaks the rules, or asks for what this server does not do
     */
    public byte[] challenge(byte[] clientFirst) throws ProtocolException {
        ScramMessage in = ScramMessage.of(clientFirst);
        String binding = in.next();
        if (!binding.equals("n") && !binding.equals("y")) {
            throw ScramMessage.broken("asks for a channel binding, which this server does not have");
        }
        if (!in.next().isEmpty()) {
            throw ScramMessage.broken("asks to act as another user");
        }
        String gs2Header = binding + ",,";
        String clientFirstBare = in.rest();
        String user = name(in.value('n'));
        String both = in.nonce() + nonce;
        ScramKeys keys = keysOfUser.apply(user);
        String serverFirst = "r=" + both + ",s=" + Scram.base64(keys.salt().toByteArray()) + ",i=" + keys.iterations();
        begun = new Begun(user, keys, gs2Header, clientFirstBare, serverFirst);
        return serverFirst.getBytes(UTF_8);
    }

    /**
     * The server's last message, which shows that it knows the password.
     *
     * @return null if the client has not shown that it has the user's password
     * @throws ProtocolException if the message breaks the rules
     */
    public byte @Nullable [] finish(byte[] clientFinal) throws ProtocolException {
        Begun exchange = begun();
        ScramMessage in = ScramMessage.of(clientFinal);
        byte[] binding = in.bytes('c');
        String both = in.nonce();
        while (!in.isAtEnd() && !in.isAt('p')) {
            in.next(); // an extension that this server does not know and may ignore
        }
        String withoutProof = in.before();
        byte[] proof = in.bytes('p');
        if (!in.isAtEnd()) {
            throw ScramMessage.broken("goes on after its proof");
        }
        boolean sameExchange = Arrays.equals(binding, exchange.gs2Header.getBytes(UTF_8))
                && exchange.serverFirst.startsWith("r=" + both + ",");
        String authMessage = exchange.clientFirstBare + "," + exchange.serverFirst + "," + withoutProof;
        byte[] storedKey = exchange.keys.storedKey().toByteArray();
        if (!sameExchange || proof.length != Scram.KEY_BYTES || !isProof(proof, storedKey, authMessage)) {
            return null;
        }
        byte[] signature = Scram.hmac(exchange.keys.serverKey().toByteArray(), authMessage);
        return ("v=" + Scram.base64(signature)).getBytes(UTF_8);
    }

    private static boolean isProof(byte[] proof, byte[] storedKey, String authMessage) {
        byte[] clientKey = Scram.xor(proof, Scram.hmac(storedKey, authMessage));
        return Scram.isEqual(storedKey, Scram.hash(clientKey));
    }

    /** A name as it is compared; commas and equals signs are escaped on the way. */
    private static String name(String escaped) throws ProtocolException {
        String name = escaped.replace("=2C", ",").replace("=3D", "=");
        if (escaped.replace("=2C", "").replace("=3D", "").indexOf('=') >= 0) {
            throw ScramMessage.broken("has a user name with an equals sign that is not escaped");
        }
        if (name.length() > ProtocolLimits.MAX_NAME_LENGTH) {
            throw ScramMessage.broken("has a user name of " + name.length() + " characters");
        }
        try {
            return SaslPrep.prepare(name);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "The user name is not allowed: " + e.getMessage(), e);
        }
    }

    private Begun begun() {
        if (begun == null) {
            throw new IllegalStateException("The client's first message has not come");
        }
        return begun;
    }
}
