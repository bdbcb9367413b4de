// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import org.jspecify.annotations.Nullable;

/**
 * How the log ended when it was read.
 *
 * @param header of the segment in which it ends, null if there is no segment with a readable header
 * @param position after the last frame that counts; the first position of the next segment if the last one was ended
 * @param lastFrameEnd after the last frame that counts, its end frame included
 * @param previousCrc checksum of the last frame's header
 * @param ended whether the last segment was ended, so that the log goes on in a new one
 * @param damaged whether what lies before {@code position} was once synced and is not there
 * @param durable how far the log is known to have been synced
 * @param lastRecordEnd after the last frame with records, or where the reading began
 * @param trimmedBytes what was written after the end and is not part of the log, at least
 * @param sealAt where the first of the frames after {@code durable} that are only seals begins; {@code position} if there is none
 * @param sealPreviousCrc checksum of the header of the frame before that
 */
record LogEnd(
        @Nullable SegmentHeader header,
        long position,
        long lastFrameEnd,
        int previousCrc,
        boolean ended,
        boolean damaged,
        long durable,
        long lastRecordEnd,
        long trimmedBytes,
        long sealAt,
        int sealPreviousCrc) {

    /** Whether records are there of which it is not certain that they were ever synced. */
    boolean isSuspect() {
        return lastRecordEnd > durable;
    }
}
