// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the clients: {@code quoin bench}, the floor with its own client, and one that sends a single message. Each is a process, and has a limit to its time. */
final class Client {

    /** A participant cannot do a kind of work, or has failed: one line. */
    static final class FailedException extends Exception {

        private static final long serialVersionUID = 1L;

        FailedException(String reason) {
            super(reason);
        }
    }

    private static final int REASON_LENGTH = 160;

    private final CompareOptions options;

    /** By kind of work, once both ways of syncing were measured. */
    private final Map<String, String> floorLogs = new HashMap<>();

    Client(CompareOptions options) {
        this.options = options;
    }

    /** @param destination that was not used before where it must be new */
    Block bench(Work work, Participant participant, RunningBroker broker, String destination)
            throws IOException, InterruptedException, FailedException {
        Path saved = options.work().resolve("run.json");
        Files.deleteIfExists(saved);
        List<String> command = new ArrayList<>(List.of(options.java()));
        command.add("-Duser.home=" + options.work()); // some clients write logs there
        command.addAll(List.of("-jar", options.jar().toString(), "bench"));
        command.addAll(List.of("--url", broker.url(participant.query().of(work)), "--destination", destination));
        command.addAll(work.isXa() ? participant.xaClient() : participant.client());
        String own = work.options(participant);
        command.addAll(own.isEmpty() ? List.of() : List.of(own.split(" ")));
        command.addAll(List.of("--seconds", "" + options.seconds(), "--warm-up", "" + options.warmUpSeconds()));
        command.addAll(List.of("--save", saved.toString()));
        double allocatedBefore = broker.allocatedBytes();
        double cpuBefore = broker.cpuSeconds();
        String output = run(command, limitSeconds(work));
        double cpu = broker.cpuSeconds() - cpuBefore;
        if (!Files.exists(saved)) {
            throw new FailedException(reason(output));
        }
        Block block =
                Block.ofBench(Files.readString(saved), cpu, Math.max(0, broker.allocatedBytes() - allocatedBefore));
        if (block.perSecond() == 0) {
            throw new FailedException("nothing came through while it was measured");
        }
        return block;
    }

    private double limitSeconds(Work work) {
        return work.isCounted()
                ? 60 + options.backlog() / 2_000.0
                : 60 + options.warmUpSeconds() + options.seconds() + work.number("--destinations") / 150.0;
    }

    /** In the first block of a kind of work with the log in both places; the better one is its floor from then on. */
    Block floor(Work work) throws IOException, InterruptedException, FailedException {
        List<String> command = new ArrayList<>(List.of(
                options.java(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.quoin.it.floor.FloorBench",
                "--json",
                "--data",
                options.work().resolve("data-floor").toString()));
        command.addAll(List.of(work.floor().split(" ")));
        command.addAll(
                List.of("--seconds", "" + options.seconds(), "--warm-up", "" + Math.min(2, options.warmUpSeconds())));
        if (work.isPersistent()) {
            command.addAll(List.of("--log", floorLogs.getOrDefault(work.key(), "both")));
        }
        String output = run(command, limitSeconds(work) + options.seconds());
        String json =
                output.lines().filter(line -> line.startsWith("{")).findFirst().orElse("");
        if (json.isEmpty()) {
            throw new FailedException(reason(output));
        }
        floorLogs.put(work.key(), Block.floorLog(json));
        return Block.ofFloor(json);
    }

    /** Milliseconds from the beginning of a client's {@code main} until its first message has come back to it. */
    double firstMessageMs(Participant participant, RunningBroker broker, Work work)
            throws IOException, InterruptedException, FailedException {
        List<String> own = participant.client();
        String classPath = System.getProperty("java.class.path") + (own.isEmpty() ? "" : ":" + own.get(1));
        String factory = own.isEmpty() ? "io.quoin.jms.QuoinConnectionFactory" : own.get(3);
        String output = run(
                List.of(
                        options.java(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Duser.home=" + options.work(),
                        "-cp",
                        classPath,
                        "io.quoin.it.compare.FirstMessage",
                        factory,
                        broker.url(participant.query().of(work))),
                60);
        return output.lines()
                .filter(line -> line.startsWith("first message "))
                .mapToDouble(line -> Double.parseDouble(line.substring("first message ".length())))
                .findFirst()
                .orElseThrow(() -> new FailedException(reason(output)));
    }

    /** Returns all that a process has printed. */
    private String run(List<String> command, double limitSeconds)
            throws IOException, InterruptedException, FailedException {
        Path log = options.work().resolve("client.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Children.add(process);
        boolean hasEnded = process.waitFor((long) (1e3 * limitSeconds), TimeUnit.MILLISECONDS);
        Children.end(process);
        if (!hasEnded) {
            throw new FailedException(String.format(Locale.ROOT, "not done within %.0f s", limitSeconds));
        }
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** What a client said last about itself, in a line. */
    static String reason(String output) {
        String line = output.lines()
                .filter(each -> each.startsWith("quoin: ") || each.contains("Exception"))
                .reduce((first, second) -> first.startsWith("quoin: ") ? first : second)
                .or(() -> output.lines().filter(each -> !each.isBlank()).reduce((first, second) -> second))
                .orElse("it ended without a word");
        if (line.contains("CompletionListener") && line.contains("upported")) {
            return "no asynchronous sends";
        }
        String shorter = line.replaceFirst("^quoin: (QN-[0-9]+: )?", "")
                .replaceFirst("^The provider of [^ ]+ fails: ", "")
                .replaceFirst(" See its log, or leave out .*", "");
        return shorter.length() <= REASON_LENGTH ? shorter : shorter.substring(0, REASON_LENGTH) + "…";
    }
}
