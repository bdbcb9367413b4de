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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A certificate made by the JDK's keytool for one test.
 *
 * @param certificatePem the certificate
 * @param keyPem its private key, PKCS #8
 * @param trustPem the certificate of who signed it: itself, or an authority of its own
 */
public record TestCertificate(Path certificatePem, Path keyPem, Path trustPem) {
    private static final String PASSWORD = "changeit";

    /** Makes one for 127.0.0.1 and localhost in this folder that signs itself. */
    public static TestCertificate create(Path folder) throws IOException, GeneralSecurityException {
        Path store = store(folder);
        generate(store, "quoin", "-ext", "san=ip:127.0.0.1,dns:localhost");
        return export(store, "quoin");
    }

    /** Makes one for an address in this folder, signed by an authority of its own. */
    public static TestCertificate signed(Path folder, String address) throws IOException, GeneralSecurityException {
        Path store = store(folder);
        generate(store, "authority", "-ext", "bc:c");
        generate(store, "quoin", "-signer", "authority", "-ext", "san=ip:" + address);
        return export(store, "authority");
    }

    private static Path store(Path folder) throws IOException {
        return Files.createTempDirectory(folder, "tls").resolve("key.p12");
    }

    private static void generate(Path store, String alias, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", "CN=" + alias));
        command.addAll(List.of("-validity", "2", "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", store.toString()));
        command.addAll(Arrays.asList(options));
        JavaProcess.Ended made = JavaProcess.run(new byte[0], command);
        if (made.exitCode() != 0) {
            throw new IllegalStateException(made.output() + made.errors());
        }
    }

    private static TestCertificate export(Path store, String trusted) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return new TestCertificate(
                write(
                        store,
                        "cert.pem",
                        "CERTIFICATE",
                        keys.getCertificate("quoin").getEncoded()),
                write(
                        store,
                        "key.pem",
                        "PRIVATE KEY",
                        keys.getKey("quoin", PASSWORD.toCharArray()).getEncoded()),
                write(
                        store,
                        "trust.pem",
                        "CERTIFICATE",
                        keys.getCertificate(trusted).getEncoded()));
    }

    private static Path write(Path store, String name, String kind, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return Files.writeString(
                store.resolveSibling(name),
                "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }
}
