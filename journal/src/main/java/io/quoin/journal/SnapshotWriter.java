// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.SnapshotFormat.Entry;
import io.quoin.journal.SnapshotFormat.Manifest;
import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.NoSpaceException;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes one snapshot: changed blocks with {@link #put}, unchanged ones by reference with {@link #keep}, the caller's own state in
 * {@link #piece}s, then {@link #commit}. Nothing counts before that.
 *
 * <p>Used by one thread at a time, which is never interrupted: not the owner's, as it does I/O, and pauses between pieces of 1 MiB.
 * Any exception leaves only {@link #abort}.
 */
public final class SnapshotWriter {
    private static final int BUFFER_BYTES = 1 << 20;

    /** Of the previous snapshot's blocks, so much at most is copied to get rid of files that are mostly dead. */
    private static final long REWRITE_BYTES_MAX = 8 << 20;

    private final SnapshotStore store;
    private final Disk disk;
    private final long number;
    private final long position;
    private final int previousCrc;
    private final SegmentTable segments;
    private final @Nullable Manifest previous;
    private final LongSupplier durable;
    private final long pieceIntervalNs;
    private final int segmentBytes;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer head = ByteBuffer.allocate(SnapshotFormat.BLOCK_HEAD_BYTES);
    private final List<Entry> blocks = new ArrayList<>();
    private final List<Entry> pieces = new ArrayList<>();
    private final Map<Long, Entry> previousEntries = new HashMap<>();
    private final Set<Long> sparseFiles = new HashSet<>();

    private @Nullable DiskFile file;
    private @Nullable ByteBuffer buffer;
    private @Nullable SnapshotReader previousReader;
    private long fileBytes;
    private boolean done;

    SnapshotWriter(
            SnapshotStore store,
            Disk disk,
            long number,
            long position,
            int previousCrc,
            SegmentTable segments,
            @Nullable Manifest previous,
            LongSupplier durable,
            int pieceIntervalMs,
            int segmentBytes) {
        this.store = store;
        this.disk = disk;
        this.number = number;
        this.position = position;
        this.previousCrc = previousCrc;
        this.segments = segments;
        this.previous = previous;
        this.durable = durable;
        this.pieceIntervalNs = pieceIntervalMs * 1_000_000L;
        this.segmentBytes = segmentBytes;
        if (previous != null) {
            previous.blocks().forEach(e -> previousEntries.put(e.id(), e));
        }
    }

    /** The snapshot is of the state just before this position of the log. */
    public long position() {
        return position;
    }

    /**
     * Writes a block.
     *
     * @param blockId the caller's, once in a snapshot
     * @param content from its position to its limit, which do not change
     */
    public void put(long blockId, ByteBuffer content) throws JournalException {
        try {
            blocks.add(write(blockId, content));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Takes over a block as it is in the snapshot before. */
    public void keep(long blockId) throws JournalException {
        Entry entry = previousEntries.get(blockId);
        if (entry == null) {
            throw new IllegalArgumentException("there is no block " + blockId + " in the snapshot before");
        }
        try {
            prepare();
            if (sparseFiles.contains(entry.file()) && previousReader != null) {
                ByteBuffer content = previousReader.read(entry);
                if (content == null) {
                    throw new IOException("block " + blockId + " of the snapshot before is damaged");
                }
                blocks.add(write(blockId, content));
            } else {
                blocks.add(entry);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Writes the next piece of the caller's own state; pieces are read back one by one, in this order. */
    public void piece(ByteBuffer content) throws JournalException {
        try {
            pieces.add(write(pieces.size(), content));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Makes the snapshot durable, reads it back, and lets it count in place of the oldest.
     *
     * @throws IllegalStateException if the log is not durable up to {@link #position} yet
     */
    public void commit() throws JournalException {
        Invariant.check(!done, "a snapshot is committed once");
        Invariant.check(durable.getAsLong() >= position, "a snapshot is committed before the log that it stands for");
        try {
            prepare();
            drain();
            DiskFile blockFile = file();
            blockFile.force();
            Manifest manifest =
                    new Manifest(number, position, previousCrc, segments, List.copyOf(blocks), List.copyOf(pieces));
            String path = SnapshotFormat.manifestPath(number);
            String temporary = path + Layout.TEMPORARY_SUFFIX;
            try (DiskFile target = disk.open(temporary, OpenMode.CREATE)) {
                target.write(SnapshotFormat.encode(manifest), 0);
                target.force();
            }
            disk.forceDirectory(Layout.SNAPSHOT_DIRECTORY);
            readBack(manifest, temporary);
            disk.rename(temporary, path);
            disk.forceDirectory(Layout.SNAPSHOT_DIRECTORY);
            finish();
            store.committed(manifest);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void readBack(Manifest manifest, String path) throws IOException {
        try (DiskFile target = disk.open(path, OpenMode.READ);
                SnapshotReader reader = SnapshotReader.open(disk, manifest)) {
            Manifest read = SnapshotStore.readManifest(target, number, segmentBytes);
            String fault = read == null ? "its manifest is damaged" : reader.fault(number);
            if (fault != null) {
                throw new IOException("snapshot " + number + " was written, and reads differently: " + fault);
            }
        }
    }

    /** Gives up; the snapshots that there are stay. Does nothing after {@link #commit} succeeded. */
    public void abort() {
        if (done) {
            return;
        }
        try {
            finish();
            disk.delete(SnapshotFormat.manifestPath(number) + Layout.TEMPORARY_SUFFIX);
            disk.delete(SnapshotFormat.blocksPath(number));
        } catch (IOException e) {
            // No manifest refers to what is left, and the next snapshot deletes it.
        } finally {
            store.aborted();
        }
    }

    private Entry write(long id, ByteBuffer content) throws IOException {
        prepare();
        head.clear();
        head.putInt(4, content.remaining());
        head.putLong(8, id);
        int sum = SnapshotFormat.blockCrc(crc, head, content);
        head.putInt(0, sum);
        Entry entry = new Entry(id, number, fileBytes, content.remaining(), sum);
        append(head);
        append(content.duplicate());
        while ((fileBytes & 7) != 0) {
            append(ByteBuffer.allocate(1));
        }
        return entry;
    }

    private void append(ByteBuffer bytes) throws IOException {
        ByteBuffer staging = buffer();
        while (bytes.hasRemaining()) {
            if (!staging.hasRemaining()) {
                drain();
                file().force();
                if (pieceIntervalNs > 0) {
                    LockSupport.parkNanos(pieceIntervalNs);
                }
            }
            int n = Math.min(bytes.remaining(), staging.remaining());
            staging.put(staging.position(), bytes, bytes.position(), n);
            staging.position(staging.position() + n);
            bytes.position(bytes.position() + n);
            fileBytes += n;
        }
    }

    private void drain() throws IOException {
        ByteBuffer staging = buffer();
        staging.flip();
        file().write(staging, fileBytes - staging.limit());
        staging.clear();
    }

    private void prepare() throws IOException {
        Invariant.check(!done, "the snapshot was committed or aborted");
        if (file != null) {
            return;
        }
        file = disk.open(SnapshotFormat.blocksPath(number), OpenMode.CREATE);
        buffer = ByteBuffer.allocate(BUFFER_BYTES);
        SnapshotFormat.encodeBlocksHeader(buffer, number);
        fileBytes = SnapshotFormat.FILE_HEADER_BYTES;
        if (previous != null) {
            previousReader = SnapshotReader.open(disk, previous);
            chooseSparseFiles(previous);
        }
    }

    /** Files of which the previous snapshot needs less than half, the emptiest first, as far as there is a budget for copying. */
    private void chooseSparseFiles(Manifest manifest) throws IOException {
        Map<Long, Long> needed = SnapshotStore.neededBytes(manifest);
        List<Map.Entry<Long, Long>> sparse = new ArrayList<>();
        for (Map.Entry<Long, Long> e : needed.entrySet()) {
            try (DiskFile f = disk.open(SnapshotFormat.blocksPath(e.getKey()), OpenMode.READ)) {
                if (e.getValue() * 2 < f.sizeBytes()) {
                    sparse.add(e);
                }
            }
        }
        sparse.sort(Map.Entry.comparingByValue());
        long budget = REWRITE_BYTES_MAX;
        for (Map.Entry<Long, Long> e : sparse) {
            budget -= e.getValue();
            if (budget >= 0) {
                sparseFiles.add(e.getKey());
            }
        }
    }

    private DiskFile file() {
        if (file == null) {
            throw new IllegalStateException("the block file is not open");
        }
        return file;
    }

    private ByteBuffer buffer() {
        if (buffer == null) {
            throw new IllegalStateException("the block file is not open");
        }
        return buffer;
    }

    private void finish() throws IOException {
        done = true;
        if (previousReader != null) {
            previousReader.close();
        }
        if (file != null) {
            file.close();
        }
    }

    private static JournalException failed(IOException e) {
        return e instanceof NoSpaceException
                ? new DiskFullException("No space for a snapshot: " + e.getMessage() + ". The ones before stay.", e)
                : new JournalException(
                        JournalError.FAILED, "Writing a snapshot failed: " + e + ". The ones before stay.", e);
    }
}
