// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.Jdk25;
import io.quoin.it.process.ServerProcess;
import io.quoin.it.process.TestCertificate;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Interrupts and full sockets cost no connection, plain and over TLS, on platform and on virtual threads. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class InterruptIT {
    private static final String SECONDS = Boolean.getBoolean("quoin.long") ? "60" : "4";

    @TempDir
    Path folder;

    @Test
    void interruptedSendersLoseNoConnectionAndNoInterrupt() throws Exception {
        TestCertificate certificate = TestCertificate.create(folder);
        try (ServerProcess server = ServerProcess.start(
                folder.resolve("data"),
                "--tls-port",
                "0",
                "--tls-cert",
                certificate.certificatePem().toString(),
                "--tls-key",
                certificate.keyPem().toString())) {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String secure = server.secureUrl() + "?trustCertificates=" + certificate.certificatePem();
            passes(java, server.url(), "platform");
            passes(java, secure, "platform");
            Optional<String> java25 = Jdk25.java();
            if (java25.isEmpty()) {
                System.out.println("SKIP virtual threads: there is no JDK 25 on this machine (JAVA_HOME_25)");
                return;
            }
            passes(java25.get(), server.url(), "virtual");
            passes(java25.get(), secure, "virtual");
        }
    }

    private static void passes(String java, String url, String threads) {
        JavaProcess.Ended ended = JavaProcess.run(
                new byte[0],
                List.of(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InterruptedSenders.class.getName(),
                        url,
                        SECONDS,
                        threads));
        assertThat(ended.exitCode())
                .as(threads + " " + url + ": " + ended.errors())
                .isZero();
        System.out.println("interrupts, " + threads + " threads, " + (url.startsWith("quoins") ? "TLS" : "plain") + ": "
                + ended.output().strip());
    }

    @Test
    void bothDirectionsFullDoNotStall() throws Exception {
        TestCertificate certificate = TestCertificate.create(folder);
        try (ServerProcess server = ServerProcess.start(
                folder.resolve("data"),
                "--tls-port",
                "0",
                "--tls-cert",
                certificate.certificatePem().toString(),
                "--tls-key",
                certificate.keyPem().toString())) {
            assertThat(FullBothWays.run(server.url())).isNull();
            assertThat(FullBothWays.run(server.secureUrl() + "?trustCertificates=" + certificate.certificatePem()))
                    .isNull();
        }
    }
}
