// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.failover;

import io.quoin.it.process.ServerProcess;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed and started again under an application: it gets every message once and in order. */
class ServerKillsIT {

    private static final int KILLS = Integer.getInteger("quoin.kills", Boolean.getBoolean("quoin.long") ? 100 : 3);
    private static final long SEED = Long.getLong("quoin.seed", System.nanoTime());
    private static final int LIFE_MAX_MS = 500;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void applicationWhoseServerIsKilledSeesNothingButRolledBackTransactions() throws Exception {
        System.out.println(
                "server kills: " + KILLS + " kills, seed " + SEED + " (repeat with -Dquoin.seed=" + SEED + ")");
        SplittableRandom random = new SplittableRandom(SEED);
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Traffic traffic = Traffic.start(server.url());
            traffic.awaitProgress();
            for (int i = 0; i < KILLS; i++) {
                // A life of random length is the point of the test; nothing waits for anything here.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LIFE_MAX_MS)));
                server.kill();
                server.restart();
                traffic.awaitProgress();
            }
            traffic.finish();
            System.out.println("server kills: " + KILLS + " kills; " + traffic);
        }
    }
}
