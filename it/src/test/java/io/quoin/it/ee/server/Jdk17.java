// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The JDK 17 of this machine: application servers run on it whatever runs the tests, because Payara 6 refuses newer ones. */
final class Jdk17 {
    private static final Path USUAL_FOLDER = Path.of("/usr/lib/jvm");

    private Jdk17() {}

    /** Its home: the tests' own JDK, the environment's {@code JAVA_HOME_17} or {@code JAVA_HOME}, else one in the usual folder. */
    static Optional<Path> home() {
        return candidates().stream().filter(Jdk17::isJava17).findFirst();
    }

    private static List<Path> candidates() {
        List<Path> homes = new ArrayList<>();
        homes.add(Path.of(System.getProperty("java.home")));
        Stream.of("JAVA_HOME_17", "JAVA_HOME")
                .map(System::getenv)
                .filter(home -> home != null && !home.isEmpty())
                .map(Path::of)
                .forEach(homes::add);
        if (Files.isDirectory(USUAL_FOLDER)) {
            try (Stream<Path> usual = Files.list(USUAL_FOLDER)) {
                usual.sorted().forEach(homes::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return homes;
    }

    private static boolean isJava17(Path home) {
        Path release = home.resolve("release");
        try {
            return Files.isExecutable(home.resolve("bin").resolve("java"))
                    && Files.exists(release)
                    && Files.readString(release).contains("JAVA_VERSION=\"17");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
