// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.Bodies;
import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.SendRecord;
import io.quoin.server.model.TxAckRecord;
import io.quoin.server.model.TxDecidedRecord;
import io.quoin.server.model.TxOutcomeRecord;
import io.quoin.server.model.TxPreparedRecord;
import io.quoin.server.model.TxRelocatedRecord;
import io.quoin.server.model.TxSendRecord;
import io.quoin.server.model.TxStepRecord;

/**
 * The part of {@link Applier} that is about transactions whose work is in the log before it takes effect.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class TransactionApplier {

    private final Applier applier;
    private final LoggedTransactions transactions;
    private final Sources sources;
    private final Destinations destinations;
    private final ProducerTable producers;
    private final DedupIds dedupIds;
    private final Bodies bodies;
    private final IndexStore blocks;

    TransactionApplier(
            Applier applier,
            LoggedTransactions transactions,
            Sources sources,
            Destinations destinations,
            ProducerTable producers,
            DedupIds dedupIds,
            Bodies bodies,
            IndexStore blocks) {
        this.applier = applier;
        this.transactions = transactions;
        this.sources = sources;
        this.destinations = destinations;
        this.producers = producers;
        this.dedupIds = dedupIds;
        this.bodies = bodies;
        this.blocks = blocks;
    }

    /** After a snapshot was restored, queues and all: its transactions refer to messages as well. */
    void restored() {
        for (LoggedTransaction transaction : transactions.all()) {
            for (LoggedSends.Walk walk = transaction.sends().walk(); walk.next(); ) {
                if (walk.position() != 0) {
                    bodies.live(walk.position(), walk.length());
                }
            }
        }
    }

    /** After the log was applied to its end: nobody gets what prepared branches hold. */
    void replayed() {
        for (LoggedTransaction transaction : transactions.all()) {
            if (transaction.isPrepared()) {
                hold(transaction.held());
            }
        }
    }

    private void hold(HeldMessages held) {
        for (int i = 0; i < held.ranges(); i++) {
            Source source = sources.find(held.source(i));
            for (long arrival = held.first(i); source != null && arrival <= held.last(i); arrival++) {
                source.messages().hold(held.priority(i), arrival);
            }
        }
    }

    /** Applies {@code TX_SEND}. */
    void sent(RecordView record) {
        int producer = SendRecord.producer(record);
        if (producer != 0) {
            producers.stored(producer, SendRecord.sequence(record));
        }
        transactions.open(TxSendRecord.transaction(record)).sends().add(record, blocks);
        bodies.live(record.position(), record.payloadLength());
    }

    /** Applies {@code TX_ACK}. Whoever acknowledges has them still, and nobody else gets them. */
    void acknowledged(RecordView record) {
        HeldMessages held = transactions.open(TxAckRecord.transaction(record)).held();
        int source = RangesRecord.source(record);
        int count = RangesRecord.count(record);
        for (int i = 0; i < count; i++) {
            held.add(
                    source,
                    RangesRecord.priority(record, i),
                    RangesRecord.first(record, i),
                    RangesRecord.last(record, i));
        }
    }

    /** Applies {@code TX_PREPARED}. */
    void prepared(RecordView record) {
        TxPreparedRecord prepared = TxPreparedRecord.read(record);
        LoggedTransaction transaction = transactions.open(prepared.transaction());
        transactions.prepared(transaction, prepared.xid(), prepared.preparedAtMs());
        // Whoever acknowledged them, they are the branch's now.
        HeldMessages held = transaction.held();
        for (int i = 0; i < held.ranges(); i++) {
            Source source = sources.find(held.source(i));
            if (source != null && source.isStrict()) {
                source.messages().permitReturned(held.priority(i), held.first(i), held.last(i));
            }
        }
    }

    /** Applies {@code TX_COMMITTED}: what it acknowledged is gone, what it sent joins. */
    void committed(RecordView record) {
        LoggedTransaction transaction = find(record, TxOutcomeRecord.transaction(record));
        takeEffect(transaction, transaction.size(), record.position(), TxOutcomeRecord.second(record));
        over(transaction, true, TxOutcomeRecord.isHeuristic(record));
    }

    /** Applies {@code TX_ROLLED_BACK}; whoever rolls back has put back what it acknowledged. */
    void rolledBack(RecordView record) {
        LoggedTransaction transaction = find(record, TxOutcomeRecord.transaction(record));
        undo(transaction, transaction.sends().count());
        over(transaction, false, TxOutcomeRecord.isHeuristic(record));
    }

    /** Applies {@code TX_DECIDED}. */
    void decided(RecordView record) {
        LoggedTransaction transaction = find(record, TxDecidedRecord.transaction(record));
        transaction.inSteps(TxDecidedRecord.isCommitted(record), TxDecidedRecord.isHeuristic(record));
        endIfDone(transaction);
    }

    /** Applies {@code TX_STEP}. */
    void step(RecordView record) {
        LoggedTransaction transaction = find(record, TxStepRecord.transaction(record));
        if (transaction.state() == LoggedTransaction.State.TAKING_EFFECT) {
            takeEffect(transaction, TxStepRecord.count(record), record.position(), TxStepRecord.second(record));
        } else {
            undo(transaction, TxStepRecord.count(record));
        }
        endIfDone(transaction);
    }

    private void endIfDone(LoggedTransaction transaction) {
        if (transaction.size() == 0) {
            boolean committed = transaction.state() == LoggedTransaction.State.TAKING_EFFECT;
            over(transaction, committed, transaction.isHeuristic());
        }
    }

    /** The next messages, up to {@code max}: those that it acknowledged are gone, those that it sent join. */
    private void takeEffect(LoggedTransaction transaction, long max, long recordPosition, int second) {
        HeldMessages held = transaction.held().take(max);
        for (int i = 0; i < held.ranges(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            for (; i < end; i++) {
                if (source != null) {
                    source.messages().removed(held.priority(i), held.first(i), held.last(i));
                }
            }
            if (source != null) {
                applier.released(source);
            }
        }
        long left = max - held.size();
        if (left == 0) {
            return;
        }
        LoggedSends.Walk walk = transaction.sends().walk();
        while (left-- > 0 && walk.next()) {
            if (walk.position() != 0) {
                join(walk, recordPosition, second);
                bodies.dead(walk.position(), walk.length());
            }
        }
        transaction.sends().takeTo(walk);
    }

    private void join(LoggedSends.Walk send, long recordPosition, int second) {
        Destination destination = destinations.find(send.destination());
        if (destination != null && send.dedupHash() != DedupIds.NONE) {
            int storedAt = DedupIds.storedAt(send, second);
            if (dedupIds.isDuplicateInLog(destination, send.dedupHash(), storedAt)) {
                dedupIds.duplicate();
                return;
            }
            dedupIds.stored(destination, send.dedupHash(), storedAt, true);
        }
        if (destination instanceof Queue queue) {
            join(queue, send, recordPosition);
            return;
        }
        for (int i = 0; i < send.takerCount(); i++) {
            Source taker = sources.find(send.taker(i));
            if (taker != null) {
                join(taker, send, recordPosition);
            }
        }
    }

    private void join(Source source, LoggedSends.Walk send, long recordPosition) {
        applier.join(
                source,
                recordPosition,
                send.dueAtMs(),
                send.priority(),
                send.position(),
                send.length(),
                send.expiresAtMs(),
                send.groupHash(),
                send.isGrouped());
    }

    /** The next messages that it sent, up to {@code max}, are nobody's. */
    private void undo(LoggedTransaction transaction, int max) {
        LoggedSends.Walk walk = transaction.sends().walk();
        for (int left = max; left > 0 && walk.next(); left--) {
            if (walk.position() != 0) {
                bodies.dead(walk.position(), walk.length());
            }
        }
        transaction.sends().takeTo(walk);
    }

    /** Applies {@code TX_FORGOTTEN}. */
    void forgotten(RecordView record) {
        transactions.forget(find(record, TxOutcomeRecord.transaction(record)));
    }

    /** Applies {@code TX_RELOCATED}. */
    void relocated(RecordView record) {
        LoggedTransaction transaction = find(record, TxRelocatedRecord.transaction(record));
        long from = TxRelocatedRecord.from(record);
        long to = TxRelocatedRecord.to(record);
        int length = transaction.sends().moved(from, to);
        if (length >= 0) {
            bodies.dead(from, length);
            if (to != 0) {
                bodies.live(to, length);
            }
        }
    }

    private void over(LoggedTransaction transaction, boolean committed, boolean heuristic) {
        if (heuristic) {
            transaction.decided(committed);
        } else {
            transactions.forget(transaction);
        }
    }

    private LoggedTransaction find(RecordView record, long number) {
        LoggedTransaction transaction = transactions.find(number);
        if (transaction == null) {
            throw new IllegalStateException("the record at position " + record.position() + " is about transaction "
                    + number + ", which is not there: a " + RecordType.find(record.type()));
        }
        return transaction;
    }
}
