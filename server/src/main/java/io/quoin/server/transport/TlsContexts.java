// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** TLS as the server offers it: 1.3 and 1.2, by the JDK. */
public final class TlsContexts {

    private TlsContexts() {}

    /**
     * Reads a certificate chain and its key.
     *
     * @throws SSLException if they cannot be read or do not fit each other
     */
    public static SslContext server(Path certificate, Path key) throws SSLException {
        try {
            return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (IllegalArgumentException e) {
            throw new SSLException(e.getMessage(), e);
        }
    }
}
