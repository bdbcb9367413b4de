// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.cli.bench.BenchPlan;
import io.quoin.cli.bench.BenchResult;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchReportTest {

    @Test
    void theTableSaysWhatWasMeasuredAndHasARowForEachSide() {
        List<String> table = report(1, 2, new BenchPlan.Work(0, false)).table();

        assertThat(table).hasSize(4);
        assertThat(table.get(0))
                .isEqualTo(
                        "persistent, 1024 bytes, 1 producers (window 1), 2 consumers, 1 queues, 10.0 s, set up in 0.10 s");
        assertThat(table.get(2)).matches("sent +500 +200 .*");
        assertThat(table.get(3)).matches("received +400 +300 .*");
    }

    @Test
    void aSideThatNobodyIsOnHasNoRow() {
        assertThat(report(1, 0, new BenchPlan.Work(0, false)).table()).noneMatch(line -> line.startsWith("received"));
        assertThat(report(0, 1, new BenchPlan.Work(0, false)).table()).noneMatch(line -> line.startsWith("sent"));
    }

    @Test
    void transactionsAreNamedForWhatTheyAre() {
        assertThat(report(1, 1, new BenchPlan.Work(10, false)).table().get(0)).contains("10 in a transaction");
        assertThat(report(1, 1, new BenchPlan.Work(10, true)).table().get(0)).contains("10 in a branch");
    }

    @Test
    void jsonHasTheWholePlanAndBothSides() {
        Json run = Json.parse(report(1, 2, new BenchPlan.Work(0, false)).json());

        assertThat(run.get("consumers").text()).isEqualTo("2");
        assertThat(run.get("persistent").text()).isEqualTo("true");
        assertThat(run.get("sent").get("messages").text()).isEqualTo("5000");
        assertThat(run.get("sent").get("total").text()).isEqualTo("7000");
        assertThat(run.get("received").get("perSecond").text()).startsWith("400");
        assertThat(run.get("received").get("latencyUs").names()).containsExactly("p50", "p90", "p99", "p99.9", "max");
    }

    @Test
    void commaSeparatedValuesHaveAHeadingOfTheSameLength() {
        List<String> csv = report(1, 2, new BenchPlan.Work(0, false)).csv();

        assertThat(csv).hasSize(2);
        List<String> names = List.of(csv.get(0).split(","));
        List<String> values = List.of(csv.get(1).split(","));
        assertThat(values).hasSameSizeAs(names);
        assertThat(values.get(names.indexOf("sent.messages"))).isEqualTo("5000");
        assertThat(values.get(names.indexOf("sent.latencyUs.p99.9"))).startsWith("200.");
    }

    /** 500 a second sent in 200 us, 400 a second received in 300 us, for 10 seconds. */
    private static BenchReport report(int producers, int consumers, BenchPlan.Work work) {
        BenchPlan plan = new BenchPlan(
                new BenchPlan.Destinations("q", 1, false, false),
                new BenchPlan.Sending(producers, 1_024, true, 1, 0, 0, 0),
                new BenchPlan.Receiving(consumers, 1, false),
                0,
                work,
                new BenchPlan.Length(1, 10, 0));
        return new BenchReport(
                plan,
                new BenchResult(
                        0.1,
                        new BenchResult.Side(10, 5_000, 7_000, times(200_000)),
                        new BenchResult.Side(10, 4_000, 6_500, times(300_000))));
    }

    private static Histogram times(long latencyNs) {
        Histogram times = new Histogram(3);
        times.recordValue(latencyNs);
        return times;
    }
}
