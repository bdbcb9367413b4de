// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import org.jspecify.annotations.Nullable;

/**
 * Whom a TLS connection trusts and as whom it shows itself. Without any of it, the JVM's own settings hold.
 *
 * @param trustStore path of a key store (PKCS12 or JKS) with the certificates to trust
 * @param trustCertificates path of a PEM file with them
 * @param keyStore path of a key store with the client's own key
 * @param verifyHost whether the server's certificate must be for the host of the URI
 */
public record TlsOptions(
        @Nullable String trustStore,
        @Nullable String trustStorePassword,
        @Nullable String trustCertificates,
        @Nullable String keyStore,
        @Nullable String keyStorePassword,
        boolean verifyHost) {

    /** The JVM's settings, and host names checked. */
    public static final TlsOptions DEFAULT = new TlsOptions(null, null, null, null, null, true);

    @Override
    public String toString() {
        return "TlsOptions[trustStore=" + trustStore + ", trustCertificates=" + trustCertificates + ", keyStore="
                + keyStore + ", verifyHost=" + verifyHost + "]";
    }
}
