// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDiskTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        Disk disk = new FileDisk(folder.resolve("new/data"));
        disk.createDirectory("journal");
        disk.createDirectory("journal");
        try (DiskFile file = disk.open("journal/a", OpenMode.CREATE)) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 10);
            file.force();
            assertThat(file.sizeBytes()).isEqualTo(14);
            ByteBuffer read = ByteBuffer.allocate(10);
            assertThat(file.read(read, 9)).isEqualTo(5);
            assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4}));
            assertThat(file.read(ByteBuffer.allocate(1), 14)).isZero();
            file.truncate(11);
            assertThat(file.sizeBytes()).isEqualTo(11);
        }
        disk.rename("journal/a", "journal/b");
        disk.forceDirectory("journal");
        disk.forceDirectory("");
        assertThat(disk.list("journal")).containsExactly("b");
        assertThat(disk.exists("journal/a")).isFalse();
        disk.delete("journal/b");
        disk.delete("journal/b");
        assertThat(disk.list("journal")).isEmpty();
        assertThat(disk.list("nowhere")).isEmpty();
        assertThat(disk.usableBytes()).isPositive();
    }

    @Test
    void aFileIsCreatedOnceAndOpenedOnlyIfThere() throws Exception {
        Disk disk = new FileDisk(folder);
        disk.open("a", OpenMode.CREATE).close();
        assertThatThrownBy(() -> disk.open("a", OpenMode.CREATE)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.open("b", OpenMode.WRITE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open("b", OpenMode.READ)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aLockIsHeldOnceAndCanBeTakenAgainWhenReleased() throws Exception {
        Disk disk = new FileDisk(folder);
        Closeable lock = disk.lock("LOCK", "the first");
        assertThatThrownBy(() -> new FileDisk(folder).lock("LOCK", "the second"))
                .isInstanceOf(LockHeldException.class)
                .hasMessageContaining("this process");
        lock.close();
        lock.close();
        disk.lock("LOCK", "the second").close();
    }

    @Test
    void aLockOfAnotherProcessNamesIt() throws Exception {
        Path file = folder.resolve("LOCK");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('L'); // it holds the lock now
            assertThatThrownBy(
                            () -> new FileDisk(folder).lock(file.getFileName().toString(), "me"))
                    .isInstanceOf(LockHeldException.class)
                    .hasMessageContaining("the other one");
        } finally {
            other.destroyForcibly().waitFor();
        }
        new FileDisk(folder).lock("LOCK", "me").close();
    }

    /** Takes the lock, says so, and waits to be killed. */
    static final class LockHolder {
        public static void main(String[] args) throws Exception {
            try (Closeable lock = new FileDisk(Path.of(args[0])).lock("LOCK", "the other one")) {
                System.out.print("L" + lock.hashCode());
                System.out.flush();
                System.in.read();
            }
        }
    }
}
