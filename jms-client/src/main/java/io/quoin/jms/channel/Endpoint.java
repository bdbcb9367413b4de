// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

/** Where a server listens. */
public record Endpoint(String host, int port, boolean tls) {

    @Override
    public String toString() {
        return (tls ? "quoins://" : "quoin://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
