// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.File;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a certificate that is for {@code localhost} and not for {@code 127.0.0.1}. */
class TlsTest {

    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    private static Path folder;

    private static Path keyStore;
    private static Path certificate;
    private ScriptedServer server;

    @BeforeAll
    static void makeCertificate() throws Exception {
        keyStore = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keyStore.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        certificate = folder.resolve("server.pem");
        byte[] encoded = KeyStore.getInstance(new File(keyStore.toString()), PASSWORD)
                .getCertificate("server")
                .getEncoded();
        Files.writeString(
                certificate,
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                        + "\n-----END CERTIFICATE-----\n");
    }

    @BeforeEach
    void start() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(new File(keyStore.toString()), PASSWORD), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = ScriptedServer.start(
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                link -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private QuoinConnectionFactory factory(String host, String options) {
        return new QuoinConnectionFactory("quoins://" + host + ":" + server.port() + "?connectTimeout=5000" + options);
    }

    @Test
    void messagesGoBothWays() throws Exception {
        for (String trust : List.of(
                "&trustCertificates=" + certificate,
                "&trustStore=" + keyStore + "&trustStorePassword=" + new String(PASSWORD))) {
            try (Connection connection = factory("localhost", trust).createConnection()) {
                Link link = server.link();
                connection.start();
                Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
                MessageProducer producer = session.createProducer(session.createQueue("q"));
                int number = link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class)
                        .consumer();

                producer.send(session.createTextMessage("x".repeat(200_000)));
                link.deliver(1, number, "y".repeat(200_000));

                assertThat(link.nextSend().message().length).isGreaterThan(200_000);
                assertThat(((TextMessage) consumer.receive(5000)).getText()).hasSize(200_000);
            }
        }
    }

    @Test
    void certificateForAnotherHostIsRefusedUnlessThatIsAllowed() throws Exception {
        assertThatThrownBy(() -> factory("127.0.0.1", "&trustCertificates=" + certificate)
                        .createConnection())
                .isInstanceOf(JMSSecurityException.class)
                .hasMessageContaining("QN-1014")
                .hasMessageContaining("127.0.0.1");

        factory("127.0.0.1", "&verifyHost=false&trustCertificates=" + certificate)
                .createConnection()
                .close();
    }

    @Test
    void certificateThatNobodyTrustsIsRefused() {
        assertThatThrownBy(() -> factory("localhost", "").createConnection())
                .isInstanceOf(JMSSecurityException.class)
                .hasMessageContaining("QN-1014");
    }

    @Test
    void filesThatCannotBeReadAreNamed() {
        assertThatThrownBy(() -> factory("localhost", "&trustStore=" + folder.resolve("nothing.p12"))
                        .createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("nothing.p12");
    }

    @Test
    void serverWithoutTlsIsRecognized() throws Exception {
        try (ScriptedServer plain = ScriptedServer.start()) {
            assertThatThrownBy(() -> new QuoinConnectionFactory(
                                    "quoins://localhost:" + plain.port() + "?connectTimeout=5000")
                            .createConnection())
                    .isInstanceOf(JMSSecurityException.class)
                    .hasMessageContaining("QN-1014");
        }
    }

    @Test
    void closingEndsAWriteThatIsStuckInTls() throws Exception {
        Connection connection = factory("localhost", "&sendTimeout=300&trustCertificates=" + certificate)
                .createConnection();
        Link link = server.link();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("q"));
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.watch(seen -> {
            try {
                new java.util.concurrent.CountDownLatch(1).await(5, TimeUnit.SECONDS); // reads nothing any more
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        List<Throwable> thrown = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                producer.send(session.createTextMessage("x".repeat(500_000)), 1, 4, 0);
            }
        } catch (JMSException e) {
            thrown.add(e);
        }

        assertThat(thrown).hasSize(1);
        connection.close();
    }
}
