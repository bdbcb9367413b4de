// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of the real file system. Never maps a file into memory: an error of a mapped page cannot be caught in order. */
public final class FileDisk implements Disk {
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path root;
    private volatile @Nullable FileStore store;

    /** Creates the folder, with its parents, where there is none. */
    public FileDisk(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        create(this.root);
    }

    /** Creates a folder and its parents such that they survive a power cut. */
    private static void create(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (Files.isDirectory(folder) || parent == null) {
            return;
        }
        create(parent);
        Files.createDirectories(folder);
        force(parent);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The folder. */
    public Path root() {
        return root;
    }

    @Override
    public DiskFile open(String path, OpenMode mode) throws IOException {
        Set<StandardOpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        };
        try {
            return new ChannelFile(path, FileChannel.open(root.resolve(path), options));
        } catch (IOException e) {
            throw typed(path, e);
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        Path folder = root.resolve(directory);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    @Override
    public void delete(String path) throws IOException {
        Files.deleteIfExists(root.resolve(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw typed(to, e);
        }
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        force(root.resolve(directory));
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        create(root.resolve(directory));
    }

    @Override
    public long usableBytes() throws IOException {
        FileStore known = store;
        if (known == null) {
            known = Files.getFileStore(root); // reads the table of mounts: once is enough
            store = known;
        }
        return known.getUsableSpace();
    }

    @Override
    public Closeable lock(String path, String holder) throws IOException {
        Path file = root.resolve(path);
        // POSIX drops a process's lock when it closes any descriptor of the file: so this process opens it only once.
        if (!LOCKED_HERE.add(file)) {
            throw new LockHeldException(file.toString(), "this process");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new LockHeldException(file.toString(), holderOf(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            LOCKED_HERE.remove(file);
            if (channel != null) {
                channel.close();
            }
            throw typed(path, e);
        }
        FileChannel locked = channel;
        return () -> {
            if (locked.isOpen()) {
                locked.close();
                LOCKED_HERE.remove(file);
            }
        };
    }

    private static String holderOf(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(512);
        channel.read(text, 0);
        String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return holder.isEmpty() ? "another process" : holder;
    }

    /** The JDK tells a full disk from other errors by the operating system's words only. */
    private static IOException typed(String path, IOException e) {
        String words = e.getMessage() == null ? "" : e.getMessage().toLowerCase(Locale.ROOT);
        boolean full =
                words.contains("no space left") || words.contains("quota exceeded") || words.contains("disk full");
        return full ? new NoSpaceException(path + ": " + e.getMessage(), e) : e;
    }

    private static final class ChannelFile implements DiskFile {
        private final String path;
        private final FileChannel channel;

        ChannelFile(String path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            long at = offset;
            try {
                while (source.hasRemaining()) { // the system may take less than it was given
                    at += channel.write(source, at);
                }
            } catch (IOException e) {
                throw typed(path, e);
            }
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int n = channel.read(target, offset + total);
                if (n < 0) {
                    break;
                }
                total += n;
            }
            return total;
        }

        @Override
        public void force() throws IOException {
            channel.force(false); // fdatasync, which includes a changed length
        }

        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            channel.truncate(sizeBytes);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public String toString() {
            return path;
        }
    }
}
