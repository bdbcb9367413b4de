// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.select;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A {@link ProbeProgram} in a process of its own.
 *
 * <p>Thread: one test thread's.
 */
final class Probe implements AutoCloseable {
    private final Process process;
    private final PrintStream input;
    private final BufferedReader output;

    Probe(String url) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProbeProgram.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        input = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        while (!line().equals(ProbeProgram.READY)) {
            // what else it says does not matter
        }
    }

    /** The times, in µs, of the messages that were due while this was done. */
    Histogram during(Callable<?> action) throws Exception {
        input.println();
        try {
            action.call();
        } finally {
            input.println();
        }
        return Histogram.decodeFromByteBuffer(
                ByteBuffer.wrap(Base64.getDecoder().decode(line())), 0);
    }

    private String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("The probe has ended");
        }
        return line;
    }

    @Override
    public void close() throws InterruptedException {
        input.close();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
