// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.server;

import io.quoin.it.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Quoin server and an application server set up to use it by the script of {@code examples/}, both in processes of their own.
 *
 * <p>Most tests share one for each kind of application server: a start takes longer than a test. They use destinations of their own, and leave both running.
 */
public final class Stage implements AutoCloseable {
    /** The application servers that the adapter is tested in. */
    public enum Kind {
        /** WildFly. */
        WILDFLY,
        /** Payara Server. */
        PAYARA
    }

    private static final Map<Kind, Stage> SHARED = new EnumMap<>(Kind.class);

    private final Path folder;
    private final ServerProcess quoin;
    private final AppServer appServer;

    private Stage(Path folder, ServerProcess quoin, AppServer appServer) {
        this.folder = folder;
        this.quoin = quoin;
        this.appServer = appServer;
    }

    /** The stage that tests share. It is set up when it is first asked for, and ends with the JVM. */
    public static synchronized Stage of(Kind kind) {
        Stage shared = SHARED.computeIfAbsent(kind, k -> {
            Stage stage = create(k, "shared");
            Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "end-" + k));
            return stage;
        });
        shared.repair();
        return shared;
    }

    /** Starts what a test has ended and, because it failed, not started again. */
    private void repair() {
        if (!quoin.process().isAlive()) {
            quoin.restart();
        }
        if (!appServer.process().isAlive()) {
            appServer.start();
        }
    }

    /** A stage of a test's own, under {@code target/ee}, where its logs stay to be read. */
    public static Stage create(Kind kind, String name) {
        Path folder = Path.of("target", "ee", kind.name().toLowerCase(Locale.ROOT) + "-" + name)
                .toAbsolutePath();
        delete(folder);
        AppServer appServer = AppServers.create(kind, folder);
        ServerProcess quoin = ServerProcess.start(folder.resolve("quoin"));
        try {
            appServer.with("quoin.url", quoin.url());
            // WildFly looks for transactions to recover every two minutes, twice with ten seconds between.
            appServer.with("RecoveryEnvironmentBean.periodicRecoveryPeriod", "3");
            appServer.with("RecoveryEnvironmentBean.recoveryBackoffPeriod", "1");
            appServer.start();
            appServer.runScript("quoin");
            appServer.runScript("orders");
            appServer.bindQueue("jms/eeLookedUp", "ee.looked.up");
            return new Stage(folder, quoin, appServer);
        } catch (RuntimeException e) {
            appServer.close();
            quoin.close();
            throw e;
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " could not be deleted", e);
        }
    }

    /** Where this stage keeps its files. */
    public Path folder() {
        return folder;
    }

    /** The message broker. */
    public ServerProcess quoin() {
        return quoin;
    }

    /** The application server. */
    public AppServer appServer() {
        return appServer;
    }

    @Override
    public void close() {
        appServer.close();
        quoin.close();
    }
}
