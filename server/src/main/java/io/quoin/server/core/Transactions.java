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
 * it is recorded as one batch that survives a crash together or not at all. Of a large one the work is logged as it comes, and
 * one record decides it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Transactions {

    private final Destinations destinations;
    private final ProducerTable producers;
    private final ProducerNumbers producerNumbers;
    private final Recorder recorder;
    private final Sending sending;
    private final Settlement settlement;
    private final Visibility visibility;
    private final TransactionLog log;
    private final Completing completing;

    Transactions(
            Destinations destinations,
            ProducerTable producers,
            ProducerNumbers producerNumbers,
            Recorder recorder,
            Sending sending,
            Settlement settlement,
            Visibility visibility,
            TransactionLog log,
            Completing completing) {
        this.destinations = destinations;
        this.producers = producers;
        this.producerNumbers = producerNumbers;
        this.recorder = recorder;
        this.sending = sending;
        this.settlement = settlement;
        this.visibility = visibility;
        this.log = log;
        this.completing = completing;
    }

    /** Acknowledges in the session's transaction; the consumer may be another session's of its connection. */
    void acknowledge(ClientSession session, Consumer consumer, long firstTag, long lastTag) {
        LocalTransaction transaction = sending.transaction(session);
        Deliveries deliveries = consumer.deliveries();
        long first = Math.max(firstTag, deliveries.first());
        long last = Math.min(lastTag, deliveries.last());
        LoggedPart part = transaction.logged();
        for (long tag = first; tag <= last; tag++) {
            long from = tag;
            while (tag <= last && deliveries.isOut(tag)) {
                deliveries.hold(tag);
                transaction.acknowledged(consumer, tag++);
            }
            if (part != null && tag > from) {
                log.acknowledge(part, consumer, from, tag - 1);
            }
        }
        if (part == null && log.isLarge(transaction.bytes(), transaction.size())) {
            log.logLocal(session.connection(), transaction);
        }
    }

    /**
     * Commits the session's transaction, which is the connection's of that number.
     *
     * @return what is left to do of a large one, which is committed when that is done; null if it is committed, durably with the
     *     log so far
     */
    @Nullable
    Completion commit(ClientSession session, long number) throws Refusal {
        ClientConnection c = session.connection();
        if (isCommitted(c.producer(), number)) {
            completing.finish(); // it may be in the middle of its steps
            return null;
        }
        LocalTransaction transaction = session.transaction();
        if (transaction == null) {
            return null;
        }
        check(transaction, number);
        LoggedPart part = transaction.logged();
        if (part != null && !part.isEmpty()) {
            return commitLarge(session, transaction, part, number);
        }
        int bytes = bytes(c, transaction);
        if (bytes > recorder.atomicBytesMax()) {
            throw new Refusal(
                    ErrorCode.TRANSACTION_ROLLED_BACK,
                    "Transaction " + number + " was rolled back: it takes " + bytes + " bytes of the log, of at most "
                            + recorder.atomicBytesMax());
        }
        int producer = producerNumbers.of(c);
        recorder.beginAtomic(bytes);
        visibility.beginCommit();
        for (HeldTags held : transaction.held()) {
            settlement.acknowledge(held);
        }
        KeptSends sends = transaction.kept();
        for (sends.first(); sends.isAtSend(); sends.next()) {
            sending.recordKept(c, sends);
        }
        CommittedRecord.put(recorder.begin(true, RecordType.COMMITTED, 0), producer, number);
        visibility.endCommit(recorder.end());
        recorder.endAtomic();
        ended(session, transaction);
        return null;
    }

    /** Its work is in the log: one small batch decides it. */
    private Completion commitLarge(ClientSession session, LocalTransaction transaction, LoggedPart part, long number) {
        ClientConnection c = session.connection();
        log.commit(part, c, number);
        HeldMessages unlogged = new HeldMessages();
        for (HeldTags held : transaction.held()) {
            settle(held, unlogged);
        }
        ended(session, transaction);
        return completing.begin(new Completion(part.number())
                .withRoutes(part.routes())
                .withAcknowledged(unlogged)
                .withKept(c, transaction.kept()));
    }

    /** What was acknowledged is no delivery any more; adds what no log keeps. */
    private static void settle(HeldTags held, HeldMessages unlogged) {
        Source source = held.consumer().source();
        Deliveries deliveries = held.consumer().deliveries();
        for (int range = 0; range < held.ranges(); range++) {
            for (long tag = held.first(range); tag <= held.last(range); tag++) {
                if (!TransactionLog.keeps(source, deliveries.arrival(tag))) {
                    unlogged.add(source.number(), deliveries.priority(tag), deliveries.arrival(tag));
                }
                deliveries.done(tag);
            }
        }
    }

    private static void ended(ClientSession session, LocalTransaction transaction) {
        session.transaction(null);
        transaction.kept().release();
        for (HeldTags held : transaction.held()) {
            Consuming.forgetIfSettled(held.consumer());
        }
    }

    /** The transaction is no more: undoes what the log has of it. What it acknowledged is the caller's affair. */
    void dropped(LocalTransaction transaction) {
        transaction.kept().release();
        LoggedPart part = transaction.logged();
        if (part != null && !part.isEmpty()) {
            log.decide(part.number(), false, false);
            completing.begin(new Completion(part.number()));
        }
    }

    /**
     * Takes what a large transaction of the session has acknowledged of its own consumers, to put it back in steps; what is left
     * of the transaction is the caller's affair. Where delivery is strict nothing is taken: little is out there at a time.
     *
     * @return what is to be waited for; null if there is nothing
     */
    @Nullable
    Completion rollBack(ClientSession session) {
        completing.finishOf(session); // it is asked for again, in the middle of its steps
        LocalTransaction transaction = session.transaction();
        if (transaction == null || completing.isOneStep(transaction.ackCount())) {
            return null;
        }
        HeldMessages messages = new HeldMessages();
        for (HeldTags held : transaction.held()) {
            Consumer consumer = held.consumer();
            if (consumer.session() == session && !consumer.source().isStrict()) {
                take(held, messages);
            }
        }
        return completing.giveBack(messages, session.consumers());
    }

    /** The consumer has these no more, and nobody else does. */
    private static void take(HeldTags held, HeldMessages messages) {
        Source source = held.consumer().source();
        Deliveries deliveries = held.consumer().deliveries();
        for (int range = 0; range < held.ranges(); range++) {
            for (long tag = held.first(range); tag <= held.last(range); tag++) {
                if (deliveries.isHeld(tag)) {
                    messages.add(source.number(), deliveries.priority(tag), deliveries.arrival(tag));
                    deliveries.done(tag);
                }
            }
        }
    }

    /** What is known of a transaction. */
    TransactionOutcome outcome(UUID connectionId, long number) {
        completing.finish(); // whoever is told that it is committed goes on after it
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
        KeptSends sends = transaction.kept();
        for (sends.first(); sends.isAtSend(); sends.next()) {
            if (!sends.isPersistent()) {
                continue;
            }
            int filtered = 0;
            int takers = 1;
            if (destinations.find(sends.destination()) instanceof Topic topic) {
                filtered = topic.durableFiltered();
                takers = topic.durable().size();
            }
            int fields = SendRecord.bytesMax(filtered)
                    + c.annotations().length
                    + Grouping.bytesMax(destinations.find(sends.destination()));
            bytes += Recorder.bytes(fields, sends.length());
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
        KeptSends sends = transaction.kept();
        for (sends.first(); sends.isAtSend(); sends.next()) {
            checkDestination(sends.destination(), number);
        }
        LoggedPart part = transaction.logged();
        if (part != null) {
            for (int destination : part.destinations()) {
                checkDestination(destination, number);
            }
        }
    }

    private void checkDestination(int destination, long number) throws Refusal {
        if (destinations.find(destination) == null) {
            throw new Refusal(
                    ErrorCode.TRANSACTION_ROLLED_BACK,
                    "Transaction " + number + " was rolled back: a destination that it sent to was deleted");
        }
    }

    private static boolean isCommitted(@Nullable Producer producer, long number) {
        return producer != null && producer.commits().contains(number);
    }
}
