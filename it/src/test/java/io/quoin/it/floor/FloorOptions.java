// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shape of a run.
 *
 * @param producers threads that send
 * @param connections over which they send, shared evenly; each consumer has one of its own
 * @param consumers threads that receive
 * @param sizeBytes of a body; on the wire and in the log {@link #OVERHEAD_BYTES} more
 * @param window messages of one producer without a receipt, at most; 1 is a synchronous producer
 * @param batch messages that a producer puts into one write, at most
 * @param rate messages a second of all producers together; 0 for as many as possible
 * @param warmUpSeconds before measuring starts
 * @param seconds of measuring
 * @param persistent whether messages and acknowledgements are logged and synced
 * @param logs the ways of syncing to measure, of which the better one counts
 * @param prefetch messages given to one consumer without an acknowledgement, at most
 * @param ringKiB the server's memory for messages on their way
 * @param logMiB length of the log, which is written round and round
 * @param data folder for the log
 * @param json whether to print JSON only
 */
record FloorOptions(
        int producers,
        int connections,
        int consumers,
        int sizeBytes,
        int window,
        int batch,
        long rate,
        double warmUpSeconds,
        double seconds,
        boolean persistent,
        List<LogMode> logs,
        int prefetch,
        int ringKiB,
        int logMiB,
        Path data,
        boolean json) {

    /** What a frame, a header and a destination add to a body in a real broker. */
    static final int OVERHEAD_BYTES = 76;

    static final String USAGE = """
            FloorBench: what a broker without features does on this machine, in a given shape

              --producers N        threads that send (1)
              --connections N      over which they send; fewer than producers are shared (producers)
              --consumers N        threads that receive, each on its own connection (1)
              --size BYTES         of a body (1024)
              --window N           unacknowledged sends of one producer; 1 is a synchronous producer (1)
              --batch N            messages in one write of a producer (min(window, 60))
              --rate N             messages a second of all producers; 0 for as many as possible (0)
              --warm-up SECONDS    (2)
              --seconds SECONDS    of measuring (5)
              --persistent         log and sync (default)
              --non-persistent     no log
              --log MODE           in-place, thread or both (both)
              --prefetch N         unacknowledged messages of one consumer (1000)
              --ring-kib N         the server's memory for messages on their way (8192)
              --log-mib N          length of the log, which is written round and round (256)
              --data DIR           folder for the log, on a real disk (target/floor)
              --json               one JSON object, nothing else
            """;

    /** Where the log is written and synced. */
    enum LogMode {
        /** By the event loop itself, between reading and answering. */
        IN_PLACE("in-place"),
        /** By a thread that does nothing else. */
        THREAD("thread"),
        /** Nowhere: non-persistent messages. */
        NONE("none");

        final String text;

        LogMode(String text) {
            this.text = text;
        }

        static LogMode of(String text) {
            for (LogMode mode : values()) {
                if (mode.text.equals(text)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException("--log must be in-place, thread or both, not " + text);
        }
    }

    /** The length of a message on the wire and in the log. */
    int unitBytes() {
        return sizeBytes + OVERHEAD_BYTES;
    }

    /** Reads what {@link #toArguments} or a person wrote. */
    static FloorOptions parse(String... arguments) {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--persistent", "--non-persistent", "--json" -> given.put(arguments[i], "");
                case "--producers",
                        "--connections",
                        "--consumers",
                        "--size",
                        "--window",
                        "--batch",
                        "--rate",
                        "--warm-up",
                        "--seconds",
                        "--log",
                        "--prefetch",
                        "--ring-kib",
                        "--log-mib",
                        "--data" -> {
                    if (i + 1 == arguments.length) {
                        throw new IllegalArgumentException(arguments[i] + " needs a value");
                    }
                    given.put(arguments[i], arguments[++i]);
                }
                default -> throw new IllegalArgumentException("Unknown option " + arguments[i]);
            }
        }
        int producers = number(given, "--producers", 1, 0);
        int window = number(given, "--window", 1, 1);
        int connections = number(given, "--connections", producers, 0);
        boolean persistent = !given.containsKey("--non-persistent");
        String log = given.getOrDefault("--log", "both");
        List<LogMode> logs = !persistent
                ? List.of(LogMode.NONE)
                : log.equals("both") ? List.of(LogMode.IN_PLACE, LogMode.THREAD) : List.of(LogMode.of(log));
        return new FloorOptions(
                producers,
                Math.min(connections, producers),
                number(given, "--consumers", 1, 0),
                number(given, "--size", 1024, 1),
                window,
                Math.min(window, number(given, "--batch", Math.min(window, 60), 1)),
                number(given, "--rate", 0, 0),
                Double.parseDouble(given.getOrDefault("--warm-up", "2")),
                Double.parseDouble(given.getOrDefault("--seconds", "5")),
                persistent,
                logs,
                number(given, "--prefetch", 1000, 1),
                number(given, "--ring-kib", 8192, 64),
                number(given, "--log-mib", 256, 1),
                Path.of(given.getOrDefault("--data", "target/floor")),
                given.containsKey("--json"));
    }

    private static int number(Map<String, String> given, String name, int otherwise, int least) {
        String text = given.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Falls through to the same complaint.
        }
        throw new IllegalArgumentException(name + " must be a whole number of at least " + least + ", not " + text);
    }

    /** For the processes of one measurement. */
    List<String> toArguments(LogMode log) {
        List<String> arguments = new ArrayList<>(List.of(
                "--producers", "" + producers,
                "--connections", "" + connections,
                "--consumers", "" + consumers,
                "--size", "" + sizeBytes,
                "--window", "" + window,
                "--batch", "" + batch,
                "--rate", "" + rate,
                "--warm-up", "" + warmUpSeconds,
                "--seconds", "" + seconds,
                "--prefetch", "" + prefetch,
                "--ring-kib", "" + ringKiB,
                "--log-mib", "" + logMiB,
                "--data", data.toString()));
        arguments.addAll(persistent ? List.of("--persistent", "--log", log.text) : List.of("--non-persistent"));
        return arguments;
    }
}
