// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import io.quoin.it.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one server process that all classes of this package use, started for the first of them and ended with the JVM. */
final class SharedServer {

    private static final ServerProcess SERVER = start();

    private SharedServer() {}

    static ServerProcess process() {
        return SERVER;
    }

    private static ServerProcess start() {
        try {
            Path target = Files.createDirectories(Path.of("target"));
            Path folder = Files.createTempDirectory(target, "jms-it-");
            ServerProcess server = ServerProcess.start(folder.resolve("data"));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
