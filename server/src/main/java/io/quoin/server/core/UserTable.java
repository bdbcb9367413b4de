// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Bytes;
import io.quoin.server.model.UserStored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The users of the server. Changed only by records.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class UserTable {

    private final Map<String, UserStored> byName = new TreeMap<>();
    private @Nullable UserStored administrator;
    private Bytes secret = Bytes.EMPTY;

    boolean isEmpty() {
        return byName.isEmpty();
    }

    int size() {
        return byName.size();
    }

    @Nullable
    UserStored find(String name) {
        return byName.get(name);
    }

    /** In the order of their names. */
    List<UserStored> all() {
        return new ArrayList<>(byName.values());
    }

    /** Null if there is no user. */
    @Nullable
    UserStored administrator() {
        return administrator;
    }

    /** From which salts for users that do not exist are made; empty before the first user. */
    Bytes secret() {
        return secret;
    }

    /** Applies {@code USER_SECRET}. */
    void secret(Bytes newSecret) {
        secret = newSecret;
    }

    /** Applies {@code USER_STORED}. */
    void stored(UserStored user) {
        byName.put(user.name(), user);
        if (user.administrator()) {
            administrator = user;
        }
    }

    /** Applies {@code USER_REMOVED}. */
    void removed(String name) {
        UserStored removed = byName.remove(name);
        if (removed != null && removed.administrator()) {
            administrator = null;
        }
    }
}
