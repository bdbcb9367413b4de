// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in the root, run as a user would run it, after the build that it would otherwise start itself. */
class LauncherIT {
    private static final long DEADLINE_SECONDS = 30;

    @TempDir
    Path folder;

    @Test
    void printsTheVersionAndNothingElse() throws Exception {
        Result result = quoin(Map.of(), "--version");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).matches("quoin [0-9][^\\s]*\\R");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void aWordThatIsNoCommandIsAUsageError() throws Exception {
        Result result = quoin(Map.of(), "nosuchcommand");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("nosuchcommand");
    }

    @Test
    void javaOptsReachTheJavaProcessAndComeLast() throws Exception {
        Result result = quoin(Map.of("JAVA_OPTS", "-XX:+PrintCommandLineFlags -XX:TieredStopAtLevel=3"), "--version");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("-XX:TieredStopAtLevel=3");
    }

    @Test
    void aCollectorInJavaOptsReplacesTheScriptsOwn() throws Exception {
        Result result = quoin(Map.of("JAVA_OPTS", "-XX:+UseParallelGC"), "--version");

        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    @Test
    void aJavaHomeWithoutJavaIsPassedOver() throws Exception {
        Result result = quoin(Map.of("JAVA_HOME", folder.resolve("nosuchfolder").toString()), "--version");

        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    @Test
    void worksThroughASymbolicLinkFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("q"), script());

        Result result = run(Map.of(), link.toString(), "--version");
        Files.delete(link);

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).startsWith("quoin ");
    }

    @Test
    void aServerIsToldWhenItWasBuiltInItsOwnProcessSoThatItsStartIsTimedWithoutTheBuild() throws Exception {
        Path checkout = checkoutWithoutJar();
        Map<String, String> fakes =
                Map.of("JAVA_HOME", folder.resolve("java").toString(), "PATH", folder + ":" + System.getenv("PATH"));

        Result first = run(fakes, checkout.resolve("quoin").toString(), "run");
        Result second = run(fakes, checkout.resolve("quoin").toString(), "run");

        assertThat(first.out()).as(first.err()).contains("-Dquoin.built=true");
        assertThat(second.out()).as(second.err()).contains("-jar").doesNotContain("-Dquoin.built");
    }

    /** A checkout with a Maven that makes an empty jar, and a Java that prints what it is called with. */
    private Path checkoutWithoutJar() throws IOException {
        Path checkout = Files.createDirectory(folder.resolve("checkout"));
        Files.copy(script(), checkout.resolve("quoin"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createFile(checkout.resolve("pom.xml"));
        program(folder.resolve("mvn"), "mkdir -p cli/target && : > cli/target/quoin.jar");
        Path java = Files.createDirectories(folder.resolve("java/bin"));
        program(java.resolve("java"), "echo \"$@\"");
        program(java.resolve("javac"), "exit 1");
        Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\n");
        return checkout;
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Result quoin(Map<String, String> environment, String argument) throws Exception {
        return run(environment, script().toString(), argument);
    }

    /** Runs a program in a folder of its own, with the Java of this test unless the environment says otherwise. */
    private Result run(Map<String, String> environment, String... command) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("JAVA_OPTS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .as("ends within %d s", DEADLINE_SECONDS)
                    .isTrue();
            return new Result(process.exitValue(), read(out), read(err));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path script() throws IOException {
        return Path.of("..", "quoin").toRealPath();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private record Result(int exitCode, String out, String err) {}
}
