// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows message groups, and releases those that are parked. */
@Command(
        name = "group",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows message groups with their slots and owners, and releases those that are parked.",
        subcommands = {GroupCommand.Ls.class, GroupCommand.Show.class, GroupCommand.Release.class})
final class GroupCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: ls, show or release");
    }

    private static String age(String milliseconds) {
        return milliseconds.equals("-1") ? "-" : Durations.age(milliseconds);
    }

    /** All queues with groups. */
    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "Lists queues and subscriptions that have messages with groups.")
    static final class Ls extends AdminCommand {

        Ls() {
            super("group.ls");
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            String row = "%6s  %-32s  %10s  %12s  %9s  %6s  %6s  %s";
            console.line(String.format(
                    Locale.ROOT, row, "ID", "QUEUE", "MESSAGES", "SLOTS USED", "CONSUMERS", "HELD", "PARKED", "AWAY"));
            for (Json queue : answer.get("queues").items()) {
                console.line(String.format(
                        Locale.ROOT,
                        row,
                        queue.get("id").text(),
                        queue.get("name").text(),
                        queue.get("messages").text()
                                + (queue.get("complete").text().equals("true") ? "" : "+"),
                        queue.get("inUse").text() + "/" + queue.get("slots").text(),
                        queue.get("consumers").text(),
                        queue.get("held").text(),
                        queue.get("parked").text(),
                        queue.get("outOfBalance").text()));
            }
        }
    }

    /** One queue's. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows who shares the slots of a queue, which groups are held and why, and the longest slots.",
                "QUEUE is a name, or an ID of 'quoin group ls'."
            })
    static final class Show extends AdminCommand {

        @Parameters(paramLabel = "QUEUE", description = "Its name or ID.")
        private String queue = "";

        @Option(names = "--all", description = "Shows every slot that has messages, not only the 20 longest.")
        private boolean all;

        Show() {
            super("group.show");
        }

        @Override
        Map<String, String> arguments() {
            return Map.of("name", queue);
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            console.line(answer.get("description").text() + ": "
                    + answer.get("messages").text() + " messages in "
                    + answer.get("inUse").text() + " of " + answer.get("slots").text() + " slots");
            shares(console, answer.get("shares").items());
            held(console, answer.get("heldGroups").items());
            slots(console, answer.get("slotsInUse").items());
        }

        private static void shares(Console console, List<Json> shares) throws IOException {
            String row = "%-44s  %6s  %6s";
            console.line("");
            console.line(String.format(Locale.ROOT, row, "CONSUMER", "HOMES", "HOLDS"));
            for (Json share : shares) {
                console.line(String.format(
                        Locale.ROOT,
                        row,
                        share.get("consumer").text(),
                        share.get("homes").text(),
                        share.get("holds").text()));
            }
        }

        private static void held(Console console, List<Json> held) throws IOException {
            if (held.isEmpty()) {
                return;
            }
            String row = "%-32s  %-8s  %6s  %-9s  %8s  %8s";
            console.line("");
            console.line(String.format(Locale.ROOT, row, "HELD GROUP", "HASH", "SLOT", "WHY", "SINCE", "LEFT"));
            for (Json group : held) {
                console.line(String.format(
                        Locale.ROOT,
                        row,
                        group.get("group").text(),
                        group.get("hash").text(),
                        group.get("slot").text(),
                        group.get("why").text(),
                        age(group.get("sinceMs").text()),
                        age(group.get("leftMs").text())));
            }
        }

        private void slots(Console console, List<Json> slots) throws IOException {
            String row = "%6s  %10s  %6s  %8s  %-44s  %s";
            console.line("");
            console.line(String.format(Locale.ROOT, row, "SLOT", "MESSAGES", "OUT", "AGE", "OWNER", ""));
            List<Json> longestFirst = slots.stream()
                    .sorted(Comparator.comparingLong((Json slot) ->
                                    Long.parseLong(slot.get("messages").text()))
                            .reversed())
                    .limit(all ? Long.MAX_VALUE : 20)
                    .toList();
            for (Json slot : longestFirst) {
                boolean isMoving = slot.get("moving").text().equals("true");
                boolean isElsewhere = slot.get("outOfBalance").text().equals("true");
                console.line(String.format(
                                Locale.ROOT,
                                row,
                                slot.get("slot").text(),
                                slot.get("messages").text(),
                                slot.get("out").text(),
                                age(slot.get("ageMs").text()),
                                slot.get("owner").text(),
                                isElsewhere || isMoving
                                        ? (isMoving ? "moves to " : "lent by ")
                                                + slot.get("home").text()
                                        : "")
                        .stripTrailing());
            }
        }
    }

    /** A parked group goes on. */
    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = {
                "Lets a parked group go on, beginning with the message that had failed, which is tried anew.",
                "With --dead-letter that message goes to the dead letters, and the group goes on without it."
            })
    static final class Release extends AdminCommand {

        @Parameters(index = "0", paramLabel = "QUEUE", description = "Its name, or ID in 'quoin group ls'.")
        private String queue = "";

        @Parameters(index = "1", paramLabel = "GROUP", description = "The group's id, or with --hash its hash.")
        private String group = "";

        @Option(names = "--hash", description = "GROUP is the hash that 'quoin group show' shows.")
        private boolean isHash;

        @Option(names = "--dead-letter", description = "Sends the message that had failed to the dead letters.")
        private boolean deadLetter;

        Release() {
            super("group.release");
        }

        @Override
        Map<String, String> arguments() {
            Map<String, String> arguments = new LinkedHashMap<>();
            arguments.put("name", queue);
            arguments.put(isHash ? "hash" : "group", group);
            arguments.put("deadLetter", Boolean.toString(deadLetter));
            return arguments;
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            console.line("group " + group + " of " + queue + " goes on"
                    + (deadLetter ? ", without the message that had failed" : ""));
        }
    }
}
