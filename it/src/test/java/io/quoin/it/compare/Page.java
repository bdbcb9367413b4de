// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** docs/performance.md. */
final class Page {

    private final Plan plan;
    private final Results results;
    private final MachineLimits limits;
    private final List<String> skipped;
    private final Map<String, Integer> fullCollections;
    private final StringBuilder page = new StringBuilder();

    Page(Plan plan, Results results, MachineLimits limits, List<String> skipped, Map<String, Integer> fullCollections) {
        this.plan = plan;
        this.results = results;
        this.limits = limits;
        this.skipped = skipped;
        this.fullCollections = fullCollections;
    }

    String text() throws IOException {
        heading();
        participants();
        rates();
        sends();
        latencies();
        costs();
        queues();
        backlog();
        starts();
        unsynced();
        page.append(new Distances(plan, results, limits).text());
        lacking();
        commands();
        return page.toString();
    }

    private void heading() throws IOException {
        CompareOptions options = plan.options();
        line("# Performance beside others");
        line("");
        line(
                "Written by `it/compare.sh%s` on %s: up to %d blocks of %s s for each kind of work and each participant, after %s s to warm up, in turn. Bodies of 1 KiB; broker"
                        + " and clients on one machine with %d processors, Java %s; load average at the end %s. Figures of a machine with other work on it are good for their ratios only.",
                options.shown(),
                LocalDate.now(),
                options.blocks(),
                number(options.seconds()),
                number(options.warmUpSeconds()),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                load());
        line("");
        line(
                "All clients are driven by `quoin bench`, with the same clocks; those that are not of Jakarta Messaging through a thin adapter (`it/compare/`). The floor is a broker without features, in the"
                        + " same shape ([benchmarks](benchmarks.md#the-floor)). A figure is the median of the blocks, a ratio the median of the ratios of blocks that ran beside each other."
                        + " Every broker but those of the last table syncs what is persistent before it confirms it.");
        line("");
        line("![messages a second](performance.svg)");
        line("");
    }

    private void participants() {
        Map<String, Broker> all = new LinkedHashMap<>();
        plan.participants()
                .values()
                .forEach(each ->
                        each.forEach(one -> one.broker().ifPresent(broker -> all.putIfAbsent(broker.name(), broker))));
        Table table = new Table(List.of("broker", "version", "settings"));
        all.values().forEach(broker -> table.row(List.of(broker.name(), broker.version(), broker.settings())));
        page.append(table.text()).append('\n');
    }

    private void rates() {
        table(Work.Part.RATE, "Messages received a second, synced writes", Block::perSecond, "%,.0f");
    }

    /** A column for each participant, and what they come to. */
    private void table(Work.Part part, String title, ToDoubleFunction<Block> value, String format) {
        List<Participant> all = participants(part);
        List<String> heading = new ArrayList<>(List.of("work"));
        all.forEach(each -> heading.add(each.name()));
        heading.addAll(List.of("× better of Artemis and Classic", "× best of the others", "% of the floor", "goal"));
        Table table = new Table(heading);
        for (Work work : works(part)) {
            List<String> row = new ArrayList<>(List.of(work.title()));
            all.forEach(each -> row.add(Table.cell(format, results.median(work, each.name(), value))));
            row.add(Table.cell("%.1f", results.ratioToBest(work, Participant.QUOIN, rivals(part), true, value)));
            row.add(Table.cell("%.1f", results.ratioToBest(work, Participant.QUOIN, others(part), true, value)));
            row.add(Table.cell("%.0f", 100 * results.ratio(work, Participant.QUOIN, Participant.FLOOR, value)));
            row.add(work.goal().text());
            table.row(row);
        }
        section(title, table);
    }

    private void sends() {
        List<Participant> all = participants(Work.Part.RATE);
        List<String> heading = new ArrayList<>(List.of("work"));
        all.forEach(each -> heading.add(each.name()));
        heading.add("Quoin is × floor");
        Table table = new Table(heading);
        works(Work.Part.RATE).stream()
                .filter(work -> work.key().startsWith("sync"))
                .forEach(work -> {
                    List<String> row = new ArrayList<>(List.of(work.title()));
                    all.forEach(
                            each -> row.add(Table.cell("%,.0f", results.median(work, each.name(), Block::sendP50Us))));
                    row.add(Table.cell(
                            "%.2f", results.ratio(work, Participant.QUOIN, Participant.FLOOR, Block::sendP50Us)));
                    table.row(row);
                });
        section("Median of a synchronous send, µs", table);
    }

