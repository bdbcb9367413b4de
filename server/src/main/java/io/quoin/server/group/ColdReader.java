// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.DamagedRecordException;
import io.quoin.journal.JournalException;
import io.quoin.journal.LogExtent;
import io.quoin.journal.RecordReader;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the disk what the owner asks for, in extents of up to 1 MiB, so that the owner never does.
 *
 * <p>Thread: {@link #doWork} is the reader's, everything else the owner's. Between them are two queues; both are bounded by
 * what {@link StoredMessages} asks for at the same time.
 */
final class ColdReader {

    private static final Logger LOG = LoggerFactory.getLogger(ColdReader.class);

    /** What an extent has, and what its memory is. */
    static final int EXTENT_BYTES = 1 << 20;

    /** What a record has besides its message, as a rule: its head and its fields. */
    private static final int RECORD_OVERHEAD_BYTES = 128;

    /** An extent that was read, or why it was not. */
    record Result(
            long position,
            @Nullable LogExtent extent,
            @Nullable JournalException failure) {}

    /** One thing to read, into that memory. */
    private record Request(long position, int length, ByteBuffer memory) {}

    private final RecordReader reader;
    private final ConcurrentLinkedQueue<Request> inbox = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Result> outbox = new ConcurrentLinkedQueue<>();

    ColdReader(RecordReader reader) {
        this.reader = reader;
    }

    /** Asks for the record at {@code position}, whose message has so many bytes, with what follows it. */
    void request(long position, int length, ByteBuffer memory) {
        inbox.add(new Request(position, length, memory));
    }

    /** What has been read, or null. */
    @Nullable
    Result poll() {
        return outbox.poll();
    }

    /** Reads one extent, if one is asked for. */
    int doWork() {
        Request next = inbox.poll();
        if (next == null) {
            return 0;
        }
        outbox.add(read(next));
        return 1;
    }

    private Result read(Request request) {
        try {
            return new Result(request.position, extent(request), null);
        } catch (DamagedRecordException e) {
            return new Result(request.position, null, quarantined(request, e));
        } catch (JournalException e) {
            return new Result(request.position, null, e);
        }
    }

    /** Nothing is given up for one bad look: what seems damaged is read once more, from files that are opened anew. */
    private LogExtent extent(Request request) throws JournalException {
        try {
            return reader.readExtent(request.position, request.memory);
        } catch (DamagedRecordException e) {
            LOG.warn("{}; it is read once more", e.getMessage());
            reader.close();
            return reader.readExtent(request.position, request.memory);
        }
    }

    /** Keeps what is left of a damaged record; returns what the owner is told. */
    private JournalException quarantined(Request damaged, DamagedRecordException found) {
        try {
            reader.quarantine(damaged.position, damaged.length + RECORD_OVERHEAD_BYTES);
            return found;
        } catch (JournalException e) {
            e.addSuppressed(found);
            return e;
        }
    }

    /** Closes the files, when nobody reads any more. */
    void close() {
        reader.close();
    }
}
