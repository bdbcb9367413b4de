// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an application takes on with the client beside the standard's own interfaces: two small jars that hold nothing foreign. */
class ClientFootprintIT {
    private static final long LIMIT_BYTES = 700_000;

    @Test
    void theClientAndTheModulesThatItNeedsStaySmall() throws IOException {
        long totalBytes = 0;
        for (Path jar : List.of(jarOf("jms-client"), jarOf("protocol"))) {
            totalBytes += Files.size(jar);
        }

        assertThat(totalBytes).isLessThan(LIMIT_BYTES);
    }

    @Test
    void theClientsJarHoldsOnlyItsOwnPackages() throws IOException {
        try (JarFile jar = new JarFile(jarOf("jms-client").toFile())) {
            assertThat(jar.stream().filter(e -> e.getName().endsWith(".class")))
                    .isNotEmpty()
                    .allSatisfy(e -> assertThat(e.getName()).startsWith("io/quoin/jms/"));
        }
    }

    private static Path jarOf(String module) throws IOException {
        Path target = Path.of("..", module, "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(f ->
                            f.getFileName().toString().matches("quoin-" + module + "-[0-9][^-]*(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no jar of " + module + " in " + target.toAbsolutePath()));
        }
    }
}
