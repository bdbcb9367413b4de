// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.cli.bench.Bench;
import io.quoin.cli.bench.BenchPlan;
import io.quoin.cli.bench.BenchResult;
import io.quoin.cli.bench.Connector;
import io.quoin.cli.bench.ProviderLoader;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.admin.JsonWriter;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
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

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final double NS_PER_US = 1_000;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Option(names = "--producers", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int producers;

    @Option(names = "--consumers", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int consumers;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "Body. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--non-persistent", description = "Messages need not survive the server.")
    private boolean nonPersistent;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Sends on the way at a time, by asynchronous sends; 1 waits for each. Default: ${DEFAULT-VALUE}.")
    private int window;

    @Option(
            names = "--transacted",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages in a transaction, of producers and consumers. Default: none.")
    private int transacted;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages a second, of all producers. Default: as many as go.")
    private double rate;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            defaultValue = "bench",
            description = "Default: ${DEFAULT-VALUE}.")
    private String destination = "";

    @Option(names = "--destinations", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int destinations;

    @Option(names = "--topic", description = "Destinations are topics.")
    private boolean topic;

    @Option(names = "--factory", paramLabel = "CLASS", description = "Connection factory of another provider.")
    private @Nullable String factory;

    @Option(names = "--class-path", paramLabel = "PATH", description = "Where that class and what it needs are.")
    private @Nullable String classPath;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        BenchPlan plan = plan();
        Console console = Console.standard();
        Bench bench = new Bench(connector(), plan);
        BenchResult result = run(bench, console);
        console.progressDone();
        if (json) {
            console.line(json(plan, result));
        } else {
            table(console, plan, result);
        }
        console.flush();
        return ExitCode.OK;
    }

    private BenchResult run(Bench bench, Console console) throws Exception {
        try {
            return bench.run(perSecond -> console.progress(String.format(Locale.ROOT, "%,.0f messages/s", perSecond)));
        } catch (RuntimeException | LinkageError e) {
            if (factory == null) {
                throw e;
            }
            throw new CliException(
                    ErrorCode.PROVIDER_FAILED, ExitCode.SOFTWARE, "The provider of " + factory + " fails: " + e);
        }
    }

    private BenchPlan plan() throws CliException {
        try {
            return new BenchPlan(
                    destination,
                    destinations,
                    topic,
                    producers,
                    consumers,
                    size,
                    !nonPersistent,
                    window,
                    transacted,
                    rate,
                    warmUp,
                    seconds);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    private Connector connector() throws CliException {
        if (factory == null) {
            return server.factory()::createConnection;
        }
        try {
            ClassLoader loader = classPath == null ? BenchCommand.class.getClassLoader() : ProviderLoader.of(classPath);
            return server.connector(ProviderLoader.factory(loader, factory, server.url));
        } catch (ReflectiveOperationException | ClassCastException | LinkageError | IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CliException(
                    ErrorCode.FACTORY_UNUSABLE,
                    ExitCode.SOFTWARE,
                    "The connection factory " + factory + " fails: " + cause);
        }
    }

    private static void table(Console console, BenchPlan plan, BenchResult result) throws IOException {
        console.line(String.format(
                Locale.ROOT,
                "%s, %d bytes, %d producers (window %d%s), %d consumers, %.0f s",
                plan.persistent() ? "persistent" : "non-persistent",
                plan.bodyBytes(),
                plan.producers(),
                plan.window(),
                plan.transactionSize() > 0 ? ", " + plan.transactionSize() + " in a transaction" : "",
                plan.consumers(),
                result.seconds()));
        console.line(String.format(
                Locale.ROOT,
                "%-10s %12s %10s %10s %10s %10s %10s",
                "",
                "messages/s",
                "p50 us",
                "p90 us",
                "p99 us",
                "p99.9 us",
                "max us"));
        if (plan.producers() > 0) {
            console.line(row("sent", result.sentPerSecond(), result.sendNs()));
        }
        if (plan.consumers() > 0) {
            console.line(row("received", result.receivedPerSecond(), result.deliveryNs()));
        }
    }

    private static String row(String name, double perSecond, Histogram latencyNs) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-10s %,12.0f", name, perSecond));
        for (double percentile : PERCENTILES) {
            row.append(String.format(Locale.ROOT, " %,10.0f", latencyNs.getValueAtPercentile(percentile) / NS_PER_US));
        }
        return row.toString();
    }

    private static String json(BenchPlan plan, BenchResult result) {
        JsonWriter json = new JsonWriter().beginObject();
        json.field("persistent", plan.persistent());
        json.field("bodyBytes", plan.bodyBytes());
        json.field("producers", plan.producers());
        json.field("consumers", plan.consumers());
        json.field("window", plan.window());
        json.field("transactionSize", plan.transactionSize());
        json.name("ratePerSecond").value((Object) plan.ratePerSecond());
        json.field("destinations", plan.destinations());
        json.field("topic", plan.topic());
        json.name("seconds").value((Object) result.seconds());
        side(json.name("sent"), result.sent(), result.sentPerSecond(), result.sendNs());
        side(json.name("received"), result.received(), result.receivedPerSecond(), result.deliveryNs());
        return json.endObject().toString();
    }

    private static void side(JsonWriter json, long messages, double perSecond, Histogram latencyNs) {
        json.beginObject().field("messages", messages);
        json.name("perSecond").value((Object) perSecond);
        json.name("latencyUs").beginObject();
        for (double percentile : PERCENTILES) {
            String name =
                    percentile == 100 ? "max" : "p" + String.valueOf(percentile).replaceAll("\\.0$", "");
            json.name(name).value((Object) (latencyNs.getValueAtPercentile(percentile) / NS_PER_US));
        }
        json.endObject().endObject();
    }
}
