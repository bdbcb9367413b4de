// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import jakarta.resource.spi.ConnectionRequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * As whom an application asks for a connection.
 *
 * @param user null if it leaves that to others
 */
record ConnectionRequest(@Nullable String user, @Nullable String password) implements ConnectionRequestInfo {

    /** Without the password, which no log is to show. */
    @Override
    public String toString() {
        return "ConnectionRequest[user=" + user + "]";
    }
}
