// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import io.quoin.it.compare.Client.FailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The comparison. Part by part the brokers are started afresh; then, round by round, each kind of work is done by all in turn, each time beginning with another.
 * The page, the chart and the list of all blocks are written after each kind of work, so that whatever ends the comparison, what was measured is there.
 */
public final class Compare {

    private static final PrintStream OUT = System.out;

    private final CompareOptions options;
    private final Peers peers;
    private final Plan plan;
    private final Client client;
    private final Results results = new Results();
    private final Map<String, Integer> fullCollections = new TreeMap<>();
    private final long beganNs = System.nanoTime();
    private final MachineLimits limits;
    private double doneSeconds;

    private Compare(CompareOptions options, Peers peers, Plan plan) throws IOException, InterruptedException {
        this.options = options;
        this.peers = peers;
        this.plan = plan;
        this.client = new Client(options);
        this.limits = MachineLimits.measure(options.work());
    }

    /** Arguments: see it/compare.sh. */
    public static void main(String[] arguments) throws Exception {
        CompareOptions options;
        try {
            options = CompareOptions.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("compare: " + e.getMessage());
            System.exit(2);
            return;
        }
        Files.createDirectories(options.work());
        Peers peers = new Peers(options);
        Plan plan = Plan.of(options, peers);
        peers.skipped().forEach(line -> OUT.println("SKIP " + line));
        plan.text().forEach(OUT::println);
        if (!options.isPlanOnly()) {
            new Compare(plan.options(), peers, plan).run();
        }
        OUT.flush();
    }

    private void run() throws IOException, InterruptedException {
        Files.deleteIfExists(blocksFile());
        for (Work.Part part : plan.works().keySet()) {
            say("%n%s", part.name().toLowerCase(Locale.ROOT));
            if (part == Work.Part.START) {
                measureStarts();
            } else {
                measure(part);
            }
        }
        say(
                "%nDone in %s: docs/performance.md, docs/performance.svg, %s",
                Plan.duration(elapsedSeconds()), blocksFile());
    }

    private void measure(Work.Part part) throws IOException, InterruptedException {
        Map<Broker, RunningBroker> running = new LinkedHashMap<>();
        try {
            for (Participant participant : plan.participants().get(part)) {
                if (participant.broker().isPresent()) {
                    start(participant.broker().get(), running);
                }
            }
            for (int round = 0; round < plan.rounds(part); round++) {
                for (Work work : plan.works().get(part)) {
                    List<Participant> all = plan.of(work);
                    for (int i = 0; i < all.size(); i++) {
                        measure(work, all.get((i + round) % all.size()), round, running);
                    }
                    write();
                }
            }
        } finally {
            for (RunningBroker each : running.values()) {
                stop(each);
            }
        }
        write(); // with the collections of brokers that have ended
    }

