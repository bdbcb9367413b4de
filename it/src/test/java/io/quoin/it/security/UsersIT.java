// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.JavaProcess.Ended;
import io.quoin.it.process.ServerProcess;
import io.quoin.it.process.TestCertificate;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSSecurityException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users from the first to the last, by commands in processes of their own. */
class UsersIT {

    private static final Map<String, String> NOBODY = Map.of();
    private static final Map<String, String> ZOE = as("zoe", "canary-of-zoe");
    private static final Map<String, String> ADAM = as("adam", "canary-of-adam");

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void usersAreAddedAskedForAndOutliveTheServer() throws IOException {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            String url = server.url();
            Ended first = JavaProcess.quoin(
                    NOBODY, "canary-of-zoe\n".getBytes(UTF_8), "user", "add", "zoe", "--password-stdin", "--url", url);
            assertThat(first.exitCode()).as(first.errors()).isZero();
            assertThat(first.errors()).contains("zoe is the first user");

            ends(1, "QN-1008", quoin(NOBODY, url, "queue", "ls"));
            ends(2, "QN-1035", quoin(ZOE, url, "user", "add", "line\nbreak"));
            ends(0, "", quoin(withNew(ZOE, "canary-of-adam"), url, "user", "add", "adam"));
            ends(3, "QN-1033", quoin(ZOE, url, "user", "rm", "nobody"));
            ends(0, "", quoin(ADAM, url, "send", "q", "m", "--property", "JMSXUserID=zoe"));
            ends(1, "QN-1009", quoin(ADAM, url, "queue", "purge", "q", "--yes"));

            server.kill();
            server.restart();

            assertThat(quoin(ADAM, url, "user", "ls", "--json").output())
                    .contains("{\"name\":\"adam\",\"administrator\":false},{\"name\":\"zoe\",\"administrator\":true}");
            assertThat(quoin(ADAM, url, "browse", "q", "--json").output()).contains("\"JMSXUserID\":\"adam\"");
            ends(1, "QN-1008", quoin(as("adam", "canary-of-zoe"), url, "queue", "ls"));
            ends(0, "", quoin(withNew(ZOE, "canary-of-eve"), url, "user", "passwd", "adam"));
            ends(1, "QN-1008", quoin(ADAM, url, "queue", "ls"));
            server.stop();
        }
        assertThat(filesThatContain("canary-of-"))
                .as("no password is kept anywhere")
                .isEmpty();
    }

    /** Needs an address of this machine other than loopback; where there is none, nobody else could connect either. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void otherMachinesAreServedOverTlsAndOnlyUsers() throws Exception {
        Optional<String> found = outsideAddress();
        Assumptions.assumeTrue(found.isPresent(), "this machine has no address but loopback");
        String address = found.get();
        Path data = folder.resolve("data");
        TestCertificate certificate = TestCertificate.signed(folder, address);
        String[] outside = {
            "--bind",
            address,
            "--tls-port",
            "0",
            "--tls-cert",
            certificate.certificatePem().toString(),
            "--tls-key",
            certificate.keyPem().toString()
        };
        String trust = "?trustCertificates=" + certificate.trustPem();

        ends(78, "quoin user add", JavaProcess.quoin(run(data, outside)));
        try (ServerProcess local = ServerProcess.start(data, tail(outside, 2))) {
            ends(0, "", quoin(withNew(NOBODY, "canary-of-zoe"), local.url(), "user", "add", "zoe"));
            assertThat(local.stop()).isZero();
        }
        try (ServerProcess server = ServerProcess.start(data, outside)) {
            String url = server.secureUrl();
            assertThat(url).startsWith("quoins://" + address + ":");
            ends(0, "", quoin(ZOE, url + trust, "user", "ls"));
            ends(1, "QN-1014", quoin(ZOE, url, "user", "ls"));
            ends(1, "QN-1008", quoin(as("zoe", "wrong"), url + trust, "user", "ls"));
            ends(1, "QN-1036", quoin(ZOE, url + trust, "user", "rm", "zoe"));
            QuoinConnectionFactory factory = new QuoinConnectionFactory(url + trust);
            assertThatExceptionOfType(JMSSecurityException.class)
                    .isThrownBy(() -> factory.createConnection("zoe", "wrong"));
            try (Connection connection = factory.createConnection("zoe", "canary-of-zoe")) {
                connection.start();
            }
            assertThatExceptionOfType(ConnectException.class)
                    .as("what is not encrypted does not leave the machine")
                    .isThrownBy(() -> new Socket(address, server.port()).close());
            assertThat(server.stop()).isZero();
        }
    }

    private static void ends(int exitCode, String errors, Ended ended) {
        assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(exitCode);
        assertThat(ended.errors()).contains(errors).doesNotContain("canary-of-", "\tat ");
    }

    private static Ended quoin(Map<String, String> environment, String url, String... arguments) {
        String[] all =
                Stream.concat(Stream.of(arguments), Stream.of("--url", url)).toArray(String[]::new);
        return JavaProcess.quoin(environment, new byte[0], all);
    }

    private static Map<String, String> as(String user, String password) {
        return Map.of("QUOIN_USER", user, "QUOIN_PASSWORD", password);
    }

    private static Map<String, String> withNew(Map<String, String> asker, String password) {
        Map<String, String> environment = new HashMap<>(asker);
        environment.put("QUOIN_NEW_PASSWORD", password);
        return environment;
    }

    private static String[] run(Path data, String... arguments) {
        return Stream.concat(
                        Stream.of("run", "--data", data.toString(), "--port", "0", "--admin-port", "0"),
                        Stream.of(arguments))
                .toArray(String[]::new);
    }

    private static String[] tail(String[] all, int from) {
        return Arrays.copyOfRange(all, from, all.length);
    }

    private List<Path> filesThatContain(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file, ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> outsideAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
    }
}
