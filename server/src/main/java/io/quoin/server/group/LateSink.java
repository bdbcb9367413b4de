// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.Journal;
import io.quoin.journal.RecordView;
import io.quoin.server.core.RecordSink;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The log as the core writes it. The core exists before the log can be written: while the log is read, nothing is.
 *
 * <p>Thread: the owner's.
 */
final class LateSink implements RecordSink {

    private @Nullable Journal journal;

    /** The log has been read, and takes records from now on. */
    void open(Journal opened) {
        journal = opened;
    }

    @Override
    public ByteBuffer begin(int type, int flags) {
        return journal().begin(type, flags);
    }

    @Override
    public long end() {
        return journal().end();
    }

    @Override
    public long end(ByteBuffer payload) {
        return journal().end(payload);
    }

    @Override
    public RecordView last() {
        return journal().last();
    }

    @Override
    public void beginAtomic(int bytes) {
        journal().beginAtomic(bytes);
    }

    @Override
    public void endAtomic() {
        journal().endAtomic();
    }

    @Override
    public int atomicBytesMax() {
        return journal().recordBytesMax();
    }

    @Override
    public long appended() {
        return journal().appended();
    }

    private Journal journal() {
        if (journal == null) {
            throw new IllegalStateException("The core writes a record while the log is still being read");
        }
        return journal;
    }
}
