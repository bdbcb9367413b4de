// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.FileDisk;
import io.quoin.journal.disk.OpenMode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A server's disk under the eyes of a test, which decides what becomes of each write and each sync, but for what the
 * housekeeper does in advance.
 *
 * <p>Thread: any; the watch sees them all.
 */
public final class WatchedDisk implements Disk {

    private final FileDisk disk;
    private final Watch watch;

    /** Watches what is done in that folder. */
    public WatchedDisk(Path folder, Watch watch) throws IOException {
        this.disk = new FileDisk(folder);
        this.watch = watch;
    }

    /** What a disk does. */
    @FunctionalInterface
    public interface Operation {

        /** Does it. */
        void run() throws IOException;
    }

    /** Sees operations before they are done, and does them, or not. */
    public interface Watch {

        /**
         * A file is written.
         *
         * @param half writes the first half only
         */
        void onWrite(Operation half, Operation whole) throws IOException;

        /** A file is synced. */
        void onForce(Operation whole) throws IOException;
    }

    @Override
    public DiskFile open(String path, OpenMode mode) throws IOException {
        return new WatchedFile(disk.open(path, mode));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public boolean exists(String path) throws IOException {
        return disk.exists(path);
    }

    @Override
    public void delete(String path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        disk.createDirectory(directory);
    }

    @Override
    public long usableBytes() throws IOException {
        return disk.usableBytes();
    }

    @Override
    public Closeable lock(String path, String holder) throws IOException {
        return disk.lock(path, holder);
    }

    /** Whether the caller fills files that may become segments. */
    private static boolean isHousekeeping() {
        return Thread.currentThread().getName().equals("quoin-journal-housekeeper");
    }

    private final class WatchedFile implements DiskFile {

        private final DiskFile file;

        WatchedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            if (isHousekeeping()) {
                file.write(source, offset);
                return;
            }
            watch.onWrite(
                    () -> file.write(source.slice(source.position(), source.remaining() / 2), offset),
                    () -> file.write(source, offset));
        }

        @Override
        public void force() throws IOException {
            if (isHousekeeping()) {
                file.force();
                return;
            }
            watch.onForce(file::force);
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return file.read(target, offset);
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            file.truncate(sizeBytes);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
