// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.floor.FloorOptions.LogMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the floor moves every message, whatever the shape. How fast is for {@link FloorBench}; server and client share a JVM here. */
final class FloorTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--log in-place",
                "--log thread",
                "--non-persistent",
                "--log in-place --producers 8 --consumers 3 --window 20 --batch 7",
                "--log thread --producers 8 --connections 3 --consumers 2 --window 10 --prefetch 5",
                "--log in-place --producers 6 --connections 1 --consumers 0 --window 3",
                // A ring of a dozen messages, so that producers stall and wrap all the time.
                "--log in-place --producers 3 --consumers 2 --window 50 --size 5000 --ring-kib 64 --prefetch 3",
                "--log thread --producers 3 --consumers 2 --window 50 --size 5000 --ring-kib 64 --prefetch 3",
                "--log in-place --producers 2 --consumers 1 --rate 1000 --batch 2 --window 8",
                "--log thread --size 1 --window 1000",
            })
    void everyMessageArrivesAndHasAReceipt(String shape) throws Exception {
        FloorResult result = run(shape + " --warm-up 0.05 --seconds 0.2");

        assertThat(result.sentPerSecond()).isPositive();
        assertThat(result.send().p50()).isPositive();
        if (!shape.contains("--consumers 0")) {
            assertThat(result.receivedPerSecond()).isPositive();
            assertThat(result.endToEnd().max()).isPositive();
        }
    }

    @Test
    void optionsSurviveTheWayToAnotherProcess() {
        FloorOptions options = FloorOptions.parse(
                "--producers", "4", "--connections", "2", "--window", "8", "--rate", "100", "--seconds", "1.5");

        FloorOptions copy =
                FloorOptions.parse(options.toArguments(LogMode.THREAD).toArray(String[]::new));

        assertThat(copy.logs()).containsExactly(LogMode.THREAD);
        assertThat(copy.toArguments(LogMode.THREAD)).isEqualTo(options.toArguments(LogMode.THREAD));
    }

    private FloorResult run(String shape) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(shape.split(" ")));
        arguments.addAll(List.of("--log-mib", "1", "--data", folder.toString()));
        FloorOptions options = FloorOptions.parse(arguments.toArray(String[]::new));
        try (FloorServer server = new FloorServer(options, options.logs().get(0))) {
            Thread loop = new Thread(
                    () -> {
                        try {
                            server.run();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    "floor-server");
            loop.start();
            FloorResult result = new FloorClient(options, server.port()).run();
            server.close();
            loop.join();
            return result;
        }
    }
}
