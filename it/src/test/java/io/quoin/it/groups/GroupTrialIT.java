// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.groups.Event.Kind;
import io.quoin.it.groups.Trial.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The order of groups under everything that happens to consumers and to the server, judged by what the applications saw. */
class GroupTrialIT {
    private static final long SEED = Long.getLong("quoin.seed", System.nanoTime());
    private static final int SECONDS = Integer.getInteger("quoin.seconds", Boolean.getBoolean("quoin.long") ? 600 : 20);
    private static final int SERVER_KILLS = Integer.getInteger("quoin.kills", Math.max(1, SECONDS / 30));

    /** 35 s, of which a heartbeat may have taken up to 3/7. */
    private static final Patience PATIENT = new Patience("", 20_000, 0);

    private static final Patience IMPATIENT = new Patience("?sessionTimeout=2s", 2_000 * 4 / 7, 4_000);

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void groupsKeepTheirOrderWhileConsumersComeAndGo() throws Exception {
        System.out.println("groups: " + SECONDS + " s, seed " + SEED + " (repeat with -Dquoin.seed=" + SEED + ")");
        String kept = System.getProperty("quoin.events");
        Path events = Files.createDirectories(kept == null ? folder.resolve("events") : Path.of(kept));
        Trial.Options options = new Trial.Options(
                SECONDS,
                2_000,
                100,
                4_000,
                List.of(Mode.values()),
                SERVER_KILLS,
                PATIENT,
                IMPATIENT,
                Rules.QUOIN,
                SEED);
        try (QuoinServer server = new QuoinServer(folder.resolve("data"))) {
            Provider provider =
                    new Provider(QuoinServer.FACTORY, server.url(), "groups?maxDeliveries=0&redeliveryDelay=50");
            Trial.Result result = new Trial(provider, server, options, events).run();
            System.out.println("groups: " + result.summary());
            assertThat(result.violations()).as("violations (seed " + SEED + ")").isEmpty();
            assertThat(result.drained()).as("everything was accepted").isTrue();
            assertThat(result.count(Kind.SENT)).as("work was done").isGreaterThan(100L * SECONDS);
        }
    }
}
