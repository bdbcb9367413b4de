// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.core.queue.ReferenceSink;
import io.quoin.server.core.queue.ReferenceWalk;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.RelocatedRecord;
import io.quoin.server.model.TxRelocatedRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Moves what is still needed out of a stretch of the log, in small steps: copies each message to the end of the log and then
 * lets its queue refer to the copy. A message of several subscriptions is copied once.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class Relocation implements ReferenceSink {

    /** How far it has got. */
    public enum Progress {
        /** There is more to do at once. */
        MORE,
        /** The next message is being read from the disk. */
        WAITS,
        /** Nothing was found any more. */
        DONE
    }

    /** One queue's reference; {@code priority} as in {@link RelocatedRecord}. */
    private record Reference(Source source, int priority, long number, long position, int length) {}

    /** A message of an undecided transaction. */
    private record Undecided(long transaction, long position, int length) {}

    private final MessageStore store;
    private final Recorder recorder;
    private final long from;
    private final long to;
    private final ArrayDeque<Source> unwalked = new ArrayDeque<>();
    private final ArrayDeque<Reference> found = new ArrayDeque<>();
    /** Copies of messages that several subscriptions may refer to, by their old positions. */
    private final Map<Long, Long> copies = new HashMap<>();

    private final MessageRef ref = new MessageRef();
    private byte[] fields = new byte[256];
    private byte[] payload = new byte[4096];
    private @Nullable ReferenceWalk walk;
    private long copiedBytes;
    /** Messages of undecided transactions, which come first, lest they join a queue that has been looked at; null at first. */
    private @Nullable ArrayDeque<Undecided> undecided;

    private final LoggedTransactions transactions;

    Relocation(
            Sources sources,
            LoggedTransactions transactions,
            MessageStore store,
            Recorder recorder,
            long from,
            long to) {
        this.transactions = transactions;
        this.store = store;
        this.recorder = recorder;
        this.from = from;
        this.to = to;
        unwalked.addAll(sources.all());
    }

    /** Bytes of messages copied so far. */
    public long copiedBytes() {
        return copiedBytes;
    }

    /** Looks at a block of references, or moves up to {@code budget} messages. */
    public Progress step(int budget) {
        if (undecided == null || !undecided.isEmpty()) {
            return stepTransactions(budget);
        }
        if (found.isEmpty() && !walkOn()) {
            return Progress.DONE;
        }
        for (int i = 0; i < budget; i++) {
            Reference next = found.peek();
            if (next == null) {
                break;
            }
            if (isCurrent(next)) {
                if (!store.ready(next.position(), next.length())) {
                    return Progress.WAITS;
                }
                move(next);
            }
            found.remove();
        }
        return Progress.MORE;
    }

    private Progress stepTransactions(int budget) {
        ArrayDeque<Undecided> left = undecided == null ? findUndecided() : undecided;
        undecided = left;
        for (int i = 0; i < budget; i++) {
            Undecided next = left.peek();
            if (next == null) {
                break;
            }
            LoggedTransaction transaction = transactions.find(next.transaction());
            if (transaction != null && transaction.sends().refersTo(next.position())) {
                if (!store.ready(next.position(), next.length())) {
                    return Progress.WAITS;
                }
                long copy = copy(next.position());
                TxRelocatedRecord.put(
                        recorder.begin(true, RecordType.TX_RELOCATED, 0), next.transaction(), next.position(), copy);
                recorder.end();
            }
            left.remove();
        }
        return Progress.MORE;
    }

    private ArrayDeque<Undecided> findUndecided() {
        ArrayDeque<Undecided> all = new ArrayDeque<>();
        for (LoggedTransaction transaction : transactions.all()) {
            for (LoggedSends.Walk walk = transaction.sends().walk(from, to); walk.next(); ) {
                if (walk.position() >= from && walk.position() < to) {
                    all.add(new Undecided(transaction.number(), walk.position(), walk.length()));
                }
            }
        }
        return all;
    }

    /** Looks at the next block; false if there is none. */
    private boolean walkOn() {
        Source source = unwalked.peek();
        if (source == null) {
            return false;
        }
        if (walk == null) {
            walk = source.messages().references(from, to);
        }
        if (source.isGone() || !walk.step(this)) {
            unwalked.remove();
            walk = null;
        }
        return true;
    }

    @Override
    public void joined(int priority, long arrival, long position, int length) {
        found.add(new Reference(unwalked.element(), priority, arrival, position, length));
    }

    @Override
    public void delayed(long dueAtMs, long position, int length) {
        found.add(new Reference(unwalked.element(), RelocatedRecord.DELAYED, dueAtMs, position, length));
    }

    /** Whether the message is still where it was found. */
    private boolean isCurrent(Reference reference) {
        if (reference.source().isGone()) {
            return false;
        }
        return reference.priority() == RelocatedRecord.DELAYED
                || (reference.source().messages().find(reference.priority(), reference.number(), ref)
                        && ref.position() == reference.position());
    }

    private void move(Reference reference) {
        long copy = copyOf(reference);
        boolean durable = reference.source().isDurable();
        RelocatedRecord.put(
                recorder.begin(durable, RecordType.RELOCATED, 0),
                reference.source().number(),
                reference.priority(),
                reference.number(),
                reference.position(),
                copy);
        recorder.end();
    }

    private long copyOf(Reference reference) {
        if (!(reference.source() instanceof Subscription)) {
            return copy(reference.position());
        }
        return copies.computeIfAbsent(reference.position(), this::copy);
    }

    /** The record lies in memory that the new one may be about to take, so its bytes go by way of an array. */
    private long copy(long position) {
        RecordView record = store.record(position);
        int fieldsLength = record.fieldsLength();
        int payloadLength = record.payloadLength();
        fields = fields.length < fieldsLength ? Arrays.copyOf(fields, fieldsLength) : fields;
        payload = payload.length < payloadLength ? new byte[payloadLength] : payload;
        int flags = record.flags();
        record.buffer().get(record.fieldsAt(), fields, 0, fieldsLength);
        record.buffer().get(record.payloadAt(), payload, 0, payloadLength);
        recorder.begin(true, RecordType.COPIED, flags).put(fields, 0, fieldsLength);
        copiedBytes += payloadLength;
        return recorder.end(ByteBuffer.wrap(payload, 0, payloadLength));
    }
}
