// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.Journal;
import io.quoin.journal.JournalException;
import io.quoin.journal.RecordReader;
import io.quoin.journal.RecordView;
import io.quoin.journal.SegmentTable;
import io.quoin.server.core.MessageStore;
import io.quoin.server.core.VolatileLog;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of messages, wherever they are: in the end of the log that is still in memory, on the disk, or in the volatile
 * log.
 *
 * <p>Thread: the owner's.
 */
final class StoredMessages implements MessageStore {

    private final SegmentTable segments;
    private final VolatileLog volatileLog;
    private final RecordView view = new RecordView();
    private @Nullable Journal journal;
    private @Nullable RecordReader reader;

    /** While the log is read, messages are only counted. */
    StoredMessages(SegmentTable segments, VolatileLog volatileLog) {
        this.segments = segments;
        this.volatileLog = volatileLog;
    }

    /** The log has been read: from now on messages are asked for. */
    void open(Journal opened) {
        journal = opened;
        reader = opened.newReader();
    }

    @Override
    public boolean ready(long position, int length) {
        return true;
    }

    @Override
    public RecordView record(long position) {
        if (position < 0) {
            volatileLog.read(position, view);
        } else if (journal == null || reader == null) {
            throw new IllegalStateException("A message is asked for while the log is still being read");
        } else if (!journal.tail(position, view)) {
            try {
                reader.read(position, view);
            } catch (JournalException e) {
                throw new StorageFailedException(e);
            }
        }
        return view;
    }

    @Override
    public void live(long position, int length) {
        if (position < 0) {
            volatileLog.live(position);
        } else {
            segments.live(position, length);
        }
    }

    @Override
    public void dead(long position, int length) {
        if (position < 0) {
            volatileLog.dead(position);
        } else {
            segments.dead(position, length);
        }
    }

    /** Closes the files that were opened for reading. */
    void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
