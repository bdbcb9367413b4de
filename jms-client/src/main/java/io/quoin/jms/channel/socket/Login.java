// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramClient;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows a server that asks for it who the client is, and has the server show that it knows the password.
 *
 * <p>Thread: confined to the one that does the handshake.
 */
final class Login {

    private final Endpoint endpoint;
    private final @Nullable String user;
    private final @Nullable String password;
    private @Nullable ScramClient scram;
    private boolean proven;

    Login(Endpoint endpoint, @Nullable String user, @Nullable String password) {
        this.endpoint = endpoint;
        this.user = user;
        this.password = password;
    }

    /**
     * The answer to a step of the server; null where there is none, because the server goes on.
     *
     * @throws JMSException if there is nothing to answer with, or the server breaks the rules
     */
    Frame.@Nullable Auth answer(Frame.AuthChallenge challenge) throws JMSException {
        ScramClient begun = scram;
        try {
            if (begun == null) {
                begun = begin(challenge.mechanism());
                scram = begun;
                return step(begun.first());
            }
            if (!proven) {
                proven = true;
                return step(begun.answer(challenge.data().toByteArray()));
            }
            begun.verify(challenge.data().toByteArray());
            return null;
        } catch (ProtocolException e) {
            throw JmsErrors.of(e.code(), e.text() + " (" + endpoint + ")", e);
        }
    }

    /**
     * The server lets the client in.
     *
     * @throws JMSException if it has asked for a proof, and not given its own
     */
    void welcomed() throws JMSException {
        if (scram != null && !scram.isVerified()) {
            throw JmsErrors.of(
                    ErrorCode.SERVER_NOT_TRUSTED,
                    endpoint + " lets everybody in and has not shown that it knows the password of " + user);
        }
    }

    /** Who the client has shown to be; null if the server has not asked. */
    @Nullable
    String provenUser() {
        return scram != null && scram.isVerified() ? scram.user() : null;
    }

    private ScramClient begin(String mechanisms) throws JMSException {
        if (!List.of(mechanisms.split(" ", -1)).contains(Scram.MECHANISM)) {
            throw JmsErrors.of(
                    ErrorCode.NOT_AUTHENTICATED,
                    endpoint + " wants one of these and this client can none: " + mechanisms);
        }
        if (user == null || password == null) {
            throw JmsErrors.of(
                    ErrorCode.NOT_AUTHENTICATED,
                    endpoint + " wants a user and a password, and "
                            + (user == null ? "no user" : "no password of user " + user) + " was given");
        }
        try {
            return new ScramClient(user, password, new SecureRandom());
        } catch (IllegalArgumentException e) {
            throw JmsErrors.of(
                    ErrorCode.NOT_AUTHENTICATED,
                    "The user name and password for " + endpoint + " cannot be right: " + e.getMessage());
        }
    }

    private static Frame.Auth step(byte[] data) {
        return new Frame.Auth(Scram.MECHANISM, Bytes.of(data));
    }
}
