// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows distributed transactions, and decides those that are in doubt. */
@Command(
        name = "tx",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows distributed transactions (XA), and decides those that are in doubt.",
        subcommands = {TxCommand.Ls.class, TxCommand.Commit.class, TxCommand.Rollback.class, TxCommand.Forget.class})
final class TxCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: ls, commit, rollback or forget");
    }

    /** What it holds, for people: for example {@code orders: 1 sent, 2 received}. */
    private static String holds(Json transaction) {
        List<String> parts = new ArrayList<>();
        for (Json held : transaction.get("holds").items()) {
            List<String> counts = new ArrayList<>();
            if (!held.get("sends").text().equals("0")) {
                counts.add(held.get("sends").text() + " sent");
            }
            if (!held.get("acknowledgements").text().equals("0")) {
                counts.add(held.get("acknowledgements").text() + " received");
            }
            parts.add(held.get("destination").text() + ": " + String.join(", ", counts));
        }
        return parts.isEmpty() ? "nothing" : String.join("; ", parts);
    }

    /** All of them. */
    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = {
                "Lists distributed transactions with their age and what they hold.",
                "Those that are PREPARED wait for their transaction manager, and have an ID to decide them by."
            })
    static final class Ls extends AdminCommand {

        Ls() {
            super("tx.ls");
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            table(console, answer.get("transactions").items());
        }

        private static void table(Console console, List<Json> transactions) throws IOException {
            String row = "%6s  %-13s  %8s  %-32s  %s";
            console.line(String.format(Locale.ROOT, row, "ID", "STATE", "AGE", "HOLDS", "XID"));
            for (Json transaction : transactions) {
                String id = transaction.get("id").text();
                console.line(String.format(
                        Locale.ROOT,
                        row,
                        id.equals("0") ? "-" : id,
                        transaction.get("state").text(),
                        Durations.age(transaction.get("ageMs").text()),
                        holds(transaction),
                        transaction.get("formatId").text() + ":"
                                + transaction.get("globalId").text() + ":"
                                + transaction.get("branchId").text()));
            }
        }
    }

    /** What changes one of them. */
    private abstract static class Change extends AdminCommand {

        @Parameters(paramLabel = "ID", description = "Its number in 'quoin tx ls'.")
        private long id;

        private final String done;

        Change(String verb, String done) {
            super(verb);
            this.done = done;
        }

        @Override
        Map<String, String> arguments() {
            return Map.of("id", Long.toString(id));
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            console.line("transaction " + id + " " + done + " (" + holds(answer) + ")");
        }
    }

    /** Takes effect. */
    @Command(
            name = "commit",
            mixinStandardHelpOptions = true,
            description = {
                "Commits a prepared transaction in place of its transaction manager.",
                "Its manager may have decided otherwise elsewhere; it is told when it asks, until 'forget'."
            })
    static final class Commit extends Change {

        Commit() {
            super("tx.commit", "committed");
        }
    }

    /** Is undone. */
    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = {
                "Rolls a prepared transaction back in place of its transaction manager.",
                "Its manager may have decided otherwise elsewhere; it is told when it asks, until 'forget'."
            })
    static final class Rollback extends Change {

        Rollback() {
            super("tx.rollback", "rolled back");
        }
    }

    /** The decision need not be kept. */
    @Command(
            name = "forget",
            mixinStandardHelpOptions = true,
            description =
                    "Forgets a transaction that 'commit' or 'rollback' decided: its manager will not ask any more.")
    static final class Forget extends Change {

        Forget() {
            super("tx.forget", "forgotten");
        }
    }
}
