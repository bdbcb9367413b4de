// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.SnapshotFormat.Entry;
import io.quoin.journal.SnapshotFormat.Manifest;
import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one snapshot: the caller's pieces and the blocks, each checked whenever it is read. For one thread. A reader goes on
 * reading its snapshot after that was replaced by newer ones.
 */
public final class SnapshotReader implements Closeable {
    private final Manifest manifest;
    private final Map<Long, DiskFile> files = new HashMap<>();
    private final Map<Long, Entry> entries = new HashMap<>();
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer head = ByteBuffer.allocate(SnapshotFormat.BLOCK_HEAD_BYTES);

    private SnapshotReader(Manifest manifest) {
        this.manifest = manifest;
    }

    static SnapshotReader open(Disk disk, Manifest manifest) throws IOException {
        SnapshotReader reader = new SnapshotReader(manifest);
        try {
            for (Entry e : manifest.blocks()) {
                reader.entries.put(e.id(), e);
                reader.openFile(disk, e.file());
            }
            for (Entry e : manifest.pieces()) {
                reader.openFile(disk, e.file());
            }
            return reader;
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    private void openFile(Disk disk, long number) throws IOException {
        if (!files.containsKey(number)) {
            files.put(number, disk.open(SnapshotFormat.blocksPath(number), OpenMode.READ));
        }
    }

    /** The log is to be read from here on; everything before is in the snapshot. */
    public long position() {
        return manifest.position();
    }

    /** How many pieces the caller's own state has. */
    public int pieces() {
        return manifest.pieces().size();
    }

    /** A piece of the caller's own state, as it was put. */
    public ByteBuffer piece(int index) throws JournalException {
        return checked(manifest.pieces().get(index));
    }

    /** How many blocks there are. */
    public int blockCount() {
        return entries.size();
    }

    /** The ids of all blocks, in the order in which they were put. */
    public long[] blockIds() {
        return manifest.blocks().stream().mapToLong(Entry::id).toArray();
    }

    public boolean hasBlock(long blockId) {
        return entries.containsKey(blockId);
    }

    /** A block, in a buffer of its own. */
    public ByteBuffer block(long blockId) throws JournalException {
        Entry entry = entries.get(blockId);
        if (entry == null) {
            throw new JournalException(
                    JournalError.NO_SUCH_RECORD, "There is no block " + blockId + " in snapshot " + manifest.number());
        }
        return checked(entry);
    }

    private ByteBuffer checked(Entry entry) throws JournalException {
        try {
            ByteBuffer content = read(entry);
            if (content == null) {
                throw new CorruptException(
                        "Block " + entry.id() + " of snapshot " + manifest.number() + " is damaged",
                        java.util.List.of(new Damage(Damage.Kind.SNAPSHOT, 0, 0, "block " + entry.id())));
            }
            return content;
        } catch (IOException e) {
            throw new JournalFailedException("The snapshot cannot be read: " + e, e);
        }
    }

    /** What was put, or null if it is not what is there. */
    @Nullable
    ByteBuffer read(Entry entry) throws IOException {
        DiskFile file = files.get(entry.file());
        if (file == null || entry.length() < 0) {
            return null;
        }
        ByteBuffer content = ByteBuffer.allocate(entry.length());
        head.clear();
        int n = file.read(head, entry.offset()) + file.read(content, entry.offset() + SnapshotFormat.BLOCK_HEAD_BYTES);
        content.flip();
        boolean sound = n == SnapshotFormat.BLOCK_HEAD_BYTES + entry.length()
                && head.getInt(0) == entry.crc()
                && head.getInt(4) == entry.length()
                && head.getLong(8) == entry.id()
                && SnapshotFormat.blockCrc(crc, head, content) == entry.crc();
        return sound ? content : null;
    }

    /** What is wrong with the blocks and pieces that are in block files from number {@code fromFile} on; null if nothing is. */
    @Nullable
    String fault(long fromFile) throws IOException {
        for (Entry e : manifest.blocks()) {
            if (e.file() >= fromFile && read(e) == null) {
                return "its block " + e.id() + " is damaged";
            }
        }
        for (Entry e : manifest.pieces()) {
            if (e.file() >= fromFile && read(e) == null) {
                return "its piece " + e.id() + " is damaged";
            }
        }
        return null;
    }

    @Override
    public void close() {
        for (DiskFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                // It was only read from.
            }
        }
        files.clear();
    }
}
