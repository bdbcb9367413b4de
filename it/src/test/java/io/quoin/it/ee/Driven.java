// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.ee.server.Stage;
import io.quoin.it.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** The application {@code drive.war} on a stage, as its tests call it. */
final class Driven {
    private static final Duration ALL_WITHIN = Duration.ofSeconds(90);
    private static final Set<Stage> DEPLOYED = new HashSet<>();

    private final Stage stage;

    private Driven(Stage stage) {
        this.stage = stage;
    }

    /** The application; it is deployed if it was not yet. */
    static Driven on(Stage stage) {
        Driven driven = new Driven(stage);
        if (!DEPLOYED.contains(stage)) {
            deploy(stage);
            DEPLOYED.add(stage);
            // Payara looks for transactions to recover before it lets the first one go on, which takes many seconds.
            driven.get("send?queue=ee.plain&text=first");
            driven.await("first message", ALL_WITHIN, () -> driven.tally("Plain", "calls") > 0);
        }
        return driven;
    }

    /** Deploys it, once more if it was before. */
    static void deploy(Stage stage) {
        stage.appServer().deploy(DriveArchive.write(stage.folder()));
    }

    /** What it answers. */
    String get(String path) {
        return stage.appServer().get("drive/" + path);
    }

    /** The texts that a bean was called with and that contain this, in the order of the calls. */
    List<String> texts(String bean, String part) {
        return get("texts?bean=" + bean).lines().filter(t -> t.contains(part)).toList();
    }

    /** The longest time from send to call of the messages whose texts contain this. */
    long longestWaitMs(String bean, String part) {
        return get("waits?bean=" + bean)
                .lines()
                .filter(line -> line.contains(part))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
                .max()
                .orElseThrow();
    }

    /** One of the numbers that are kept of a bean. */
    long tally(String bean, String name) {
        return get("tally?bean=" + bean)
                .lines()
                .filter(line -> line.startsWith(name + "="))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until a bean was called with these texts, each once, in whatever order. */
    void awaitTexts(String bean, String part, List<String> expected) {
        List<String> sorted = expected.stream().sorted().toList();
        Awaitility.await(bean + " gets all")
                .atMost(ALL_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(
                        () -> assertThat(texts(bean, part).stream().sorted().toList())
                                .as("%s", bean)
                                .isEqualTo(sorted));
    }

    /** Waits for a condition, polling. */
    void await(String what, Duration atMost, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(50))
                .until(condition::getAsBoolean);
    }

    /** How many threads of the application server are named after Quoin. */
    int quoinThreads() {
        return (int) jcmd("Thread.print")
                .lines()
                .filter(line -> line.startsWith("\"") && line.contains("quoin"))
                .count();
    }

    private String jcmd(String command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        JavaProcess.Ended ended = JavaProcess.run(
                new byte[0],
                Arrays.asList(jcmd, Long.toString(stage.appServer().process().pid()), command));
        if (ended.exitCode() != 0) {
            throw new IllegalStateException(ended.errors());
        }
        return ended.output();
    }
}
