// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * An application server in a process of its own, with files of its own, on free ports of the loopback address: a test deploys to it, kills it and starts
 * it again on the same files and ports.
 *
 * <p>Thread: one test thread calls.
 */
public abstract class AppServer implements AutoCloseable {
    /** A start takes about ten seconds on an idle machine; a loaded one may need many times that. */
    private static final Duration STARTED_WITHIN = Duration.ofMinutes(4);

    private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(2);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private final Path home;
    private final Path folder;
    private final Path jdk;
    private final Map<String, String> properties = new TreeMap<>();
    private Process process;
    private int starts;

    /**
     * Takes what all servers need.
     *
     * @param home the unpacked distribution, which is only read
     * @param folder where this server may write
     * @param jdk the home of the JDK that it runs on
     */
    AppServer(Path home, Path folder, Path jdk) {
        this.home = home;
        this.folder = folder;
        this.jdk = jdk;
    }

    /** What it is called in the output of tests. */
    public abstract String name();

    /** Where it serves applications. */
    public abstract URI url();

    /** Deploys an archive under its own file name, replacing one of that name, and returns when it is deployed. */
    public abstract void deploy(Path archive);

    /** Takes away what was deployed under this file name. */
    public abstract void undeploy(String fileName);

    /** Runs a set-up script that {@code examples/} has for it, as a user does: {@code quoin} for the adapter, {@code orders} for the example. */
    public abstract void runScript(String script);

    /** Binds a queue at Quoin to a name, under which applications look it up. */
    public abstract void bindQueue(String name, String queue);

    /** Whether this part of the log says that the server serves. */
    abstract boolean saysStarted(String logged);

    /** The file to which it writes its log. */
    public abstract Path log();

    /** The command that starts the server in the foreground. */
    abstract List<String> command();

    /** Sets a system property of the server; before a start. */
    public final AppServer with(String property, String value) {
        properties.put(property, value);
        return this;
    }

    /** Starts the server and waits until it serves, with all that was deployed. */
    public final void start() {
        long from = logSize();
        starts++;
        Path output = folder.resolve("output-" + starts + ".txt");
        try {
            process = new ProcessBuilder(command())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(name() + " could not be started", e);
        }
        awaitStarted(from);
    }

    /** Waits until it serves, which it logs after its log had this size. */
    final void awaitStarted(long from) {
        await("is started", STARTED_WITHIN, () -> {
            if (!process.isAlive()) {
                Path output = folder.resolve("output-" + starts + ".txt");
                throw new IllegalStateException(name() + " ended while it started:\n" + read(output) + read(log()));
            }
            return saysStarted(logSince(from));
        });
    }

    /** Ends the server as {@code kill -9} does. */
    public final void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends the server as SIGTERM does, in an orderly way. */
    public final void stop() {
        process.destroy();
        awaitEnd();
    }

    /** Waits until the process has ended by itself or been ended. */
    public final void awaitEnd() {
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(name() + " did not end within 2 minutes:\n" + read(log()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + name() + " ended", e);
        }
    }

    /** The operating system's process of the last start. */
    public final Process process() {
        return process;
    }

    /** How far the log has grown, to be handed to {@link #logSince}. */
    public final long logSize() {
        try {
            return Files.exists(log()) ? Files.size(log()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was logged since its size was this. */
    public final String logSince(long size) {
        if (!Files.exists(log())) {
            return "";
        }
        try (var in = Files.newInputStream(log())) {
            in.skipNBytes(Math.min(size, Files.size(log())));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gets a page of a deployed application. The path begins with the application's name. */
    public final String get(String path) {
        return send(HttpRequest.newBuilder(url().resolve("/" + path)).build());
    }

    /** Posts a text to a deployed application, as {@code curl -d} does. */
    public final String post(String path, String text) {
        return send(HttpRequest.newBuilder(url().resolve("/" + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(text))
                .build());
    }

    @Override
    public final void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }

    /** The unpacked distribution. */
    final Path home() {
        return home;
    }

    /** Where this server may write. */
    final Path folder() {
        return folder;
    }

    /** What was set with {@link #with}; null if nothing was. */
    final String property(String property) {
        return properties.get(property);
    }

    final String java() {
        return jdk.resolve("bin").resolve("java").toString();
    }

    /** The system properties as options of a command line. */
    final List<String> propertyOptions() {
        List<String> options = new ArrayList<>();
        properties.forEach((name, value) -> options.add("-D" + name + "=" + value));
        return options;
    }

    /** Runs one of the server's own tools to its end, with its JDK. */
    final String run(List<String> command) {
        return run(Map.of(), command);
    }

    /** Runs one of the server's own tools to its end, with its JDK and these variables in its environment. */
    final String run(Map<String, String> environment, List<String> command) {
        Path output = folder.resolve("tool.txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(repository().toFile());
            builder.environment().put("JAVA_HOME", jdk.toString());
            builder.environment().put("AS_JAVA", jdk.toString());
            builder.environment().putAll(environment);
            Process tool = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            tool.getOutputStream().close();
            if (!tool.waitFor(ANSWERED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                tool.destroyForcibly();
                throw new IllegalStateException(command + " did not end:\n" + read(output));
            }
            if (tool.exitValue() != 0) {
                throw new IllegalStateException(command + " ended with " + tool.exitValue() + ":\n" + read(output));
            }
            return read(output);
        } catch (IOException e) {
            throw new UncheckedIOException(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + command + " ran", e);
        }
    }

    /** The folder of the checkout. */
    static Path repository() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    /** Sends a request that has to succeed. */
    final String send(HttpRequest request) {
        try {
            HttpResponse<String> response = HTTP.send(
                    HttpRequest.newBuilder(request, (name, value) -> true)
                            .timeout(ANSWERED_WITHIN)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(name() + " answered " + request.uri() + " with " + response.statusCode()
                        + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(name() + " did not answer " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + name() + " answered", e);
        }
    }

    /** Waits for a condition, polling. */
    final void await(String what, Duration atMost, BooleanSupplier condition) {
        Awaitility.await(name() + " " + what)
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(100))
                .until(condition::getAsBoolean);
    }

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
