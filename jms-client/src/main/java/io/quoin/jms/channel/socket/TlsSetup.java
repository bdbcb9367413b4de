// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.TlsOptions;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes an {@link SSLContext} from files. */
final class TlsSetup {

    private TlsSetup() {}

    static SSLContext context(TlsOptions options) throws JMSException {
        try {
            if (options.trustStore() == null && options.trustCertificates() == null && options.keyStore() == null) {
                return SSLContext.getDefault();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(options), trust(options), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw JmsErrors.of(ErrorCode.TLS_FAILED, "The TLS options cannot be used: " + options + ": " + e, e);
        }
    }

    private static TrustManager @Nullable [] trust(TlsOptions options) throws GeneralSecurityException, IOException {
        KeyStore store;
        if (options.trustCertificates() != null) {
            store = pem(Path.of(options.trustCertificates()));
        } else if (options.trustStore() != null) {
            store = open(options.trustStore(), options.trustStorePassword());
        } else {
            return null;
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keys(TlsOptions options) throws GeneralSecurityException, IOException {
        if (options.keyStore() == null) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(open(options.keyStore(), options.keyStorePassword()), characters(options.keyStorePassword()));
        return factory.getKeyManagers();
    }

    private static KeyStore open(String path, @Nullable String password) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(new File(path), characters(password));
    }

    private static KeyStore pem(Path path) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(path)) {
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + count, certificate);
                count++;
            }
            if (count == 0) {
                throw new IOException(path + " holds no certificate");
            }
        }
        return store;
    }

    private static char @Nullable [] characters(@Nullable String password) {
        return password == null ? null : password.toCharArray();
    }
}
