// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.server.core.ClientConnection;
import io.quoin.server.core.Users;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.UserSecret;
import io.quoin.server.model.UserStored;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The verbs about users. They take the keys of a password, never the password: whoever asks has derived them.
 *
 * <p>Thread: the owner's.
 */
public final class UserVerbs {

    private final Users users;
    private final boolean lastMayGo;
    private final RandomGenerator random;

    /**
     * @param lastMayGo whether the server may be left without users
     * @param random for secrets
     */
    public UserVerbs(Users users, boolean lastMayGo, RandomGenerator random) {
        this.users = users;
        this.lastMayGo = lastMayGo;
        this.random = random;
    }

    void list(List<NamedValue> arguments, JsonWriter json) {
        json.name("users").beginArray();
        for (UserStored user : users.all()) {
            json.beginObject().field("name", user.name()).field("administrator", user.administrator());
            json.endObject();
        }
        json.endArray();
    }

    void add(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        String name = AdminVerbs.argument(arguments, "name");
        byte[] secret = new byte[UserSecret.BYTES];
        random.nextBytes(secret);
        try {
            users.add(name, keys(arguments), Bytes.of(secret));
        } catch (Refusal e) {
            throw refused(e);
        }
        json.field("name", name).field("administrator", name.equals(users.administrator()));
    }

    void changePassword(ClientConnection asker, List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        String name = AdminVerbs.argument(arguments, "name");
        try {
            users.password(asker, name, keys(arguments));
        } catch (Refusal e) {
            throw refused(e);
        }
        json.field("name", name);
    }

    void remove(ClientConnection asker, List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        String name = AdminVerbs.argument(arguments, "name");
        try {
            users.remove(asker, name, lastMayGo);
        } catch (Refusal e) {
            throw refused(e);
        }
        json.field("name", name).field("users", users.all().size());
    }

    private static ScramKeys keys(List<NamedValue> arguments) throws ProtocolException {
        try {
            return new ScramKeys(
                    bytes(arguments, "salt"),
                    Integer.parseInt(AdminVerbs.argument(arguments, "iterations")),
                    bytes(arguments, "storedKey"),
                    bytes(arguments, "serverKey"));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.USER_NOT_ALLOWED, "These are no keys of a password", e);
        }
    }

    private static Bytes bytes(List<NamedValue> arguments, String name) throws ProtocolException {
        return Bytes.of(Base64.getDecoder().decode(AdminVerbs.argument(arguments, name)));
    }

    private static ProtocolException refused(Refusal refusal) {
        return new ProtocolException(refusal.code(), refusal.text());
    }
}
