// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Makes application servers, and knows which of them this machine can run. Tests name these methods as their condition. */
public final class AppServers {
    private AppServers() {}

    /** Whether this machine can run WildFly; if it cannot, says why. */
    public static boolean canRunWildFly() {
        return canRun(Stage.Kind.WILDFLY);
    }

    /** Whether this machine can run Payara; if it cannot, says why. */
    public static boolean canRunPayara() {
        return canRun(Stage.Kind.PAYARA);
    }

    private static boolean canRun(Stage.Kind kind) {
        if (Jdk17.home().isEmpty()) {
            System.out.println("SKIP " + kind
                    + ": application servers need a JDK 17, and none was found; JAVA_HOME_17 can point at one");
            return false;
        }
        if (Distributions.find(prefix(kind)).isEmpty()) {
            System.out.println("SKIP " + kind + ": it is not in target/servers, where mvn verify unpacks it");
            return false;
        }
        return true;
    }

    /** A server, not started, that writes into this folder. */
    static AppServer create(Stage.Kind kind, Path folder) {
        Path jdk = Jdk17.home().orElseThrow();
        Path home = Distributions.find(prefix(kind)).orElseThrow();
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return switch (kind) {
            case WILDFLY -> new WildFly(home, folder, jdk);
            case PAYARA -> new Payara(home, folder, jdk);
        };
    }

    private static String prefix(Stage.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
