// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where passwords come from: never from the command line, which everybody on the machine can read. */
final class Passwords {

    private static final String NEW_PASSWORD_VARIABLE = "QUOIN_NEW_PASSWORD";

    private Passwords() {}

    /** Asks a person without showing what is typed; null if there is no person. */
    @SuppressWarnings("SystemConsoleNull") // see Console
    static @Nullable String ask(String prompt) {
        java.io.Console terminal = Console.standard().isInteractive() ? System.console() : null;
        char[] typed = terminal == null ? null : terminal.readPassword("%s", prompt);
        return typed == null ? null : new String(typed);
    }

    /**
     * The new password of a user: a line of standard input if that is wanted, else QUOIN_NEW_PASSWORD, else asked for,
     * twice.
     */
    static String create(String user, boolean fromStandardInput) throws CliException, IOException {
        String password = fromStandardInput ? line() : System.getenv(NEW_PASSWORD_VARIABLE);
        if (password != null || fromStandardInput) {
            return checked(password);
        }
        String first = ask("New password of " + user + ": ");
        if (first == null) {
            throw CliException.usage("The password comes from standard input with --password-stdin, or from "
                    + NEW_PASSWORD_VARIABLE + "; there is no terminal to ask at");
        }
        if (!first.equals(ask("The same again: "))) {
            throw CliException.usage("The two passwords differ");
        }
        return checked(first);
    }

    private static String checked(@Nullable String password) throws CliException {
        if (password == null || password.isEmpty()) {
            throw CliException.usage("The password is empty");
        }
        return password;
    }

    private static @Nullable String line() throws IOException {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }
}
