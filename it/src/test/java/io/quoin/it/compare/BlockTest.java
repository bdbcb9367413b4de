// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class BlockTest {

    @Test
    void aBlockComesFromASavedRunAndIsDividedByAllThatTheServerDid() {
        Block block = Block.ofBench(
                "{\"seconds\":2.0,\"setUpSeconds\":0.5,"
                        + "\"sent\":{\"messages\":900,\"total\":1900,\"perSecond\":450.0,\"latencyUs\":{\"p50\":7.5,\"p99\":9.0}},"
                        + "\"received\":{\"messages\":800,\"total\":2000,\"perSecond\":400.0,\"latencyUs\":{\"p50\":70.0,\"p99\":90.0}}}",
                0.1,
                4_000);

        assertThat(block).isEqualTo(new Block(400, 7.5, 70, 90, 0.5, 50, 2));
    }

    @Test
    void whereNobodyReceivesWhatIsSentCounts() {
        Block block = Block.ofBench(
                "{\"setUpSeconds\":0.5,\"sent\":{\"messages\":900,\"total\":1000,\"perSecond\":450.0,\"latencyUs\":{\"p50\":7.5}},"
                        + "\"received\":{\"messages\":0,\"total\":0,\"perSecond\":0.0,\"latencyUs\":{\"p50\":0.0}}}",
                0.1,
                0);

        assertThat(block.perSecond()).isEqualTo(450);
        assertThat(block.cpuUs()).isEqualTo(100);
    }

    @Test
    void theFloorIsTheBetterOfItsTwoWaysOfSyncing() {
        String part = "{\"sentPerSecond\": %d, \"receivedPerSecond\": %d, \"sendMicros\": {\"p50\": %d, \"p99\": 9},"
                + " \"endToEndMicros\": {\"p50\": %d, \"p99\": 99}}";
        String json = "{\"producers\": 1, \"floor\": \"thread\", \"in-place\": "
                + String.format(Locale.ROOT, part, 1, 2, 3, 4) + ", \"thread\": "
                + String.format(Locale.ROOT, part, 10, 20, 30, 40) + "}";

        assertThat(Block.floorLog(json)).isEqualTo("thread");
        assertThat(Block.ofFloor(json).perSecond()).isEqualTo(20);
        assertThat(Block.ofFloor(json).sendP50Us()).isEqualTo(30);
        assertThat(Block.ofFloor(json).p50Us()).isEqualTo(40);
        assertThat(Block.ofFloor(json).cpuUs()).isNaN();
    }
}