    private void latencies() {
        List<Participant> all = participants(Work.Part.LATENCY);
        List<String> heading = new ArrayList<>(List.of("work"));
        all.forEach(each -> heading.add(each.name()));
        heading.addAll(List.of("p50 over the floor, µs", "p99 of that of the better of Artemis and Classic", "goal"));
        Table table = new Table(heading);
        for (Work work : works(Work.Part.LATENCY)) {
            List<String> row = new ArrayList<>(List.of(work.title()));
            all.forEach(each -> row.add(Table.cell("%,.0f", results.median(work, each.name(), Block::p50Us)) + " / "
                    + Table.cell("%,.0f", results.median(work, each.name(), Block::p99Us))));
            row.replaceAll(cell -> cell.equals(Table.NONE + " / " + Table.NONE) ? Table.NONE : cell);
            row.add(Table.cell("%.0f", results.difference(work, Participant.QUOIN, Participant.FLOOR, Block::p50Us)));
            row.add(Table.cell(
                    "%.2f",
                    results.ratioToBest(work, Participant.QUOIN, rivals(Work.Part.LATENCY), false, Block::p99Us)));
            row.add(work.goal().text());
            table.row(row);
        }
        section(
                "From the moment that a message was due until its consumer had it, at a fixed rate, p50 / p99 in µs",
                table);
    }

    private void costs() {
        List<Participant> all = participants(Work.Part.RATE);
        List<String> heading = new ArrayList<>(List.of("work"));
        all.forEach(each -> heading.add(each.name()));
        heading.add("Quoin is × the better of Artemis and Classic");
        Table table = new Table(heading);
        for (Work work : works(Work.Part.RATE)) {
            List<String> row = new ArrayList<>(List.of(work.title()));
            all.forEach(each -> row.add(Table.cell("%.1f", results.median(work, each.name(), Block::cpuUs)) + " / "
                    + Table.cell("%,.0f", results.median(work, each.name(), Block::allocatedBytes))));
            row.replaceAll(cell -> cell.equals(Table.NONE + " / " + Table.NONE) ? Table.NONE : cell);
            List<String> rivals = rivals(Work.Part.RATE);
            row.add(Table.cell("%.2f", results.ratioToBest(work, Participant.QUOIN, rivals, false, Block::cpuUs))
                    + " / "
                    + Table.cell(
                            "%.2f",
                            results.ratioToBest(work, Participant.QUOIN, rivals, false, Block::allocatedBytes)));
            table.row(row);
        }
        section(
                "Processor time of the server for each message received, µs, and what it allocated, bytes; the goal is less than a third",
                table);
        if (!fullCollections.isEmpty() && !table.isEmpty()) {
            List<String> counts = new ArrayList<>();
            fullCollections.forEach((name, count) -> {
                if (count >= 0) {
                    counts.add(name + " " + count);
                }
            });
            line("Full collections in the whole run: %s.", String.join(", ", counts));
            line("");
        }
    }

    private void queues() {
        table(Work.Part.QUEUES, "Closed loop over queues, messages a second", Block::perSecond, "%,.0f");
        Table table = new Table(heading(Work.Part.QUEUES, "work"));
        List<Work> works = works(Work.Part.QUEUES);
        for (Work work : works) {
            table.row(row(work, Work.Part.QUEUES, "%.2f", Block::setUpSeconds));
        }
        section(
                "Seconds until connection, sessions and the consumers of all these new queues were there; the goal is less than 3 s for 10,000",
                table);
        if (works.size() > 1) {
            Work first = works.get(0);
            Work last = works.get(works.size() - 1);
            List<String> lost = new ArrayList<>();
            participants(Work.Part.QUEUES).forEach(each -> {
                double share = results.median(last, each.name(), Block::perSecond)
                        / results.median(first, each.name(), Block::perSecond);
                if (Double.isFinite(share)) {
                    lost.add(String.format(Locale.ROOT, "%s %.0f %%", each.name(), 100 * (1 - share)));
                }
            });
            line(
                    "Lost from %s to %s: %s. The goal is 10 %% at most. Artemis, Classic and the others take part as far as they do it within the limit of time.",
                    first.title(), last.title(), String.join(", ", lost));
            line("");
        }
    }

