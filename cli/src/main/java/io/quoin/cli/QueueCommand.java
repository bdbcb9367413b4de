// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import jakarta.jms.JMSException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows queues and empties them. */
@Command(
        name = "queue",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows queues and empties them.",
        subcommands = {QueueCommand.Ls.class, QueueCommand.Info.class, QueueCommand.Purge.class})
final class QueueCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: ls, info or purge");
    }

    private static Map<String, String> name(String queue) {
        return Map.of("name", queue);
    }

    /** All queues. */
    @Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists all queues.")
    static final class Ls extends AdminCommand {

        Ls() {
            super("queue.ls");
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            table(console, answer.get("queues").items());
        }

        private static void table(Console console, List<Json> queues) throws IOException {
            int width = 5;
            for (Json queue : queues) {
                width = Math.max(width, queue.get("name").text().length());
            }
            String row = "%-" + width + "s  %12s  %12s  %9s  %14s";
            console.line(String.format(Locale.ROOT, row, "QUEUE", "MESSAGES", "DELIVERED", "CONSUMERS", "BYTES"));
            for (Json queue : queues) {
                console.line(String.format(
                        Locale.ROOT,
                        row,
                        queue.get("name").text(),
                        queue.get("messages").text(),
                        queue.get("delivered").text(),
                        queue.get("consumers").text(),
                        queue.get("bytes").text()));
            }
            for (Json queue : queues) {
                String heldBack = queue.get("heldBack").text();
                if (!heldBack.equals("0")) {
                    console.line(heldBack + " messages of " + queue.get("name").text() + " wait, for at most "
                            + Durations.age(queue.get("heldBackForMs").text())
                            + ", for consumers that may have had them when the server ended");
                }
            }
        }
    }

    /** One queue. */
    @Command(name = "info", mixinStandardHelpOptions = true, description = "Shows one queue.")
    static final class Info extends AdminCommand {

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue = "";

        Info() {
            super("queue.info");
        }

        @Override
        Map<String, String> arguments() {
            return name(queue);
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            for (String field : answer.names()) {
                console.line(String.format(
                        Locale.ROOT, "%-20s %s", field, answer.get(field).text()));
            }
        }
    }

    /** Drops what waits in a queue. */
    @Command(
            name = "purge",
            mixinStandardHelpOptions = true,
            description = "Drops all messages that wait in a queue. What consumers have in hand stays theirs.")
    static final class Purge extends AdminCommand {

        @Parameters(paramLabel = "QUEUE", description = "Its name.")
        private String queue = "";

        @Option(
                names = {"-y", "--yes"},
                description = "Does not ask.")
        private boolean yes;

        Purge() {
            super("queue.purge");
        }

        @Override
        Map<String, String> arguments() {
            return name(queue);
        }

        @Override
        void before(AdminClient admin, Console console) throws CliException, JMSException, IOException {
            if (!yes) {
                Json info = Json.parse(admin.request("queue.info", name(queue)));
                ask(console, info.get("messages").text());
            }
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            console.line(answer.get("purged").text() + " messages dropped");
        }

        private void ask(Console console, String messages) throws CliException, IOException {
            console.say("This drops the " + messages + " messages that wait in " + queue + ". Go on? [y/N]");
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
                throw CliException.usage("Nothing was dropped: say yes when asked, or give --yes");
            }
        }
    }
}
