// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.auth.UserName;
import io.quoin.protocol.codec.Bytes;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.UserRemoved;
import io.quoin.server.model.UserSecret;
import io.quoin.server.model.UserStored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may connect. While there is no user, everybody may; the first one is the administrator, and stays it as long as there
 * are others.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class Users {

    /** They are one piece of each snapshot. */
    private static final int USERS_MAX = 10_000;

    private final UserTable table;
    private final Connections connections;
    private final Recorder recorder;

    Users(UserTable table, Connections connections, Recorder recorder) {
        this.table = table;
        this.connections = connections;
        this.recorder = recorder;
    }

    /** Whether connections need not say who they are. */
    public boolean isEmpty() {
        return table.isEmpty();
    }

    /** In the order of their names. */
    public List<UserStored> all() {
        return table.all();
    }

    /** The name of the administrator; null if there is no user. */
    public @Nullable String administrator() {
        UserStored administrator = table.administrator();
        return administrator == null ? null : administrator.name();
    }

    /** Whether this connection may change what is the administrator's: it is the administrator's, or there is no user. */
    public boolean mayAdminister(ClientConnection c) {
        return table.isEmpty() || (c.user() != null && c.user().equals(administrator()));
    }

    /** The keys of the user; for one that does not exist, keys that look like real ones and fit no password. */
    public ScramKeys keys(String name) {
        UserStored administrator = table.administrator();
        ScramKeys nobodys = ScramKeys.ofNobody(
                table.secret().length() == 0
                        ? new byte[UserSecret.BYTES]
                        : table.secret().toByteArray(),
                name,
                administrator == null
                        ? Scram.DEFAULT_ITERATIONS
                        : administrator.keys().iterations());
        UserStored user = table.find(name);
        return user == null ? nobodys : user.keys();
    }

    /** Whether the user exists and has these keys still. */
    public boolean isCurrent(String name, ScramKeys keys) {
        UserStored user = table.find(name);
        return user != null && user.keys().equals(keys);
    }

    /**
     * Makes a user; the first one is the administrator.
     *
     * @param secret random bytes, {@value UserSecret#BYTES}, kept if this is the first user ever
     */
    public void add(String name, ScramKeys keys, Bytes secret) throws Refusal {
        checkName(name);
        if (table.find(name) != null) {
            throw new Refusal(ErrorCode.USER_EXISTS, "There is a user " + name);
        }
        if (table.size() >= USERS_MAX) {
            throw new Refusal(ErrorCode.TOO_MANY, "There are " + USERS_MAX + " users, and no more are allowed");
        }
        if (table.secret().length() == 0) {
            UserSecret.put(recorder.begin(true, RecordType.USER_SECRET, 0), secret);
            recorder.end();
        }
        store(new UserStored(table.isEmpty(), name, keys));
    }

    /**
     * Gives a user a new password. Its connections end, whoever has made them.
     *
     * @param asker is left alone, even if it is the user's own
     */
    public void password(ClientConnection asker, String name, ScramKeys keys) throws Refusal {
        UserStored user = find(name);
        store(new UserStored(user.administrator(), name, keys));
        connections.expel(name, asker, ErrorCode.USER_CHANGED, "The password of user " + name + " was changed");
    }

    /**
     * Removes a user. Its connections end.
     *
     * @param asker is left alone, even if it is the user's own
     * @param lastMayGo whether the server may be left without users, so that everybody may connect
     */
    public void remove(ClientConnection asker, String name, boolean lastMayGo) throws Refusal {
        UserStored user = find(name);
        if (user.administrator() && table.size() > 1) {
            throw new Refusal(
                    ErrorCode.USER_NEEDED,
                    name + " is the administrator and cannot be removed while there are others (" + (table.size() - 1)
                            + ")");
        }
        if (table.size() == 1 && !lastMayGo) {
            throw new Refusal(
                    ErrorCode.USER_NEEDED,
                    name + " is the last user and cannot be removed while the server is bound to an address outside"
                            + " loopback");
        }
        UserRemoved.put(recorder.begin(true, RecordType.USER_REMOVED, 0), name);
        recorder.end();
        connections.expel(name, asker, ErrorCode.USER_CHANGED, "The user " + name + " was removed");
    }

    private void store(UserStored user) {
        user.put(recorder.begin(true, RecordType.USER_STORED, 0));
        recorder.end();
    }

    private UserStored find(String name) throws Refusal {
        UserStored user = table.find(name);
        if (user == null) {
            throw new Refusal(ErrorCode.USER_UNKNOWN, "There is no user " + name);
        }
        return user;
    }

    private static void checkName(String name) throws Refusal {
        try {
            UserName.check(name);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.USER_NOT_ALLOWED, String.valueOf(e.getMessage()));
        }
    }
}
