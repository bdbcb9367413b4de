// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS as the server offers it: 1.3 and 1.2, by the JDK. */
public final class TlsContexts {

    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);

    /** Keys of the session's own, and ciphers that notice a change: what TLS 1.3 has, and the same in 1.2. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private TlsContexts() {}

    /**
     * Reads a certificate chain and its key.
     *
     * @throws SSLException with a sentence that names the file, if one cannot be used or they do not fit each other
     */
    public static SslContext server(Path certificate, Path key) throws SSLException {
        X509Certificate[] chain = PemFile.read(certificate).certificates();
        PrivateKey privateKey = PemFile.read(key).key();
        if (!fit(chain[0], privateKey)) {
            throw new SSLException("The key in " + key + " is not that of the first certificate in " + certificate);
        }
        warnOfDates(certificate, chain[0]);
        try {
            return SslContextBuilder.forServer(privateKey, chain)
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .build();
        } catch (SSLException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new SSLException(
                    "The certificates in " + certificate + " cannot be used with the key in " + key + ": "
                            + reason.getMessage(),
                    e);
        }
    }

    /** Whether what the one signs the other verifies. */
    private static boolean fit(X509Certificate certificate, PrivateKey key) throws SSLException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = "quoin".getBytes(UTF_8);
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(text);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(text);
            return verifier.verify(signature);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // keys of two kinds
        } catch (GeneralSecurityException e) {
            throw new SSLException("Keys of the kind " + key.getAlgorithm() + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Clients refuse it, and say why; the server tells who runs it. */
    private static void warnOfDates(Path file, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateException e) {
            LOG.warn(
                    "The certificate in {} is valid from {} to {}: clients will not accept it now",
                    file,
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant());
        }
    }
}
