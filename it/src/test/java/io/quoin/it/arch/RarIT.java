// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What an application server takes on with quoin.rar: Quoin's own classes, and nothing that it has itself. */
class RarIT {

    private static final long LIMIT_BYTES = 2L << 20;

    private static final Path RAR = Path.of("..", "resource-adapter", "target", "quoin.rar");

    @Test
    void itHasQuoinsJarsAndItsDescriptorAndNothingElse() throws IOException {
        assertThat(Files.size(RAR)).isLessThan(LIMIT_BYTES);
        try (ZipFile rar = new ZipFile(RAR.toFile())) {
            assertThat(rar.stream().filter(entry -> !entry.isDirectory()))
                    .extracting(ZipEntry::getName)
                    .containsExactlyInAnyOrder(
                            "META-INF/ra.xml",
                            "META-INF/LICENSE",
                            "META-INF/NOTICE",
                            "quoin-protocol.jar",
                            "quoin-jms-client.jar",
                            "quoin-resource-adapter.jar");
            assertOwn(rar, "quoin-protocol.jar", "io/quoin/protocol/");
            assertOwn(rar, "quoin-jms-client.jar", "io/quoin/jms/");
            assertOwn(rar, "quoin-resource-adapter.jar", "io/quoin/ra/");
        }
    }

    private static void assertOwn(ZipFile rar, String jar, String folder) throws IOException {
        assertThat(classes(rar, jar))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(name).startsWith(folder));
    }

    /** So that the same sources give the same archive. */
    @Test
    void itDoesNotSayWhenItWasBuilt() throws IOException {
        try (ZipFile rar = new ZipFile(RAR.toFile())) {
            assertThat(rar.stream().map(ZipEntry::getTimeLocal).distinct()).hasSize(1);
            assertThat(rar.stream().map(ZipEntry::getTimeLocal).findFirst())
                    .hasValueSatisfying(time -> assertThat(time).isBefore("2026-01-02T00:00:00"));
        }
    }

    private static List<String> classes(ZipFile rar, String jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (InputStream bytes = rar.getInputStream(rar.getEntry(jar));
                JarInputStream entries = new JarInputStream(bytes)) {
            for (JarEntry entry = entries.getNextJarEntry(); entry != null; entry = entries.getNextJarEntry()) {
                if (entry.getName().endsWith(".class")) {
                    names.add(entry.getName());
                }
            }
        }
        return names;
    }
}
