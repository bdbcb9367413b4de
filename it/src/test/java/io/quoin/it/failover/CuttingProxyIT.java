// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that break within frames, and answers that are lost: the application gets every message once and in order. */
class CuttingProxyIT {

    private static final int CUTS = Integer.getInteger("quoin.cuts", Boolean.getBoolean("quoin.long") ? 5_000 : 100);
    private static final long SEED = Long.getLong("quoin.seed", System.nanoTime());

    /** Some hundred messages. */
    private static final int BYTES_MAX = 60_000;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void applicationThatLosesItsConnectionsSeesNothingOfIt() throws Exception {
        System.out.println(
                "cutting proxy: " + CUTS + " cuts, seed " + SEED + " (repeat with -Dquoin.seed=" + SEED + ")");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                CuttingProxy proxy = new CuttingProxy(server.port(), SEED, BYTES_MAX)) {
            Traffic traffic = Traffic.start(proxy.url());
            do {
                traffic.awaitProgress();
            } while (proxy.cuts() < CUTS);
            proxy.calm();
            traffic.finish();
            System.out.println("cutting proxy: " + proxy.cuts() + " cuts; " + traffic);
            assertThat(proxy.cuts()).isGreaterThanOrEqualTo(CUTS);
        }
    }
}
