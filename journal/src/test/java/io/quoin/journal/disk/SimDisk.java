// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A disk in memory that knows what a power cut would leave. Content is durable after {@link DiskFile#force}, names after
 * {@link #forceDirectory}; what is not is kept or lost sector by sector and name by name as {@link #afterPowerCut} is told.
 *
 * <p>A failed sync does what Linux does: what was written can still be read, is taken for written, and is lost with the power; a
 * later sync does not write it, unless it was written again in between.
 *
 * <p>For one thread at a time.
 */
public final class SimDisk implements Disk {
    static final int SECTOR_BYTES = 512;

    /** What happens to sectors and names that were not synced when the power went. */
    public enum PowerCut {
        /** All are lost. */
        LOSE,
        /** All had made it. */
        KEEP,
        /** Each sector and each change of a name had made it or not. */
        TEAR
    }

    /** What is done to one operation. */
    public enum Fault {
        /** An I/O error; a write may have had effect in part. */
        IO_ERROR,
        /** An I/O error, after half of a write had effect. */
        SHORT_WRITE,
        /** No space, for operations that need any; nothing had effect. */
        NO_SPACE,
        /** The process ends here. */
        CRASH
    }

    /** Kinds of operation. */
    public enum Operation {
        OPEN,
        CREATE,
        READ,
        WRITE,
        FORCE,
        TRUNCATE,
        RENAME,
        DELETE,
        FORCE_DIRECTORY
    }

    /** Thrown where the process ends; an Error so that nothing catches it by mistake. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash(long operation) {
            super("the process ended at operation " + operation, null, false, false);
        }
    }

    /** Called before every operation that may change the disk or fail. */
    @FunctionalInterface
    public interface Hook {
        /** Returns what is to happen to operation {@code number} (from 1), null for nothing. */
        Fault before(long number, Operation operation, String path);
    }

    private static final class Content {
        byte[] bytes;
        int size;
        byte[] synced;
        int syncedSize;
        /** Whether the arrays belong to another disk as well, from which this one was made; then they are copied before a change. */
        boolean shared;
        /** Sectors that differ, or may, between the two. */
        final BitSet dirty = new BitSet();
        /** Sectors of which a sync failed: nothing will write them any more. */
        final BitSet lost = new BitSet();

        Content() {
            bytes = new byte[0];
            synced = new byte[0];
        }

        void own() {
            if (shared) {
                byte[] both = bytes;
                bytes = both.clone();
                synced = synced == both ? both.clone() : synced.clone();
                shared = false;
            }
        }

        void ensure(int length) {
            own();
            if (bytes.length < length) {
                bytes = Arrays.copyOf(bytes, Math.max(length, Math.min(bytes.length * 2, 1 << 20)));
            }
        }

        void syncTo(int sector) {
            int from = sector * SECTOR_BYTES;
            int to = Math.min(from + SECTOR_BYTES, size);
            if (to <= from) {
                return;
            }
            if (synced.length < to) {
                synced = Arrays.copyOf(synced, Math.max(to, bytes.length));
            }
            System.arraycopy(bytes, from, synced, from, to - from);
            syncedSize = Math.max(syncedSize, to);
        }
    }

    /** A name that now means other content, or none; and a name that is gone at the same moment. */
    private record NameChange(String name, Content content, String gone) {}

    private static final class Folder {
        final TreeMap<String, Content> names = new TreeMap<>();
        final TreeMap<String, Content> synced = new TreeMap<>();
        final List<NameChange> changes = new ArrayList<>();
    }

    private final TreeMap<String, Folder> folders = new TreeMap<>();
    private final java.util.Set<String> locks = new java.util.HashSet<>();
    private Hook hook = (number, operation, path) -> null;
    private long operations;
    private long capacityBytes = 1L << 40;
    private boolean crashed;

    public SimDisk() {
        folders.put("", new Folder());
    }

    /** Sets what fails. */
    public void hook(Hook newHook) {
        hook = newHook;
    }

    /** How many operations there were. */
    public long operations() {
        return operations;
    }

    /** Sets how many bytes all files together may have. */
    public void capacityBytes(long bytes) {
        capacityBytes = bytes;
    }

    /** The disk as it is found after the power went at this moment. */
    public SimDisk afterPowerCut(PowerCut policy, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimDisk left = new SimDisk();
        left.capacityBytes = capacityBytes;
        Map<Content, Content> copies = new java.util.IdentityHashMap<>();
        for (Map.Entry<String, Folder> e : folders.entrySet()) {
            Folder folder = e.getValue();
            Folder found = new Folder();
            TreeMap<String, Content> names = new TreeMap<>(policy == PowerCut.KEEP ? folder.names : folder.synced);
            if (policy == PowerCut.TEAR) {
                // A journaling file system keeps the order; none has to.
                boolean inOrder = random.nextBoolean();
                int kept = random.nextInt(folder.changes.size() + 1);
                for (int i = 0; i < folder.changes.size(); i++) {
                    if (inOrder ? i < kept : random.nextBoolean()) {
                        apply(folder.changes.get(i), names);
                    }
                }
            }
            names.forEach((name, content) ->
                    found.names.put(name, copies.computeIfAbsent(content, c -> survived(c, policy, random))));
            found.synced.putAll(found.names);
            left.folders.put(e.getKey(), found);
        }
        return left;
    }

    private static Content survived(Content content, PowerCut policy, SplittableRandom random) {
        Content left = new Content();
        left.size = content.syncedSize;
        if (policy == PowerCut.LOSE || content.dirty.isEmpty()) {
            content.shared = true;
            left.shared = true;
            left.bytes = content.synced;
            left.synced = content.synced;
            left.syncedSize = left.size;
            return left;
        }
        left.bytes = Arrays.copyOf(content.synced, Math.max(content.synced.length, content.bytes.length));
        BitSet dirty = content.dirty;
        for (int s = dirty.nextSetBit(0); s >= 0; s = dirty.nextSetBit(s + 1)) {
            if (policy == PowerCut.KEEP || random.nextBoolean()) {
                int from = s * SECTOR_BYTES;
                int to = Math.min(from + SECTOR_BYTES, content.size);
                if (to > from) {
                    System.arraycopy(content.bytes, from, left.bytes, from, to - from);
                    left.size = Math.max(left.size, to);
                }
            }
        }
        left.synced = left.bytes;
        left.shared = true; // by itself
        left.syncedSize = left.size;
        return left;
    }

    /** The disk as the next process finds it when only this one ended: with what was not synced still to be read and to be lost. */
    public SimDisk afterProcessEnd() {
        SimDisk left = new SimDisk();
        left.capacityBytes = capacityBytes;
        Map<Content, Content> copies = new java.util.IdentityHashMap<>();
        for (Map.Entry<String, Folder> e : folders.entrySet()) {
            Folder copy = new Folder();
            e.getValue().names.forEach((n, c) -> copy.names.put(n, copies.computeIfAbsent(c, SimDisk::copyOf)));
            e.getValue().synced.forEach((n, c) -> copy.synced.put(n, copies.computeIfAbsent(c, SimDisk::copyOf)));
            for (NameChange change : e.getValue().changes) {
                copy.changes.add(new NameChange(
                        change.name,
                        change.content == null ? null : copies.computeIfAbsent(change.content, SimDisk::copyOf),
                        change.gone));
            }
            left.folders.put(e.getKey(), copy);
        }
        return left;
    }

    private static Content copyOf(Content content) {
        content.shared = true;
        Content copy = new Content();
        copy.shared = true;
        copy.bytes = content.bytes;
        copy.size = content.size;
        copy.synced = content.synced;
        copy.syncedSize = content.syncedSize;
        copy.dirty.or(content.dirty);
        copy.lost.or(content.lost);
        return copy;
    }

    /** All paths of files. */
    public List<String> paths() {
        List<String> paths = new ArrayList<>();
        folders.forEach((folder, content) ->
                content.names.keySet().forEach(n -> paths.add(folder.isEmpty() ? n : folder + '/' + n)));
        return paths;
    }

    /** The bytes of a file, as they can be read now. */
    public byte[] bytes(String path) throws IOException {
        Content content = content(path);
        return Arrays.copyOf(content.bytes, content.size);
    }

    /** Flips one bit of a file, on the disk itself. */
    public void flipBit(String path, long bit) throws IOException {
        Content content = content(path);
        content.own();
        content.bytes[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
        if ((bit >>> 3) < content.synced.length) {
            content.synced[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
        }
    }

    private Fault step(Operation operation, String path) throws IOException {
        if (crashed) {
            throw new Crash(operations);
        }
        operations++;
        Fault fault = hook.before(operations, operation, path);
        if (fault == Fault.CRASH) {
            crashed = true;
            throw new Crash(operations);
        }
        boolean needsSpace = operation == Operation.WRITE || operation == Operation.CREATE;
        if (fault == Fault.NO_SPACE && needsSpace) {
            throw new NoSpaceException(path + ": simulated full disk at operation " + operations);
        }
        if (fault == Fault.IO_ERROR || (fault == Fault.SHORT_WRITE && operation != Operation.WRITE)) {
            if (operation != Operation.FORCE) {
                throw new IOException(path + ": simulated error at operation " + operations);
            }
        }
        return fault;
    }

    private Folder folder(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        Folder folder = folders.get(slash < 0 ? "" : path.substring(0, slash));
        if (folder == null) {
            throw new NoSuchFileException(path);
        }
        return folder;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private Content content(String path) throws IOException {
        Content content = folder(path).names.get(name(path));
        if (content == null) {
            throw new NoSuchFileException(path);
        }
        return content;
    }

    private static void change(Folder folder, String name, Content content) {
        change(folder, new NameChange(name, content, null));
    }

    private static void change(Folder folder, NameChange change) {
        folder.changes.add(change);
        apply(change, folder.names);
    }

    private static void apply(NameChange change, TreeMap<String, Content> names) {
        if (change.content == null) {
            names.remove(change.name);
        } else {
            names.put(change.name, change.content);
        }
        if (change.gone != null) {
            names.remove(change.gone);
        }
    }

    @Override
    public DiskFile open(String path, OpenMode mode) throws IOException {
        step(mode == OpenMode.CREATE ? Operation.CREATE : Operation.OPEN, path);
        Folder folder = folder(path);
        Content content = folder.names.get(name(path));
        if (mode == OpenMode.CREATE) {
            if (content != null) {
                throw new FileAlreadyExistsException(path);
            }
            content = new Content();
            change(folder, name(path), content);
        } else if (content == null) {
            throw new NoSuchFileException(path);
        }
        return new SimFile(path, content, mode);
    }

    @Override
    public List<String> list(String directory) {
        Folder folder = folders.get(directory);
        return folder == null ? List.of() : List.copyOf(folder.names.keySet());
    }

    @Override
    public boolean exists(String path) throws IOException {
        return folders.containsKey(path) || folder(path).names.containsKey(name(path));
    }

    @Override
    public void delete(String path) throws IOException {
        step(Operation.DELETE, path);
        Folder folder = folder(path);
        if (folder.names.containsKey(name(path))) {
            change(folder, name(path), null);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        step(Operation.RENAME, to);
        Content content = content(from);
        Folder source = folder(from);
        Folder target = folder(to);
        if (source == target) {
            change(source, new NameChange(name(to), content, name(from)));
        } else {
            change(target, name(to), content);
            change(source, name(from), null);
        }
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        step(Operation.FORCE_DIRECTORY, directory);
        Folder folder = folders.get(directory);
        if (folder == null) {
            throw new NoSuchFileException(directory);
        }
        folder.changes.clear();
        folder.synced.clear();
        folder.synced.putAll(folder.names);
    }

    @Override
    public void createDirectory(String directory) {
        folders.computeIfAbsent(directory, d -> new Folder());
    }

    @Override
    public long usableBytes() {
        return Math.max(0, capacityBytes - usedBytes());
    }

    private long usedBytes() {
        long used = 0;
        for (Folder folder : folders.values()) {
            for (Content content : folder.names.values()) {
                used += content.size;
            }
        }
        return used;
    }

    @Override
    public Closeable lock(String path, String holder) throws IOException {
        if (!locks.add(path)) {
            throw new LockHeldException(path, holder);
        }
        return () -> locks.remove(path);
    }

    private final class SimFile implements DiskFile {
        private final String path;
        private final Content content;
        private final OpenMode mode;
        private boolean open = true;

        SimFile(String path, Content content, OpenMode mode) {
            this.path = path;
            this.content = content;
            this.mode = mode;
        }

        private void check(boolean forWriting) throws IOException {
            if (!open || (forWriting && mode == OpenMode.READ)) {
                throw new IOException(path + " is closed or was opened for reading");
            }
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            check(true);
            Fault fault = step(Operation.WRITE, path);
            int length = fault == Fault.SHORT_WRITE ? source.remaining() / 2 : source.remaining();
            int end = Math.toIntExact(offset + length);
            if (end > content.size && usedBytes() + end - content.size > capacityBytes) {
                throw new NoSpaceException(path + ": simulated disk is full");
            }
            content.ensure(end);
            int at = (int) offset;
            ByteBuffer part = source.duplicate();
            part.limit(part.position() + length);
            part.get(content.bytes, at, length);
            int firstSector = Math.min(at, content.size) / SECTOR_BYTES;
            content.size = Math.max(content.size, end);
            if (length > 0) {
                content.dirty.set(firstSector, (end - 1) / SECTOR_BYTES + 1);
                content.lost.clear(firstSector, (end - 1) / SECTOR_BYTES + 1);
            }
            if (fault == Fault.SHORT_WRITE) {
                throw new IOException(path + ": simulated error after a short write");
            }
            source.position(source.limit());
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            check(false);
            step(Operation.READ, path);
            int n = (int) Math.min(target.remaining(), Math.max(0, content.size - offset));
            target.put(content.bytes, (int) Math.min(offset, content.size), n);
            return n;
        }

        @Override
        public void force() throws IOException {
            check(true);
            Fault fault = step(Operation.FORCE, path);
            if (fault != null && fault != Fault.NO_SPACE) {
                content.lost.or(content.dirty);
                content.dirty.clear();
                throw new IOException(path + ": simulated failure of a sync");
            }
            content.own();
            BitSet dirty = content.dirty;
            for (int s = dirty.nextSetBit(0); s >= 0; s = dirty.nextSetBit(s + 1)) {
                content.syncTo(s);
            }
            dirty.clear();
        }

        @Override
        public long sizeBytes() throws IOException {
            check(false);
            return content.size;
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            check(true);
            step(Operation.TRUNCATE, path);
            if (sizeBytes < content.size) {
                content.own();
                Arrays.fill(content.bytes, (int) sizeBytes, content.size, (byte) 0);
                content.size = (int) sizeBytes;
                content.syncedSize = Math.min(content.syncedSize, content.size);
            }
        }

        @Override
        public void close() {
            open = false;
        }

        @Override
        public String toString() {
            return path;
        }
    }
}
