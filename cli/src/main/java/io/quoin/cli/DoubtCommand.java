// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows messages in doubt, and decides them. */
@Command(
        name = "doubt",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows messages whose consumer vanished with them (strict delivery), and decides them.",
        subcommands = {DoubtCommand.Ls.class, DoubtCommand.Resolve.class})
final class DoubtCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: ls or resolve");
    }

    /** All of them. */
    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = {
                "Lists messages in doubt with their age, what they hold, and the connection that had them.",
                "Whether such a message was consumed only the application can find out."
            })
    static final class Ls extends AdminCommand {

        @Parameters(paramLabel = "QUEUE", arity = "0..1", description = "Only those of this queue or subscription.")
        private @Nullable String name;

        @Option(names = "--skip", paramLabel = "N", description = "Leaves so many out, of more than 1,000.")
        private int skip;

        Ls() {
            super("doubt.ls");
        }

        @Override
        Map<String, String> arguments() {
            Map<String, String> arguments = new LinkedHashMap<>();
            if (name != null) {
                arguments.put("name", name);
            }
            arguments.put("skip", Integer.toString(skip));
            return arguments;
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            List<Json> doubts = answer.get("doubts").items();
            String row = "%-28s  %8s  %-8s  %-36s  %s";
            console.line(String.format(Locale.ROOT, row, "QUEUE", "AGE", "HOLDS", "CLIENT", "MESSAGE"));
            for (Json doubt : doubts) {
                console.line(String.format(
                        Locale.ROOT,
                        row,
                        place(doubt),
                        Durations.age(doubt.get("ageMs").text()),
                        holds(doubt),
                        doubt.get("client").text(),
                        id(doubt)));
            }
            int last = skip + doubts.size();
            int total = Integer.parseInt(answer.get("total").text());
            if (last < total) {
                console.line("and " + (total - last) + " more: see --skip " + last);
            }
        }

        private static String place(Json doubt) {
            String subscription = doubt.get("subscription").text();
            String destination = doubt.get("destination").text();
            return subscription.equals("-") ? destination : subscription + " (" + destination + ")";
        }

        private static String holds(Json doubt) {
            if (doubt.get("waits").text().equals("true")) {
                return "nothing";
            }
            return doubt.get("holdsGroup").text().equals("true") ? "group" : "itself";
        }

        private static String id(Json doubt) {
            String id = doubt.get("id").text();
            return id.equals("-") ? "(being read, ask again)" : id;
        }
    }

    /** Whoever knows says so. */
    @Command(
            name = "resolve",
            mixinStandardHelpOptions = true,
            description = {
                "Decides messages in doubt: 'consumed' removes them, 'retry' delivers them once more.",
                "Look first whether their work was done: a message that is tried again is seen twice."
            })
    static final class Resolve extends AdminCommand {

        @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue or durable subscription.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String name;

        @Parameters(index = "1", paramLabel = "RESOLUTION", description = "consumed or retry")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String resolution;

        @Parameters(index = "2", arity = "0..1", paramLabel = "MESSAGE", description = "The id in 'quoin doubt ls'.")
        private @Nullable String id;

        @Option(names = "--all", description = "Decides all that are in doubt there.")
        private boolean all;

        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        Resolve() {
            super("doubt.resolve");
        }

        @Override
        Map<String, String> arguments() {
            if (all == (id != null)) {
                throw new ParameterException(spec.commandLine(), "name a message, or give --all");
            }
            Map<String, String> arguments = new LinkedHashMap<>();
            arguments.put("name", name);
            arguments.put("resolution", resolution);
            if (id != null) {
                arguments.put("id", id);
            }
            return arguments;
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            String what = resolution.equals("retry") ? " to be delivered once more" : " taken for consumed";
            console.line(answer.get("resolved").text() + what + " in " + name);
        }
    }
}
