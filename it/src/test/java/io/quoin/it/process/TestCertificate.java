// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for 127.0.0.1 that signs itself, made by the JDK's keytool for one test.
 *
 * @param certificatePem the certificate
 * @param keyPem its private key, PKCS #8
 */
public record TestCertificate(Path certificatePem, Path keyPem) {
    private static final String PASSWORD = "changeit";

    /** Makes one in this folder. */
    public static TestCertificate create(Path folder) throws IOException, GeneralSecurityException {
        Path store = Files.createTempDirectory(folder, "tls").resolve("key.p12");
        JavaProcess.Ended made = JavaProcess.run(
                new byte[0],
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "quoin",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=quoin test",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()));
        if (made.exitCode() != 0) {
            throw new IllegalStateException(made.output() + made.errors());
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Path certificate = store.resolveSibling("cert.pem");
        Path key = store.resolveSibling("key.pem");
        Files.writeString(
                certificate, pem("CERTIFICATE", keys.getCertificate("quoin").getEncoded()));
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey("quoin", PASSWORD.toCharArray()).getEncoded()));
        return new TestCertificate(certificate, key);
    }

    private static String pem(String kind, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
    }
}
