// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much is compared.
 *
 * @param root of the checkout
 * @param jar of Quoin
 * @param versions of peers, by their names in lower case
 * @param minutes that it should take at most, as far as one round does; 0 for as long as it takes
 * @param blocks of each participant for each kind of work
 * @param seconds that a block measures, after {@code warmUpSeconds}
 * @param backlog messages
 * @param only keys of the kinds of work; empty for all
 * @param peers in lower case
 * @param isPlanOnly whether to show the plan and end
 * @param shown as it was given, for the page
 */
record CompareOptions(
        Path root,
        Path jar,
        Map<String, String> versions,
        double minutes,
        int blocks,
        double seconds,
        double warmUpSeconds,
        int backlog,
        List<String> only,
        List<String> peers,
        boolean isPlanOnly,
        String shown) {

    private static final List<String> FLAGS = List.of("--quick", "--plan");
    private static final List<String> VALUES = List.of(
            "--blocks",
            "--minutes",
            "--seconds",
            "--warm-up",
            "--backlog",
            "--only",
            "--peers",
            "--jar",
            "--root",
            "--versions");
    private static final String ALL_PEERS = "artemis,classic,kafka,rocketmq,rabbitmq";

    /** @throws IllegalArgumentException with a sentence */
    static CompareOptions parse(List<String> arguments) {
        Map<String, String> given = new LinkedHashMap<>();
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            boolean isFlag = FLAGS.contains(name);
            if (!isFlag && !VALUES.contains(name)) {
                throw new IllegalArgumentException("There is no option " + name + "; --help shows all");
            }
            if (!isFlag && i + 1 == arguments.size()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            String value = isFlag ? "" : arguments.get(++i);
            given.put(name, value);
            if (!List.of("--root", "--jar", "--versions", "--plan").contains(name)) {
                shown.append(' ').append(name).append(isFlag ? "" : " " + value);
            }
        }
        boolean isQuick = given.containsKey("--quick");
        boolean isTimed = given.containsKey("--minutes");
        known("--only", given, Work.all(1).stream().map(Work::key).toList());
        known("--peers", given, list(ALL_PEERS));
        return new CompareOptions(
                Path.of(given.getOrDefault("--root", ".")).toAbsolutePath().normalize(),
                Path.of(given.getOrDefault("--jar", "cli/target/quoin.jar"))
                        .toAbsolutePath()
                        .normalize(),
                versions(given.getOrDefault("--versions", "")),
                isTimed ? number(given, "--minutes", 0) : 0,
                (int) number(given, "--blocks", isQuick ? 1 : 10),
                number(given, "--seconds", isQuick ? 1.5 : isTimed ? 2 : 5),
                number(given, "--warm-up", isQuick ? 1.5 : isTimed ? 2 : 4),
                (int) number(given, "--backlog", isQuick ? 30_000 : isTimed ? 200_000 : 1_000_000),
                list(given.getOrDefault(
                        "--only",
                        isQuick
                                ? "np,sync,sync16,async,async4,tx,topic,lat2000,lat200,q1,q1000,fill,drain,start"
                                : "")),
                list(given.getOrDefault("--peers", isQuick ? "artemis,classic" : ALL_PEERS)),
                given.containsKey("--plan"),
                shown.toString());
    }

    private static void known(String name, Map<String, String> given, List<String> all) {
        for (String each : list(given.getOrDefault(name, ""))) {
            if (!all.contains(each)) {
                throw new IllegalArgumentException(
                        name + " takes some of " + String.join(",", all) + ", and not " + each);
            }
        }
    }

    private static double number(Map<String, String> given, String name, double otherwise) {
        String text = given.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same sentence.
        }
        throw new IllegalArgumentException(name + " must be a number above 0, not " + text);
    }

    private static List<String> list(String text) {
        return text.isEmpty()
                ? List.of()
                : List.of(text.toLowerCase(Locale.ROOT).split(","));
    }

    private static Map<String, String> versions(String text) {
        Map<String, String> versions = new LinkedHashMap<>();
        for (String each : list(text)) {
            int at = each.indexOf('=');
            versions.put(each.substring(0, at), each.substring(at + 1));
        }
        return versions;
    }

    CompareOptions withBlocks(int count) {
        return new CompareOptions(
                root, jar, versions, minutes, count, seconds, warmUpSeconds, backlog, only, peers, isPlanOnly, shown);
    }

    /** Where jars, data and logs are. */
    Path work() {
        return root.resolve("it/target/compare");
    }

    String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    boolean wants(Work work) {
        return only.isEmpty() || only.contains(work.key());
    }

    boolean wants(String peer) {
        return peers.contains(peer.toLowerCase(Locale.ROOT));
    }
}
