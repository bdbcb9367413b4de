// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The two copies of the super block. Used by the owner only. */
final class SuperFile {
    static final String FIRST = "SUPER.a";
    static final String SECOND = "SUPER.b";

    private final Disk disk;
    private final @Nullable SuperBlock first;
    private final @Nullable SuperBlock second;
    private final boolean firstExists;
    private final boolean secondExists;
    private @Nullable SuperBlock current;
    private String next = FIRST;

    private SuperFile(Disk disk) throws IOException {
        this.disk = disk;
        firstExists = disk.exists(FIRST);
        secondExists = disk.exists(SECOND);
        first = firstExists ? read(disk, FIRST) : null;
        second = secondExists ? read(disk, SECOND) : null;
        if (second == null || (first != null && first.sequence() > second.sequence())) {
            current = first;
            next = SECOND;
        } else {
            current = second;
        }
    }

    static SuperFile read(Disk disk) throws IOException {
        return new SuperFile(disk);
    }

    /** The newest sound copy as last read or written, or null if there is none. */
    @Nullable
    SuperBlock current() {
        return current;
    }

    /** The newest sound copy, where one was found or written. */
    SuperBlock required() {
        if (current == null) {
            throw new IllegalStateException("there is no super block");
        }
        return current;
    }

    /** Whether there is a copy that is damaged, or one without the other: then the newest may be lost. */
    boolean isDamaged() {
        return first == null || second == null;
    }

    /** Which copies are damaged or missing, in words. */
    String damageText() {
        return first == null && second == null
                ? FIRST + " and " + SECOND
                : first == null
                        ? FIRST + (firstExists ? "" : " (missing)")
                        : SECOND + (secondExists ? "" : " (missing)");
    }

    /** The highest position that either copy says was synced. */
    long durable() {
        return Math.max(first == null ? 0 : first.durable(), second == null ? 0 : second.durable());
    }

    /** Writes over the older copy and returns when it is durable. */
    void write(SuperBlock block) throws IOException {
        SuperBlock numbered = block.withSequence(current == null ? 1 : current.sequence() + 1);
        boolean isNew = !disk.exists(next);
        try (DiskFile file = disk.open(next, isNew ? OpenMode.CREATE : OpenMode.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(SuperBlock.BYTES);
            numbered.encode(bytes);
            file.write(bytes, 0);
            file.force();
        }
        if (isNew) {
            disk.forceDirectory("");
        }
        current = numbered;
        next = next.equals(FIRST) ? SECOND : FIRST;
    }

    private static @Nullable SuperBlock read(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.open(path, OpenMode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(SuperBlock.BYTES);
            int n = file.read(bytes, 0);
            return SuperBlock.decode(bytes, n);
        }
    }
}
