// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {

    @TempDir
    Path root;

    private final Results results = new Results();
    private Plan plan;

    @BeforeEach
    void twoPeersAreThere() throws IOException {
        CompareOptions options = CompareOptions.parse(List.of(
                "--blocks",
                "1",
                "--peers",
                "artemis,classic,rabbitmq",
                "--root",
                root.toString(),
                "--versions",
                "artemis=1,classic=2,rabbitmq=3"));
        Files.createDirectories(options.work().resolve("artemis-1/classes"));
        Files.createDirectories(options.work().resolve("classic-2/classes"));
        plan = Plan.of(options, new Peers(options));
    }

    @Test
    void aRateIsShownBesideTheFloorThePeersAndTheGoal() throws IOException {
        add("async", "floor", 800_000, 5);
        add("async", "Quoin", 200_000, 10);
        add("async", "Artemis", 20_000, 20);
        results.failed(work("async"), "Classic", "no asynchronous sends");

        assertThat(page())
                .contains(
                        "| persistent, asynchronous, 1 × 1 | 800,000 | 200,000 | 20,000 | 10.0 | 25 | ≥ 5 ×, ≥ 25 % of the floor |")
                .contains("- Classic, persistent, asynchronous, 1 × 1: no asynchronous sends")
                .contains("- persistent, asynchronous, 1 × 1: 25 % of the floor's rate");
    }

    @Test
    void aLatencyIsComparedWithTheMedianOfTheFloorAndThePercentileOfTheBetterPeer() throws IOException {
        add("lat200", "floor", 200, 100);
        add("lat200", "Quoin", 200, 180);
        add("lat200", "Artemis", 200, 900);
        add("lat200", "Classic", 200, 720);

        // The 99th percentile of the test is ten times the median.
        assertThat(page())
                .contains(
                        "| 200 a second, persistent | 100 / 1,000 | 180 / 1,800 | 900 / 9,000 | 720 / 7,200 | 80 | 0.25 |");
    }

    @Test
    void whatIsLostOverManyQueuesIsSaid() throws IOException {
        add("q1", "Quoin", 100_000, 1);
        add("q10000", "Quoin", 95_000, 1);

        assertThat(page()).contains("Lost from 1 queue to 10,000 queues: Quoin 5 %.");
    }

    @Test
    void whatIsNotMeasuredIsSaidAndAnEmptyComparisonHasNoTables() throws IOException {
        assertThat(page())
                .contains("not measured")
                .contains("- SKIP Kafka: not there")
                .doesNotContain("a backlog of");
    }

    @Test
    void theChartHasABarForEachFigure() {
        add("np", "floor", 1_000_000, 1);
        add("np", "Quoin", 500_000, 1);

        assertThat(new Chart(plan, results).svg())
                .contains(">1,000,000</text>")
                .contains(">500,000</text>")
                .contains("non-persistent, 1 × 1")
                .endsWith("</svg>\n");
    }

    private String page() throws IOException {
        return new Page(plan, results, new MachineLimits(100, 40), List.of("Kafka: not there"), Map.of()).text();
    }

    private void add(String key, String participant, double perSecond, double p50Us) {
        results.add(work(key), participant, 0, new Block(perSecond, p50Us, p50Us, 10 * p50Us, 0.5, 2, 3));
    }

    private static Work work(String key) {
        return Work.all(1_000_000).stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
    }
}
