// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.JavaProcess.Ended;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code quoin bench} measures a broker that is not ours, through its own client. */
class BenchAnotherProviderIT {
    private static final String FACTORY = "org.apache.activemq.ActiveMQConnectionFactory";

    private static final List<String> CLIENT = List.of("activemq-client", "hawtbuf", "slf4j-api", "jakarta.jms-api");

    @TempDir
    static Path client;

    private static Process broker;
    private static String url;

    @BeforeAll
    static void start() throws IOException {
        copyClient();
        broker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PeerBroker.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader lines = broker.inputReader(StandardCharsets.UTF_8);
        url = lines.lines()
                .filter(line -> line.startsWith("at "))
                .findFirst()
                .orElseThrow()
                .substring("at ".length());
    }

    @AfterAll
    static void stop() {
        broker.destroyForcibly();
    }

    /** A folder with the jars of the other client, as a user would have them: all that it needs, and nothing of ours. */
    private static void copyClient() throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            if (CLIENT.stream().anyMatch(jar.getFileName().toString()::startsWith)) {
                Files.copy(jar, client.resolve(jar.getFileName()));
            }
        }
    }

    private static Ended bench(String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "bench",
                "--factory",
                FACTORY,
                "--url",
                url,
                "--class-path",
                client + "/*",
                "--seconds",
                "0.5",
                "--warm-up",
                "0.2",
                "--json"));
        arguments.addAll(List.of(options));
        return JavaProcess.quoin(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--producers=2 --consumers=2 --non-persistent",
                "--transacted=50",
                "--topic --destinations=2 --producers=2 --consumers=2"
            })
    void anotherBrokerIsMeasured(String options) {
        Ended ended = bench(options.split(" "));

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(ended.output()).contains("\"sent\":{\"messages\":").doesNotContain("\"messages\":0,");
    }

    @Test
    void whatTheOtherProviderCannotDoIsSaidInASentence() {
        Ended ended = bench("--window=10");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains("QN-6011").contains("--window").doesNotContain("bug", "\tat ");
    }

    @Test
    void aClassPathWithoutTheClassIsNamed() {
        Ended ended = JavaProcess.quoin(
                "bench", "--factory", "org.example.Missing", "--url", url, "--class-path", client + "/*");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains("org.example.Missing").contains("--class-path");
    }
}
