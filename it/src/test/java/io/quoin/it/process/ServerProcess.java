// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real server in a process of its own, started from the runnable jar, that a test can kill and start again on the same data and port.
 *
 * <p>Thread: one test thread calls; two daemon threads copy the process's output to {@code server.log} beside the data folder.
 */
public final class ServerProcess implements AutoCloseable {
    /** A start takes about a second; a loaded machine may need many times that. */
    private static final long READY_WITHIN_S = 60;

    private static final Pattern PORT = Pattern.compile("messaging 127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern TLS_PORT = Pattern.compile("TLS ([0-9.]+:\\d+)");

    private final Path data;
    private final @Nullable Class<?> main;
    private final List<String> jvmOptions;
    private final List<String> arguments;
    private int port;
    private Process process;
    private String readyLine = "";

    private ServerProcess(Path data, @Nullable Class<?> main, List<String> jvmOptions, List<String> arguments) {
        this.data = data;
        this.main = main;
        this.jvmOptions = jvmOptions;
        this.arguments = arguments;
    }

    /** Starts a server on a free port of the loopback address and waits until it is ready. */
    public static ServerProcess start(Path data, String... arguments) {
        return start(data, List.of("-Xmx512m"), arguments);
    }

    /** Starts a server with options of its own for the JVM. */
    public static ServerProcess start(Path data, List<String> jvmOptions, String... arguments) {
        return launched(new ServerProcess(data, null, jvmOptions, List.of(arguments)));
    }

    /** Starts a server from a main class of the tests, which takes the arguments of {@code quoin}. */
    public static ServerProcess startMain(Class<?> main, Path data, String... arguments) {
        List<String> jvmOptions = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        return launched(new ServerProcess(data, main, jvmOptions, List.of(arguments)));
    }

    private static ServerProcess launched(ServerProcess server) {
        server.launch();
        return server;
    }

    /** The command that runs the jar under test with the arguments given. */
    public static List<String> command(List<String> jvmOptions, List<String> arguments) {
        return java(jvmOptions, List.of("-jar", System.getProperty("quoin.jar")), arguments);
    }

    private static List<String> java(List<String> jvmOptions, List<String> program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(program);
        command.addAll(arguments);
        return command;
    }

    private List<String> command(List<String> all) {
        return main == null
                ? command(jvmOptions, all)
                : java(jvmOptions, List.of("-cp", System.getProperty("java.class.path"), main.getName()), all);
    }

    private void launch() {
        List<String> all = new ArrayList<>(List.of("run", "--data", data.toString(), "--admin-port", "0", "--port"));
        all.add(Integer.toString(port));
        all.addAll(arguments);
        CompletableFuture<String> ready = new CompletableFuture<>();
        try {
            process = new ProcessBuilder(command(all)).start();
        } catch (IOException e) {
            throw new UncheckedIOException("The server could not be started", e);
        }
        Path log = data.resolveSibling(data.getFileName() + ".log");
        copy(process.getInputStream(), log, ready);
        copy(process.getErrorStream(), log, ready);
        awaitReady(ready, log);
    }

    private void awaitReady(CompletableFuture<String> ready, Path log) {
        process.onExit().thenRun(() -> ready.completeExceptionally(new IOException("the server ended")));
        try {
            readyLine = ready.get(READY_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("The server did not get ready:\n" + tail(log), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the server started", e);
        }
        Matcher matcher = PORT.matcher(readyLine);
        if (!matcher.find()) {
            throw new IllegalStateException("No port in the ready line: " + readyLine);
        }
        port = Integer.parseInt(matcher.group(1));
    }

    private static void copy(InputStream from, Path log, CompletableFuture<String> ready) {
        Thread copier = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            if (line.contains("ready")) {
                                ready.complete(line);
                            }
                        }
                    } catch (IOException e) {
                        // The stream of a process that was killed may break off; its log ends there.
                        ready.completeExceptionally(e);
                    }
                },
                "server-output");
        copier.setDaemon(true);
        copier.start();
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }

    /** The URI of the server. */
    public String url() {
        return "quoin://127.0.0.1:" + port;
    }

    /** The URI of the server for TLS; only where it was started with a certificate. */
    public String secureUrl() {
        Matcher matcher = TLS_PORT.matcher(readyLine);
        if (!matcher.find()) {
            throw new IllegalStateException("No TLS port in the ready line: " + readyLine);
        }
        return "quoins://" + matcher.group(1);
    }

    /** The port that serves messaging; it stays the same over restarts. */
    public int port() {
        return port;
    }

    /** The line with which the server said that it serves. */
    public String readyLine() {
        return readyLine;
    }

    /** The data folder. */
    public Path data() {
        return data;
    }

    /** The operating system's process. */
    public Process process() {
        return process;
    }

    /** Ends the process as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Ends the process as SIGTERM does, and waits until it is gone. Returns its exit code. */
    public int stop() {
        process.destroy();
        return await();
    }

    /** Starts the server again on the same data and port. */
    public void restart() {
        launch();
    }

    private int await() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Process " + process.pid() + " did not end within 30 s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the server ended", e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
