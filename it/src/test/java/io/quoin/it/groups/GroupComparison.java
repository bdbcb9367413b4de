// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import io.quoin.it.groups.Trial.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The trial of message groups for another provider and for Quoin: the same driver through plain JMS, the same seed, the same checker with the rules of any provider. {@code it/groups.sh} runs it.
 * Arguments: a folder for data and histories, a folder with the peer's jars and classes, seconds, kills of the server, seed.
 */
final class GroupComparison {
    /** The modes that the specification knows. */
    private static final List<Mode> MODES = List.of(Mode.AUTO, Mode.DUPS_OK, Mode.CLIENT, Mode.TRANSACTED);

    private static final int CHANGE_EVERY_MS = 2_000;
    private static final int MESSAGES_PER_SECOND = 100;
    private static final int WORK_MAX_US = 4_000;
    private static final int REDELIVERY_DELAY_MS = 50;
    /** Heartbeats come at 3/7 of 2 s; and at half of it. */
    private static final int QUOIN_FENCES_AFTER_MS = 2_000 * 4 / 7;

    private static final int ARTEMIS_FENCES_AFTER_MS = 900;
    private static final int LONG_STOP_MS = 6_000;
    private static final int EXAMPLES = 2;

    private final Path folder;
    private final int seconds;
    private final int kills;
    private final long seed;

    private GroupComparison(Path folder, int seconds, int kills, long seed) {
        this.folder = folder;
        this.seconds = seconds;
        this.kills = kills;
        this.seed = seed;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        GroupComparison comparison = new GroupComparison(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Long.parseLong(arguments[4]));
        Path peer = Path.of(arguments[1]);
        comparison.artemis("Artemis", peer, false);
        comparison.artemis("Artemis, group-rebalance with pause-dispatch", peer, true);
        comparison.quoin();
    }

    private void quoin() throws IOException, InterruptedException {
        try (QuoinServer server = new QuoinServer(folder.resolve("Quoin"))) {
            Provider provider = new Provider(
                    QuoinServer.FACTORY, server.url(), "groups?maxDeliveries=0&redeliveryDelay=" + REDELIVERY_DELAY_MS);
            run("Quoin", provider, server, new Patience("?sessionTimeout=2s", QUOIN_FENCES_AFTER_MS, LONG_STOP_MS));
        }
    }

    private void artemis(String name, Path peer, boolean rebalance) throws IOException, InterruptedException {
        try (ArtemisServer server = new ArtemisServer(folder.resolve(name), peer, REDELIVERY_DELAY_MS, rebalance)) {
            Provider provider = new Provider(ArtemisServer.FACTORY, server.url(), "groups");
            Patience impatient = new Patience(
                    "?connectionTTL=2000&clientFailureCheckPeriod=1000", ARTEMIS_FENCES_AFTER_MS, LONG_STOP_MS);
            run(name, provider, server, impatient);
        }
    }

    private void run(String name, Provider provider, TrialServer server, Patience impatient)
            throws IOException, InterruptedException {
        Path events = Files.createDirectories(folder.resolve(name + " events"));
        Trial.Options options = new Trial.Options(
                seconds,
                CHANGE_EVERY_MS,
                MESSAGES_PER_SECOND,
                WORK_MAX_US,
                MODES,
                kills,
                new Patience("", 20_000, 0),
                impatient,
                Rules.PLAIN,
                seed);
        Trial.Result result = new Trial(provider, server, options, events).run();
        System.out.printf(Locale.ROOT, "%s, %d s, seed %d: %s%n", name, seconds, seed, result.summary());
        Map<Violation.Kind, Integer> kinds = new EnumMap<>(Violation.Kind.class);
        for (Violation violation : result.violations()) {
            if (kinds.merge(violation.kind(), 1, Integer::sum) <= EXAMPLES) {
                System.out.println("  for example " + violation);
            }
        }
        kinds.forEach((kind, count) -> System.out.printf(Locale.ROOT, "  %-10s %d%n", kind, count));
        System.out.printf(
                Locale.ROOT, "  accepted or finished: %d%n", result.count(Kind.ACCEPTED) + result.count(Kind.FINISHED));
    }
}
