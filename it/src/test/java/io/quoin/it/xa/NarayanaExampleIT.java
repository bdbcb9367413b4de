// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example with Narayana runs from its source, as the README says. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NarayanaExampleIT {

    private static final Path SOURCE = Path.of("examples", "narayana", "Transfer.java");

    @TempDir
    Path folder;

    @Test
    void theExampleDoesWhatItSays() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            ProcessBuilder example = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    source().toString(),
                    folder.toString());
            example.environment().put("QUOIN_URL", server.url());
            Path output = folder.resolve("output");
            Process process = example.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(1, TimeUnit.MINUTES);
            process.destroyForcibly();
            String text = Files.readString(output);
            assertThat(ended).as(text).isTrue();
            assertThat(text.split("one more is done", -1)).as(text).hasSize(4);
            assertThat(process.exitValue()).isZero();
        }
    }

    /** Tests run in their module's folder, or in the root. */
    private static Path source() {
        Path here = SOURCE.toAbsolutePath();
        return Files.exists(here) ? here : Path.of("..").resolve(SOURCE).toAbsolutePath();
    }
}
