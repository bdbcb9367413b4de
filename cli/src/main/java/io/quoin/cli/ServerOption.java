// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.cli.bench.Connector;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Which server a command talks to, and as whom. A password is never an option of its own: others would see it. */
final class ServerOption {

    private static final String USER_VARIABLE = "QUOIN_USER";
    private static final String PASSWORD_VARIABLE = "QUOIN_PASSWORD";

    @Option(
            names = "--url",
            paramLabel = "URI",
            defaultValue = "${env:QUOIN_URL:-quoin://127.0.0.1:5544}",
            description = "The server (default: QUOIN_URL, or quoin://127.0.0.1:5544).")
    String url = "";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "The user (default: that of the URI, or QUOIN_USER). The password comes from QUOIN_PASSWORD, or is"
                            + " asked for.")
    private @Nullable String user;

    /** A connection factory for it; asks for the password if there is a user without one, and somebody to ask. */
    QuoinConnectionFactory factory() throws CliException {
        QuoinConnectionFactory factory = forUrl();
        if (user != null) {
            factory.setUser(user);
            factory.setPassword(null);
        } else if (factory.getUser() == null) {
            factory.setUser(System.getenv(USER_VARIABLE));
        }
        String name = factory.getUser();
        if (name != null && factory.getPassword() == null) {
            factory.setPassword(password(name));
        }
        return factory;
    }

    /** The same, for global transactions. */
    QuoinXAConnectionFactory xaFactory() throws CliException {
        QuoinConnectionFactory plain = factory();
        QuoinXAConnectionFactory xa = new QuoinXAConnectionFactory(url);
        xa.setUser(plain.getUser());
        xa.setPassword(plain.getPassword());
        return xa;
    }

    /**
     * Connects through a factory that is not ours, as the user who was named, or as its URL says.
     *
     * @throws ClassCastException if {@code xa} is asked for and the factory has no such connections
     */
    Connector connector(ConnectionFactory other, boolean xa) throws CliException {
        String name = user != null ? user : System.getenv(USER_VARIABLE);
        @Nullable String password = name == null ? null : password(name);
        if (xa) {
            XAConnectionFactory global = (XAConnectionFactory) other;
            return name == null ? global::createXAConnection : () -> global.createXAConnection(name, password);
        }
        return name == null ? other::createConnection : () -> other.createConnection(name, password);
    }

    private static @Nullable String password(String name) throws CliException {
        @Nullable String password = System.getenv(PASSWORD_VARIABLE);
        return password != null ? password : Passwords.ask("Password of " + name + ": ");
    }

    private QuoinConnectionFactory forUrl() throws CliException {
        try {
            return new QuoinConnectionFactory(url);
        } catch (IllegalArgumentException e) {
            throw new CliException(ErrorCode.BAD_URI, ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
