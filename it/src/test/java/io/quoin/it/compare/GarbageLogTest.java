// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GarbageLogTest {

    @TempDir
    Path folder;

    @Test
    void fullCollectionsAreCounted() throws IOException {
        GarbageLog log = new GarbageLog(folder.resolve("gc.log"));
        assertThat(log.fullCollections()).isZero();

        Files.writeString(
                log.file(),
                "[1.0s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 3.2ms\n"
                        + "[2.0s][info][gc] GC(1) Pause Full (G1 Compaction Pause) 90M->40M(256M) 30.2ms\n");
        assertThat(log.fullCollections()).isEqualTo(1);
    }

    @Test
    void whatThisProcessAllocatesIsSeen() throws Exception {
        GarbageLog log = new GarbageLog(folder.resolve("gc.log"));
        Files.writeString(
                log.file(),
                "[1.0s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 3.2ms\n"
                        + "[2.0s][info][gc] GC(1) Pause Young (Normal) (G1 Evacuation Pause) 104M->1M(256M) 3.2ms\n");

        // 24 MiB and 100 MiB before the two collections, and whatever is used now.
        assertThat(log.allocatedBytes(ProcessHandle.current().pid())).isGreaterThan(124.0 * (1 << 20));
    }
}
