// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A JDK 25 of this machine, for what Java 17 does not have: virtual threads. */
public final class Jdk25 {
    private static final Path USUAL_FOLDER = Path.of("/usr/lib/jvm");

    private Jdk25() {}

    /** The path of its {@code java}; from the environment's {@code JAVA_HOME_25}, else from the usual folder. */
    public static Optional<String> java() {
        String home = System.getenv("JAVA_HOME_25");
        if (home != null) {
            return Optional.of(Path.of(home, "bin", "java").toString());
        }
        if (!Files.isDirectory(USUAL_FOLDER)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(USUAL_FOLDER)) {
            return homes.filter(h -> h.getFileName().toString().matches(".*25.*"))
                    .map(h -> h.resolve("bin").resolve("java"))
                    .filter(Files::isExecutable)
                    .map(Path::toString)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
