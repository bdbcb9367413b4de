// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Artemis on trial, started as {@code it/compare} starts it, from a folder with its jars and the class that does so. */
final class ArtemisServer implements TrialServer {
    static final String FACTORY = "org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory";

    private final List<String> command;
    private final Path log;
    private final String url;
    private Process process;

    ArtemisServer(Path data, Path peer, int redeliveryDelayMs, boolean rebalance) throws IOException {
        Files.createDirectories(data);
        log = data.resolve("log");
        int port = freePort();
        url = "tcp://127.0.0.1:" + port;
        command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                peer.resolve("lib").resolve("*") + System.getProperty("path.separator") + peer.resolve("classes"),
                "ArtemisPeer",
                data.toString(),
                Integer.toString(port),
                Integer.toString(redeliveryDelayMs),
                Boolean.toString(rebalance));
        process = start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process start() throws IOException {
        Process starting = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader output = starting.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("at ")) {
                return starting;
            }
        }
        throw new IOException("Artemis does not start; see " + log);
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void restart() {
        try {
            process = start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
