// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.CommittedRecord;
import io.quoin.server.model.HandOutRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.TxOutcomeRecord;
import io.quoin.server.model.TxPreparedRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the work of branches into the log: at once with a commit in one phase, or first as prepared and then what became of
 * it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class BranchRecorder {

    private final Now now;
    private final Sources sources;
    private final Destinations destinations;
    private final Recorder recorder;
    private final RangeWriter ranges;
    private final TransactionLog log;
    private final ProducerNumbers producers;
    private final Sending sending;
    private final Settlement settlement;
    private final Visibility visibility;
    private final Completing completing;
    private final DedupIds dedupIds;
    private final RouteRecorder routes;

    BranchRecorder(
            Now now,
            Sources sources,
            Destinations destinations,
            Recorder recorder,
            TransactionLog log,
            ProducerNumbers producers,
            Sending sending,
            Settlement settlement,
            Visibility visibility,
            Completing completing,
            DedupIds dedupIds) {
        this.now = now;
        this.sources = sources;
        this.destinations = destinations;
        this.recorder = recorder;
        this.ranges = new RangeWriter(recorder);
        this.log = log;
        this.producers = producers;
        this.sending = sending;
        this.settlement = settlement;
        this.visibility = visibility;
        this.completing = completing;
        this.dedupIds = dedupIds;
        this.routes = new RouteRecorder(destinations, dedupIds, recorder);
    }

    /** Whether everything that it sends to is still there, and what is not in the log fits into one batch of it. */
    boolean isRecordable(Branch branch) {
        for (KeptSends sends : branch.sends().values()) {
            for (sends.first(); sends.isAtSend(); sends.next()) {
                Destination destination = destinations.find(sends.destination());
                if (destination == null || !TransactionLog.takes(destination)) {
                    return false;
                }
            }
        }
        LoggedPart part = branch.logged();
        if (part != null) {
            return part.destinations().stream().allMatch(to -> destinations.find(to) != null);
        }
        return bytes(branch) <= recorder.atomicBytesMax();
    }

    /** What its records take at most, prepared or committed in one phase. */
    private int bytes(Branch branch) {
        int bytes = Recorder.bytes(TxPreparedRecord.BYTES_MAX, 0) + TransactionLog.bytesMax(branch.held());
        for (Map.Entry<ClientConnection, KeptSends> one : branch.sends().entrySet()) {
            KeptSends sends = one.getValue();
            bytes += log.bytesMax(one.getKey(), sends);
            for (sends.first(); sends.isAtSend(); sends.next()) {
                int takers = destinations.find(sends.destination()) instanceof Topic topic
                        ? topic.durable().size()
                        : 0;
                bytes += (takers + 1) * Recorder.bytes(HandOutRecord.BYTES, 0);
            }
        }
        return bytes;
    }

    /**
     * Commits a branch that was never prepared: its work is in one batch, and there is no word of a branch. Like a local
     * transaction it leaves its outcome with the connection that asked.
     *
     * @return what is left to do if the branch is large, else null
     */
    @Nullable
    Completion commitInOnePhase(Branch branch, ClientConnection asking, long transaction) {
        LoggedPart part = branch.logged();
        if (part != null && !part.isEmpty()) {
            log.commit(part, asking, transaction);
            return completing.begin(new Completion(part.number())
                    .withRoutes(part.routes())
                    .withAcknowledged(unlogged(branch.held()))
                    .withKept(branch.sends()));
        }
        openProducers(branch);
        int producer = producers.of(asking);
        recorder.beginAtomic(bytes(branch));
        visibility.beginCommit();
        acknowledge(branch.held());
        for (Map.Entry<ClientConnection, KeptSends> one : branch.sends().entrySet()) {
            KeptSends sends = one.getValue();
            for (sends.first(); sends.isAtSend(); sends.next()) {
                sending.recordKept(one.getKey(), sends);
            }
        }
        CommittedRecord.put(recorder.begin(true, RecordType.COMMITTED, 0), producer, transaction);
        visibility.endCommit(recorder.end());
        recorder.endAtomic();
        return null;
    }

    /** Producers get their numbers ahead of the batch, which has no room for that. */
    private void openProducers(Branch branch) {
        for (ClientConnection c : branch.sends().keySet()) {
            producers.of(c);
        }
    }

    private void acknowledge(HeldMessages held) {
        for (int i = 0; i < held.ranges(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            if (source == null) {
                i = end;
                continue;
            }
            ranges.begin(RecordType.ACK, source, 0);
            for (; i < end; i++) {
                for (long arrival = held.first(i); arrival <= held.last(i); arrival++) {
                    ranges.add(held.priority(i), arrival);
                }
            }
            ranges.end();
        }
    }

    /** The part of it that no log keeps. */
    private HeldMessages unlogged(HeldMessages held) {
        HeldMessages rest = new HeldMessages();
        for (int i = 0; i < held.ranges(); i++) {
            Source source = sources.find(held.source(i));
            if (source != null && !TransactionLog.keeps(source, held.first(i))) {
                rest.add(held.source(i), held.priority(i), held.first(i), held.last(i));
            }
        }
        return rest;
    }

    // --- two phases

    /** Records the branch as prepared; what no log keeps stays in it. */
    void prepare(Branch branch) {
        LoggedPart part = branch.logged();
        if (part == null) {
            openProducers(branch);
            recorder.beginAtomic(bytes(branch));
            part = log.logBranch(branch);
            prepared(branch, part);
            recorder.endAtomic();
        } else {
            prepared(branch, part);
        }
        branch.keepHeld(unlogged(branch.held()));
    }

    private void prepared(Branch branch, LoggedPart part) {
        log.open(part);
        new TxPreparedRecord(part.number(), now.wallMs(), branch.xid())
                .put(recorder.begin(true, RecordType.TX_PREPARED, 0));
        recorder.end();
    }

    /**
     * Commits a prepared branch.
     *
     * @param rest what no log has of it
     * @param heuristic whether an administrator decides
     * @return what is left to do if the branch takes effect in steps, else null
     */
    @Nullable
    Completion commit(LoggedTransaction transaction, Branch rest, boolean heuristic) {
        LoggedPart part = rest.logged();
        if (!completing.isOneStep(transaction.size()) || isMixed(transaction, rest)) {
            log.decide(transaction.number(), true, heuristic);
            return completing.begin(new Completion(transaction.number())
                    .withRoutes(part == null ? List.of() : part.routes())
                    .withAcknowledged(rest.held())
                    .withKept(rest.sends()));
        }
        Integer[] to = transaction.sends().destinations().toArray(Integer[]::new);
        int second = dedupIds.second();
        if (part != null) {
            routes.note(
                    new ArrayDeque<>(part.routes()),
                    transaction.sends(),
                    transaction.sends().count(),
                    second);
        }
        visibility.beginCommit();
        long position = outcome(RecordType.TX_COMMITTED, transaction, heuristic, second);
        routes.record(position);
        acknowledge(rest.held());
        for (Map.Entry<ClientConnection, KeptSends> one : rest.sends().entrySet()) {
            KeptSends kept = one.getValue();
            for (kept.first(); kept.isAtSend(); kept.next()) {
                if (destinations.find(kept.destination()) != null) {
                    sending.recordKept(one.getKey(), kept);
                }
            }
        }
        visibility.endCommit(position);
        for (int number : to) {
            completing.letOut(number);
        }
        return null;
    }

    /**
     * Whether something that no log has was sent before something that the log has: what the log has of a branch joins at
     * once, so that only steps keep the order.
     */
    private static boolean isMixed(LoggedTransaction transaction, Branch rest) {
        for (KeptSends kept : rest.sends().values()) {
            kept.first();
            if (kept.isAtSend() && kept.after() < transaction.sends().count()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Undoes a prepared branch, but for what no log has of it.
     *
     * @return what is left to do if the branch is large, else null
     */
    @Nullable
    Completion rollBack(LoggedTransaction transaction, boolean heuristic) {
        HeldMessages held = transaction.held().copy();
        if (!completing.isOneStep(transaction.size())) {
            log.decide(transaction.number(), false, heuristic);
            return completing.begin(new Completion(transaction.number()).withGivenBack(held));
        }
        outcome(RecordType.TX_ROLLED_BACK, transaction, heuristic, 0);
        settlement.giveBack(held, sources, 1);
        return null;
    }

    /** Undoes what the log has of a branch that was not prepared; what it acknowledged is the caller's affair. */
    void rollBack(LoggedPart part) {
        if (!part.isEmpty()) {
            log.decide(part.number(), false, false);
            completing.begin(new Completion(part.number()));
        }
    }

    /** The outcome that an administrator decided need not be kept any more. */
    void forget(LoggedTransaction transaction) {
        outcome(RecordType.TX_FORGOTTEN, transaction, false, 0);
    }

    private long outcome(RecordType type, LoggedTransaction transaction, boolean heuristic, int second) {
        TxOutcomeRecord.put(recorder.begin(true, type, 0), transaction.number(), heuristic, second);
        return recorder.end();
    }
}
