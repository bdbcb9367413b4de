// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop;

import io.quoin.it.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one server process that all of them share, as a parameter. It ends with the last test. Tests keep out of each
 * other's way by the names of their destinations; one that kills the server starts its own.
 */
public final class OneServer implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(OneServer.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ServerProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("server", key -> new Running(start()), Running.class)
                .server();
    }

    private static ServerProcess start() {
        try {
            Path target = Files.createDirectories(Path.of("target"));
            return ServerProcess.start(
                    Files.createTempDirectory(target, "interop").resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the server's data", e);
        }
    }

    /** Ended by JUnit when all tests are done. */
    private record Running(ServerProcess server) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
        }
    }
}
