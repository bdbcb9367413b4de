// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.Bodies;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.SendRecord;
import io.quoin.server.model.TxAckRecord;
import io.quoin.server.model.TxOutcomeRecord;
import io.quoin.server.model.TxPreparedRecord;
import io.quoin.server.model.TxRelocatedRecord;
import io.quoin.server.model.TxSendRecord;

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
    private final Bodies bodies;

    TransactionApplier(
            Applier applier,
            LoggedTransactions transactions,
            Sources sources,
            Destinations destinations,
            ProducerTable producers,
            Bodies bodies) {
        this.applier = applier;
        this.transactions = transactions;
        this.sources = sources;
        this.destinations = destinations;
        this.producers = producers;
        this.bodies = bodies;
    }

    /** After a snapshot was restored, queues and all: its transactions hold what they held. */
    void restored() {
        for (LoggedTransaction transaction : transactions.all()) {
            LoggedTransaction.Sends sends = transaction.sends();
            while (sends.next()) {
                if (sends.record().position() != 0) {
                    bodies.live(sends.record().position(), sends.record().payloadLength());
                }
            }
            HeldMessages held = transaction.held();
            for (int i = 0; i < held.size(); i++) {
                hold(held.source(i), held.priority(i), held.arrival(i), held.arrival(i));
            }
        }
    }

    /** Applies {@code TX_SEND}. */
    void sent(RecordView record) {
        int producer = SendRecord.producer(record);
        if (producer != 0) {
            producers.stored(producer, SendRecord.sequence(record));
        }
        transactions.open(TxSendRecord.transaction(record)).sent(record);
        bodies.live(record.position(), record.payloadLength());
    }

    /** Applies {@code TX_ACK}. */
    void acknowledged(RecordView record) {
        HeldMessages held = transactions.open(TxAckRecord.transaction(record)).held();
        int source = RangesRecord.source(record);
        int count = RangesRecord.count(record);
        for (int i = 0; i < count; i++) {
            int priority = RangesRecord.priority(record, i);
            long first = RangesRecord.first(record, i);
            long last = RangesRecord.last(record, i);
            for (long arrival = first; arrival <= last; arrival++) {
                held.add(source, priority, arrival);
            }
            hold(source, priority, first, last);
        }
    }

    private void hold(int number, int priority, long first, long last) {
        Source source = sources.find(number);
        for (long arrival = first; source != null && arrival <= last; arrival++) {
            source.messages().hold(priority, arrival);
        }
    }

    /** Applies {@code TX_PREPARED}. */
    void prepared(RecordView record) {
        TxPreparedRecord prepared = TxPreparedRecord.read(record);
        LoggedTransaction transaction = transactions.open(prepared.transaction());
        transactions.prepared(transaction, prepared.xid(), prepared.preparedAtMs());
        // Whoever acknowledged them, they are the branch's now.
        HeldMessages held = transaction.held();
        for (int i = 0; i < held.size(); i++) {
            Source source = sources.find(held.source(i));
            if (source != null && source.isStrict()) {
                source.messages().permitReturned(held.priority(i), held.arrival(i), held.arrival(i));
            }
        }
    }

    /** Applies {@code TX_COMMITTED}: what it acknowledged is gone, what it sent joins. */
    void committed(RecordView record) {
        LoggedTransaction transaction = find(record);
        HeldMessages held = transaction.held();
        for (int i = 0; i < held.size(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            for (; i < end; i++) {
                if (source != null) {
                    source.messages().removed(held.priority(i), held.arrival(i), held.arrival(i));
                }
            }
            if (source != null) {
                applier.released(source);
            }
        }
        LoggedTransaction.Sends sends = transaction.sends();
        while (sends.next()) {
            if (sends.record().position() != 0) {
                join(sends.record(), record.position());
            }
        }
        dropBodies(transaction);
        over(transaction, record, LoggedTransaction.State.DECIDED_COMMIT);
    }

    private void join(RecordView send, long committedAt) {
        Destination destination = destinations.find(SendRecord.destination(send));
        if (destination instanceof Queue queue) {
            join(queue, send, committedAt);
            return;
        }
        for (int i = 0; i < TxSendRecord.takerCount(send); i++) {
            Source taker = sources.find(TxSendRecord.taker(send, i));
            if (taker != null) {
                join(taker, send, committedAt);
            }
        }
    }

    private void join(Source source, RecordView send, long committedAt) {
        applier.join(
                source,
                committedAt,
                SendRecord.isDelayed(send) ? SendRecord.dueAtMs(send) : 0,
                SendRecord.priority(send),
                send.position(),
                send.payloadLength(),
                SendRecord.expiresAtMs(send),
                SendRecord.groupHash(send),
                SendRecord.isGrouped(send));
    }

    /** Applies {@code TX_ROLLED_BACK}: what it acknowledged is back in its place. */
    void rolledBack(RecordView record) {
        LoggedTransaction transaction = find(record);
        HeldMessages held = transaction.held();
        for (int i = 0; i < held.size(); i++) {
            Source source = sources.find(held.source(i));
            if (source != null) {
                source.messages().putBack(held.priority(i), held.arrival(i), 0);
                applier.returned(source);
            }
        }
        dropBodies(transaction);
        over(transaction, record, LoggedTransaction.State.DECIDED_ROLLBACK);
    }

    /** Applies {@code TX_FORGOTTEN}. */
    void forgotten(RecordView record) {
        transactions.forget(find(record));
    }

    /** Applies {@code TX_RELOCATED}. */
    void relocated(RecordView record) {
        LoggedTransaction transaction = find(record);
        long from = TxRelocatedRecord.from(record);
        long to = TxRelocatedRecord.to(record);
        int length = transaction.moved(from, to);
        if (length >= 0) {
            bodies.dead(from, length);
            if (to != 0) {
                bodies.live(to, length);
            }
        }
    }

    private void dropBodies(LoggedTransaction transaction) {
        LoggedTransaction.Sends sends = transaction.sends();
        while (sends.next()) {
            if (sends.record().position() != 0) {
                bodies.dead(sends.record().position(), sends.record().payloadLength());
            }
        }
    }

    private void over(LoggedTransaction transaction, RecordView record, LoggedTransaction.State outcome) {
        if (TxOutcomeRecord.isHeuristic(record)) {
            transaction.decided(outcome);
        } else {
            transactions.forget(transaction);
        }
    }

    private LoggedTransaction find(RecordView record) {
        long number = TxOutcomeRecord.transaction(record);
        LoggedTransaction transaction = transactions.find(number);
        if (transaction == null) {
            throw new IllegalStateException("the record at position " + record.position() + " is about transaction "
                    + number + ", which is not there: a " + RecordType.find(record.type()));
        }
        return transaction;
    }
}
