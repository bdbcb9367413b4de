// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.JournalException;
import io.quoin.journal.SnapshotReader;
import io.quoin.server.core.SnapshotSource;
import java.nio.ByteBuffer;

/** A snapshot of the journal, as the core reads it. Confined to the thread that starts the server. */
final class RestoredSnapshot implements SnapshotSource {

    /** Carries a {@link JournalException} through the core, which knows no journal. */
    static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final JournalException journalException;

        Unreadable(JournalException cause) {
            super(cause);
            this.journalException = cause;
        }

        JournalException journalException() {
            return journalException;
        }
    }

    private final SnapshotReader reader;

    RestoredSnapshot(SnapshotReader reader) {
        this.reader = reader;
    }

    @Override
    public int pieces() {
        return reader.pieces();
    }

    @Override
    public ByteBuffer piece(int index) {
        try {
            return reader.piece(index);
        } catch (JournalException e) {
            throw new Unreadable(e);
        }
    }

    @Override
    public ByteBuffer block(long blockId) {
        try {
            return reader.block(blockId);
        } catch (JournalException e) {
            throw new Unreadable(e);
        }
    }
}
