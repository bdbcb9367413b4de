// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people give as certificate and key, and what they are told. */
class TlsContextsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;

    private static Path store;

    @BeforeAll
    static void makeKeys() throws Exception {
        store = folder.resolve("keys.p12");
        generate();
        KeyStore keys = KeyStore.getInstance(new File(store.toString()), PASSWORD);
        write("ec-cert.pem", "CERTIFICATE", keys.getCertificate("ec").getEncoded());
        write("ec-key.pem", "PRIVATE KEY", keys.getKey("ec", PASSWORD).getEncoded());
        for (String algorithm : new String[] {"EC", "RSA", "Ed25519"}) {
            PrivateKey other =
                    KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
            write("other-" + algorithm + ".pem", "PRIVATE KEY", other.getEncoded());
        }
    }

    @Test
    void certificatesAndKeysOfAllKindsAreTakenAlsoWithTextAroundThem() throws Exception {
        assertThat(TlsContexts.server(file("ec-cert.pem"), file("ec-key.pem")).isServer())
                .isTrue();
        Path both = folder.resolve("both.pem");
        Files.writeString(
                both,
                "Bag Attributes: é\n" + Files.readString(file("ec-key.pem")) + "subject=x\n"
                        + Files.readString(file("ec-cert.pem")));
        TlsContexts.server(both, both);
    }

    @Test
    void onlyCiphersWithKeysOfTheSessionsOwnAreOffered() throws Exception {
        assertThat(TlsContexts.server(file("ec-cert.pem"), file("ec-key.pem")).cipherSuites())
                .contains("TLS_AES_128_GCM_SHA256")
                .allMatch(name -> name.matches("TLS_(AES|CHACHA20|ECDHE)_.*(GCM|POLY1305)_SHA\\d+"));
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        refused("ec-cert.pem", "other-EC.pem", "other-EC.pem is not that of the first certificate in ");
        refused("ec-cert.pem", "other-RSA.pem", "other-RSA.pem is not that of the first certificate in ");
        refused("ec-cert.pem", "other-Ed25519.pem", "other-Ed25519.pem is not that of the first certificate in ");
    }

    @Test
    void filesThatAreNotThereOrHoldSomethingElseAreNamed() throws IOException {
        refused("nothing.pem", "ec-key.pem", "There is no file ");
        refused("ec-cert.pem", "nothing.pem", "There is no file ");
        refused("ec-key.pem", "ec-cert.pem", "ec-key.pem holds no certificate (BEGIN CERTIFICATE), but PRIVATE KEY");
        refused("ec-cert.pem", "ec-cert.pem", "holds no private key (BEGIN PRIVATE KEY), but CERTIFICATE");
        refused("keys.p12", "ec-key.pem", "keys.p12 holds no certificate");
        Files.createDirectories(folder.resolve("folder"));
        refused("folder", "ec-key.pem", "folder cannot be read");
    }

    @Test
    void keysInFormsThatAreNotReadAreExplained() throws IOException {
        write("old.pem", "RSA PRIVATE KEY", new byte[] {1});
        write("secret.pem", "ENCRYPTED PRIVATE KEY", new byte[] {1});
        write("damaged-key.pem", "PRIVATE KEY", new byte[] {1, 2, 3});
        write("damaged-cert.pem", "CERTIFICATE", new byte[] {1, 2, 3});

        refused("ec-cert.pem", "old.pem", "openssl pkcs8 -topk8 -nocrypt -in ");
        refused("ec-cert.pem", "secret.pem", "is encrypted");
        refused("ec-cert.pem", "damaged-key.pem", "is damaged");
        refused("damaged-cert.pem", "ec-key.pem", "is damaged");
    }

    private static void refused(String certificate, String key, String text) {
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> TlsContexts.server(file(certificate), file(key)))
                .withMessageContaining(text);
    }

    private static Path file(String name) {
        return folder.resolve(name);
    }

    private static void generate() throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "ec",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=ec",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(said).isZero();
    }

    private static void write(String name, String kind, byte[] content) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + kind + "-----\n");
    }
}
