// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of {@code quoin.jar}. Only the command that is asked for is loaded, so that short ones are over soon. */
@Command(
        name = "quoin",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A Jakarta Messaging broker and its tools.",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 usage, 3 not found."})
public final class Main implements Runnable {

    private static final Map<String, Supplier<CommandLine>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("run", RunCommand::commandLine);
        COMMANDS.put("send", () -> new CommandLine(new SendCommand()));
        COMMANDS.put("receive", () -> new CommandLine(new ReceiveCommand()));
        COMMANDS.put("browse", () -> new CommandLine(new BrowseCommand()));
        COMMANDS.put("queue", () -> new CommandLine(new QueueCommand()));
        COMMANDS.put("user", () -> new CommandLine(new UserCommand()));
        COMMANDS.put("group", () -> new CommandLine(new GroupCommand()));
        COMMANDS.put("tx", () -> new CommandLine(new TxCommand()));
        COMMANDS.put("doubt", () -> new CommandLine(new DoubtCommand()));
        COMMANDS.put("bench", () -> new CommandLine(new BenchCommand()));
        COMMANDS.put("journal", () -> new CommandLine(new JournalCommand()));
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and ends the process with its exit code: 0 done, 1 failed, 2 usage, 3 not found. */
    public static void main(String[] arguments) {
        System.exit(commandLine(arguments).execute(arguments));
    }

    /** The command line, with the one command that the arguments name, or all if they name none. */
    static CommandLine commandLine(String... arguments) {
        CommandLine root = new CommandLine(new Main());
        Supplier<CommandLine> named = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (named != null) {
            root.addSubcommand(arguments[0], named.get());
        } else {
            COMMANDS.forEach((name, command) -> root.addSubcommand(name, command.get()));
        }
        Errors errors = new Errors();
        return root.setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version in the manifest of the jar that this class was loaded from. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }

    /** What --version prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"quoin " + version()};
        }
    }
}
