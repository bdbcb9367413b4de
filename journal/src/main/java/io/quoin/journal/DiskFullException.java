// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

/** No space for the next segment or snapshot. What was being written is kept; writing it again once there is space succeeds. */
public final class DiskFullException extends JournalException {
    private static final long serialVersionUID = 1L;

    DiskFullException(String message, Throwable cause) {
        super(JournalError.DISK_FULL, message, cause);
    }
}
