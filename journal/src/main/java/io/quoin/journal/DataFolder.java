// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Clock;
import io.quoin.journal.disk.Disk;
import java.io.Closeable;
import java.util.function.LongSupplier;

/**
 * A locked data folder and what was found in it: handed from the start to the journal.
 *
 * @param random where generations come from
 * @param lock closed when the folder is released
 * @param superBlock as it is to be written when the log is open
 */
record DataFolder(
        Disk disk,
        Clock clock,
        JournalOptions options,
        LongSupplier random,
        Closeable lock,
        SuperFile superFile,
        SuperBlock superBlock,
        SegmentTable segments,
        SnapshotStore snapshots) {

    int segmentBytes() {
        return superBlock.segmentBytes();
    }

    /** Header of a segment that is begun now. */
    SegmentHeader newSegment(long segment, long previousEnd, int previousCrc) {
        return new SegmentHeader(
                Layout.FORMAT_VERSION,
                segmentBytes(),
                segment,
                random.getAsLong(),
                options.epoch(),
                previousEnd,
                previousCrc);
    }
}
