// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test class whose name the build does not look for is silently never run. This finds such classes. */
class TestNamesTest {
    /** On every annotation that makes a method or field a test, of JUnit, jqwik and ArchUnit alike. */
    private static final String TESTABLE = "org.junit.platform.commons.annotation.Testable";

    @Test
    void everyTestHasANameThatTheBuildLooksFor() throws IOException {
        List<Path> modules = modulesWithTests();

        assertThat(modules).as("modules with compiled tests, this one at least").isNotEmpty();
        for (Path module : modules) {
            boolean processTests = module.getFileName().toString().equals("it");
            assertThat(new ClassFileImporter().importPath(module.resolve("target/test-classes")))
                    .filteredOn(TestNamesTest::hasTests)
                    .allSatisfy(c -> assertThat(outermostName(c))
                            .as("%s in %s", c.getName(), module.getFileName())
                            .matches(processTests ? ".*(Test|IT)" : ".*Test"));
        }
    }

    private static List<Path> modulesWithTests() throws IOException {
        Path root = Path.of("..").toRealPath();
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(f -> Files.isRegularFile(f.resolve("pom.xml")))
                    .filter(f -> Files.isDirectory(f.resolve("target/test-classes")))
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasTests(JavaClass c) {
        return !c.getModifiers().contains(JavaModifier.ABSTRACT)
                && !c.isInterface()
                && c.getAllMembers().stream().anyMatch(TestNamesTest::isTest);
    }

    private static boolean isTest(JavaMember member) {
        return member.isMetaAnnotatedWith(TESTABLE)
                || member.getAnnotations().stream()
                        .anyMatch(a -> a.getRawType().getSimpleName().equals("FuzzTest"));
    }

    private static String outermostName(JavaClass c) {
        return c.getEnclosingClass().map(TestNamesTest::outermostName).orElseGet(c::getSimpleName);
    }
}