    private void start(Broker broker, Map<Broker, RunningBroker> running) throws InterruptedException {
        if (!running.containsKey(broker)) {
            try {
                running.put(broker, RunningBroker.start(broker, options.work()));
            } catch (IOException e) {
                say("SKIP %s: %s", broker.name(), e.getMessage());
                peers.skip(broker.name(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void stop(RunningBroker broker) throws InterruptedException {
        try {
            fullCollections.merge(broker.name(), broker.fullCollections(), Integer::sum);
            broker.close();
        } catch (IOException e) {
            say("%s was not removed: %s", broker.name(), e);
        }
    }

    private void measure(Work work, Participant participant, int round, Map<Broker, RunningBroker> running)
            throws IOException, InterruptedException {
        RunningBroker broker = participant.broker().map(running::get).orElse(null);
        if (Children.areEnding()
                || (broker == null && !participant.isFloor())
                || results.failure(work, participant.name()).isPresent()) {
            return;
        }
        try {
            String destination = work.part() == Work.Part.QUEUES || work.isCounted()
                    ? destination(work, participant, round)
                    : work.key();
            Block block = broker == null ? client.floor(work) : client.bench(work, participant, broker, destination);
            results.add(work, participant.name(), round, block);
            record(work, participant, round, block);
        } catch (FailedException | IOException e) {
            if (Children.areEnding()) {
                return;
            }
            results.failed(work, participant.name(), String.valueOf(e.getMessage()));
            say("%-34s %-22s cannot: %s", work.title(), participant.name(), e.getMessage());
            if (broker != null) {
                restart(participant.broker().orElseThrow(), running);
            }
        }
    }

    /** New in each round; a backlog is filled and drained under one name. */
    private static String destination(Work work, Participant participant, int round) {
        String of = work.isCounted() ? "backlog" : work.key();
        return of + "-" + (participant.name().equals(Participant.DURABLE) ? "durable" : "auto") + "-" + round;
    }

    /** What a failure has left is not carried over into other work. */
    private void restart(Broker broker, Map<Broker, RunningBroker> running) throws InterruptedException {
        stop(running.remove(broker));
        start(broker, running);
    }

    private void measureStarts() throws IOException, InterruptedException {
        Work work = plan.works().get(Work.Part.START).get(0);
        List<Participant> all = plan.participants().get(Work.Part.START);
        Set<String> failed = new HashSet<>();
        for (int round = 0; round < plan.rounds(Work.Part.START); round++) {
            for (int i = 0; i < all.size(); i++) {
                Participant participant = all.get((i + round) % all.size());
                if (!failed.contains(participant.name()) && !measureStart(work, participant, round)) {
                    failed.add(participant.name());
                }
            }
        }
        write();
    }

    /** The time until it is ready takes the place of a send's median, that of the first message the place of the one from end to end; both in milliseconds. */
    private boolean measureStart(Work work, Participant participant, int round)
            throws IOException, InterruptedException {
        double none = Double.NaN;
        try (RunningBroker broker = RunningBroker.start(participant.broker().orElseThrow(), options.work())) {
            double firstMs = client.firstMessageMs(participant, broker, work);
            results.add(
                    work,
                    participant.name(),
                    round,
                    new Block(none, broker.readyMs(), firstMs, none, none, none, none));
            say(
                    "%-34s %-22s ready in %,.0f ms, a client's first message in %,.0f ms",
                    work.title(), participant.name(), broker.readyMs(), firstMs);
            return true;
        } catch (IOException | FailedException e) {
            results.failed(work, participant.name(), String.valueOf(e.getMessage()));
            say("%-34s %-22s cannot: %s", work.title(), participant.name(), e.getMessage());
            return false;
        }
    }

    private void record(Work work, Participant participant, int round, Block block) throws IOException {
        doneSeconds = elapsedSeconds();
        say(
                "%-34s %-22s %,10.0f/s, %,8.0f µs p50, %,8.0f µs p99   (%s of about %s)",
                work.title(),
                participant.name(),
                block.perSecond(),
                block.p50Us(),
                block.p99Us(),
                Plan.duration(doneSeconds),
                Plan.duration(plan.seconds()));
        if (!Files.exists(blocksFile())) {
            Files.writeString(
                    blocksFile(),
                    "work,participant,round,perSecond,sendP50Us,p50Us,p99Us,setUpSeconds,cpuUs,allocatedBytes\n");
        }
        Files.writeString(
                blocksFile(),
                String.format(
                        Locale.ROOT,
                        "%s,\"%s\",%d,%.1f,%.1f,%.1f,%.1f,%.3f,%.3f,%.1f%n",
                        work.key(),
                        participant.name(),
                        round,
                        block.perSecond(),
                        block.sendP50Us(),
                        block.p50Us(),
                        block.p99Us(),
                        block.setUpSeconds(),
                        block.cpuUs(),
                        block.allocatedBytes()),
                StandardOpenOption.APPEND);
    }

    private Path blocksFile() {
        return options.work().resolve("blocks.csv");
    }

    private double elapsedSeconds() {
        return (System.nanoTime() - beganNs) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private void write() throws IOException {
        if (Children.areEnding()) {
            return;
        }
        Page page = new Page(plan, results, limits, peers.skipped(), fullCollections);
        Files.writeString(options.root().resolve("docs/performance.md"), page.text());
        Files.writeString(options.root().resolve("docs/performance.svg"), new Chart(plan, results).svg());
    }

    private static void say(String format, Object... values) {
        OUT.println(String.format(Locale.ROOT, format, values));
        OUT.flush();
    }
}
