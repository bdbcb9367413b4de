// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.Journal;
import io.quoin.journal.SnapshotWriter;
import io.quoin.server.core.Broker;
import io.quoin.server.core.SnapshotTarget;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a snapshot whenever so much of the log was written since the last one, a few blocks in each cycle of the owner.
 *
 * <p>Thread: the owner's; a {@link SnapshotJob} writes.
 */
final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** Blocks that are copied in a cycle: about 100 KiB each, some tens of microseconds. */
    private static final int BLOCKS_PER_CYCLE = 4;

    /** Copies that may wait to be written; beyond it the owner leaves out its steps. */
    private static final long PENDING_MAX_BYTES = 16 << 20;

    private final Journal journal;
    private final Broker broker;
    private final SnapshotJob job;
    private final long everyBytes;
    private @Nullable SnapshotWriter writer;
    private boolean taken;
    private boolean committing;
    private long lastPosition;

    /** @param lastPosition of the snapshot that the server started from, 0 for none */
    Snapshots(Journal journal, Broker broker, SnapshotJob job, long everyBytes, long lastPosition) {
        this.journal = journal;
        this.broker = broker;
        this.job = job;
        this.everyBytes = everyBytes;
        this.lastPosition = Math.max(lastPosition, journal.segmentBytes()); // the log begins with segment 1
    }

    /** Whether a snapshot is under way. */
    boolean isRunning() {
        return writer != null;
    }

    /** Log that a restart would have to read: written since the last snapshot. */
    long sinceLastBytes() {
        return journal.appended() - lastPosition;
    }

    /** Does what is due; returns how much was done. */
    int doWork() {
        if (writer == null && sinceLastBytes() >= everyBytes && broker.canBeginSnapshot()) {
            begin();
            return 1;
        }
        return writer == null ? 0 : step(writer);
    }

    /** Begins a snapshot of this moment. */
    void begin() {
        SnapshotWriter begun = journal.beginSnapshot();
        writer = begun;
        taken = false;
        committing = false;
        broker.beginSnapshot(new SnapshotTarget() {
            @Override
            public void put(long blockId, ByteBuffer content) {
                job.put(begun, blockId, content);
            }

            @Override
            public void keep(long blockId) {
                job.keep(begun, blockId);
            }

            @Override
            public void piece(ByteBuffer content) {
                job.piece(begun, content);
            }
        });
    }

    /** Gives up the snapshot that is under way. */
    void abort() {
        if (writer != null && !committing) {
            job.abort(writer);
            committing = true;
        }
    }

    private int step(SnapshotWriter current) {
        SnapshotJob.Ended ended = job.poll();
        if (ended != null) {
            end(ended);
            return 1;
        }
        if (!taken && job.pendingBytes() < PENDING_MAX_BYTES) {
            taken = broker.snapshotStep(BLOCKS_PER_CYCLE);
            return 1;
        }
        if (taken && !committing && journal.durable() >= current.position()) {
            committing = true;
            job.commit(current);
            return 1;
        }
        return 0;
    }

    private void end(SnapshotJob.Ended ended) {
        writer = null;
        // After a failure too: the next try is not worth it before as much again has been written.
        lastPosition = ended.position();
        if (ended.failure() == null) {
            broker.endSnapshot();
            LOG.debug("Snapshot at position {}", ended.position());
        } else {
            broker.abortSnapshot();
            LOG.warn(
                    "No snapshot was taken, the log is kept instead: {}",
                    ended.failure().toString());
        }
    }
}
