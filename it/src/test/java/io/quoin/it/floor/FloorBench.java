// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import io.quoin.it.floor.FloorOptions.LogMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Measures the floor of a shape: for each way of syncing, a fresh server and a fresh client in JVMs of their own. The better way counts. */
public final class FloorBench {
    private FloorBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            Processes.say(FloorOptions.USAGE);
            return;
        }
        FloorOptions options;
        try {
            options = FloorOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + FloorOptions.USAGE);
            System.exit(2);
            return;
        }
        Map<LogMode, FloorResult> results = new EnumMap<>(LogMode.class);
        for (LogMode mode : options.logs()) {
            FloorResult result = measure(options, mode);
            results.put(mode, result);
            if (!options.json()) {
                Processes.say(text(mode, result));
            }
        }
        LogMode better = better(options, results);
        Processes.say(options.json() ? json(options, results, better) : "the floor is: " + better.text);
    }

    private static FloorResult measure(FloorOptions options, LogMode mode) throws IOException, InterruptedException {
        List<String> arguments = options.toArguments(mode);
        Process server = Processes.start(FloorServer.class, arguments);
        try {
            List<String> clientArguments = new ArrayList<>(arguments);
            clientArguments.add(Processes.await(server, "port"));
            Process client = Processes.start(FloorClient.class, clientArguments);
            try {
                return FloorResult.parse(Processes.await(client, "result"));
            } finally {
                end(client);
            }
        } finally {
            end(server);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** At a given rate both keep up and the latency decides, otherwise the throughput. */
    private static LogMode better(FloorOptions options, Map<LogMode, FloorResult> results) {
        LogMode better = options.logs().get(0);
        for (LogMode mode : results.keySet()) {
            FloorResult result = results.get(mode);
            FloorResult best = results.get(better);
            boolean isBetter = options.rate() > 0
                    ? result.send().p50() < best.send().p50()
                    : result.sentPerSecond() > best.sentPerSecond();
            if (isBetter) {
                better = mode;
            }
        }
        return better;
    }

    private static String text(LogMode mode, FloorResult result) {
        return String.format(
                Locale.ROOT,
                "%-9s sent %,9.0f/s  received %,9.0f/s%n          send       %s%n          end to end %s",
                mode.text,
                result.sentPerSecond(),
                result.receivedPerSecond(),
                result.send(),
                result.endToEnd());
    }

    private static String json(FloorOptions options, Map<LogMode, FloorResult> results, LogMode better) {
        StringBuilder json = new StringBuilder(String.format(
                Locale.ROOT,
                "{\"producers\": %d, \"connections\": %d, \"consumers\": %d, \"size\": %d, \"window\": %d, \"batch\": %d, \"rate\": %d,"
                        + " \"persistent\": %b, \"floor\": \"%s\"",
                options.producers(),
                options.connections(),
                options.consumers(),
                options.sizeBytes(),
                options.window(),
                options.batch(),
                options.rate(),
                options.persistent(),
                better.text));
        results.forEach((mode, result) ->
                json.append(", \"").append(mode.text).append("\": ").append(result.toJson()));
        return json.append('}').toString();
    }
}
