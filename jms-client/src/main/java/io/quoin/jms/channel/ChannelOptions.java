// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import org.jspecify.annotations.Nullable;

/**
 * How a channel is set up and how long it waits.
 *
 * @param connectTimeoutMs for one address, from the look-up of its name to WELCOME
 * @param sendTimeoutMs for credit and for a write that does not get on
 * @param sessionTimeoutMs how long the server may be silent
 * @param clientId or null
 * @param user or null
 * @param password or null
 */
public record ChannelOptions(
        long connectTimeoutMs,
        long sendTimeoutMs,
        int sessionTimeoutMs,
        @Nullable String clientId,
        @Nullable String user,
        @Nullable String password,
        TlsOptions tls) {

    /** The same with another client id. */
    public ChannelOptions withClientId(String id) {
        return new ChannelOptions(connectTimeoutMs, sendTimeoutMs, sessionTimeoutMs, id, user, password, tls);
    }

    @Override
    public String toString() {
        return "ChannelOptions[clientId=" + clientId + ", user=" + user + "]";
    }
}
