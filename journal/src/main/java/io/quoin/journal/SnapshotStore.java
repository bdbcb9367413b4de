// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.SnapshotFormat.Entry;
import io.quoin.journal.SnapshotFormat.Manifest;
import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a folder: the newest two count. Found at start, replaced by one writer at a time; what counts is published
 * for any thread.
 */
final class SnapshotStore {
    private final Disk disk;
    private final int segmentBytes;
    private final int pieceIntervalMs;

    private volatile Kept kept;
    private long nextNumber;
    private volatile boolean writing;

    /** The two snapshots that count. */
    private record Kept(@Nullable Manifest newest, @Nullable Manifest older) {}

    private SnapshotStore(Disk disk, int segmentBytes, int pieceIntervalMs, Kept kept, long nextNumber) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.pieceIntervalMs = pieceIntervalMs;
        this.kept = kept;
        this.nextNumber = nextNumber;
    }

    /** Finds the newest sound snapshot, every byte of which is read, and the one before it; reports those that are not. */
    static SnapshotStore load(Disk disk, int segmentBytes, JournalOptions options, List<Damage> damage)
            throws IOException {
        List<Long> numbers = manifestNumbers(disk);
        long highest = numbers.isEmpty() ? 0 : numbers.get(0);
        for (String name : disk.list(Layout.SNAPSHOT_DIRECTORY)) {
            highest = Math.max(highest, SnapshotFormat.blocksNumber(name));
        }
        Manifest newest = null;
        Manifest older = null;
        for (long number : numbers) {
            Manifest manifest = readManifest(disk, number, segmentBytes);
            String fault = manifest == null ? "its manifest is damaged" : newest == null ? fault(disk, manifest) : null;
            if (manifest == null || fault != null) {
                damage.add(new Damage(Damage.Kind.SNAPSHOT, 0, 0, "snapshot " + number + " is not used: " + fault));
            } else if (newest == null) {
                newest = manifest;
            } else if (older == null) {
                older = manifest;
            }
        }
        return new SnapshotStore(disk, segmentBytes, options.pieceIntervalMs(), new Kept(newest, older), highest + 1);
    }

    /** Numbers of all manifests, the newest first. */
    static List<Long> manifestNumbers(Disk disk) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String name : disk.list(Layout.SNAPSHOT_DIRECTORY)) {
            long manifest = SnapshotFormat.manifestNumber(name);
            if (manifest >= 0) {
                numbers.add(manifest);
            }
        }
        numbers.sort((a, b) -> Long.compare(b, a));
        return numbers;
    }

    static @Nullable Manifest readManifest(Disk disk, long number, int segmentBytes) throws IOException {
        try (DiskFile file = disk.open(SnapshotFormat.manifestPath(number), OpenMode.READ)) {
            return readManifest(file, number, segmentBytes);
        }
    }

    static @Nullable Manifest readManifest(DiskFile file, long number, int segmentBytes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
        file.read(bytes, 0);
        return bytes.hasRemaining() ? null : SnapshotFormat.decode(bytes, number, segmentBytes);
    }

    /** What is wrong with a snapshot's blocks, or null. */
    static @Nullable String fault(Disk disk, Manifest manifest) throws IOException {
        try (SnapshotReader reader = SnapshotReader.open(disk, manifest)) {
            return reader.fault(0);
        } catch (NoSuchFileException e) {
            return e.getMessage() + " is missing";
        }
    }

    /** Position of the newest snapshot, 0 if there is none. */
    long position() {
        Manifest newest = kept.newest;
        return newest == null ? 0 : newest.position();
    }

    /** Checksum of the header of the last frame before {@link #position}. */
    int previousCrc() {
        Manifest newest = kept.newest;
        return newest == null ? 0 : newest.previousCrc();
    }

    /** The segments as they were at the newest snapshot's position. */
    SegmentTable segmentsAtNewest() {
        Manifest newest = kept.newest;
        return newest == null
                ? new SegmentTable(segmentBytes)
                : newest.segments().copy();
    }

    /** Position of the older of two snapshots; 0 while there are not two. Any thread. */
    long safePosition() {
        Manifest older = kept.older;
        return older == null ? 0 : older.position();
    }

    @Nullable
    SnapshotReader newReader() throws JournalException {
        Manifest newest = kept.newest;
        try {
            return newest == null ? null : SnapshotReader.open(disk, newest);
        } catch (NoSuchFileException e) {
            Manifest now = kept.newest;
            if (now != null && newest != null && now.number() != newest.number()) {
                return newReader(); // two snapshots were committed meanwhile, and its files are gone
            }
            throw new JournalFailedException("A file of the snapshot is missing: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new JournalFailedException("The snapshot cannot be read: " + e, e);
        }
    }

    /** Owner. */
    SnapshotWriter begin(long position, int previousCrc, SegmentTable segments, LongSupplier durable) {
        Invariant.check(!writing, "a snapshot is begun before the one before it is committed or aborted");
        writing = true;
        return new SnapshotWriter(
                this,
                disk,
                nextNumber++,
                position,
                previousCrc,
                segments,
                kept.newest,
                durable,
                pieceIntervalMs,
                segmentBytes);
    }

    /** The writer is done, without effect. */
    void aborted() {
        writing = false;
    }

    /** The writer's snapshot is durable: it counts now, and what is older than the one before it goes. */
    void committed(Manifest manifest) throws IOException {
        kept = new Kept(manifest, kept.newest);
        writing = false;
        deleteUnneeded();
    }

    private void deleteUnneeded() throws IOException {
        Set<Long> manifests = new HashSet<>();
        Set<Long> blocks = new HashSet<>();
        Kept now = kept;
        for (Manifest manifest : new Manifest[] {now.newest, now.older}) {
            if (manifest != null) {
                manifests.add(manifest.number());
                manifest.blocks().forEach(e -> blocks.add(e.file()));
                manifest.pieces().forEach(e -> blocks.add(e.file()));
            }
        }
        List<String> blockFiles = new ArrayList<>();
        for (String name : disk.list(Layout.SNAPSHOT_DIRECTORY)) {
            long manifest = SnapshotFormat.manifestNumber(name);
            long blockFile = SnapshotFormat.blocksNumber(name);
            if (manifest >= 0 && !manifests.contains(manifest)) {
                disk.delete(SnapshotFormat.manifestPath(manifest));
            } else if (blockFile >= 0 && !blocks.contains(blockFile)) {
                blockFiles.add(SnapshotFormat.blocksPath(blockFile));
            }
        }
        disk.forceDirectory(Layout.SNAPSHOT_DIRECTORY); // a manifest without its blocks must not come back
        for (String path : blockFiles) {
            disk.delete(path);
        }
    }

    /** Bytes of each block file that the newest snapshot needs, by file number. */
    static Map<Long, Long> neededBytes(Manifest manifest) {
        Map<Long, Long> needed = new HashMap<>();
        for (Entry e : manifest.blocks()) {
            needed.merge(e.file(), (long) e.length(), Long::sum);
        }
        return needed;
    }
}
