// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A Java process that is run to its end: a command of the jar under test, or a class of the tests in a JVM of its own. */
public final class JavaProcess {
    private static final long END_WITHIN_S = 120;

    private JavaProcess() {}

    /**
     * How a process ended.
     *
     * @param exitCode what it returned
     * @param output standard output
     * @param errors standard error
     */
    public record Ended(int exitCode, String output, String errors) {}

    /** Runs {@code quoin} with these arguments. */
    public static Ended quoin(String... arguments) {
        return quoin(new byte[0], arguments);
    }

    /** Runs {@code quoin} with these arguments and this on its standard input. */
    public static Ended quoin(byte[] input, String... arguments) {
        return run(input, ServerProcess.command(List.of("-Xmx256m"), List.of(arguments)));
    }

    /** Runs {@code quoin} with these arguments, this on its standard input, and these variables in its environment. */
    public static Ended quoin(Map<String, String> environment, byte[] input, String... arguments) {
        return run(environment, input, ServerProcess.command(List.of("-Xmx256m"), List.of(arguments)));
    }

    /** Runs the main method of a class of the tests in a JVM of its own. */
    public static Ended main(Class<?> main, String... arguments) {
        return run(new byte[0], command(main, arguments));
    }

    /** Starts the main method of a class of the tests in a JVM of its own, whose errors go where ours go. The caller ends it. */
    public static Process begin(Class<?> main, String... arguments) throws IOException {
        return new ProcessBuilder(command(main, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a command. */
    public static Ended run(byte[] input, List<String> command) {
        return run(Map.of(), input, command);
    }

    private static Ended run(Map<String, String> environment, byte[] input, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            Process process = builder.start();
            CompletableFuture<String> output = text(process.getInputStream());
            CompletableFuture<String> errors = text(process.getErrorStream());
            try (var stdin = process.getOutputStream()) {
                stdin.write(input);
            }
            if (!process.waitFor(END_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + END_WITHIN_S + " s");
            }
            return new Ended(process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            throw new UncheckedIOException(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + command + " ran", e);
        }
    }

    private static CompletableFuture<String> text(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
