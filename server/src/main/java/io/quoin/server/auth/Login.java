// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.auth;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.auth.ScramServer;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.core.Users;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way from HELLO to being let in: {@link #challenge}, then {@link #finish}, then, perhaps later,
 * {@link #proof}.
 *
 * <p>Thread: the owner's.
 */
public final class Login {

    private final Frame.Hello hello;
    private final Users users;
    private final ScramServer scram;
    private @Nullable ScramKeys keys;
    private byte @Nullable [] serverFinal;
    private boolean finished;

    /** @param random for secrets */
    public Login(Frame.Hello hello, Users users, RandomGenerator random) {
        this.hello = hello;
        this.users = users;
        this.scram = new ScramServer(this::keysOf, random);
    }

    /** What the client said first. */
    public Frame.Hello hello() {
        return hello;
    }

    /** The mechanisms that the client may choose from. */
    public static Frame.AuthChallenge offer() {
        return new Frame.AuthChallenge(Scram.MECHANISM, Bytes.EMPTY);
    }

    /** Whether {@link #finish} comes next, not {@link #challenge}. */
    public boolean isChallenged() {
        return scram.isBegun();
    }

    /** Whether the client has said all that it has to: another AUTH is one too many. */
    public boolean isFinished() {
        return finished;
    }

    /** Who the client says it is; only once it {@link #isChallenged}. */
    public String user() {
        return scram.user();
    }

    /** The answer to the client's first message. */
    public Frame.AuthChallenge challenge(Frame.Auth first) throws ProtocolException {
        return step(scram.challenge(message(first)));
    }

    /** Takes the client's proof; returns whether it is one. */
    public boolean finish(Frame.Auth last) throws ProtocolException {
        serverFinal = scram.finish(message(last));
        finished = true;
        return serverFinal != null;
    }

    /** What shows the client that the server knows the password; null if it is not let in. */
    public Frame.@Nullable AuthChallenge proof() {
        ScramKeys used = keys;
        if (serverFinal == null || used == null || !users.isCurrent(user(), used)) {
            return null; // perhaps the user was removed meanwhile
        }
        return step(serverFinal);
    }

    private ScramKeys keysOf(String user) {
        ScramKeys found = users.keys(user);
        keys = found;
        return found;
    }

    private static byte[] message(Frame.Auth auth) throws ProtocolException {
        if (!auth.mechanism().equals(Scram.MECHANISM)) {
            throw new ProtocolException(
                    ErrorCode.NOT_AUTHENTICATED, "The server offers " + Scram.MECHANISM + " and nothing else");
        }
        return auth.data().toByteArray();
    }

    private static Frame.AuthChallenge step(byte[] data) {
        return new Frame.AuthChallenge(Scram.MECHANISM, Bytes.of(data));
    }
}
