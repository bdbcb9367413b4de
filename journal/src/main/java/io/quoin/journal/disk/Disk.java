// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * One folder and what is in it. Paths are relative to it, with '/' between the parts; "" is the folder itself.
 *
 * <p>As with a POSIX file system, a created, renamed or deleted name is sure to survive a power cut only after
 * {@link #forceDirectory} of its folder, and content only after {@link DiskFile#force}.
 *
 * <p>Thread-safe; a {@link DiskFile} is not. A thread that may be interrupted must not use either: an interrupt closes the file
 * under everybody.
 */
public interface Disk {

    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException if it must exist and does not
     * @throws java.nio.file.FileAlreadyExistsException if it must not exist and does
     */
    DiskFile open(String path, OpenMode mode) throws IOException;

    /** Names (not paths) of the files and folders in a folder, sorted; empty if there is no such folder. */
    List<String> list(String directory) throws IOException;

    boolean exists(String path) throws IOException;

    /** Deletes a file; no error if there is none. */
    void delete(String path) throws IOException;

    /** Renames a file, atomically replacing what had the new name. */
    void rename(String from, String to) throws IOException;

    /** Returns when all names created, renamed or deleted in the folder would survive a power cut. */
    void forceDirectory(String directory) throws IOException;

    /** Creates a folder, which then survives a power cut; no error if it exists. */
    void createDirectory(String directory) throws IOException;

    /** Bytes that may still be written here. */
    long usableBytes() throws IOException;

    /**
     * Takes the exclusive lock of a file, creating the file where needed, and writes into it who holds it.
     *
     * @param holder one line about the caller, shown to whoever finds the lock taken
     * @return closes to release the lock
     * @throws LockHeldException if it is taken, in this process or another
     */
    Closeable lock(String path, String holder) throws IOException;
}
