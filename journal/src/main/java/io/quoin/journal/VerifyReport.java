// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.List;
import java.util.Map;

/**
 * What {@link JournalTool#verify} found in a data folder.
 *
 * @param formatVersion of the folder
 * @param segmentBytes size of a segment
 * @param stoppedCleanly whether the last run was ended in order
 * @param durable how far the log is known to have been synced
 * @param end position after the last record
 * @param trimmedBytes length, at least, of a last write that was cut short; the next start leaves it out
 * @param segments all that were read, in order
 * @param snapshots all that are there, the newest first
 * @param damage all that is damaged, in log order; empty for a sound folder
 */
public record VerifyReport(
        int formatVersion,
        int segmentBytes,
        boolean stoppedCleanly,
        long durable,
        long end,
        long trimmedBytes,
        List<Segment> segments,
        List<Snapshot> snapshots,
        List<Damage> damage) {

    public VerifyReport {
        segments = List.copyOf(segments);
        snapshots = List.copyOf(snapshots);
        damage = List.copyOf(damage);
    }

    /**
     * One segment.
     *
     * @param number its number; its positions begin at {@code number * segmentBytes}
     * @param usedBytes how much of it is written
     * @param recordsByType how many sound records there are of each type
     */
    public record Segment(long number, int usedBytes, Map<Integer, Long> recordsByType) {
        public Segment {
            recordsByType = Map.copyOf(recordsByType);
        }
    }

    /**
     * One snapshot.
     *
     * @param number its number
     * @param position of the log that it stands for; 0 if its manifest is damaged
     * @param blocks how many blocks it has
     * @param sound whether all of it can be read
     */
    public record Snapshot(long number, long position, int blocks, boolean sound) {}

    /** Whether nothing at all is damaged. */
    public boolean isSound() {
        return damage.isEmpty();
    }

    /** Whether records or payloads are damaged or missing. */
    public boolean losesData() {
        return damage.stream().anyMatch(d -> d.kind().losesRecords() || d.kind() == Damage.Kind.PAYLOAD);
    }

    /** How many sound records there are. */
    public long records() {
        return segments.stream()
                .flatMap(s -> s.recordsByType.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }
}
