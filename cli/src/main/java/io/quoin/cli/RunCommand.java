// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import io.quoin.server.boot.ServerProcess;
import io.quoin.server.config.ConfigException;
import io.quoin.server.config.ConfigLoader;
import io.quoin.server.config.Options;
import io.quoin.server.config.Problem;
import io.quoin.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Runs a server in this process until it is told to stop. Its flags are the table of the server's options. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs a server. It needs no configuration.",
        footer = {"", "Every option can also be set in quoin.yaml and in the environment: docs/configuration.md."})
final class RunCommand implements Callable<Integer> {

    /** The configuration would expose the server. */
    private static final int UNSAFE = 78;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A configuration file (default: quoin.yaml in this folder, if it is there).")
    private @Nullable Path config;

    private RunCommand() {}

    static CommandLine commandLine() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(new RunCommand());
        for (io.quoin.server.config.Option<?> option : Options.all()) {
            String defaultText = option.defaultText();
            spec.addOption(OptionSpec.builder(option.flag())
                    .type(String.class)
                    .paramLabel("VALUE")
                    .description((option.doc() + (defaultText.isEmpty() ? "" : " (default: " + defaultText + ")"))
                            .replace("%", "%%"))
                    .build());
        }
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        ServerConfig loaded;
        try {
            loaded = ConfigLoader.load(config, Path.of(""), System.getenv(), flags());
        } catch (ConfigException e) {
            boolean unsafe = false;
            for (Problem problem : e.problems()) {
                spec.commandLine().getErr().println("quoin: " + problem);
                unsafe |= problem.code() == ErrorCode.UNSAFE_CONFIGURATION;
            }
            return unsafe && e.problems().size() == 1 ? UNSAFE : ExitCode.USAGE;
        }
        LogSetup.level(loaded.get(Options.LOG_LEVEL));
        return ServerProcess.run(loaded, Main.version(), System.out, System.err, RunCommand::exit);
    }

    private Map<io.quoin.server.config.Option<?>, String> flags() {
        ParseResult parsed = spec.commandLine().getParseResult();
        Map<io.quoin.server.config.Option<?>, String> flags = new LinkedHashMap<>();
        for (io.quoin.server.config.Option<?> option : Options.all()) {
            String text = parsed.matchedOptionValue(option.flag(), null);
            if (text != null) {
                flags.put(option, text);
            }
        }
        return flags;
    }

    /** Ends the process at once, when what was logged has been written, or half a second later. */
    private static void exit(int code) {
        LogSetup.stop();
        Runtime.getRuntime().halt(code);
    }
}
