// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.cli.bench.BenchPlan;
import io.quoin.cli.bench.BenchResult;
import io.quoin.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchComparisonTest {

    @TempDir
    Path folder;

    @Test
    void ratiosOfTheSecondToTheFirstAreShownAndWhatWasNotTheSame() throws Exception {
        Path before = save("before", report(1, 1_000, 200_000));
        Path after = save("after", report(4, 3_000, 100_000));

        List<String> table = BenchComparison.of(before, after).table();

        assertThat(table.get(0)).isEqualTo("not the same: producers 1 and 4");
        assertThat(table).anyMatch(line -> line.matches("sent a second +100 +300 +3\\.00"));
        assertThat(table).anyMatch(line -> line.matches("sent p50 us +200 +100 +0\\.50"));
        assertThat(table).noneMatch(line -> line.startsWith("received"));
    }

    @Test
    void anotherFileIsRefusedInASentence() throws IOException {
        Path other = folder.resolve("other.json");
        Files.writeString(other, "{}");

        assertThatThrownBy(() -> BenchComparison.of(other, other))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("other.json is not a run");
    }

    @Test
    void aFileThatIsNotThereIsMissingLikeAnyOther() {
        Path missing = folder.resolve("missing.json");

        assertThatThrownBy(() -> BenchComparison.of(missing, missing))
                .isInstanceOfSatisfying(CliException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE);
                    assertThat(failure.exitCode()).isEqualTo(CliException.NOT_FOUND);
                })
                .hasMessageContaining("missing.json");
    }

    private Path save(String name, BenchReport report) throws IOException {
        return Files.writeString(folder.resolve(name), report.json());
    }

    private static BenchReport report(int producers, long sent, long latencyNs) {
        BenchPlan plan = new BenchPlan(
                new BenchPlan.Destinations("q", 1, false, false),
                new BenchPlan.Sending(producers, 1_024, true, 1, 0, 0, 0),
                new BenchPlan.Receiving(0, 1, false),
                0,
                new BenchPlan.Work(0, false),
                new BenchPlan.Length(1, 10, 0));
        Histogram times = new Histogram(3);
        times.recordValue(latencyNs);
        return new BenchReport(
                plan,
                new BenchResult(
                        0.1,
                        new BenchResult.Side(10, sent, sent, times),
                        new BenchResult.Side(10, 0, 0, new Histogram(3))));
    }
}
