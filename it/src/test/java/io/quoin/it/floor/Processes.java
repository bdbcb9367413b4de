// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Starting the JVMs of a run, and being one. */
final class Processes {
    private Processes() {}

    /** Starts a main class of this package in a JVM of its own. It shares standard error. */
    static Process start(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                // Nothing is allocated that would need collecting: the collector with the fewest threads.
                "-XX:+UseSerialGC",
                "-Xms128m",
                "-Xmx128m",
                "-XX:MaxDirectMemorySize=1g",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The rest of the first line on its standard output that begins with a word. */
    static String await(Process process, String word) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(word + " ")) {
                return line.substring(word.length() + 1);
            }
            System.err.println(line);
        }
        throw new IOException("The process ended without saying " + word);
    }

    static void say(String line) {
        PrintStream out = System.out;
        out.println(line);
        out.flush();
    }

    /** Ends this process when its standard input does. */
    static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try (BufferedReader input =
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                        while (input.readLine() != null) {
                            // Nobody writes.
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    } finally {
                        Runtime.getRuntime().halt(0);
                    }
                },
                "floor-parent");
        watch.setDaemon(true);
        watch.start();
    }
}
