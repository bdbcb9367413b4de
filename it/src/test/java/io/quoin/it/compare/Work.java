// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kind of work.
 *
 * @param key its name on the command line, and that of its queue
 * @param title in tables
 * @param part of the comparison that it belongs to
 * @param options of {@code quoin bench}
 * @param instead options for participants that cannot do it in that way, by name
 * @param floor options of the floor for the same shape; empty if it has none
 * @param goal what it is to show
 */
record Work(String key, String title, Part part, String options, Map<String, String> instead, String floor, Goal goal) {

    /** What is shown together, and runs on brokers that were started for it. */
    enum Part {
        RATE,
        LATENCY,
        QUEUES,
        BACKLOG,
        START,
        UNSYNCED;

        /** Rates and latencies share their brokers. */
        Part brokers() {
            return this == LATENCY ? RATE : this;
        }
    }

    private static final String BATCHES = "--window 1000 --outstanding 1000";
    private static final String SHARED = " --connections 1 --uniform --listener --outstanding 1000";

    /** All kinds of work, in the order of the tables. */
    static List<Work> all(int backlog) {
        List<Work> all = new ArrayList<>(synced());
        for (int queues : List.of(1, 100, 1_000, 10_000)) {
            all.add(queues(queues));
        }
        String messages = " --messages " + backlog;
        Map<String, String> classic = Map.of("Classic", "--consumers 0 --transacted 100" + messages);
        Goal three = Goal.ratio(3);
        all.add(new Work(
                "fill", "backlog, fill", Part.BACKLOG, "--consumers 0 --window 1000" + messages, classic, "", three));
        all.add(new Work("drain", "backlog, drain", Part.BACKLOG, "--producers 0" + messages, Map.of(), "", three));
        all.add(of("start", "start", Part.START, "", "", Goal.NONE));
        all.addAll(unsynced());
        return all;
    }

    private static List<Work> synced() {
        return List.of(
                of(
                        "np",
                        "non-persistent, 1 × 1",
                        Part.RATE,
                        "--non-persistent --outstanding 1000",
                        "--non-persistent --window 1000",
                        Goal.ratio(5)),
                of("sync", "persistent, synchronous, 1 × 1", Part.RATE, "", "--window 1", new Goal(2, 0, 1.25, 0)),
                of(
                        "sync16",
                        "persistent, synchronous, 16 × 4",
                        Part.RATE,
                        "--producers 16 --consumers 4",
                        "--producers 16 --consumers 4",
                        new Goal(3, 0.7, 0, 0)),
                of(
                        "async",
                        "persistent, asynchronous, 1 × 1",
                        Part.RATE,
                        BATCHES,
                        "--window 1000",
                        new Goal(5, 0.25, 0, 0)),
                of(
                        "async4",
                        "persistent, asynchronous, 4 × 4",
                        Part.RATE,
                        "--producers 4 --consumers 4 --window 250 --outstanding 1000",
                        "--producers 4 --consumers 4 --window 250",
                        new Goal(5, 0.25, 0, 0)),
                of("tx", "transactions of 100", Part.RATE, "--transacted 100 --outstanding 1000", "", Goal.ratio(5)),
                of(
                        "xa",
                        "global transactions of 10",
                        Part.RATE,
                        "--xa --transacted 10 --outstanding 1000",
                        "",
                        Goal.NONE),
                of(
                        "topic",
                        "topic, 10 subscribers",
                        Part.RATE,
                        "--topic --consumers 10 --non-persistent --outstanding 1000",
                        "",
                        Goal.ratio(4)),
                of(
                        "lat2000",
                        "2,000 a second, non-persistent",
                        Part.LATENCY,
                        "--non-persistent --rate 2000",
                        "--non-persistent --rate 2000",
                        new Goal(0, 0, 0, 60)),
                of(
                        "lat200",
                        "200 a second, persistent",
                        Part.LATENCY,
                        "--rate 200",
                        "--rate 200",
                        new Goal(0, 0, 0, 150)));
    }

    private static Work queues(int count) {
        String options = "--destinations " + count + SHARED;
        return new Work(
                "q" + count,
                String.format(java.util.Locale.ROOT, "%,d queue%s", count, count == 1 ? "" : "s"),
                Part.QUEUES,
                options + " --window 1000",
                Map.of("Classic", options + " --producers 16"),
                "",
                Goal.NONE);
    }

    private static List<Work> unsynced() {
        return List.of(
                of("u-sync", "synchronous, 1 × 1", Part.UNSYNCED, "", "", Goal.NONE),
                of("u-sync16", "synchronous, 16 × 4", Part.UNSYNCED, "--producers 16 --consumers 4", "", Goal.NONE),
                of("u-async", "asynchronous, 1 × 1", Part.UNSYNCED, BATCHES, "", Goal.NONE),
                of(
                        "u-async4",
                        "asynchronous, 4 × 4",
                        Part.UNSYNCED,
                        "--producers 4 --consumers 4 --window 250 --outstanding 1000",
                        "",
                        Goal.NONE),
                of(
                        "u-topic",
                        "topic, 10 subscribers",
                        Part.UNSYNCED,
                        "--topic --consumers 10 " + BATCHES,
                        "",
                        Goal.NONE));
    }

    private static Work of(String key, String title, Part part, String options, String floor, Goal goal) {
        return new Work(key, title, part, options, Map.of(), floor, goal);
    }

    /** The options of one participant. */
    String options(Participant participant) {
        return instead.getOrDefault(participant.name(), options);
    }

    /** Whether it is given a number of messages, not a time. */
    boolean isCounted() {
        return part == Part.BACKLOG;
    }

    boolean isPersistent() {
        return !options.contains("--non-persistent");
    }

    boolean isTransacted() {
        return options.contains("--transacted");
    }

    boolean isXa() {
        return options.contains("--xa");
    }

    boolean isTopic() {
        return options.contains("--topic");
    }

    /** The number behind an option, or 1. */
    int number(String option) {
        List<String> words = List.of(options.split(" "));
        int at = words.indexOf(option);
        return at < 0 ? 1 : Integer.parseInt(words.get(at + 1));
    }
}
