// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChildrenTest {

    @Test
    void aProcessEndsWithThoseThatItHasStarted() throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; wait").start();
        Children.add(shell);
        ProcessHandle sleep;
        try (BufferedReader lines = shell.inputReader(StandardCharsets.UTF_8)) {
            sleep = ProcessHandle.of(Long.parseLong(lines.readLine())).orElseThrow();
        }

        Children.end(shell);

        assertThat(shell.isAlive()).isFalse();
        sleep.onExit().get(10, TimeUnit.SECONDS);
        assertThat(Children.areEnding()).isFalse();
    }

    @Test
    void aProcessThatHasEndedIsLeftAlone() throws Exception {
        Process done = new ProcessBuilder("true").start();
        Children.add(done);
        done.waitFor();

        Children.end(done);

        assertThat(done.exitValue()).isZero();
    }
}