    private void backlog() {
        table(
                Work.Part.BACKLOG,
                String.format(
                        Locale.ROOT,
                        "A backlog of %,d messages, messages a second",
                        plan.options().backlog()),
                Block::perSecond,
                "%,.0f");
    }

    private void starts() {
        for (Work work : works(Work.Part.START)) {
            Table table = new Table(heading(Work.Part.START, ""));
            List<String> ready = row(work, Work.Part.START, "%,.0f", Block::sendP50Us);
            ready.set(0, "from the start of the server's process until it is ready, on an empty folder");
            table.row(ready);
            List<String> first = row(work, Work.Part.START, "%,.0f", Block::p50Us);
            first.set(0, "from the beginning of a client's `main` until its first message is back");
            table.row(first);
            section("Start, ms; the goals are 700 and 300", table);
        }
    }

    private void unsynced() {
        Table table = new Table(heading(Work.Part.UNSYNCED, "work"));
        works(Work.Part.UNSYNCED).forEach(work -> table.row(row(work, Work.Part.UNSYNCED, "%,.0f", Block::perSecond)));
        if (!table.isEmpty()) {
            section("Messages a second beside the unsynced defaults of the peers", table);
            line(
                    "Here Kafka and RocketMQ confirm what is in the memory of the machine only, which is how they come; what they had confirmed is lost with the machine's power. Quoin syncs here as above: it has no"
                            + " option not to. Artemis and Classic sync unless they are told not to, and so do RabbitMQ's quorum queues.");
            line("");
        }
    }

    /** Who has no part in what, and why. */
    private void lacking() {
        line("## What is not here");
        line("");
        for (List<Work> works : plan.works().values()) {
            for (Work work : works) {
                for (Participant each : plan.participants().get(work.part().brokers())) {
                    String why = results.failure(work, each.name())
                            .orElseGet(() -> each.can().lacks(work));
                    if (!why.isEmpty() && !each.isFloor() && !each.name().equals(Participant.DURABLE)) {
                        line("- %s, %s: %s", each.name(), work.title(), why);
                    }
                }
            }
        }
        skipped.forEach(each -> line("- SKIP %s", each));
        line(
                "- More than %d processors, other disks, and brokers on a machine of their own: not measured.",
                Runtime.getRuntime().availableProcessors());
        line("");
    }

    private void commands() {
        line("## Options of `quoin bench`");
        line("");
        Table table = new Table(List.of("work", "options", "instead"));
        plan.works()
                .values()
                .forEach(works -> works.forEach(work -> {
                    if (work.part() != Work.Part.START) {
                        List<String> instead = new ArrayList<>();
                        work.instead().forEach((name, options) -> instead.add(name + " `" + options + "`"));
                        table.row(List.of(
                                work.title(),
                                work.options().isEmpty() ? "(none)" : "`" + work.options() + "`",
                                String.join(", ", instead)));
                    }
                }));
        page.append(table.text());
    }

    private List<Participant> participants(Work.Part part) {
        return plan.participants().getOrDefault(part.brokers(), List.of());
    }

    private List<Work> works(Work.Part part) {
        return plan.works().getOrDefault(part.brokers(), List.of()).stream()
                .filter(work -> work.part() == part && results.has(work))
                .toList();
    }

    private List<String> rivals(Work.Part part) {
        return participants(part).stream()
                .filter(Participant::isRival)
                .map(Participant::name)
                .toList();
    }

    private List<String> others(Work.Part part) {
        return participants(part).stream()
                .filter(each -> !each.isRival() && !each.isOurs() && !each.isFloor())
                .map(Participant::name)
                .toList();
    }

    private List<String> heading(Work.Part part, String first) {
        List<String> heading = new ArrayList<>(List.of(first));
        participants(part).forEach(each -> heading.add(each.name()));
        return heading;
    }

    private List<String> row(Work work, Work.Part part, String format, ToDoubleFunction<Block> value) {
        List<String> row = new ArrayList<>(List.of(work.title()));
        participants(part).forEach(each -> row.add(Table.cell(format, results.median(work, each.name(), value))));
        return row;
    }

    private void section(String title, Table table) {
        if (!table.isEmpty()) {
            line("## %s", title);
            line("");
            page.append(table.text()).append('\n');
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).split(" ")[0] : "unknown";
    }

    private void line(String format, Object... values) {
        page.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
