// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess.Ended;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of the README as they are printed there; only ports and folders come from the environment. */
class ReadmeIT {
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final String RUN = "./quoin run";
    /** What runs this test. */
    private static final String VERIFY = "mvn verify";
    /** A part of that. */
    private static final String PACKAGE = "mvn package -DskipTests";

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void everyCommandWorks() throws Exception {
        List<String> commands = commands();
        assertThat(commands).startsWith(RUN).contains(VERIFY, PACKAGE);
        commands.removeAll(List.of(RUN, VERIFY, PACKAGE));

        Process server = start(RUN);
        try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).contains("ready");
            assertThat(server.toHandle().info().command().orElseThrow())
                    .as("the script's process has become the server's")
                    .endsWith("java");
            for (String command : commands) {
                Ended ended = end(start(command));
                assertThat(ended.exitCode()).as(command + "\n" + ended.errors()).isZero();
                assertThat(ended.output()).as(command).doesNotContain("null");
            }
            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS))
                    .as("stops on SIGTERM")
                    .isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        BLOCK.matcher(Files.readString(Path.of("..", "README.md")))
                .results()
                .map((MatchResult block) -> block.group(1).split("\n"))
                .forEach(block -> commands.addAll(List.of(block)));
        return commands;
    }

    private Process start(String command) throws IOException {
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "exec " + command)
                .directory(Path.of("..").toRealPath().toFile());
        if (command.contains("|")) {
            builder.command("sh", "-c", command);
        }
        builder.environment().putAll(environment());
        builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        return builder.start();
    }

    private Ended end(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output, Files.readString(folder.resolve("errors")));
    }

    private Map<String, String> environment() throws IOException {
        if (environment == null) {
            int port = freePort();
            environment = Map.of(
                    "QUOIN_PORT", Integer.toString(port),
                    "QUOIN_ADMIN_PORT", "0",
                    "QUOIN_DATA", folder.resolve("data").toString(),
                    "QUOIN_URL", "quoin://127.0.0.1:" + port,
                    "JAVA_HOME", System.getProperty("java.home"));
        }
        return environment;
    }

    private Map<String, String> environment;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
