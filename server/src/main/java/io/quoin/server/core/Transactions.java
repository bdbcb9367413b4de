// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.server.model.CommittedRecord;
import io.quoin.server.model.HandOutRecord;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.SendRecord;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Local transactions. What a session sends in one is kept, and what it acknowledges is marked, until it commits: then all of
 * it is recorded as one batch that survives a crash together or not at all.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Transactions {

    private final Destinations destinations;
    private final ProducerTable producers;
    private final Recorder recorder;
    private final Sending sending;
    private final Settlement settlement;
    private final Visibility visibility;

    Transactions(
            Destinations destinations,
            ProducerTable producers,
            Recorder recorder,
            Sending sending,
            Settlement settlement,
            Visibility visibility) {
        this.destinations = destinations;
        this.producers = producers;
        this.recorder = recorder;
        this.sending = sending;
        this.settlement = settlement;
        this.visibility = visibility;
    }

    /** Acknowledges in the session's transaction; the consumer may be another session's of its connection. */
    void acknowledge(ClientSession session, Consumer consumer, long firstTag, long lastTag) {
        LocalTransaction transaction = Sending.transaction(session);
        Deliveries deliveries = consumer.deliveries();
        long last = Math.min(lastTag, deliveries.last());
        for (long tag = Math.max(firstTag, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                deliveries.hold(tag);
                transaction.acknowledged(consumer, tag);
            }
        }
    }

    /** Commits the session's transaction, which is the connection's of that number; it is durable with the log so far. */
    void commit(ClientSession session, long number) throws Refusal {
        ClientConnection c = session.connection();
        if (isCommitted(c.producer(), number)) {
            return;
        }
        LocalTransaction transaction = session.transaction();
        if (transaction == null) {
            return;
        }
        check(transaction, number);
        int bytes = bytes(c, transaction);
        if (bytes > recorder.atomicBytesMax()) {
            throw new Refusal(
                    ErrorCode.TRANSACTION_ROLLED_BACK,
                    "Transaction " + number + " was rolled back: it takes " + bytes + " bytes of the log, of at most "
                            + recorder.atomicBytesMax());
        }
        int producer = sending.producer(c);
        recorder.beginAtomic(bytes);
        visibility.beginCommit();
        for (HeldTags held : transaction.held()) {
            settlement.acknowledge(held);
        }
        for (transaction.first(); transaction.isAtSend(); transaction.next()) {
            sending.recordKept(c, transaction);
        }
        CommittedRecord.put(recorder.begin(true, RecordType.COMMITTED, 0), producer, number);
        visibility.endCommit(recorder.end());
        recorder.endAtomic();
        session.transaction(null);
        for (HeldTags held : transaction.held()) {
            Consuming.forgetIfSettled(held.consumer());
        }
    }

    /** What is known of a transaction. */
    TransactionOutcome outcome(UUID connectionId, long number) {
        return isCommitted(producers.find(connectionId), number)
                ? TransactionOutcome.COMMITTED
                : TransactionOutcome.ROLLED_BACK;
    }

    /** What its records take at most. */
    private int bytes(ClientConnection c, LocalTransaction transaction) {
        int bytes = Recorder.bytes(CommittedRecord.BYTES, 0);
        for (HeldTags held : transaction.held()) {
            bytes += RangesRecord.bytesMax(held.count());
        }
        for (transaction.first(); transaction.isAtSend(); transaction.next()) {
            int filtered = 0;
            int takers = 1;
            if (destinations.find(transaction.destination()) instanceof Topic topic) {
                filtered = topic.durableFiltered();
                takers = topic.durable().size();
            }
            int fields = SendRecord.bytesMax(filtered) + c.annotations().length;
            bytes += Recorder.bytes(fields, transaction.length());
            bytes += takers * Recorder.bytes(HandOutRecord.BYTES, 0);
        }
        return bytes;
    }

    private void check(LocalTransaction transaction, long number) throws Refusal {
        if (transaction.isRollbackOnly()) {
            throw new Refusal(
                    ErrorCode.TRANSACTION_ROLLED_BACK,
                    "Transaction " + number + " was rolled back: one of its sends was refused");
        }
        for (HeldTags held : transaction.held()) {
            if (!held.isHeld()) {
                throw new Refusal(
                        ErrorCode.TRANSACTION_ROLLED_BACK,
                        "Transaction " + number + " was rolled back: what it acknowledged of "
                                + held.consumer().source().description() + " was given back");
            }
        }
        for (transaction.first(); transaction.isAtSend(); transaction.next()) {
            if (destinations.find(transaction.destination()) == null) {
                throw new Refusal(
                        ErrorCode.TRANSACTION_ROLLED_BACK,
                        "Transaction " + number + " was rolled back: a destination that it sent to was deleted");
            }
        }
    }

    private static boolean isCommitted(@Nullable Producer producer, long number) {
        return producer != null && producer.commits().contains(number);
    }
}
