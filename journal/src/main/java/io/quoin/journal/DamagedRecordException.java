// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

/** The record at one position is not what was written there. Others are not concerned. */
public final class DamagedRecordException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final long position;

    DamagedRecordException(long position, String message) {
        super(JournalError.DAMAGED_RECORD, message);
        this.position = position;
    }

    public long position() {
        return position;
    }
}
