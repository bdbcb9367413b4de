// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.DamagedRecordException;
import io.quoin.journal.Journal;
import io.quoin.journal.LogExtent;
import io.quoin.journal.RecordView;
import io.quoin.journal.SegmentTable;
import io.quoin.server.core.MessageStore;
import io.quoin.server.core.VolatileLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of messages, wherever they are: in the end of the log that is still in memory, on the disk, or in the volatile
 * log. What is on the disk is read by a {@link ColdReader}, and the last extents that it read are kept.
 *
 * <p>Thread: the owner's.
 */
final class StoredMessages implements MessageStore {

    private static final Logger LOG = LoggerFactory.getLogger(StoredMessages.class);

    /** Extents that are kept: as many as queues can usefully be read at the same time. */
    private static final int EXTENTS = 32;

    /** Extents that are asked for at the same time; each has memory of its own while it is read. */
    private static final int REQUESTS = 8;

    private final SegmentTable segments;
    private final VolatileLog volatileLog;
    private final RecordView view = new RecordView();
    /** The record of an extent that was checked last; whoever asks whether it is there reads it next, as a rule. */
    private long checkedPosition;
    /** The newest first. */
    private final @Nullable LogExtent[] extents = new LogExtent[EXTENTS];

    private final ArrayDeque<ByteBuffer> memory = new ArrayDeque<>();
    private final Set<Long> requested = new HashSet<>();
    /** What is damaged on the disk. */
    private final Set<Long> damaged = new HashSet<>();
    /** The part of it that the broker has not been told of. */
    private final ArrayDeque<Long> untold = new ArrayDeque<>();
    /** Positions that could not be read once: their segment may have been dropped together with the last who wanted them. */
    private final Set<Long> missed = new HashSet<>();

    private @Nullable Journal journal;
    private @Nullable ColdReader reader;
    /** Off while a snapshot is restored, which has the counts. */
    private boolean isCounting;

    /** Somebody was told to wait and nothing could be asked for: what arrives next lets them ask again. */
    private boolean turnedAway;

    /** While the log is read, messages are only counted. */
    StoredMessages(SegmentTable segments, VolatileLog volatileLog) {
        this.segments = segments;
        this.volatileLog = volatileLog;
    }

    /** What is said to be live or dead is counted from now on: the snapshot, if any, has been restored. */
    void count() {
        isCounting = true;
    }

    /** The log has been read: from now on messages are asked for. */
    void open(Journal opened) {
        journal = opened;
        reader = new ColdReader(opened.newReader());
    }

    /** Reads what is asked for; the owner's or a thread of its own. */
    ColdReader reader() {
        if (reader == null) {
            throw new IllegalStateException("A message is asked for while the log is still being read");
        }
        return reader;
    }

    @Override
    public boolean ready(long position, int length) {
        if (position < 0 || find(position)) {
            return true;
        }
        if (!requested.contains(position) && !damaged.contains(position)) {
            if (requested.size() < REQUESTS) {
                requested.add(position);
                ByteBuffer free = memory.poll();
                reader().request(
                                position,
                                length,
                                free != null ? free : ByteBuffer.allocateDirect(ColdReader.EXTENT_BYTES));
            } else {
                turnedAway = true;
            }
        }
        return false;
    }

    @Override
    public RecordView record(long position) {
        if (position < 0) {
            volatileLog.read(position, view);
        } else if (!find(position)) {
            throw new IllegalStateException("The record at " + position + " was not said to be in memory");
        }
        return view;
    }

    @Override
    public void live(long position, int length) {
        if (position < 0) {
            volatileLog.live(position);
        } else if (isCounting) {
            segments.live(position, length);
        }
    }

    @Override
    public void dead(long position, int length) {
        if (position < 0) {
            volatileLog.dead(position);
        } else if (isCounting) {
            segments.dead(position, length);
        }
    }

    /** A message that could not be read since the last call and has to leave its queues; 0 if there is none. */
    long nextDamaged() {
        Long position = untold.poll();
        return position == null ? 0 : position;
    }

    /** Whether something is being read. */
    boolean isWaiting() {
        return !requested.isEmpty();
    }

    /**
     * Takes in what has been read.
     *
     * @return whether anything has, so that those who wait should ask again
     */
    boolean arrived() {
        boolean any = false;
        for (ColdReader.Result result = reader().poll(); result != null; result = reader().poll()) {
            requested.remove(result.position());
            LogExtent extent = result.extent();
            if (extent != null) {
                missed.remove(result.position());
                keep(extent);
            } else if (result.failure() instanceof DamagedRecordException) {
                damaged.add(result.position());
                untold.add(result.position());
            } else if (result.failure() != null && !missed.add(result.position())) {
                LOG.error("A message that is wanted cannot be read", result.failure());
                throw new StorageFailedException(result.failure());
            }
            any = true;
        }
        boolean again = any || (turnedAway && requested.isEmpty());
        turnedAway &= !again;
        return again;
    }

    private void keep(LogExtent extent) {
        LogExtent oldest = extents[EXTENTS - 1];
        if (oldest != null && oldest.memory().capacity() == ColdReader.EXTENT_BYTES && memory.size() < REQUESTS) {
            memory.add(oldest.memory());
        }
        checkedPosition = 0; // it may be in memory that is used again
        System.arraycopy(extents, 0, extents, 1, EXTENTS - 1);
        extents[0] = extent;
    }

    /** Shows the record in {@link #view} if it is in memory. */
    private boolean find(long position) {
        if (journal != null && journal.tail(position, view)) {
            return true;
        }
        if (position == checkedPosition && view.position() == position) {
            return true;
        }
        try {
            for (LogExtent extent : extents) {
                if (extent != null && extent.view(position, view)) {
                    checkedPosition = position;
                    return true;
                }
            }
        } catch (DamagedRecordException e) {
            return false; // it is asked for by itself, and what the disk has then counts
        }
        return false;
    }

    /** Closes the files and forgets what was read, when nobody reads any more. */
    void close() {
        if (reader != null) {
            reader.close();
        }
        Arrays.fill(extents, null);
        memory.clear();
    }
}
