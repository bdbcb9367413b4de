// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.quoin.it.sim.model.Violation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * Simulates servers, clients, disks and time from seeds: 200 of them, 5,000 with {@code -Plong}, or as many as
 * {@code quoin.sim.seeds} says. {@code quoin.sim.seed} picks one, and prints what happened in it.
 */
class SimulationTest {

    private static final String COMMAND =
            "mvn -pl it -am test -Dtest=SimulationTest" + " -Dsurefire.failIfNoSpecifiedTests=false -Dquoin.sim.seed=";
    private static final int SHOWN_LINES = 150;

    /** Full disks and lost clients are what simulations are about: nobody has to read of each. */
    private static final Logger SERVER_LOG = (Logger) LoggerFactory.getLogger("io.quoin.server");

    @BeforeAll
    static void quiet() {
        SERVER_LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void asBefore() {
        SERVER_LOG.setLevel(null);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void everyPromiseIsKeptWhateverTheSeed() {
        Long only = Long.getLong("quoin.sim.seed");
        if (only != null) {
            run(only, Integer.getInteger("quoin.sim.trace", 2_000));
            return;
        }
        int seeds = Integer.getInteger("quoin.sim.seeds", Boolean.getBoolean("quoin.long") ? 5_000 : 200);
        for (long seed = Integer.getInteger("quoin.sim.from", 1); seed <= seeds; seed++) {
            run(seed, SHOWN_LINES);
        }
    }

    @Test
    void oneSeedAlwaysGivesTheSameHistory() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(fingerprint(seed)).as("seed %d", seed).isEqualTo(fingerprint(seed));
        }
    }

    private static List<String> fingerprint(long seed) {
        Simulation simulation = new Simulation(seed, 1_000);
        simulation.run();
        return simulation.trace();
    }

    private static void run(long seed, int traceLines) {
        Simulation simulation = new Simulation(seed, traceLines);
        try {
            simulation.run();
        } catch (Violation e) {
            throw new Violation(
                    e.getMessage() + "\nReproduce it with\n  " + COMMAND + seed + "\nWhat happened last:\n  "
                            + String.join("\n  ", simulation.trace()),
                    e);
        }
    }
}
