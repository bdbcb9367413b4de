// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareOptionsTest {

    @Test
    void allOfItIsTenBlocksOfFiveSecondsOfAllPeers() {
        CompareOptions options = CompareOptions.parse(List.of());

        assertThat(options.blocks()).isEqualTo(10);
        assertThat(options.seconds()).isEqualTo(5);
        assertThat(Work.all(options.backlog())).allMatch(options::wants);
        assertThat(options.wants("Kafka")).isTrue();
    }

    @Test
    void aQuickOneTakesAboutFiveMinutes(@TempDir Path root) throws IOException {
        CompareOptions options = CompareOptions.parse(
                List.of("--quick", "--root", root.toString(), "--versions", "artemis=1,classic=2"));
        Files.createDirectories(options.work().resolve("artemis-1/classes"));
        Files.createDirectories(options.work().resolve("classic-2/classes"));

        Plan plan = Plan.of(options, new Peers(options));

        assertThat(plan.participants().get(Work.Part.RATE))
                .extracting(Participant::name)
                .containsExactly("floor", "Quoin", "Quoin durable", "Artemis", "Classic");
        assertThat(plan.seconds()).isBetween(150.0, 330.0);
    }

    @Test
    void aGivenTimeDecidesHowManyBlocksThereAre(@TempDir Path root) {
        Plan plan = plan(root, "--minutes", "20");

        assertThat(plan.options().blocks()).isBetween(2, 9);
        assertThat(plan.seconds()).isLessThanOrEqualTo(20 * 60);
        assertThat(plan(root, "--minutes", "1").options().blocks()).isEqualTo(1);
        assertThat(plan(root, "--minutes", "1000").options().blocks()).isEqualTo(10);
    }

    private static Plan plan(Path root, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--root", root.toString()));
        arguments.addAll(List.of(more));
        CompareOptions options = CompareOptions.parse(arguments);
        return Plan.of(options, new Peers(options));
    }

    @Test
    void aPeerThatIsNotThereIsSkippedAndTheRestGoesOn(@TempDir Path root) {
        CompareOptions options = CompareOptions.parse(List.of("--root", root.toString(), "--peers", "artemis"));
        Peers peers = new Peers(options);

        assertThat(Plan.of(options, peers).participants().get(Work.Part.QUEUES))
                .extracting(Participant::name)
                .containsExactly("Quoin", "Quoin durable");
        assertThat(peers.skipped()).singleElement().asString().startsWith("Artemis: its jars could not be fetched");
    }

    @Test
    void whatIsGivenBesideQuickCounts() {
        CompareOptions options = CompareOptions.parse(
                List.of("--quick", "--blocks", "3", "--only", "sync,q100", "--versions", "artemis=1.2"));

        assertThat(options.blocks()).isEqualTo(3);
        assertThat(Work.all(1).stream().filter(options::wants).map(Work::key)).containsExactly("sync", "q100");
        assertThat(options.versions()).containsEntry("artemis", "1.2");
        assertThat(options.shown()).isEqualTo(" --quick --blocks 3 --only sync,q100");
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> CompareOptions.parse(List.of("--block", "3"))).hasMessageContaining("--block");
        assertThatThrownBy(() -> CompareOptions.parse(List.of("--blocks"))).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> CompareOptions.parse(List.of("--blocks", "many")))
                .hasMessageContaining("many");
        assertThatThrownBy(() -> CompareOptions.parse(List.of("--only", "sink")))
                .hasMessageContaining("sink");
    }
}
