// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is going to be done, in which order, and about how long it takes.
 *
 * @param works of each part, in its order
 * @param participants of each part
 */
record Plan(CompareOptions options, Map<Work.Part, List<Work>> works, Map<Work.Part, List<Participant>> participants) {

    /** Beside warming up and measuring: starting a client, connecting, emptying what is on the way. */
    private static final double OVERHEAD_SECONDS = 1.6;

    private static final double START_SECONDS = 5;

    /** With as many blocks as there is time for, and one at least. */
    static Plan of(CompareOptions options, Peers peers) {
        Plan plan = complete(options, peers);
        for (int blocks = options.blocks() - 1;
                options.minutes() > 0 && plan.seconds() > 60 * options.minutes() && blocks > 0;
                blocks--) {
            plan = complete(options.withBlocks(blocks), peers);
        }
        return plan;
    }

    private static Plan complete(CompareOptions options, Peers peers) {
        Map<Work.Part, List<Work>> works = new LinkedHashMap<>();
        Map<Work.Part, List<Participant>> participants = new LinkedHashMap<>();
        for (Work work : Work.all(options.backlog())) {
            if (options.wants(work)) {
                works.computeIfAbsent(work.part().brokers(), part -> new ArrayList<>())
                        .add(work);
                participants.computeIfAbsent(work.part().brokers(), peers::of);
            }
        }
        // Nobody to compare with: the part says nothing.
        if (participants.getOrDefault(Work.Part.UNSYNCED, List.of()).size() == 1) {
            works.remove(Work.Part.UNSYNCED);
            participants.remove(Work.Part.UNSYNCED);
        }
        return new Plan(options, works, participants);
    }

    /** Where time is short, rates and latencies get most of it. */
    int rounds(Work.Part part) {
        boolean isShort = options.minutes() > 0;
        int blocks = options.blocks();
        return switch (part) {
            case BACKLOG, START -> isShort ? (blocks + 3) / 4 : Math.min(3, blocks);
            case QUEUES, UNSYNCED -> isShort ? (blocks + 1) / 2 : blocks;
            default -> blocks;
        };
    }

    /** Who does a kind of work. */
    List<Participant> of(Work work) {
        return participants.get(work.part().brokers()).stream()
                .filter(each -> each.can().lacks(work).isEmpty())
                .toList();
    }

    double seconds(Work.Part part) {
        double once = works.get(part).stream()
                .mapToDouble(work -> of(work).stream()
                        .mapToDouble(each -> seconds(work, each))
                        .sum())
                .sum();
        double starts = part == Work.Part.START
                ? 0
                : START_SECONDS * participants.get(part).size();
        return starts + rounds(part) * once;
    }

    private double seconds(Work work, Participant each) {
        return switch (work.part()) {
            case START -> START_SECONDS + OVERHEAD_SECONDS;
            // What the slower ones were seen to do.
            case BACKLOG -> OVERHEAD_SECONDS + options.backlog() / (each.isOurs() ? 150_000.0 : 15_000.0);
            case QUEUES -> block() + work.number("--destinations") / (each.isOurs() ? 5_000.0 : 150.0);
            default -> block();
        };
    }

    private double block() {
        return options.warmUpSeconds() + options.seconds() + OVERHEAD_SECONDS;
    }

    double seconds() {
        return works.keySet().stream().mapToDouble(this::seconds).sum();
    }

    List<String> text() {
        List<String> lines = new ArrayList<>();
        works.forEach((part, list) -> {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-9s %2d times, about %s: %s",
                    part.name().toLowerCase(Locale.ROOT),
                    rounds(part),
                    duration(seconds(part)),
                    String.join(", ", list.stream().map(Work::key).toList())));
            lines.add("          by "
                    + String.join(
                            ", ",
                            participants.get(part).stream()
                                    .map(Participant::name)
                                    .toList()));
        });
        lines.add(String.format(
                Locale.ROOT,
                "blocks of %.1f s after %.1f s to warm up; about %s in all. What is done is written as it goes.",
                options.seconds(),
                options.warmUpSeconds(),
                duration(seconds())));
        return lines;
    }

    static String duration(double seconds) {
        return seconds < 90
                ? String.format(Locale.ROOT, "%.0f s", seconds)
                : seconds < 5_400
                        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                        : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
    }
}
