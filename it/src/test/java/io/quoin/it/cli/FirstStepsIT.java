// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does first, in processes of their own. */
class FirstStepsIT {
    private static final int LINES = 200_000;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void twoHundredThousandLinesComeBackInOrder() throws Exception {
        Path file = folder.resolve("orders.txt");
        Files.write(file, lines());
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            JavaProcess.Ended sent =
                    JavaProcess.quoin("send", "orders", "--file", file.toString(), "--url", server.url());
            assertThat(sent.exitCode()).as(sent.errors()).isZero();

            server.kill();
            server.restart();
            JavaProcess.Ended received =
                    JavaProcess.quoin("receive", "orders", "--count", Integer.toString(LINES), "--url", server.url());

            assertThat(received.exitCode()).as(received.errors()).isZero();
            assertThat(received.output()).isEqualTo(Files.readString(file));
            JavaProcess.Ended info = JavaProcess.quoin("queue", "info", "orders", "--json", "--url", server.url());
            assertThat(info.output()).as(info.errors()).contains("\"messages\":0");
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void standardInputIsSentAndBrowsingLeavesItThere() {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            String[] url = {"--url", server.url()};
            byte[] input = "one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8);
            assertThat(JavaProcess.quoin(input, "send", "q", url[0], url[1]).exitCode())
                    .isZero();

            assertThat(JavaProcess.quoin("browse", "q", url[0], url[1]).output())
                    .isEqualTo("one\ntwo\nthree\n");
            assertThat(JavaProcess.quoin("queue", "ls", url[0], url[1]).output())
                    .contains("q");
            assertThat(JavaProcess.quoin("queue", "purge", "q", "--yes", url[0], url[1])
                            .exitCode())
                    .isZero();
            assertThat(JavaProcess.quoin("receive", "q", "--timeout", "200ms", url[0], url[1])
                            .output())
                    .isEmpty();
        }
    }

    private static List<String> lines() {
        SplittableRandom random = new SplittableRandom(11);
        return random.ints(LINES, 0, Integer.MAX_VALUE)
                .mapToObj(i -> "order " + i + " for " + "äöü€ ".repeat(i % 9))
                .toList();
    }
}
