// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Flips every bit of a small journal, one at a time. What the next start gives is what was written, or the damage is named by
 * position; it never gives anything else, and nothing is missing in silence.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class BitFlipTest {
    private static final boolean LONG = Boolean.getBoolean("quoin.long");

    private final ManualClock clock = new ManualClock();

    /** Payload texts by position. */
    private final Map<Long, String> written = new LinkedHashMap<>();

    private static JournalOptions options(long seed) {
        return Workload.options(seed).withOnCorruption(JournalOptions.OnCorruption.QUARANTINE);
    }

    private void write(Journal journal) throws JournalException {
        for (int i = 0; i < 30; i++) {
            if (i % 6 == 0) {
                journal.beginAtomic(3 * Journal.recordBytes(8, 8 + 40));
                for (int k = 0; k < 3; k++) {
                    append(journal, i, "batch " + i + " " + k);
                }
                journal.endAtomic();
            }
            append(journal, i, i % 5 == 0 ? "" : i == 20 ? "long ".repeat(1_100) : "message " + i + "m".repeat(i * 7));
            if (i % 3 == 0) {
                journal.flush();
            }
            if (i % 13 == 0 && journal.seal()) {
                journal.flush();
            }
        }
        journal.flush();
    }

    private void append(Journal journal, int i, String text) {
        journal.begin(16 + i, i).putLong(i * 77L);
        written.put(text.isEmpty() ? journal.end() : journal.end(Payloads.of(text)), text);
    }

    @Test
    void anyFlippedBitOfACleanlyStoppedJournalIsHarmlessOrNamed() throws Exception {
        SimDisk disk = new SimDisk();
        try (Recovery recovery = Recovery.begin(disk, clock, options(1))) {
            recovery.replay(v -> {});
            try (Journal journal = recovery.open()) {
                write(journal);
            }
        }
        flipAll(disk);
    }

    @Test
    void anyFlippedBitOfASealedAndKilledJournalIsHarmlessOrNamed() throws Exception {
        SimDisk disk = new SimDisk();
        try (Recovery recovery = Recovery.begin(disk, clock, options(1))) {
            recovery.replay(v -> {});
            Journal journal = recovery.open();
            write(journal);
            assertThat(journal.seal()).isTrue();
            journal.flush();
            journal.abandon();
        }
        flipAll(disk.afterPowerCut(SimDisk.PowerCut.LOSE, 0));
    }

    private void flipAll(SimDisk disk) throws Exception {
        long flips = 0;
        long named = 0;
        for (String path : disk.paths()) {
            byte[] bytes = disk.bytes(path);
            for (int i = 0; i < bytes.length; i++) {
                if (!LONG && bytes[i] == 0 && i % 61 != 0 && !nearData(bytes, i)) {
                    continue; // far from anything that was written, all bits are alike
                }
                for (int bit = 0; bit < 8; bit++) {
                    flips++;
                    named += flip(disk, path, i * 8L + bit) ? 1 : 0;
                }
            }
        }
        System.out.println("bits flipped: " + flips + ", of which named as losing a record or payload: " + named);
        assertThat(flips).isGreaterThan(40_000);
        assertThat(named).isGreaterThan(10_000);
    }

    private static boolean nearData(byte[] bytes, int index) {
        for (int i = Math.max(0, index - 64); i < Math.min(bytes.length, index + 64); i++) {
            if (bytes[i] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether anything was lost by it, and named. */
    private boolean flip(SimDisk disk, String path, long bit) throws JournalException {
        SimDisk flipped = disk.afterProcessEnd();
        Map<Long, String> found = new LinkedHashMap<>();
        List<Long> badPayloads = new ArrayList<>();
        String where = path + " byte " + bit / 8 + " bit " + bit % 8;
        try {
            flipped.flipBit(path, bit);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        RecoveryReport report;
        try (Recovery recovery = Recovery.begin(flipped, clock, options(2))) {
            report = recovery.replay(view -> {
                if (view.payloadValid()) {
                    found.put(view.position(), Payloads.text(view));
                    if (view.type() != 16 + view.flags()
                            || view.buffer().getLong(view.fieldsAt()) != view.flags() * 77L) {
                        throw new AssertionError(where + ": a record's head or fields are not what was written");
                    }
                } else {
                    badPayloads.add(view.position());
                }
            });
            if (bit % 16 == 0) {
                recovery.open().close();
            }
        } catch (JournalException | RuntimeException e) {
            throw new AssertionError(where, e);
        }
        int lost = 0;
        for (Map.Entry<Long, String> e : written.entrySet()) {
            String text = found.remove(e.getKey());
            if (text == null) {
                lost++;
                if (!isNamed(report, e.getKey())) {
                    throw new AssertionError(
                            where + ": the record at " + e.getKey() + " is missing in silence: " + report);
                }
            } else if (!text.equals(e.getValue())) {
                throw new AssertionError(where + ": the record at " + e.getKey() + " has another payload");
            }
        }
        if (!found.isEmpty()) {
            throw new AssertionError(where + ": records that nobody wrote: " + found);
        }
        if (lost > 1) {
            throw new AssertionError(where + ": one bit lost " + lost + " records: " + report);
        }
        return lost == 1;
    }

    private static boolean isNamed(RecoveryReport report, long position) {
        return report.damage().stream()
                .anyMatch(d -> position >= d.position() && position < d.position() + d.lengthBytes());
    }
}
