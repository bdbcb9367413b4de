// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a journal is kept. Immutable.
 *
 * @param segmentBytes size of a segment for a new data folder, a power of two from 16 KiB to 1 GiB; an existing folder keeps its own
 * @param blockBytes memory is taken for batches in pieces of this size, at least 128 KiB; a frame is no longer, unless it has to be
 * @param tailBytes how much of the log's end is kept in memory, at least
 * @param spareCount how many segments are prepared ahead
 * @param reserveBytes space that producers may not use, so that consumers can go on when the disk is full
 * @param pieceIntervalMs least time between two pieces of 1 MiB that background work writes; 0 for none
 * @param onCorruption what to do about damage that loses records
 * @param epoch of the master, written into every frame; 1 where there is no replication
 * @param random where generations and identities come from, which have to be unique and are no secret; null for the clock
 */
public record JournalOptions(
        int segmentBytes,
        int blockBytes,
        long tailBytes,
        int spareCount,
        long reserveBytes,
        int pieceIntervalMs,
        OnCorruption onCorruption,
        long epoch,
        @Nullable LongSupplier random) {

    /** What to do about damage that loses records. */
    public enum OnCorruption {
        /** Refuse to start, and say what is damaged. */
        FAIL,
        /** Copy the damaged places into {@code quarantine/}, and go on without what they held. */
        QUARANTINE
    }

    private static final int BLOCK_BYTES_MIN = 128 * 1024;

    public JournalOptions {
        if (Integer.bitCount(segmentBytes) != 1
                || segmentBytes < Layout.SEGMENT_BYTES_MIN
                || segmentBytes > Layout.SEGMENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "segmentBytes must be a power of two from 16 KiB to 1 GiB, and is " + segmentBytes);
        }
        if (blockBytes < BLOCK_BYTES_MIN || (blockBytes & 7) != 0) {
            throw new IllegalArgumentException("blockBytes must be at least 128 KiB, and is " + blockBytes);
        }
        if (tailBytes < 0 || spareCount < 0 || reserveBytes < 0 || pieceIntervalMs < 0 || epoch < 1) {
            throw new IllegalArgumentException("sizes and counts must not be negative, and the epoch is at least 1");
        }
    }

    /** 64 MiB segments, 32 MiB of them in memory, two spares, 192 MiB of reserve, refusing to start on corruption. */
    public static JournalOptions defaults() {
        return new JournalOptions(64 << 20, 2 << 20, 32 << 20, 2, 192L << 20, 20, OnCorruption.FAIL, 1, null);
    }

    public JournalOptions withSegmentBytes(int value) {
        return new JournalOptions(
                value, blockBytes, tailBytes, spareCount, reserveBytes, pieceIntervalMs, onCorruption, epoch, random);
    }

    public JournalOptions withBlockBytes(int value) {
        return new JournalOptions(
                segmentBytes, value, tailBytes, spareCount, reserveBytes, pieceIntervalMs, onCorruption, epoch, random);
    }

    public JournalOptions withTailBytes(long value) {
        return new JournalOptions(
                segmentBytes,
                blockBytes,
                value,
                spareCount,
                reserveBytes,
                pieceIntervalMs,
                onCorruption,
                epoch,
                random);
    }

    public JournalOptions withSpareCount(int value) {
        return new JournalOptions(
                segmentBytes, blockBytes, tailBytes, value, reserveBytes, pieceIntervalMs, onCorruption, epoch, random);
    }

    public JournalOptions withReserveBytes(long value) {
        return new JournalOptions(
                segmentBytes, blockBytes, tailBytes, spareCount, value, pieceIntervalMs, onCorruption, epoch, random);
    }

    public JournalOptions withPieceIntervalMs(int value) {
        return new JournalOptions(
                segmentBytes, blockBytes, tailBytes, spareCount, reserveBytes, value, onCorruption, epoch, random);
    }

    public JournalOptions withOnCorruption(OnCorruption value) {
        return new JournalOptions(
                segmentBytes, blockBytes, tailBytes, spareCount, reserveBytes, pieceIntervalMs, value, epoch, random);
    }

    public JournalOptions withRandom(LongSupplier value) {
        return new JournalOptions(
                segmentBytes,
                blockBytes,
                tailBytes,
                spareCount,
                reserveBytes,
                pieceIntervalMs,
                onCorruption,
                epoch,
                value);
    }
}
