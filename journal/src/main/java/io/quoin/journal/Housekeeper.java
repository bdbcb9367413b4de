// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Clock;
import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.NoSpaceException;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the log needs done and nobody waits for: turns files of dropped segments into spares, fills new spares with zeros, looks
 * at the free space. In small steps with pauses: writing without pauses makes every sync of the log wait.
 *
 * <p>Confined to one thread, the journal's helper; {@link #start} makes one.
 */
public final class Housekeeper {
    private static final int PIECE_BYTES = 1 << 20;
    private static final long SPACE_INTERVAL_NS = 500_000_000;

    private final Disk disk;
    private final Clock clock;
    private final int segmentBytes;
    private final int spareCount;
    private final long pieceIntervalNs;
    private final Spares spares;
    private final ConcurrentLinkedQueue<Long> free;
    private final DiskSpace space;

    private @Nullable DiskFile filling;
    private @Nullable ByteBuffer zeros;
    private String fillingPath = "";
    private long filledBytes;
    private long lastPieceNs;
    private long lastSpaceNs;
    private long retryNs;
    private @Nullable HousekeeperThread thread;

    Housekeeper(DataFolder folder, Spares spares, ConcurrentLinkedQueue<Long> free, DiskSpace space) {
        this.disk = folder.disk();
        this.clock = folder.clock();
        this.segmentBytes = folder.segmentBytes();
        this.spareCount = folder.options().spareCount();
        this.pieceIntervalNs = folder.options().pieceIntervalMs() * 1_000_000L;
        this.spares = spares;
        this.free = free;
        this.space = space;
        long now = clock.nanoTime();
        lastPieceNs = now - pieceIntervalNs;
        lastSpaceNs = now - SPACE_INTERVAL_NS;
        retryNs = now;
    }

    /**
     * Does one step, if one is due.
     *
     * @return how much was done; 0 if there is nothing to do at the moment
     * @throws IOException if the disk fails; the log itself is not concerned, and the next step may be tried
     */
    public int doWork() throws IOException {
        long now = clock.nanoTime();
        int work = 0;
        if (now - lastSpaceNs >= SPACE_INTERVAL_NS) {
            lastSpaceNs = now;
            space.check();
            work++;
        }
        if (now - lastPieceNs < pieceIntervalNs || now - retryNs < 0) {
            return work;
        }
        Long dropped = free.poll();
        try {
            if (dropped != null) {
                recycle(dropped);
                work++;
            } else if (filling != null && space.producersRefused()) {
                discard(); // others need the space more
                work++;
            } else if (filling != null) {
                fill(filling);
                work++;
            } else if (spares.count() < spareCount && space.roomForSpare()) {
                fillingPath = spares.newPath();
                filling = disk.open(fillingPath + Layout.TEMPORARY_SUFFIX, OpenMode.CREATE);
                filledBytes = 0;
                work++;
            }
        } catch (NoSpaceException e) {
            retryNs = now + 2 * SPACE_INTERVAL_NS;
            discard();
            space.check();
        } catch (IOException e) {
            retryNs = now + 2 * SPACE_INTERVAL_NS;
            discard();
            throw e;
        }
        if (work > 0) {
            lastPieceNs = clock.nanoTime();
        }
        return work;
    }

    /** Makes a spare of a dropped segment's file, or deletes it where there are enough or it is too short. */
    private void recycle(long segment) throws IOException {
        String path = Layout.segmentPath(segment);
        if (!disk.exists(path)) {
            return;
        }
        long size;
        try (DiskFile file = disk.open(path, OpenMode.READ)) {
            size = file.sizeBytes();
        }
        if (spares.count() >= spareCount || size != segmentBytes) {
            disk.delete(path);
            disk.forceDirectory(Layout.JOURNAL_DIRECTORY);
            return;
        }
        String spare = spares.newPath();
        disk.rename(path, spare);
        disk.forceDirectory(Layout.JOURNAL_DIRECTORY);
        spares.add(spare);
    }

    /** Writes one synced piece of zeros; a sparse file would have to find its space when it is written to. */
    private void fill(DiskFile file) throws IOException {
        ByteBuffer source = zeros != null ? zeros : ByteBuffer.allocateDirect(Math.min(PIECE_BYTES, segmentBytes));
        zeros = source;
        source.clear().limit((int) Math.min(source.capacity(), segmentBytes - filledBytes));
        int piece = source.remaining();
        file.write(source, filledBytes);
        file.force();
        filledBytes += piece;
        if (filledBytes == segmentBytes) {
            file.close();
            filling = null;
            disk.rename(fillingPath + Layout.TEMPORARY_SUFFIX, fillingPath);
            disk.forceDirectory(Layout.JOURNAL_DIRECTORY);
            spares.add(fillingPath);
        }
    }

    private void discard() throws IOException {
        DiskFile file = filling;
        filling = null;
        if (file != null) {
            file.close();
            disk.delete(fillingPath + Layout.TEMPORARY_SUFFIX);
        }
    }

    /** Nanoseconds until the next step may be due; a hint for how long to wait after a step that did nothing. */
    public long idleNs() {
        boolean more = filling != null || !free.isEmpty() || (spares.count() < spareCount && space.roomForSpare());
        return more ? Math.max(pieceIntervalNs, 1_000_000) : SPACE_INTERVAL_NS;
    }

    /**
     * Runs {@link #doWork} on a daemon thread of its own until the journal is closed.
     *
     * @param onError told of failed steps, on that thread; the log is not concerned
     */
    public void start(java.util.function.Consumer<Exception> onError) {
        if (thread == null) {
            thread = new HousekeeperThread(this, onError);
            thread.start();
        }
    }

    /** Ends the thread, if there is one, and returns when it is done. */
    void close() {
        if (thread != null) {
            thread.end();
            thread = null;
        }
        DiskFile file = filling;
        filling = null;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                // An unfinished spare: the next start deletes it.
            }
        }
    }
}
