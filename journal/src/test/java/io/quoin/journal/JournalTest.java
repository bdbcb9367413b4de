// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class JournalTest {
    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();

    static JournalOptions small() {
        SplittableRandom random = new SplittableRandom(7);
        return JournalOptions.defaults()
                .withSegmentBytes(64 * 1024)
                .withBlockBytes(128 * 1024)
                .withTailBytes(256 * 1024)
                .withReserveBytes(0)
                .withPieceIntervalMs(0)
                .withRandom(random::nextLong);
    }

    private List<String> read(RecoveryReport[] report, Journal[] opened) throws JournalException {
        List<String> found = new ArrayList<>();
        Recovery recovery = Recovery.begin(disk, clock, small());
        report[0] = recovery.replay(v -> {
            found.add(v.position() + ":" + v.type() + ":" + Payloads.text(v));
        });
        opened[0] = recovery.open();
        return found;
    }

    @Test
    void whatWasAppendedIsFoundAgainAcrossSegments() throws Exception {
        List<String> expected = new ArrayList<>();
        RecoveryReport[] report = new RecoveryReport[1];
        Journal[] journal = new Journal[1];
        for (int run = 0; run < 4; run++) {
            assertThat(read(report, journal)).isEqualTo(expected);
            assertThat(report[0].damage()).isEmpty();
            for (int i = 0; i < 30; i++) {
                String text = "r" + run + "-" + i + "x".repeat(i * 217);
                journal[0].begin(20 + i, 1).putInt(i);
                long position = journal[0].end(Payloads.of(text));
                expected.add(position + ":" + (20 + i) + ":" + text);
                if (i % 7 == 0) {
                    journal[0].flush();
                    if (i % 2 == 0) {
                        journal[0].seal();
                        journal[0].flush();
                    }
                }
            }
            assertThat(journal[0].flush())
                    .isGreaterThanOrEqualTo(journal[0].last().endPosition());
            RecordReader reader = journal[0].newReader();
            RecordView view = new RecordView();
            for (String e : expected) {
                long position = Long.parseLong(e.substring(0, e.indexOf(':')));
                reader.read(position, view);
                assertThat(view.payloadValid()).isTrue();
                assertThat(view.payloadLength() - 8).isEqualTo(e.length() - e.indexOf(':', e.indexOf(':') + 1) - 1);
            }
            reader.close();
            journal[0].close();
        }
        assertThat(disk.list("journal").size()).isGreaterThan(3);
    }
}
