// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import java.io.IOException;

/**
 * Decides when producers have to stop so that consumers can go on: what is free, with the prepared segments, must not fall
 * below a reserve for acknowledgements, clean-up and the next snapshot. Looked at whenever a segment is begun and, by the
 * housekeeper, every half second. Thread-safe.
 */
public final class DiskSpace {
    /** A snapshot of a queue's index takes about so much for each message that waits. */
    private static final long SNAPSHOT_BYTES_PER_MESSAGE = 48;

    /** Producers go on only when this much of the reserve is free again beyond it, so that they do not stop and go. */
    private static final int HYSTERESIS_PERCENT = 2;

    private final Disk disk;
    private final long fixedReserveBytes;
    private final int segmentBytes;
    private final Spares spares;
    private volatile long waitingMessages;
    private volatile long availableBytes = Long.MAX_VALUE;
    private volatile boolean refused;
    private volatile boolean roomForSpare;

    DiskSpace(Disk disk, long fixedReserveBytes, int segmentBytes, Spares spares) {
        this.disk = disk;
        this.fixedReserveBytes = fixedReserveBytes;
        this.segmentBytes = segmentBytes;
        this.spares = spares;
    }

    /** Told by the owner now and then: messages that wait, on which the size of the next snapshot depends. */
    public void waitingMessages(long count) {
        waitingMessages = count;
    }

    /** Bytes that are kept from producers. */
    public long reserveBytes() {
        return fixedReserveBytes + SNAPSHOT_BYTES_PER_MESSAGE * waitingMessages;
    }

    /** Bytes free on the disk and in prepared segments when last looked at. */
    public long availableBytes() {
        return availableBytes;
    }

    public boolean producersRefused() {
        return refused;
    }

    /** Whether a spare may be made: the log may need a segment itself before the spare is done. */
    boolean roomForSpare() {
        return roomForSpare && !refused;
    }

    /** Looks again. A disk that cannot say how much is free counts as before; its writes will tell. */
    void check() {
        try {
            long usable = disk.usableBytes();
            roomForSpare = usable >= 2L * segmentBytes;
            long available = usable + (long) spares.count() * segmentBytes;
            long reserve = reserveBytes();
            availableBytes = available;
            refused = available < (refused ? reserve + reserve / 100 * HYSTERESIS_PERCENT : reserve);
        } catch (IOException e) {
            availableBytes = -1;
        }
    }
}
