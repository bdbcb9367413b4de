// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.JournalException;
import io.quoin.journal.SnapshotWriter;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes snapshots from copies that the owner hands over.
 *
 * <p>Thread: {@link #doWork} is the writer's, everything else the owner's. Between them are two queues; the owner takes its
 * steps by {@link #pendingBytes}.
 */
final class SnapshotJob {

    /** How a snapshot ended: {@code failure} is null if it counts now. */
    record Ended(long position, @Nullable Exception failure) {}

    /** One call of the writer. */
    private record Step(Kind kind, SnapshotWriter writer, long blockId, ByteBuffer content) {}

    private enum Kind {
        PUT,
        KEEP,
        PIECE,
        COMMIT,
        ABORT
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ConcurrentLinkedQueue<Step> inbox = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Ended> outbox = new ConcurrentLinkedQueue<>();
    private final AtomicLong pendingBytes = new AtomicLong();
    /** Of the writer's thread: the snapshot whose further steps are passed over, because one of them failed. */
    private @Nullable SnapshotWriter failed;

    void put(SnapshotWriter writer, long blockId, ByteBuffer content) {
        add(new Step(Kind.PUT, writer, blockId, copy(content)));
    }

    void keep(SnapshotWriter writer, long blockId) {
        add(new Step(Kind.KEEP, writer, blockId, NOTHING));
    }

    void piece(SnapshotWriter writer, ByteBuffer content) {
        add(new Step(Kind.PIECE, writer, 0, copy(content)));
    }

    /** All has been handed over, and the log is durable up to the snapshot's position. */
    void commit(SnapshotWriter writer) {
        add(new Step(Kind.COMMIT, writer, 0, NOTHING));
    }

    void abort(SnapshotWriter writer) {
        add(new Step(Kind.ABORT, writer, 0, NOTHING));
    }

    /** Memory that waits to be written. */
    long pendingBytes() {
        return pendingBytes.get();
    }

    /** How a snapshot ended, or null. */
    @Nullable
    Ended poll() {
        return outbox.poll();
    }

    /** Does one step, if there is one. */
    int doWork() {
        Step step = inbox.poll();
        if (step == null) {
            return 0;
        }
        pendingBytes.addAndGet(-step.content.remaining());
        if (step.writer == failed) {
            return 1;
        }
        try {
            run(step);
        } catch (JournalException | RuntimeException e) {
            failed = step.writer;
            step.writer.abort();
            outbox.add(new Ended(step.writer.position(), e));
        }
        return 1;
    }

    private void run(Step step) throws JournalException {
        switch (step.kind) {
            case PUT -> step.writer.put(step.blockId, step.content);
            case KEEP -> step.writer.keep(step.blockId);
            case PIECE -> step.writer.piece(step.content);
            case COMMIT -> {
                step.writer.commit();
                outbox.add(new Ended(step.writer.position(), null));
            }
            case ABORT -> {
                step.writer.abort();
                outbox.add(new Ended(step.writer.position(), new IllegalStateException("it was given up")));
            }
        }
    }

    private void add(Step step) {
        pendingBytes.addAndGet(step.content.remaining());
        inbox.add(step);
    }

    private static ByteBuffer copy(ByteBuffer content) {
        return ByteBuffer.allocate(content.remaining()).put(0, content, content.position(), content.remaining());
    }
}
