// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

/** What can go wrong with the store, with the stable number that users see as {@code QN-number}. */
public enum JournalError {
    /** Another process or another server in this process uses the data folder. */
    LOCKED(5001),
    /** Bytes that were once made durable are damaged or missing. */
    CORRUPT(5002),
    /** The folder was written by a later version in a format that this one cannot read. */
    FORMAT_TOO_NEW(5003),
    /** Reading, writing or syncing failed: the journal confirms nothing more. */
    FAILED(5004),
    /** The disk is full; nothing was lost, and the same work may be tried again. */
    DISK_FULL(5005),
    /** The one record that was asked for is damaged. */
    DAMAGED_RECORD(5006),
    /** What was asked for is not in the log (any more). */
    NO_SUCH_RECORD(5007),
    /** The folder is not one that a journal was ever in. */
    NOT_A_DATA_FOLDER(5009);

    private final int number;

    JournalError(int number) {
        this.number = number;
    }

    /** The stable number, unique in the product. */
    public int number() {
        return number;
    }
}
