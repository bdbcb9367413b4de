// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.cli.bench.Bench;
import io.quoin.cli.bench.BenchPlan;
import io.quoin.cli.bench.BenchResult;
import io.quoin.cli.bench.Connector;
import io.quoin.cli.bench.ProviderLoader;
import io.quoin.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures throughput and latency, of Quoin or of any other provider. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures throughput and latency through the Jakarta Messaging API.",
        footer = {
            "",
            "Another provider is measured by the class of its connection factory:",
            "  quoin bench --factory org.example.Factory --url tcp://host:1234 --class-path 'client/*'"
        })
final class BenchCommand implements Callable<Integer> {

    @Mixin
    private final ServerOption server = new ServerOption();

    @Mixin
    private final BenchOptions options = new BenchOptions();

    @Option(names = "--factory", paramLabel = "CLASS", description = "Connection factory of another provider.")
    private @Nullable String factory;

    @Option(names = "--class-path", paramLabel = "PATH", description = "Where that class and what it needs are.")
    private @Nullable String classPath;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Option(names = "--csv", description = "Prints comma-separated values: a heading and a line.")
    private boolean csv;

    @Option(names = "--save", paramLabel = "FILE", description = "Writes the run there too, for --compare.")
    private @Nullable Path save;

    @Option(
            names = "--compare",
            paramLabel = "FILE",
            arity = "2",
            description = "Measures nothing: shows two saved runs beside each other.")
    private Path @Nullable [] compare;

    @Override
    public Integer call() throws Exception {
        Console console = Console.standard();
        if (compare != null) {
            print(console, BenchComparison.of(compare[0], compare[1]).table());
            return ExitCode.OK;
        }
        BenchPlan plan = options.plan();
        BenchReport report = new BenchReport(plan, run(new Bench(connector(), plan), console));
        console.progressDone();
        if (save != null) {
            Files.writeString(save, report.json() + "\n");
        }
        if (json) {
            print(console, List.of(report.json()));
        } else {
            print(console, csv ? report.csv() : report.table());
        }
        return ExitCode.OK;
    }

    private static void print(Console console, List<String> lines) throws IOException {
        for (String line : lines) {
            console.line(line);
        }
        console.flush();
    }

    private BenchResult run(Bench bench, Console console) throws Exception {
        try {
            return bench.run((phase, sent, received, allSent, allReceived) -> console.progress(String.format(
                    Locale.ROOT,
                    "%s: sent %,.0f/s, received %,.0f/s; %,d and %,d in all",
                    phase,
                    sent,
                    received,
                    allSent,
                    allReceived)));
        } catch (RuntimeException | LinkageError e) {
            if (factory == null) {
                throw e;
            }
            throw new CliException(
                    ErrorCode.PROVIDER_FAILED, ExitCode.SOFTWARE, "The provider of " + factory + " fails: " + e);
        }
    }

    private Connector connector() throws CliException {
        if (factory == null) {
            return options.xa() ? server.xaFactory()::createXAConnection : server.factory()::createConnection;
        }
        try {
            ClassLoader loader = classPath == null ? BenchCommand.class.getClassLoader() : ProviderLoader.of(classPath);
            return server.connector(ProviderLoader.factory(loader, factory, server.url), options.xa());
        } catch (ReflectiveOperationException | ClassCastException | LinkageError | IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CliException(
                    ErrorCode.FACTORY_UNUSABLE,
                    ExitCode.SOFTWARE,
                    "The connection factory " + factory + " fails: " + cause);
        }
    }
}
