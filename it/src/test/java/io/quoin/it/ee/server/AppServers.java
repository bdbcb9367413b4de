// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Makes application servers, and knows which of them this machine can run. */
public final class AppServers {
    private AppServers() {}

    /** Whether this machine can run such a server; if it cannot, says why. */
    public static boolean canRun(Stage.Kind kind) {
        String only = System.getProperty("quoin.ee", "");
        if (!only.isEmpty() && !only.equals(prefix(kind))) {
            System.out.println("SKIP " + kind + ": only " + only + " was asked for (quoin.ee)");
            return false;
        }
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
