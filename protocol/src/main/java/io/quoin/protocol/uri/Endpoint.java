// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.uri;

import io.quoin.protocol.ProtocolLimits;

/**
 * A server's address.
 *
 * @param host a name or an address; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param tls whether the connection is encrypted
 */
public record Endpoint(String host, int port, boolean tls) {

    static final String PLAIN_SCHEME = "quoin";
    static final String TLS_SCHEME = "quoins";

    static int defaultPort(boolean tls) {
        return tls ? ProtocolLimits.DEFAULT_TLS_PORT : ProtocolLimits.DEFAULT_PORT;
    }

    /** As a URI. */
    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (tls ? TLS_SCHEME : PLAIN_SCHEME) + "://" + shown + ":" + port;
    }
}
