// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

/** How {@link Disk#open} opens a file. */
public enum OpenMode {
    /** An existing file, for reading only. */
    READ,
    /** An existing file, for reading and writing. */
    WRITE,
    /** A new file, for reading and writing; it is an error if it exists. */
    CREATE
}
