// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.config;

import io.quoin.jms.QuoinXAConnectionFactory;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Which server is connected to, and as whom. What is null is taken from the next one that {@link #or} names.
 *
 * @param url a URI with options, as for {@link QuoinXAConnectionFactory}
 * @param user whoever logs in
 * @param password of that user
 * @param clientId of every connection
 */
public record ServerAccess(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @Nullable String clientId) implements Serializable {

    /** Nothing is said. */
    public static final ServerAccess UNSAID = new ServerAccess(null, null, null, null);

    /** What an empty text means in the properties of application servers: nothing. */
    public ServerAccess {
        url = orNull(url);
        user = orNull(user);
        password = orNull(password);
        clientId = orNull(clientId);
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** This, and what it does not say as {@code other} says it. User and password go together, and are told to no other server. */
    public ServerAccess or(ServerAccess other) {
        boolean asOther = user == null && (url == null || url.equals(other.url));
        return new ServerAccess(
                url == null ? other.url : url,
                asOther ? other.user : user,
                asOther ? other.password : password,
                clientId == null ? other.clientId : clientId);
    }

    /** The same server as somebody else; as the same if nobody is named. */
    public ServerAccess as(@Nullable String otherUser, @Nullable String otherPassword) {
        return orNull(otherUser) == null ? this : new ServerAccess(url, otherUser, otherPassword, clientId);
    }

    /** The same without a client id. */
    public ServerAccess withoutClientId() {
        return new ServerAccess(url, user, password, null);
    }

    /**
     * Where connections to that server come from.
     *
     * @throws IllegalArgumentException if the URL cannot be read or has an option that is unknown
     */
    public QuoinXAConnectionFactory factory() {
        QuoinXAConnectionFactory factory =
                url == null ? new QuoinXAConnectionFactory() : new QuoinXAConnectionFactory(url);
        if (user != null) {
            factory.setUser(user);
            factory.setPassword(password);
        }
        if (clientId != null) {
            factory.setClientID(clientId);
        }
        return factory;
    }

    /** Without the password, which no log is to show. */
    @Override
    public String toString() {
        String where = url == null ? "quoin://127.0.0.1:5544" : withoutOptions(url);
        return user == null ? where : where + " as " + user;
    }

    private static String withoutOptions(String uri) {
        int at = uri.indexOf('?');
        return at < 0 ? uri : uri.substring(0, at);
    }
}
