// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks the server for one verb, and prints the answer as it is or for people. */
abstract class AdminCommand implements Callable<Integer> {

    private final String verb;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    AdminCommand(String verb) {
        this.verb = verb;
    }

    /** What goes with the verb. */
    Map<String, String> arguments() {
        return Map.of();
    }

    /** Called before the verb is sent; what it throws keeps it from being sent. */
    void before(AdminClient admin, Console console) throws CliException, JMSException, IOException {}

    /** Prints the answer for people. */
    abstract void show(Console console, Json answer) throws IOException;

    @Override
    public final Integer call() throws CliException, JMSException, IOException {
        Console console = Console.standard();
        try (AdminClient admin = AdminClient.connect(server)) {
            before(admin, console);
            String answer = admin.request(verb, arguments());
            if (json) {
                console.line(answer);
            } else {
                show(console, Json.parse(answer));
            }
        }
        console.flush();
        return ExitCode.OK;
    }
}
